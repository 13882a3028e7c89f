//! The store through its own door, on every embedded engine.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{at, key, settings, tenant};
use stammgast_domain::{
    CustomerId, InstallationId, Money, NoticeId,
    call::CallRecord,
    contact_point::{ContactPoint, ContactPointKind},
    customer::{Customer, CustomerDetails, Reference},
    digest::Digest,
    effect::StateChange,
    event::{EventType, Fact, NewEvent},
    ledger::{Account, Cause, Command, Earn, Refused, Reversal, Stage, WalletId},
    notice::{Notice, NoticeKind},
    program::{Policy, Program, Zone},
    purchase::Purchase,
    tenant::Tenant,
};
use stammgast_store::{
    Change, Completion, Cursor, Delivery, DeliveryStatus, LedgerOrder, PageRequest, Store, StoreError, TenantStore,
    WhichNotices,
};

fn customer(number: u32) -> Customer {
    let id = CustomerId::derived(&[&number.to_string()]);
    let reference = Some(Reference { source: "shop".into(), id: number.to_string() });
    let details = CustomerDetails { name: Some(format!("Käthe {number}")), reference, ..CustomerDetails::default() };
    Customer::new(id, details, (at(0), Zone::utc().date(at(0)))).unwrap()
}

fn event(fact: Fact) -> NewEvent {
    NewEvent {
        subject: fact.subject(),
        occurred_at: at(1),
        recorded_at: at(2),
        actor: "key:test".into(),
        cause: None,
        depth: 0,
        fact,
    }
}

fn with_customer(customer: &Customer) -> Change {
    let mut change = Change::new();
    change.create_customer(customer).unwrap();
    change.event(event(Fact::CustomerCreated(customer.clone())));
    change
}

