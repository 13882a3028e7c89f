//! The event log and the overview: `/v1/events`, `/v1/overview`.

use super::{
    auth::{Caller, CallsRead, EverythingRead},
    page::{LimitParams, ListQuery, parsed},
    path::Id,
    problem::Problem,
    view::{
        event::{EventView, EventsView},
        explained::{DidItView, ExplainedView},
        overview::OverviewView,
    },
};
use crate::app::{App, events, explain};
use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_events)).routes(routes!(explain_event)).routes(routes!(read_overview))
}

/// Events of the tenant's log, in order.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "events",
    params(
        ("after" = Option<u64>, Query, description = "The place in the log after which to start; 0 when left out."),
        LimitParams
    ),
    responses((status = 200, description = "Events.", body = EventsView)),
    extensions(("x-scope" = json!("customers:read purchases:read interactions:read loyalty:read quality:read feedback:read")))
)]
async fn list_events(caller: Caller<EverythingRead>, query: ListQuery) -> Result<Json<EventsView>, Problem> {
    let (limit, [after]) = query.limit_and(["after"])?;
    let after: u64 = after.map_or(Ok(0), |text| parsed("after", &text))?;
    let events = events::list(&caller.ctx, after, limit).await?;
    let tenant = caller.ctx.tenant.tenant();
    let items: Vec<EventView> = events.into_iter().map(|event| EventView::of(tenant, event)).collect();
    let last = items.last().map_or(after, EventView::seq);
    Ok(Json(EventsView { items, last }))
}

/// What plugins did with an event, and in which version: why something that names it stands where it does.
///
/// Only installations that are there are asked; what one that was removed has left names its plugin and version itself.
#[utoipa::path(
    get,
    path = "/v1/events/{event}/calls",
    tag = "events",
    params(("event" = u64, Path, description = "The event's number.")),
    responses((status = 200, description = "What each installation did.", body = ExplainedView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn explain_event(caller: Caller<CallsRead>, event: Id<u64>) -> Result<Json<ExplainedView>, Problem> {
    let did = explain::event(&caller.ctx, event.0).await?;
    Ok(Json(ExplainedView { items: did.into_iter().map(|did| DidItView::of(event.0, did)).collect() }))
}

/// How much of everything there is. Reads every purchase: meant for people, not for polling.
#[utoipa::path(
    get,
    path = "/v1/overview",
    tag = "events",
    responses((status = 200, description = "Counts and sums.", body = OverviewView)),
    extensions(("x-scope" = json!("customers:read purchases:read interactions:read loyalty:read quality:read feedback:read")))
)]
async fn read_overview(caller: Caller<EverythingRead>) -> Result<Json<OverviewView>, Problem> {
    Ok(Json(events::overview(&caller.ctx).await?.into()))
}
