//! What calls of an installation cost and how they ended: `/v1/installations/{id}/usage`.

use super::{
    auth::{Caller, PluginsRead},
    path::Id,
    problem::Problem,
    view::usage::UsageView,
};
use crate::app::{App, usage};
use axum::{Json, extract::State};
use stammgast_domain::InstallationId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_usage))
}

/// What calls of an installation cost and how they ended, in this server since its start.
///
/// Calls for events are counted, those in shadow too; back-tests, repeated calls and test messages are not.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/usage",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id.")),
    responses((status = 200, description = "The figures.", body = UsageView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_usage(
    caller: Caller<PluginsRead>,
    State(app): State<App>,
    id: Id<InstallationId>,
) -> Result<Json<UsageView>, Problem> {
    Ok(Json(usage::read(&app, &caller.ctx, id.0).await?.into()))
}
