//! What follows a purchase: warranties (`/v1/warranties`) and referrals (`/v1/referrals`).

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite, PurchasesRead, PurchasesWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::aftersales::{ReferralView, WarrantyView},
};
use crate::app::{App, aftersales};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{
    CustomerId, PurchaseId, WarrantyId,
    referral::Referral,
    warranty::{NewWarranty, Warranty},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of these resources.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(record_warranty))
        .routes(routes!(read_warranty))
        .routes(routes!(list_warranties))
        .routes(routes!(record_referral))
        .routes(routes!(list_referrals))
}

/// A warranty on a line of a purchase.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewWarranty)]
#[serde(deny_unknown_fields)]
struct NewWarrantyBody {
    /// The purchase.
    #[schema(value_type = Uuid)]
    purchase: PurchaseId,
    /// The line of it, from 0.
    line: u32,
    /// The piece's own number, where a line has several.
    #[schema(max_length = 200)]
    serial: Option<String>,
    /// How long it is good, from the day of the purchase.
    #[schema(minimum = 1, maximum = 600, examples(24))]
    months: u16,
}

/// A customer brought another one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewReferral)]
#[serde(deny_unknown_fields)]
struct NewReferralBody {
    /// Who brought.
    #[schema(value_type = Uuid)]
    referrer: CustomerId,
    /// Who was brought.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
}

/// Records a warranty on a line of a purchase. It begins on the day of the purchase; what comes back loses it.
#[utoipa::path(
    post,
    path = "/v1/warranties",
    tag = "purchases",
    params(IdempotencyParams),
    request_body = NewWarrantyBody,
    responses(
        (status = 201, description = "The warranty.", body = WarrantyView),
        (status = 200, description = "It was recorded before.", body = WarrantyView),
        (status = 409, description = "`warranty-recorded` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("purchases:write")))
)]
async fn record_warranty(
    caller: Caller<PurchasesWrite>,
    body: JsonBody<NewWarrantyBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewWarrantyBody { purchase, line, serial, months } = body.value;
    let new = NewWarranty { line, serial, months };
    let plan = || aftersales::record_warranty(&caller.ctx, purchase, new.clone());
    let view = |warranty: &Warranty| WarrantyView::from(warranty.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED.under("/v1/warranties"), plan, view).await
}

/// One warranty.
#[utoipa::path(
    get,
    path = "/v1/warranties/{id}",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The warranty's id.")),
    responses((status = 200, description = "The warranty.", body = WarrantyView)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn read_warranty(caller: Caller<PurchasesRead>, id: Id<WarrantyId>) -> Result<Json<WarrantyView>, Problem> {
    Ok(Json(aftersales::warranty(&caller.ctx, id.0).await?.into()))
}

/// A customer's warranties, newest first, those that are over or void among them.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/warranties",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The warranties.", body = Listed<WarrantyView>)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn list_warranties(
    caller: Caller<PurchasesRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<WarrantyView>>, Problem> {
    let page = aftersales::warranties(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, WarrantyView::from)))
}

/// Records that a customer brought another one, who has not bought yet.
///
/// It counts once that one has bought for as much as the tenant wants, and the purchase has stood for some days; then rules
/// are told as of activities of both, `referral-made` and `referral-accepted`.
#[utoipa::path(
    post,
    path = "/v1/referrals",
    tag = "loyalty",
    params(IdempotencyParams),
    request_body = NewReferralBody,
    responses(
        (status = 201, description = "The referral.", body = ReferralView),
        (status = 200, description = "It was recorded before.", body = ReferralView),
        (status = 409, description = "`not-referable`, `referred-before` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn record_referral(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewReferralBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewReferralBody { referrer, customer } = body.value;
    let plan = || aftersales::refer(&caller.ctx, referrer, customer);
    let view = |referral: &Referral| ReferralView::from(referral.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}

/// Whom a customer brought, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/referrals",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The referrals.", body = Listed<ReferralView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_referrals(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<ReferralView>>, Problem> {
    let page = aftersales::referrals(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, ReferralView::from)))
}
