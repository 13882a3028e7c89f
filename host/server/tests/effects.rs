//! Applying what one call asked for, against a real store.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use stammgast::{
    app::effects::{Applicable, CallOutcome, Held, NotApplied, apply, note_shadow},
    clock::Clock,
};
use stammgast_domain::{
    InstallationId, MessageId, Timestamp,
    call::CallRecord,
    contact_point::ContactPointKind,
    digest::Digest,
    effect::{Effect, RawParty, ReceivedMessage, StateChange},
    event::{Event, Fact, NewEvent, Subject},
    interaction::{Direction, Documentation, Message, MessageStatus, Threading},
    plugin::{
        Capability, FaultKind, Installation, InstallationStatus, PluginKind, Release, StateLineage, WantedLimits,
    },
    tenant::{Setup, Tenant},
};
use stammgast_store::{Change, Delivery, PageRequest, Store, StoreSettings, TenantStore};
use std::{collections::BTreeSet, sync::Arc};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

async fn acme() -> Arc<TenantStore> {
    let settings = StoreSettings {
        url: "mem://".to_owned(),
        user: None,
        password: None,
        definition_cache: 10_000,
        block_cache: 64 << 20,
        commit_rows: 100,
        commit_bytes: 8 << 20,
        commit_queue: 100,
        conflict_tries: 8,
        master_key: [7; 32],
        secrets_key: [8; 32],
        previous_secrets_key: None,
    };
    let store = Store::open(settings).await.unwrap();
    let tenant = Tenant::new("acme".parse().unwrap(), "Acme".into(), at(0)).unwrap();
    store.prepare_tenant(&tenant.id).await.unwrap()
}

fn connector() -> Installation {
    Installation {
        id: InstallationId::derived(&["chat"]),
        name: "chat".into(),
        plugin: "test.chat".into(),
        release: Release {
            plugin_version: "0.1.0".parse().unwrap(),
            digest: Digest::of(b"chat"),
            kinds: BTreeSet::from([PluginKind::Channel]),
            events: BTreeSet::new(),
            grants: BTreeSet::from([Capability::ChannelReceiveMessage, Capability::StateShared]),
            origins: BTreeSet::new(),
            config: serde_json::json!({}),
            config_version: 1,
            limits: WantedLimits::default(),
            state: StateLineage::default(),
            trust: None,
        },
        status: InstallationStatus::Enabled,
        quarantine: None,
        shadow_of: None,
        limits_set: WantedLimits::default(),
        created_at: at(0),
        updated_at: at(0),
        version: 1,
    }
}

/// A delivery of several messages at once, as webhooks send them.
async fn delivered(store: &TenantStore) -> Event {
    let message = Message {
        id: MessageId::derived(&["chat", "1"]),
        channel: "chat".into(),
        media_type: "application/json".into(),
        size: 1,
        status: MessageStatus::Received,
        error: None,
        recorded_at: at(1),
        version: 1,
    };
    let event = NewEvent {
        subject: Subject::Message(message.id),
        fact: Fact::MessageReceived(message.clone()),
        occurred_at: at(1),
        recorded_at: at(1),
        actor: "key:x".into(),
        cause: None,
        depth: 0,
    };
    let mut change = Change::new();
    change.receive_message(&message, b"x".to_vec()).unwrap();
    change.event(event.clone());
    store.commit(change).await.unwrap();
    Event { seq: 1, event }
}

fn message(name: &str, text: &str) -> Effect {
    Effect::ReceiveMessage(Box::new(ReceivedMessage {
        external_id: Some(name.to_owned()),
        direction: Direction::Inbound,
        party: Some(RawParty {
            name: Some("Ada".to_owned()),
            kind: ContactPointKind::Email,
            address: "ada@example.com".to_owned(),
        }),
        subject: None,
        text: text.to_owned(),
        attachments: Vec::new(),
        threading: Threading::default(),
        documentation: Documentation::default(),
        sent_at: None,
    }))
}

fn change(value: &str, read_version: u64) -> Effect {
    Effect::SetState(StateChange {
        customer: None,
        key: "seen".to_owned(),
        value: Some(value.as_bytes().to_vec()),
        read_version,
        inherited: false,
    })
}

fn record(installation: &Installation) -> CallRecord {
    CallRecord {
        plugin: installation.plugin.clone(),
        version: "0.1.0".into(),
        digest: installation.release.digest,
        config_version: 1,
        installation_version: 1,
        effects: 0,
        outcomes: None,
        malformed: false,
        fault: None,
        fuel: 0,
        memory_bytes: 0,
        duration_us: 0,
    }
}

