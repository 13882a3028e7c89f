//! The ledger through the store does what the domain decides: the same random commands, and the same outcome, although
//! the store has only those rows at hand that a decision needs.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "../../domain/tests/ledger/world.rs"]
mod world;

use common::{settings, tenant};
use stammgast_domain::{
    CustomerId, Timestamp,
    ledger::{Account, Cause, Command, Earn, Refused, Reversal, WalletId},
};
use stammgast_store::{Change, Due, LedgerOrder, PageRequest, Store, StoreError, TenantStore, Verified};
use std::collections::BTreeMap;
use world::World;

fn change(world: &World, command: &Command) -> Change {
    let mut change = Change::new();
    let (command, now) = (command.clone(), world.now);
    change.order(LedgerOrder { command, now, actor: "key:test".into(), cause: None, depth: 0 });
    change
}

fn refused(outcome: Result<impl Sized, StoreError>) -> Option<Refused> {
    match outcome {
        Ok(_) => None,
        Err(StoreError::Refused(refused)) => Some(*refused),
        Err(other) => panic!("{other:?}"),
    }
}

/// What is stored is what the entries add up to, and what the domain has.
async fn the_same(acme: &TenantStore, world: &World) {
    let (mut verified, mut page) = (Verified::default(), PageRequest { after: None, limit: 4 });
    loop {
        let (part, next) = acme.verify_wallets(&page).await.unwrap();
        assert_eq!(part.discrepancies, []);
        (verified.looked_at, verified.entries) = (verified.looked_at + part.looked_at, verified.entries + part.entries);
        let Some(next) = next else { break };
        page.after = Some(next);
    }
    let mut after = None;
    loop {
        let (part, next) = acme.verify_accounts(after.as_deref(), 7).await.unwrap();
        assert_eq!(part.discrepancies, []);
        let Some(next) = next else { break };
        after = Some(next);
    }
    let (mut after, mut postings) = (0, 0);
    loop {
        let (part, next) = acme.verify_log(after, 100).await.unwrap();
        assert_eq!(part.discrepancies, []);
        postings += part.looked_at;
        let Some(next) = next else { break };
        after = next;
    }
    assert_eq!(postings, world.books.posted.len() as u64);
    let wallets: Vec<_> = world.books.wallets.values().filter(|wallet| wallet.postings > 0).collect();
    assert_eq!(verified.looked_at, wallets.len() as u64);
    for wallet in wallets {
        let stored = acme.wallet_amounts(std::slice::from_ref(&wallet.id)).await.unwrap();
        assert_eq!(stored[&wallet.id], wallet.amounts, "{}", wallet.id);
        let mut open: Vec<_> = acme.open_lots(&wallet.id, 1_000).await.unwrap();
        open.sort_by_key(|(key, _)| *key);
        let is_open = |lot: &stammgast_domain::ledger::Lot| lot.amounts.pending > 0 || lot.amounts.available > 0;
        let expected: Vec<_> =
            wallet.lots.iter().filter(|(_, lot)| is_open(lot)).map(|(key, lot)| (*key, *lot)).collect();
        assert_eq!(open, expected, "{}", wallet.id);
    }
    // A wallet is looked at when it is due or earlier, and what is due first comes first.
    let due = acme.due(Timestamp::MAX, 10_000).await.unwrap();
    assert!(due.is_sorted_by_key(Due::at));
    assert_eq!(acme.due(Timestamp::MAX, 3).await.unwrap(), due[..due.len().min(3)]);
    assert_eq!(acme.next_due().await.unwrap(), due.first().map(Due::at));
    let waits = |one: &Due| if let Due::Wallet(at, id) = one { Some((id.clone(), *at)) } else { None };
    let waits: BTreeMap<_, _> = due.iter().filter_map(waits).collect();
    for wallet in world.books.wallets.values().filter(|wallet| wallet.postings > 0) {
        if let Some(at) = wallet.due_at() {
            assert!(waits.get(&wallet.id).is_some_and(|looks_at| *looks_at <= at), "{}: {at}", wallet.id);
        }
    }
    for program in ["refuse", "debt", "negative"] {
        let trial = acme.trial_balance(program).await.unwrap();
        assert_eq!((trial.entries.values().sum::<i64>(), trial.differences()), (0, vec![]), "{program}");
        // Backwards, page by page, come the same entries.
        let (mut lines, mut page) = (Vec::new(), PageRequest { after: None, limit: 7 });
        loop {
            let part = acme.ledger_lines(&Account::Issuance { program: program.into() }, &page).await.unwrap();
            lines.extend(part.rows);
            let Some(next) = part.next else { break };
            page.after = Some(next);
        }
        assert!(lines.windows(2).all(|pair| pair[0].seq > pair[1].seq), "{program}");
        assert_eq!(lines.iter().map(|line| line.points.0).sum::<i64>(), trial.entries["issuance"], "{program}");
    }
    for redemption in world.books.redemptions.values() {
        assert_eq!(acme.redemption(redemption.id).await.unwrap().as_ref(), Some(redemption));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_after_another_the_store_does_what_the_domain_decides() {
    let store = Store::open(settings("mem://")).await.unwrap();
    for seed in 0..3 {
        let acme = tenant(&store, &format!("acme-{seed}")).await;
        let mut world = World::new(7_000 + seed);
        for _ in 0..700 {
            let command = world.command();
            let before = world.books.posted.len();
            let expected = world.books.decide(&command, world.now);
            let settled = acme.settle(change(&world, &command)).await;
            if let (Ok(asked), Ok(settled)) = (&expected, &settled) {
                assert_eq!(settled.posted, world.books.posted[*asked..], "{command:?}");
                world.note(&command);
            }
            let context = format!("seed {seed}, {command:?} at {}: {:?}", world.now, &world.books.posted[before..]);
            assert_eq!(refused(settled), expected.err(), "{context}");
        }
        the_same(&acme, &world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_in_one_commit_are_decided_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("rocksdb://{}", folder.path().join("db").display());
    let store = Store::open(settings(url)).await.unwrap();
    let acme = tenant(&store, "acme").await;
    let mut world = World::new(77);
    for _ in 0..25 {
        // The domain decides first, so that later commands know of earlier ones; then all are sent at once.
        let (mut changes, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let command = world.command();
            let decided = world.books.decide(&command, world.now);
            if decided.is_ok() {
                world.note(&command);
            }
            changes.push(change(&world, &command));
            expected.push(decided.err());
        }
        let outcomes = futures::future::join_all(changes.into_iter().map(|change| acme.commit(change))).await;
        let outcomes: Vec<Option<Refused>> = outcomes.into_iter().map(refused).collect();
        assert_eq!(outcomes, expected);
    }
    the_same(&acme, &world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_that_expire_at_one_time_are_counted_however_many_lots_they_are_in() {
    let store = Store::open(settings("mem://")).await.unwrap();
    let acme = tenant(&store, "acme").await;
    let wallet = WalletId { program: "points".into(), customer: CustomerId::derived(&["ada"]) };
    let at = |millis| Timestamp::from_millis(millis).unwrap();
    let mut change = Change::new();
    for number in 0..200 {
        let earn = Earn {
            wallet: wallet.clone(),
            points: 1 + number,
            earned_at: at(number),
            active_from: at(number),
            // A few before and after that time.
            expires_at: Some(at(match number {
                0..10 => 9_999,
                190.. => 10_001,
                _ => 10_000,
            })),
            lapses_at: None,
            notice: None,
            source: Account::Issuance { program: "points".into() },
            sale: None,
            reversal: Reversal::default(),
            quota: None,
            cause: Cause { reason: "test".into(), text: "A test.".into(), rule_version: "test@1".into(), event: None },
            key: format!("earn/{number}"),
        };
        let command = Command::Earn(Box::new(earn));
        change.order(LedgerOrder { command, now: at(1_000), actor: "key:test".into(), cause: None, depth: 0 });
    }
    acme.commit(change).await.unwrap();
    assert_eq!(acme.points_expiring(&wallet, at(10_000)).await.unwrap(), (11..=190).sum::<i64>());
    assert_eq!(acme.points_expiring(&wallet, at(10_002)).await.unwrap(), 0);
}
