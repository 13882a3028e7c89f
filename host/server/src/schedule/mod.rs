//! What happens by itself when its time has come, once and dated by its time, also after the server was down.
//!
//! The store says what is due when, and the calendar which day comes next. What is found then decides, so that
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
use stammgast_store::Due;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How far a tenant has come since it was looked at.
#[derive(Default)]
struct Progress {
    /// The first of the last batch of what was due.
    first: Option<Due>,
    /// Whether all that was due is done, or cannot be.
    is_done: bool,
    /// The place in the tenant's days.
    place: calendar::Place,
}

/// Looks after all tenants again and again, until it is told to stop: a batch of each at a time, so that one with much to do
/// holds up no other.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let every = Duration::from_secs(app.settings.schedule.look_seconds);
    let mut unfinished = BTreeMap::new();
    while !stop.is_cancelled() {
        // Before looking: a clock that is set meanwhile is not missed.
        let was_set = app.clock.was_set();
        let next_look = Instant::now() + every;
        unfinished = look_around(&app, everybody(&app, unfinished).await, &stop).await;
        while !unfinished.is_empty() && !stop.is_cancelled() && Instant::now() < next_look {
            unfinished = look_around(&app, unfinished, &stop).await;
        }
        if unfinished.is_empty() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = was_set => {}
                () = tokio::time::sleep_until(next_look) => {}
            }
        }
    }
}

/// All tenants: what is due is looked at anew, and their days go on where they were.
async fn everybody(app: &App, mut unfinished: BTreeMap<TenantId, Progress>) -> BTreeMap<TenantId, Progress> {
    match app.store.tenants().await {
        Ok(tenants) => {
            let ids = tenants.into_iter().map(|tenant| tenant.id);
            let mut place = |id: &TenantId| unfinished.remove(id).unwrap_or_default().place;
            ids.map(|id| (id.clone(), Progress { place: place(&id), ..Progress::default() })).collect()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "tenants cannot be listed");
            unfinished
        }
    }
}

/// Does a batch of each of these tenants; gives those that have more to do.
async fn look_around(
    app: &App,
    tenants: BTreeMap<TenantId, Progress>,
    stop: &CancellationToken,
) -> BTreeMap<TenantId, Progress> {
    let mut more = BTreeMap::new();
    for (tenant, progress) in tenants {
        if stop.is_cancelled() {
            break;
        }
        match look_after(app, &tenant, progress).await {
            Ok(Some(progress)) => drop(more.insert(tenant, progress)),
            Ok(None) => {}
            // One tenant's trouble is no reason to neglect the others.
            Err(error) => tracing::error!(tenant.id = %tenant, error = chain(&error), "what is due cannot be done"),
        }
    }
    more
}

/// Does a batch of what is due in a tenant, in order; where nothing is left, or the first is that of the last batch and
/// cannot be done, a batch of the tenant's days. `None` where there is nothing more to do.
async fn look_after(app: &App, tenant: &TenantId, progress: Progress) -> Result<Option<Progress>, AppError> {
    let Some(store) = app.store.tenant(tenant).await? else { return Ok(None) };
    let Progress { first, mut is_done, place } = progress;
    if !is_done {
        let now = app.clock.now();
        let items = store.due(now, app.settings.schedule.batch).await?;
        is_done = items.is_empty() || items.first() == first.as_ref();
        if !is_done {
            let setup = store.setup().await?;
            let done = join_all(items.iter().map(|item| moments::attend(&store, &setup, item, now))).await;
            for (item, outcome) in items.iter().zip(done) {
                if let Err(error) = outcome {
                    tracing::error!(tenant.id = %tenant, due = ?item, error = chain(&error), "cannot be attended to");
                }
            }
            return Ok(Some(Progress { first: items.into_iter().next(), is_done, place }));
        }
    }
    let place = calendar::turn(app, tenant, &store, place).await?;
    Ok(place.map(|place| Progress { first: None, is_done, place }))
}
