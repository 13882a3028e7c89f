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
use stammgast_store::DueItem;
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

/// Goes round the tenants, a batch of each at a time, so that one with much to do holds up no other.
async fn look_around(app: &App, stop: &CancellationToken) {
    let mut waiting: Vec<(TenantId, Option<DueItem>)> = match app.store.tenants().await {
        Ok(tenants) => tenants.into_iter().map(|tenant| (tenant.id, None)).collect(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "tenants cannot be listed");
            return;
        }
    };
    while !waiting.is_empty() {
        let mut more = Vec::new();
        for (tenant, first) in waiting {
            if stop.is_cancelled() {
                return;
            }
            match look_after(app, &tenant, first, stop).await {
                Ok(Some(first)) => more.push((tenant, Some(first))),
                Ok(None) => {}
                // One tenant's trouble is no reason to neglect the others.
                Err(error) => tracing::error!(tenant.id = %tenant, error = chain(&error), "what is due cannot be done"),
            }
        }
        waiting = more;
    }
}

/// Does a batch of what is due in a tenant, in order; gives the first of it. Where nothing is left, or the first is that of
/// the last batch and cannot be done, the tenant's days are turned, and nothing is given.
async fn look_after(
    app: &App,
    tenant: &TenantId,
    before: Option<DueItem>,
    stop: &CancellationToken,
) -> Result<Option<DueItem>, AppError> {
    let Some(store) = app.store.tenant(tenant).await? else { return Ok(None) };
    let now = app.clock.now();
    let items = store.due(now, app.settings.schedule.batch).await?;
    if items.is_empty() || items.first() == before.as_ref() {
        return calendar::turn(app, tenant, &store, stop).await.map(|()| None);
    }
    let setup = store.setup().await?;
    let done = join_all(items.iter().map(|item| moments::attend(&store, &setup, item, now))).await;
    for (item, outcome) in items.iter().zip(done) {
        if let Err(error) = outcome {
            tracing::error!(tenant.id = %tenant, due = ?item.what, error = chain(&error), "cannot be attended to");
        }
    }
    Ok(items.into_iter().next())
}
