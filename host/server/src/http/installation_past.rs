//! An installation's history, and what would change: `/v1/installations/{id}/history`, `…/review`, `/v1/plugins/{name}/review`.

use super::{
    auth::{Caller, PluginsRead},
    page::{LimitParams, ListQuery, parsed},
    path::Id,
    problem::Problem,
    view::{installation::HistoryEntryView, review::ReviewView},
};
use crate::app::{App, installations};
use axum::{Json, extract::State};
use serde::Serialize;
use stammgast_domain::InstallationId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_history))
        .routes(routes!(review_upgrade))
        .routes(routes!(review_plugin))
}

/// What became of an installation, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = History)]
struct HistoryView {
    /// The entries.
    items: Vec<HistoryEntryView>,
}

/// What became of an installation, step by step, newest first. Also of one that was removed.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/history",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("before" = Option<u64>, Query, description = "The version before which to start."),
        LimitParams
    ),
    responses((status = 200, description = "Its history.", body = HistoryView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_history(
    caller: Caller<PluginsRead>,
    id: Id<InstallationId>,
    query: ListQuery,
) -> Result<Json<HistoryView>, Problem> {
    let (limit, [before]) = query.limit_and(["before"])?;
    let before = before.map(|text| parsed("before", &text)).transpose()?;
    let entries = installations::history(&caller.ctx, id.0, before, limit).await?;
    Ok(Json(HistoryView { items: entries.into_iter().map(HistoryEntryView::from).collect() }))
}

/// What another version of an installation's plugin asks for, and what would change.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/review",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("plugin" = String, Query, description = "The version: its digest, or its id with or without `@` and a version.")
    ),
    responses((status = 200, description = "What to look at.", body = ReviewView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn review_upgrade(
    caller: Caller<PluginsRead>,
    State(app): State<App>,
    id: Id<InstallationId>,
    query: ListQuery,
) -> Result<Json<ReviewView>, Problem> {
    let (_, [plugin]) = query.limit_and(["plugin"])?;
    let plugin = plugin.ok_or_else(|| Problem::invalid("plugin", "name the version that shall be reviewed"))?;
    Ok(Json(installations::review(&app, &caller.ctx, &plugin, Some(id.0)).await?.into()))
}

/// What a plugin asks for, for a tenant that does not run it yet.
#[utoipa::path(
    get,
    path = "/v1/plugins/{name}/review",
    tag = "plugins",
    params(("name" = String, Path,
        description = "Its digest, its id with `@` and a version, or its id alone for the highest version.")),
    responses((status = 200, description = "What to look at.", body = ReviewView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn review_plugin(
    caller: Caller<PluginsRead>,
    State(app): State<App>,
    name: Id<String>,
) -> Result<Json<ReviewView>, Problem> {
    crate::app::plugins::find(&app, &name.0).await?;
    Ok(Json(installations::review(&app, &caller.ctx, &name.0, None).await?.into()))
}
