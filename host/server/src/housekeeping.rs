//! What is old is forgotten: answers under Idempotency-Keys, records of calls and notices past their time or their
//! number, and what removed installations kept.

use crate::app::App;
use stammgast_domain::TenantId;
use stammgast_store::StoreError;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it looks.
const EVERY: Duration = Duration::from_hours(1);
/// Rows that are forgotten in one go.
const AT_ONCE: usize = 2_000;

/// Looks after all tenants, now and every hour, until it is told to stop.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    loop {
        match app.store.tenants().await {
            Ok(tenants) => {
                for tenant in tenants {
                    // One tenant's trouble is no reason to neglect the others.
                    if let Err(error) = forget_old(&app, &tenant.id).await {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(tenant.id = %tenant.id, error, "what is old cannot be forgotten");
                    }
                }
            }
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "tenants cannot be listed"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn forget_old(app: &App, tenant: &TenantId) -> Result<(), StoreError> {
    let Some(store) = app.store.tenant(tenant).await? else { return Ok(()) };
    let records = app.settings.records;
    let hours_ago = |hours: u64| {
        let millis = i64::try_from(hours).unwrap_or(i64::MAX).saturating_mul(3_600_000);
        app.clock.now().plus_millis(-millis)
    };
    let days_ago = |days: u64| hours_ago(days.saturating_mul(24));
    let oldest_answer = hours_ago(app.settings.http.idempotency_hours);
    while store.forget_answers(oldest_answer, AT_ONCE).await? == AT_ONCE {}
    let (oldest_call, oldest_notice) = (days_ago(records.keep_days), days_ago(records.notice_days));
    while store.forget_calls_before(oldest_call, AT_ONCE).await? == AT_ONCE {}
    for installation in store.installations().await? {
        while store.forget_calls_beyond(installation.id, records.per_installation, AT_ONCE).await? == AT_ONCE {}
    }
    while store.forget_removed(AT_ONCE).await? {}
    while store.forget_notices_before(oldest_notice, AT_ONCE).await? == AT_ONCE {}
    while store.forget_notices_beyond(records.notices, AT_ONCE).await? == AT_ONCE {}
    Ok(())
}
