//! Stopped by the host, told to the admins, and let out again, on a real store.

use super::{
    super::{Waiting, disable, enable, history},
    *,
};
use crate::{
    app::{Ctx, audit, notices},
    config::Tenant as Bounds,
};
use stammgast_domain::{
    InstallationId, Timestamp,
    access::{Scope, all_scopes},
    digest::Digest,
    notice::NoticeKind,
    plugin::{FaultKind, Release, StateLineage, WantedLimits},
};
use stammgast_store::{Change, PageRequest, Store, StoreSettings, WhichNotices};
use std::collections::BTreeSet;

const FAILING: Failing = Failing { faults: 5, window_seconds: 60, fault: FaultKind::Trap, event: 7 };
const PAGE: PageRequest = PageRequest { after: None, limit: 50 };

async fn acme() -> Ctx {
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
    let tenant = store.prepare_tenant(&"acme".parse().unwrap()).await.unwrap();
    let (actor, scopes, clock) = ("key:admin".to_owned(), all_scopes(), Clock::system());
    Ctx { tenant, actor, partner: None, scopes, clock, bounds: Bounds::default() }
}

/// An installation that is enabled, as a worker has read it.
async fn points(ctx: &Ctx) -> Installation {
    let id = InstallationId::derived(&["points"]);
    let points = Installation {
        id,
        name: "points".into(),
        plugin: "acme.points".into(),
        release: Release {
            plugin_version: "1.2.0".parse().unwrap(),
            digest: Digest::of(b"points"),
            kinds: BTreeSet::new(),
            events: BTreeSet::new(),
            grants: BTreeSet::new(),
            origins: BTreeSet::new(),
            config: json!({}),
            config_version: 1,
            limits: WantedLimits::default(),
            state: StateLineage::first(id),
            trust: None,
        },
        status: InstallationStatus::Enabled,
        quarantine: None,
        shadow_of: None,
        limits_set: WantedLimits::default(),
        created_at: ctx.now(),
        updated_at: ctx.now(),
        version: 1,
    };
    let mut change = Change::new();
    change.create_installation(&points).unwrap();
    ctx.tenant.commit(change).await.unwrap();
    points
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_failing_is_stopped_with_its_history_an_audit_entry_and_a_notice() {
    let ctx = acme().await;
    let read = points(&ctx).await;
    quarantine(&ctx.tenant, &ctx.clock, &read, FAILING).await.unwrap();

    let stopped = ctx.tenant.installation(read.id).await.unwrap().unwrap();
    assert_eq!((stopped.status, stopped.version), (InstallationStatus::Quarantined, 2));
    let why = stopped.quarantine.unwrap();
    assert_eq!((why.failing, why.since), (FAILING, stopped.updated_at));
    let steps = history(&ctx, read.id, None, 10).await.unwrap();
    assert_eq!((steps[0].step, steps[0].actor.as_str(), &steps[0].installation), (Step::Quarantined, "host", &stopped));
    let entries = audit::list(&ctx, &PAGE).await.unwrap().rows;
    assert_eq!((entries[0].action.as_str(), entries[0].actor.as_str()), ("installation.quarantined", "host"));
    assert!(entries[0].text.contains("5 calls failed within 60 seconds"), "{}", entries[0].text);
    let told = notices::list(&ctx, WhichNotices::Unseen, &PAGE).await.unwrap().rows;
    assert_eq!((told.len(), told[0].kind), (1, NoticeKind::Quarantined));
    assert_eq!((&told[0].object, told[0].at), (&entries[0].object, why.since));

    quarantine(&ctx.tenant, &ctx.clock, &stopped, FAILING).await.unwrap();
    assert_eq!(ctx.tenant.installation(read.id).await.unwrap().unwrap().version, 2, "once is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_changed_in_the_meantime_is_not_stopped() {
    let ctx = acme().await;
    let read = points(&ctx).await;
    let disabled = disable(&ctx, read.id).await.unwrap();
    ctx.tenant.commit(disabled.change).await.unwrap();
    let refused = quarantine(&ctx.tenant, &ctx.clock, &read, FAILING).await;
    assert!(matches!(refused, Err(AppError::Outdated("installation"))), "{refused:?}");
    assert_eq!(ctx.tenant.installation(read.id).await.unwrap().unwrap().status, InstallationStatus::Disabled);
    assert!(notices::list(&ctx, WhichNotices::All, &PAGE).await.unwrap().rows.is_empty(), "nobody is alarmed");
    assert_eq!(history(&ctx, read.id, None, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_lets_it_out_and_the_audit_log_says_so() {
    let ctx = acme().await;
    let read = points(&ctx).await;
    quarantine(&ctx.tenant, &ctx.clock, &read, FAILING).await.unwrap();
    let enabled = enable(&ctx, read.id, Waiting::Run).await.unwrap();
    ctx.tenant.commit(enabled.change).await.unwrap();
    let runs = ctx.tenant.installation(read.id).await.unwrap().unwrap();
    assert_eq!((runs.status, runs.quarantine, runs.version), (InstallationStatus::Enabled, None, 3));
    let entries = audit::list(&ctx, &PAGE).await.unwrap().rows;
    let enabled = entries.iter().find(|entry| entry.action == "installation.enabled").unwrap();
    assert_eq!(enabled.actor, "key:admin");
    assert_eq!(enabled.text, "`points` is let out of its quarantine and called; what waited is run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_seen_once_and_all_up_to_one_together() {
    let ctx = acme().await;
    let about = points(&ctx).await;
    let told = |number: i64| {
        let at = Timestamp::from_millis(number).unwrap();
        Notice::breaker_closed(NoticeId::derived(&[&number.to_string()]), at, &about)
    };
    let mut change = Change::new();
    for number in 1..=4 {
        change.notice(&told(number)).unwrap();
    }
    ctx.tenant.commit(change).await.unwrap();

    let plan = notices::see(&ctx, told(2).id).await.unwrap();
    ctx.tenant.commit(plan.change).await.unwrap();
    let other = Ctx { actor: "key:other".to_owned(), ..ctx.clone() };
    let again = notices::see(&other, told(2).id).await.unwrap();
    assert!(again.change.is_empty());
    assert_eq!(again.answer.seen.unwrap().by, "key:admin", "whoever was first stays on record");
    assert!(matches!(notices::see(&ctx, NoticeId::derived(&["x"])).await, Err(AppError::NotFound("notice"))));

    assert_eq!(notices::see_all(&other, Some(told(3).id)).await.unwrap(), 2);
    let unseen = notices::list(&ctx, WhichNotices::Unseen, &PAGE).await.unwrap().rows;
    assert_eq!(unseen, [told(4)]);
    let wrong = notices::see_all(&ctx, Some(NoticeId::derived(&["x"]))).await;
    assert!(matches!(wrong, Err(AppError::Invalid { .. })), "{wrong:?}");
    assert_eq!(notices::see_all(&ctx, None).await.unwrap(), 1);
    assert_eq!(notices::see_all(&ctx, None).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn seeing_needs_the_scope_to_change_plugins() {
    let ctx = acme().await;
    let reader = Ctx { scopes: BTreeSet::from([Scope::PluginsRead]), ..ctx };
    assert!(notices::list(&reader, WhichNotices::All, &PAGE).await.is_ok());
    assert!(matches!(notices::see_all(&reader, None).await, Err(AppError::MissingScope(_))));
}
