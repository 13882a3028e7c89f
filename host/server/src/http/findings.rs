//! Quality findings: `/v1/findings`.

use super::{
    auth::{Caller, QualityRead},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::Problem,
    view::feedback::FindingView,
};
use crate::app::{App, feedback};
use axum::Json;
use stammgast_domain::FindingId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_findings)).routes(routes!(read_finding))
}

/// Findings, newest first.
#[utoipa::path(
    get,
    path = "/v1/findings",
    tag = "quality",
    params(PageParams),
    responses((status = 200, description = "Findings.", body = Listed<FindingView>)),
    extensions(("x-scope" = json!("quality:read")))
)]
async fn list_findings(caller: Caller<QualityRead>, query: ListQuery) -> Result<Json<Listed<FindingView>>, Problem> {
    let page = feedback::findings(&caller.ctx, &query.page()?).await?;
    Ok(Json(Listed::page(page, FindingView::from)))
}

/// One finding.
#[utoipa::path(
    get,
    path = "/v1/findings/{id}",
    tag = "quality",
    params(("id" = Uuid, Path, description = "The finding's id.")),
    responses((status = 200, description = "The finding.", body = FindingView)),
    extensions(("x-scope" = json!("quality:read")))
)]
async fn read_finding(caller: Caller<QualityRead>, id: Id<FindingId>) -> Result<Json<FindingView>, Problem> {
    Ok(Json(feedback::read_finding(&caller.ctx, id.0).await?.into()))
}