fn page(limit: usize, after: Option<String>) -> PageRequest {
    PageRequest { after, limit }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_everything() {
    everything(&Store::open(settings("mem://")).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rocksdb_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("rocksdb://{}", folder.path().join("db").display());
    everything(&Store::open(settings(url)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn surrealkv_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("surrealkv://{}", folder.path().join("db").display());
    everything(&Store::open(settings(url)).await.unwrap()).await;
}

async fn everything(store: &Store) {
    let acme = tenant(store, "acme").await;
    rows_and_duplicates(&acme).await;
    log_order(&acme).await;
    pages(&acme).await;
    ledger(&acme).await;
    delivery(&acme).await;
    state(&acme).await;
    notices(&acme).await;
    let other = tenant(store, "other").await;
    assert!(other.customer(customer(1).id).await.unwrap().is_none());
    assert!(other.events(0, u64::MAX >> 1, EventType::ALL, 10).await.unwrap().is_empty());
    let again = Tenant::new("acme".parse().unwrap(), "Acme".into(), at(0)).unwrap();
    assert!(matches!(store.create_tenant(&again, &key("again")).await, Err(StoreError::Duplicate { .. })));
    assert!(store.key("key-of-again").await.unwrap().is_none(), "the key is made with its tenant or not at all");
    assert!(store.tenant(&"nobody".parse().unwrap()).await.unwrap().is_none());
}

async fn rows_and_duplicates(acme: &TenantStore) {
    let ada = customer(1);
    acme.commit(with_customer(&ada)).await.unwrap();
    assert_eq!(acme.customer(ada.id).await.unwrap().as_ref(), Some(&ada));
    let duplicate = acme.commit(with_customer(&ada)).await.unwrap_err();
    assert!(matches!(&duplicate, StoreError::Duplicate { record } if record.starts_with("customer")), "{duplicate:?}");

    let details = CustomerDetails { name: Some("Ada".into()), ..Default::default() };
    let changed = ada.changed(details, (at(5), Zone::utc().date(at(5)))).unwrap();
    let mut change = Change::new();
    change.replace_customer(&ada, &changed).unwrap();
    acme.commit(change.clone()).await.unwrap();
    assert_eq!(acme.customer(ada.id).await.unwrap(), Some(changed));
    let stale = acme.commit(change).await.unwrap_err();
    assert!(matches!(&stale, StoreError::Stale { record } if record.starts_with("customer")), "{stale:?}");

    let point = ContactPoint::new(ada.id, ContactPointKind::Email, "Ada@Example.com", at(0)).unwrap();
    let mut change = Change::new();
    change.add_contact_point(&point).unwrap();
    acme.commit(change).await.unwrap();
    assert_eq!(acme.owner_of(&point.address).await.unwrap(), Some(ada.id));
    assert_eq!(acme.contact_points(ada.id).await.unwrap(), vec![point]);
    let reference = Reference { source: "shop".into(), id: "1".into() };
    let found = acme.customers_by_reference([&reference]).await.unwrap();
    assert_eq!(found.get("shop:1"), Some(&ada.id));
}

async fn log_order(acme: &TenantStore) {
    let before = *acme.log_head().borrow();
    let commits = (100..150).map(|number| acme.commit(with_customer(&customer(number))));
    let twice = (100..110).map(|number| acme.commit(with_customer(&customer(number))));
    let (first, second) = tokio::join!(futures::future::join_all(commits), futures::future::join_all(twice));
    assert_eq!(first.iter().chain(&second).filter(|result| result.is_ok()).count(), 50, "duplicates fail alone");
    assert_eq!(*acme.log_head().borrow(), before + 50);
    let events = acme.events(before, before + 50, EventType::ALL, 100).await.unwrap();
    assert!(events.iter().map(|event| event.seq).eq(before + 1..=before + 50), "no gaps, in order");
    let named = |fact: &Fact| matches!(fact, Fact::CustomerCreated(customer) if customer.name.is_some());
    assert!(events.iter().all(|event| named(&event.event.fact)), "personal data opens again");
    assert!(acme.events(before, before + 50, &[EventType::PurchaseRecorded], 100).await.unwrap().is_empty());
    assert_eq!(acme.event(before + 1).await.unwrap().as_ref(), events.first());
}

async fn pages(acme: &TenantStore) {
    let owner = customer(1).id;
    let mut change = Change::new();
    for number in 0..25_i64 {
        let external_id = number.to_string();
        let purchase = Purchase {
            id: Purchase::id_for("shop", &external_id),
            customer: owner,
            source: "shop".into(),
            external_id,
            occurred_at: at(number / 5 * 86_400_000),
            recorded_at: at(9),
            amount: Money { minor: number, currency: "EUR".parse().unwrap() },
            lines: vec![],
            version: 1,
        };
        change.record_purchase(&purchase).unwrap();
        change.event(event(Fact::PurchaseRecorded(purchase)));
    }
    acme.commit(change).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let slice = acme.purchases_of(owner, &page(7, after)).await.unwrap();
        seen.extend(slice.rows);
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.windows(2).all(|pair| pair[0].occurred_at >= pair[1].occurred_at), "newest first");
    let all = acme.purchases(&page(10, None)).await.unwrap();
    let rest = acme.purchases(&page(100, all.next)).await.unwrap();
    assert_eq!((all.rows.len(), rest.rows.len(), rest.next), (10, 15, None));
    let ids: Vec<_> = seen.iter().map(|purchase| purchase.id).collect();
    assert_eq!(acme.purchases_among(&ids).await.unwrap().len(), 25);
}

async fn ledger(acme: &TenantStore) {
    let mut change = Change::new();
    let program = Program::new("points".into(), "Points".into(), Policy::default(), at(0)).unwrap();
    change.create_program(&program).unwrap();
    acme.commit(change).await.unwrap();
    let wallet = |number: u32| WalletId { program: "points".into(), customer: customer(number).id };
    let post = |number: u32, points: i64, key: &str| {
        let cause =
            Cause { reason: "purchase".into(), text: "bought".into(), rule_version: "p@1.0.0".into(), event: Some(1) };
        let earn = Earn {
            wallet: wallet(number),
            points,
            earned_at: at(3),
            active_from: at(3),
            expires_at: None,
            lapses_at: None,
            notice: None,
            source: Account::Issuance { program: "points".into() },
            sale: None,
            reversal: Reversal::default(),
            quota: None,
            cause,
            key: key.into(),
        };
        let mut change = Change::new();
        change.order(LedgerOrder {
            command: Command::Earn(Box::new(earn)),
            now: at(i64::from(number) + points),
            actor: "key:test".into(),
            cause: None,
            depth: 0,
        });
        change
    };
    let keys: Vec<String> = (0..30).map(|key| format!("k{key}")).collect();
    let posts =
        keys.iter().zip(1..).map(|(key, points)| acme.commit(post(if points % 2 == 0 { 1 } else { 2 }, points, key)));
    assert!(futures::future::join_all(posts).await.iter().all(Result::is_ok));
    assert!(matches!(acme.commit(post(1, 5, "k3")).await, Err(StoreError::Duplicate { .. })));
    let refused = acme.commit(post(1, 0, "k31")).await;
    assert!(matches!(&refused, Err(StoreError::Refused(refused)) if **refused == Refused::BadPoints(0)), "{refused:?}");
    let sum: i64 = (1..=30).sum();
    let trial = acme.trial_balance("points").await.unwrap();
    assert_eq!((trial.entries["issuance"], trial.entries["available"], trial.count), (-sum, sum, 60));
    assert_eq!((trial.balances.values().sum::<i64>(), trial.differences()), (0, vec![]));
    let amounts = acme.wallet_amounts(&[wallet(1)]).await.unwrap();
    assert_eq!(amounts[&wallet(1)].available, (1..=30).filter(|n| n % 2 == 0).sum::<i64>());
    let account = wallet(1).account(Stage::Available);
    let first = acme.ledger_lines(&account, &page(10, None)).await.unwrap();
    let rest = acme.ledger_lines(&account, &page(10, first.next.clone())).await.unwrap();
    assert_eq!((first.rows.len(), rest.rows.len(), rest.next.is_none()), (10, 5, true));
    let lines: Vec<_> = first.rows.iter().chain(&rest.rows).collect();
    assert!(lines.windows(2).all(|pair| pair[0].seq > pair[1].seq), "newest first");
}

async fn delivery(acme: &TenantStore) {
    let installation = InstallationId::derived(&["i"]);
    let record = CallRecord {
        plugin: "p".into(),
        version: "1.0.0".into(),
        digest: Digest::of(b""),
        config_version: 1,
        installation_version: 3,
        outcomes: None,
        malformed: false,
        fault: None,
        effects: 0,
        fuel: 1,
        memory_bytes: 1,
        duration_us: 1,
    };
    let done = |event| {
        let mut change = Change::new();
        change.complete(&Completion { id: (installation, event), call: record.clone() }).unwrap();
        change
    };
    acme.commit(done(1)).await.unwrap();
    let again = acme.commit(done(1)).await.unwrap_err();
    assert!(matches!(&again, StoreError::Duplicate { record } if record.starts_with("completion")), "{again:?}");
    assert_eq!(acme.completed(installation, &[1, 2]).await.unwrap().into_iter().collect::<Vec<_>>(), [1]);
    for (version, dealt_with) in [(2, vec![]), (3, vec![1])] {
        let known = acme.completed_until(installation, &[1, 2], version).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), dealt_with, "in version {version}");
    }
    assert_eq!(acme.completion(installation, 1).await.unwrap().map(|one| one.call), Some(record.clone()));

    let mut change = Change::new();
    for partition in 0..2 {
        let cursor = Cursor { id: (installation, partition), position: 5, holder: None, held_until: None };
        change.create_cursor(&cursor).unwrap();
    }
    acme.commit(change).await.unwrap();
    let lease = |holder: &'static str, now| acme.lease_cursor(installation, 1, holder, at(now), at(now + 10));
    assert!(lease("a", 0).await.unwrap().is_some());
    assert!(lease("b", 5).await.unwrap().is_none(), "held by another");
    assert!(lease("b", 11).await.unwrap().is_some(), "the lease ended");
    let mut change = Change::new();
    change.advance_cursor(installation, 1, 9, "a");
    change.advance_cursor(installation, 1, 7, "b");
    acme.commit(change).await.unwrap();
    let positions: Vec<_> = acme.cursors(installation).await.unwrap().iter().map(|one| one.position).collect();
    assert_eq!(positions, [5, 7], "who lost the lease moves nothing");

    let row = Delivery {
        id: (installation, 3),
        subject: "tenant".into(),
        status: DeliveryStatus::Dead,
        attempts: 1,
        tried: 0,
        next_at: None,
        fault: None,
        first_failed_at: None,
        postponed: 0,
        recorded_at: at(0),
    };
    let mut change = Change::new();
    change.put_delivery(&row).unwrap();
    acme.commit(change.clone()).await.unwrap();
    acme.commit(change).await.unwrap();
    assert_eq!(acme.dead_letters(None, 10).await.unwrap(), vec![row.clone()]);
    assert!(acme.dead_letters(Some(row.id), 10).await.unwrap().is_empty());
    let mut change = Change::new();
    change.remove_delivery(installation, 3);
    acme.commit(change).await.unwrap();
    assert!(acme.deliveries(installation).await.unwrap().is_empty());
}

async fn state(acme: &TenantStore) {
    let generations = vec![InstallationId::derived(&["i"]).to_string()];
    let set = |value: Option<&[u8]>, read_version| {
        let mut change = Change::new();
        let value = value.map(<[u8]>::to_vec);
        change
            .change_state(
                &generations[0],
                &StateChange { customer: None, key: "k".into(), value, read_version, inherited: false },
            )
            .unwrap();
        change
    };
    acme.commit(set(Some(b"one"), 0)).await.unwrap();
    assert!(matches!(acme.commit(set(Some(b"two"), 0)).await, Err(StoreError::Duplicate { .. })));
    acme.commit(set(Some(b"two"), 1)).await.unwrap();
    assert!(matches!(acme.commit(set(Some(b"x"), 1)).await, Err(StoreError::Stale { .. })));
    let row = acme.plugin_state(&generations, None, "k").await.unwrap();
    assert_eq!((row.value.as_deref(), row.version), (Some(&b"two"[..]), 2));
    acme.commit(set(None, 2)).await.unwrap();
    let deleted = acme.plugin_state(&generations, None, "k").await.unwrap();
    assert_eq!((deleted.value, deleted.version), (None, 3));
    assert!(matches!(acme.commit(set(Some(b"late"), 2)).await, Err(StoreError::Stale { .. })), "read before it went");
    acme.commit(set(Some(b"anew"), 3)).await.unwrap();
}

async fn notices(acme: &TenantStore) {
    let told = |day: i64, kind| Notice {
        id: NoticeId::derived(&[&day.to_string()]),
        at: at(day * 86_400_000),
        kind,
        object: "installation:i".into(),
        text: "it rests".into(),
        details: serde_json::json!({ "name": "points", "faults": 5 }),
        seen: None,
        version: 1,
    };
    let all: Vec<Notice> = (1..=5).map(|day| told(day, NoticeKind::BreakerOpened)).collect();
    let mut change = Change::new();
    for one in &all {
        change.notice(one).unwrap();
    }
    acme.commit(change).await.unwrap();
    let first = acme.notices(WhichNotices::All, &page(3, None)).await.unwrap();
    let rest = acme.notices(WhichNotices::All, &page(3, first.next.clone())).await.unwrap();
    assert_eq!((first.rows.len(), rest.rows.len(), rest.next), (3, 2, None));
    assert!(first.rows.iter().chain(&rest.rows).eq(all.iter().rev()), "newest first, as they were written");

    let seen = all[1].seen_by("key:a", at(9));
    let mut change = Change::new();
    change.replace_notice(&all[1], &seen).unwrap();
    acme.commit(change.clone()).await.unwrap();
    assert!(matches!(acme.commit(change).await, Err(StoreError::Stale { .. })), "it was seen in the meantime");
    assert_eq!(acme.notice(seen.id).await.unwrap(), Some(seen));
    let unseen = acme.notices(WhichNotices::Unseen, &page(9, None)).await.unwrap().rows;
    assert_eq!(unseen.iter().map(|one| one.at).collect::<Vec<_>>(), [all[4].at, all[3].at, all[2].at, all[0].at]);
    assert_eq!(acme.unseen_notices(Some(&all[2]), 9).await.unwrap(), [all[0].clone(), all[2].clone()]);
    assert_eq!(acme.unseen_notices(None, 1).await.unwrap(), all[..1]);
    assert_eq!(acme.overview().await.unwrap().unseen_notices, 4);
    let (opened, closed, dead) = (NoticeKind::BreakerOpened, NoticeKind::BreakerClosed, NoticeKind::DeadLetter);
    for (object, kinds, count) in [
        ("installation:i", vec![closed, opened], 4),
        ("installation:i", vec![dead], 0),
        ("installation:j", vec![opened], 0),
    ] {
        let about = acme.unseen_notices_about(object, &kinds).await.unwrap();
        assert_eq!(about.len(), count, "{object} {kinds:?}");
    }

    assert_eq!(acme.forget_notices_before(all[1].at, 9).await.unwrap(), 1);
    assert_eq!(acme.forget_notices_beyond(4, 9).await.unwrap(), 0);
    assert_eq!(acme.forget_notices_beyond(2, 9).await.unwrap(), 2);
    let left = acme.notices(WhichNotices::All, &page(9, None)).await.unwrap().rows;
    assert_eq!(left, [all[4].clone(), all[3].clone()], "the oldest go first");
}
