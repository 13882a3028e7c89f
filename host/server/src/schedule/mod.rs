//! What happens by itself when its time has come, once and dated by its time, also after the server was down.
//!
//! Rows in `due` say when to look at what, and the calendar says which day comes next. What is found then decides, so that
//! looking too early, twice or from two processes changes nothing.

mod aftersales;
mod calendar;
mod moments;

use crate::{
    app::{App, AppError},
    causes::chain,
};
use futures::future::join_all;
use stammgast_domain::TenantId;
use stammgast_store::TenantStore;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looks after all tenants again and again, until it is told to stop.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let every = Duration::from_secs(app.settings.schedule.look_seconds);
    loop {
        // Before looking: a clock that is set meanwhile is not missed.
        let was_set = app.clock.was_set();
        look_around(&app, &stop).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = was_set => {}
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn look_around(app: &App, stop: &CancellationToken) {
    let tenants = match app.store.tenants().await {
        Ok(tenants) => tenants,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "tenants cannot be listed");
            return;
        }
    };
    for tenant in tenants {
        if stop.is_cancelled() {
            return;
        }
        // One tenant's trouble is no reason to neglect the others.
        if let Err(error) = look_after(app, &tenant.id, stop).await {
            tracing::error!(tenant.id = %tenant.id, error = chain(&error), "what is due cannot be done");
        }
    }
}

/// Does everything that is due in a tenant, in order; then its days.
async fn look_after(app: &App, tenant: &TenantId, stop: &CancellationToken) -> Result<(), AppError> {
    let Some(store) = app.store.tenant(tenant).await? else { return Ok(()) };
    do_what_is_due(app, tenant, &store, stop).await?;
    calendar::turn(app, tenant, &store, stop).await
}

async fn do_what_is_due(
    app: &App,
    tenant: &TenantId,
    store: &TenantStore,
    stop: &CancellationToken,
) -> Result<(), AppError> {
    let mut first = None;
    while !stop.is_cancelled() {
        let now = app.clock.now();
        let items = store.due(now, app.settings.schedule.batch).await?;
        // What cannot be done stays where it is, and is tried when somebody looks again.
        if items.is_empty() || items.first() == first.as_ref() {
            return Ok(());
        }
        first = items.first().cloned();
        let setup = store.setup().await?;
        let done = join_all(items.iter().map(|item| moments::attend(store, &setup, item, now))).await;
        for (item, outcome) in items.iter().zip(done) {
            if let Err(error) = outcome {
                tracing::error!(tenant.id = %tenant, due = ?item.what, error = chain(&error), "cannot be attended to");
            }
        }
    }
    Ok(())
}
