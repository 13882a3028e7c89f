//! Events that did not get through: `/v1/dead-letters`.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::NoBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::delivery::DeliveryView,
};
use crate::app::{App, deliveries, installations};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Serialize;
use stammgast_domain::InstallationId;
use stammgast_store::Delivery;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_dead_letters))
        .routes(routes!(read_dead_letter))
        .routes(routes!(retry_dead_letter))
        .routes(routes!(retry_dead_letters))
}

/// How many dead letters are in line again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retried)]
struct RetriedView {
    /// Their number.
    retried: usize,
}

/// Deliveries that failed for good, by installation and event.
#[utoipa::path(
    get,
    path = "/v1/dead-letters",
    tag = "plugins",
    params(PageParams),
    responses((status = 200, description = "The deliveries.", body = Listed<DeliveryView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_dead_letters(
    caller: Caller<PluginsRead>,
    query: ListQuery,
) -> Result<Json<Listed<DeliveryView>>, Problem> {
    let page = deliveries::dead_letters(&caller.ctx, &query.page()?).await?;
    Ok(Json(Listed::page(page, DeliveryView::from)))
}

/// One delivery that did not get through at once.
#[utoipa::path(
    get,
    path = "/v1/dead-letters/{installation}/{event}",
    tag = "plugins",
    params(
        ("installation" = Uuid, Path, description = "The installation's id."),
        ("event" = u64, Path, description = "The event's sequence number.")
    ),
    responses((status = 200, description = "The delivery.", body = DeliveryView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_dead_letter(
    caller: Caller<PluginsRead>,
    ids: Ids<InstallationId, u64>,
) -> Result<Json<DeliveryView>, Problem> {
    Ok(Json(deliveries::read(&caller.ctx, ids.0, ids.1).await?.into()))
}

/// Puts a dead letter in line again, with all its tries.
#[utoipa::path(
    post,
    path = "/v1/dead-letters/{installation}/{event}/retry",
    tag = "plugins",
    params(
        ("installation" = Uuid, Path, description = "The installation's id."),
        ("event" = u64, Path, description = "The event's sequence number."),
        IdempotencyParams
    ),
    responses(
        (status = 200, description = "The delivery as it is now.", body = DeliveryView),
        (status = 409, description = "`delivery-in-line` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn retry_dead_letter(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    ids: Ids<InstallationId, u64>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let Ids(installation, event) = ids;
    let plan = || deliveries::retry(&caller.ctx, installation, event);
    let view = |delivery: &Delivery| DeliveryView::from(delivery.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await?;
    if written.answer.is_some() {
        installations::tell(&app, caller.ctx.tenant.tenant(), installation);
    }
    Ok(written)
}

/// Puts every dead letter of an installation in line again, with all their tries.
///
/// Sending it twice changes nothing more.
#[utoipa::path(
    post,
    path = "/v1/dead-letters/{installation}/retry",
    tag = "plugins",
    params(("installation" = Uuid, Path, description = "The installation's id.")),
    responses((status = 200, description = "How many are in line again.", body = RetriedView)),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn retry_dead_letters(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    installation: Id<InstallationId>,
) -> Result<Json<RetriedView>, Problem> {
    let retried = deliveries::retry_all(&caller.ctx, installation.0).await?;
    installations::tell(&app, caller.ctx.tenant.tenant(), installation.0);
    Ok(Json(RetriedView { retried }))
}
