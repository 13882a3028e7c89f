//! Recorded calls: from the first on, from the last back, and which ones are forgotten.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod common;

use common::{at, settings, tenant};
use stammgast_domain::{
    InstallationId,
    call::{CallStory, Ended, RecordedCall},
    case::Expectation,
    digest::Digest,
    plugin::{CallLimits, FaultKind},
};
use stammgast_store::{CallOrder, Change, Store, TenantStore};
use std::sync::Arc;

/// Events of a busy time, each with a try that failed and one that did not.
const BUSY: u64 = 550;
/// An event long after.
const LATE: u64 = 40_000;

async fn acme() -> (Store, Arc<TenantStore>) {
    let store = Store::open(settings("mem://")).await.unwrap();
    let acme = tenant(&store, "acme").await;
    (store, acme)
}

fn call(installation: InstallationId, event: u64, attempt: u32, ended: &str) -> RecordedCall {
    RecordedCall {
        installation,
        event,
        attempt,
        plugin: "acme.points".into(),
        version: "1.0.0".into(),
        digest: Digest::of(b"points"),
        installation_version: 1,
        config_version: 1,
        limits: CallLimits::default(),
        seed: 1,
        fuel: 1,
        memory_bytes: 1,
        duration_us: 1,
        ended: ended.into(),
        recorded_at: at(1),
        is_whole: true,
    }
}

async fn record(acme: &TenantStore, calls: &[RecordedCall]) {
    let answer = Expectation::Effects(Vec::new());
    let story = CallStory { reads: Vec::new(), answer, refused: None, log: Vec::new() };
    let mut change = Change::new();
    for call in calls {
        change.record_call("tenant", call, &story).unwrap();
    }
    acme.commit(change).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_found_in_both_orders_however_far_they_lie_apart() {
    let (_store, acme) = acme().await;
    let points = InstallationId::derived(&["points"]);
    let busy = (1..=BUSY).flat_map(|event| [call(points, event, 1, "trap"), call(points, event, 2, "effects")]);
    record(&acme, &busy.collect::<Vec<_>>()).await;
    record(&acme, &[call(points, LATE, 1, "cpu")]).await;
    record(&acme, &[call(InstallationId::derived(&["other"]), LATE, 1, "trap")]).await;
    let found = async |order: CallOrder, ended: Option<Ended>, limit: usize| -> Vec<(u64, u32)> {
        let calls = acme.calls(points, order, ended, limit).await.unwrap();
        calls.iter().map(|call| (call.record.event, call.record.attempt)).collect()
    };
    let newest = CallOrder::NewestFirst { before: Some((LATE + 1, 1)) };
    assert_eq!(found(newest, None, 3).await, [(LATE, 1), (BUSY, 2), (BUSY, 1)]);
    let further = CallOrder::NewestFirst { before: Some((BUSY, 1)) };
    assert_eq!(found(further, None, 2).await, [(BUSY - 1, 2), (BUSY - 1, 1)]);
    assert_eq!(found(newest, Some(Ended::Faults), 2).await, [(LATE, 1), (BUSY, 1)]);
    assert_eq!(found(newest, Some(Ended::Fault(FaultKind::Cpu)), 9).await, [(LATE, 1)]);
    let oldest = CallOrder::OldestFirst { after: Some((BUSY - 2, 2)) };
    assert_eq!(found(oldest, Some(Ended::Effects), 9).await, [(BUSY - 1, 2), (BUSY, 2)]);

    let mut all = found(CallOrder::OldestFirst { after: None }, None, 9_999).await;
    assert_eq!(all.len() as u64, 2 * BUSY + 1);
    all.reverse();
    assert_eq!(found(newest, None, 9_999).await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn good_calls_never_push_a_fault_out() {
    let (_store, acme) = acme().await;
    let (busy, other) = (InstallationId::derived(&["busy"]), InstallationId::derived(&["other"]));
    record(&acme, &[call(other, 1, 1, "effects")]).await;
    for (event, ended) in (1..).zip(["trap", "effects", "cpu", "malformed", "effects", "effects"]) {
        record(&acme, &[call(busy, event, 1, ended)]).await;
    }
    let left = async |installation: InstallationId| -> Vec<(u64, String)> {
        let calls = acme.calls(installation, CallOrder::OldestFirst { after: None }, None, 100).await.unwrap();
        calls.into_iter().map(|call| (call.record.event, call.record.ended)).collect()
    };
    let named = |calls: &[(u64, &str)]| -> Vec<(u64, String)> {
        calls.iter().map(|(event, ended)| (*event, (*ended).to_owned())).collect()
    };
    let forget = async |most, limit| acme.forget_calls_beyond(busy, most, limit).await.unwrap();

    assert_eq!(forget(3, 2).await, 2, "no more at once than is asked for");
    let expected = named(&[(1, "trap"), (3, "cpu"), (5, "effects"), (6, "effects")]);
    assert_eq!(left(busy).await, expected, "the oldest of those that went well");
    assert_eq!((forget(3, 100).await, forget(3, 100).await), (1, 0));
    assert_eq!(forget(1, 100).await, 2);
    assert_eq!(left(busy).await, named(&[(3, "cpu")]), "faults go where they alone are too many");
    assert_eq!(left(other).await.len(), 1);
}