async fn applied(store: &TenantStore, event: &Event, effects: Vec<Effect>) -> Result<(), NotApplied> {
    let installation = connector();
    let call = Applicable {
        installation: &installation,
        event,
        outcome: CallOutcome::Effects(effects),
        record: record(&installation),
        recorded: None,
        was_held: Held::No,
    };
    apply(store, &Clock::system(), &Setup::default(), &call).await
}

const ALL: PageRequest = PageRequest { after: None, limit: 10 };

#[tokio::test(flavor = "multi_thread")]
async fn one_call_may_tell_of_several_messages_of_a_new_sender() {
    let store = acme().await;
    let event = delivered(&store).await;
    let effects = vec![message("1", "Hello"), message("2", "Is anybody there?"), message("1", "Hello")];
    applied(&store, &event, effects).await.unwrap();
    assert_eq!(store.customers(&ALL).await.unwrap().rows.len(), 1, "one sender is one prospect");
    assert_eq!(store.interactions(&ALL).await.unwrap().rows.len(), 2, "one message told twice is one contact");
    applied(&store, &event, vec![message("3", "Again")]).await.unwrap();
    assert_eq!(store.interactions(&ALL).await.unwrap().rows.len(), 2, "a second delivery changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn state_that_changed_is_told_from_an_effect_that_does_not_fit() {
    let store = acme().await;
    let event = delivered(&store).await;
    let refused = applied(&store, &event, vec![change("a", 0), change("b", 0)]).await;
    assert!(matches!(refused, Err(NotApplied::StateChanged)), "{refused:?}");
    let unknown = vec![Effect::Earn {
        program: "points".into(),
        points: stammgast_domain::Points(1),
        reason: stammgast_domain::effect::Reason { code: "x".into(), text: "x".into() },
    }];
    let refused = applied(&store, &event, unknown).await;
    assert!(matches!(&refused, Err(NotApplied::Fault(fault)) if fault.kind == FaultKind::InvalidEffect), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_shadow_has_dealt_with_is_held_back_no_more() {
    let store = acme().await;
    let (event, installation) = (delivered(&store).await, connector());
    let held = Delivery::waiting((installation.id, event.seq), event.event.subject.to_string(), at(1));
    let mut put = Change::new();
    put.put_delivery(&held).unwrap();
    store.commit(put.clone()).await.unwrap();
    let call = Applicable {
        installation: &installation,
        event: &event,
        outcome: CallOutcome::Effects(vec![message("1", "Hello"), change("tried", 0)]),
        record: record(&installation),
        recorded: None,
        was_held: Held::Yes,
    };
    note_shadow(&store, &call).await.unwrap();
    assert_eq!(store.delivery(installation.id, event.seq).await.unwrap(), None);
    store.commit(put).await.unwrap();
    note_shadow(&store, &call).await.unwrap();
    assert_eq!(store.delivery(installation.id, event.seq).await.unwrap(), None, "nor when it is found done");
    let generations = installation.release.state.generations(installation.id);
    let state = store.plugin_state(&generations, None, "seen").await.unwrap();
    assert_eq!(state.version, 1, "once");
    assert_eq!(store.interactions(&ALL).await.unwrap().rows.len(), 0, "and nothing else happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_generation_of_state_leaves_the_one_before_as_it_is() {
    let store = acme().await;
    let event = delivered(&store).await;
    applied(&store, &event, vec![change("first", 0)]).await.unwrap();
    let id = connector().id;
    let old = StateLineage::first(id);
    let new = old.branch(id, 2).generations(id);
    let seen = store.plugin_state(&new, None, "seen").await.unwrap();
    assert_eq!((seen.value.as_deref(), seen.version, seen.inherited), (Some(&b"first"[..]), 1, true));
    let second = StateChange {
        customer: None,
        key: "seen".to_owned(),
        value: Some(b"second".to_vec()),
        read_version: seen.version,
        inherited: seen.inherited,
    };
    let mut changed = Change::new();
    changed.change_state(&new[0], &second).unwrap();
    store.commit(changed).await.unwrap();
    let seen = store.plugin_state(&new, None, "seen").await.unwrap();
    assert_eq!((seen.value.as_deref(), seen.version, seen.inherited), (Some(&b"second"[..]), 2, false));
    let before = store.plugin_state(&old.generations(id), None, "seen").await.unwrap();
    assert_eq!((before.value.as_deref(), before.version), (Some(&b"first"[..]), 1), "going back finds the old value");
}
