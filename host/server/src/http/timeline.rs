//! What happened between a customer and the company: `/v1/customers/{id}/timeline` and `/purchases`.

use super::{
    auth::{Caller, PurchasesRead, TimelineRead},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::Problem,
    view::{interaction::TimelineView, purchase::PurchaseView},
};
use crate::app::{App, interactions, purchases};
use axum::Json;
use stammgast_domain::CustomerId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_timeline)).routes(routes!(list_customer_purchases))
}

/// Everything that happened between a customer and the company, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/timeline",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "Interactions and purchases.", body = Listed<TimelineView>)),
    extensions(("x-scope" = json!("customers:read purchases:read interactions:read")))
)]
async fn read_timeline(
    caller: Caller<TimelineRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<TimelineView>>, Problem> {
    let page = interactions::timeline(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, TimelineView::from)))
}

/// A customer's purchases, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/purchases",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The purchases.", body = Listed<PurchaseView>)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn list_customer_purchases(
    caller: Caller<PurchasesRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<PurchaseView>>, Problem> {
    let page = purchases::list(&caller.ctx, Some(id.0), &query.page()?).await?;
    Ok(Json(Listed::page(page, PurchaseView::from)))
}
