//! Vouchers: `/v1/vouchers`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyRedeem, LoyaltyWrite},
    body::{JsonBody, NoBody},
    buyer::BuyerBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        purchase::MoneyView,
        voucher::{CheckedView, VoucherView},
    },
};
use crate::app::{
    App,
    purchases::Buyer,
    vouchers::{self, Presented},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{CustomerId, VoucherId, voucher::Voucher};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(issue_voucher))
        .routes(routes!(check_voucher))
        .routes(routes!(redeem_voucher))
        .routes(routes!(read_voucher))
        .routes(routes!(give_voucher_back))
        .routes(routes!(cancel_voucher))
        .routes(routes!(list_vouchers))
}

/// A voucher that a person gives.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewVoucher)]
#[serde(deny_unknown_fields)]
struct NewVoucherBody {
    /// Who gets it.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The offer's code.
    #[schema(examples("birthday"))]
    offer: String,
    /// Why, a code.
    #[schema(max_length = 64, examples("goodwill"))]
    reason: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// A voucher that is shown at a till.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = ShownVoucher)]
#[serde(deny_unknown_fields)]
struct ShownBody {
    /// The code; case and hyphens do not matter.
    #[schema(examples("7K3M-Q9TX-2B8H-VW4D"))]
    code: String,
    /// Who shows it; needed where the voucher belongs to one customer.
    customer: Option<BuyerBody>,
    /// What is to be paid, 0 or more; needed where the voucher has a smallest basket.
    basket: Option<MoneyView>,
    /// The caller's own name for it, such as a receipt number.
    #[schema(max_length = 200)]
    reference: Option<String>,
}

impl From<ShownBody> for Presented {
    fn from(body: ShownBody) -> Self {
        let ShownBody { code, customer, basket, reference } = body;
        Self { code, customer: customer.map(Buyer::from), basket: basket.map(Into::into), reference }
    }
}

fn shown(voucher: &Voucher) -> VoucherView {
    voucher.clone().into()
}

/// Gives a customer a voucher.
#[utoipa::path(
    post,
    path = "/v1/vouchers",
    tag = "vouchers",
    params(IdempotencyParams),
    request_body = NewVoucherBody,
    responses(
        (status = 201, description = "The new voucher.", body = VoucherView),
        (status = 409, description = "`offer-used-up` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn issue_voucher(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewVoucherBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewVoucherBody { customer, offer, reason, text } = body.value;
    let plan = || vouchers::issue(&caller.ctx, customer, &offer, &reason, text.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED.under("/v1/vouchers"), plan, shown).await
}

/// Looks at a voucher without using it: what it is worth, and whether it can be used now.
#[utoipa::path(
    post,
    path = "/v1/vouchers/check",
    tag = "vouchers",
    request_body = ShownBody,
    responses((status = 200, description = "The voucher.", body = CheckedView)),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn check_voucher(caller: Caller<LoyaltyRedeem>, body: JsonBody<ShownBody>) -> Result<Json<CheckedView>, Problem> {
    Ok(Json(vouchers::check(&caller.ctx, &body.value.into()).await?.into()))
}

/// Uses a voucher. It can be used once, however many tills ask at the same time.
#[utoipa::path(
    post,
    path = "/v1/vouchers/redeem",
    tag = "vouchers",
    params(IdempotencyParams),
    request_body = ShownBody,
    responses(
        (status = 200, description = "The voucher, used.", body = VoucherView),
        (status = 409, description = "`voucher-used`, `voucher-expired`, `voucher-cancelled`, `voucher-bound`, \
            `voucher-basket` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn redeem_voucher(
    caller: Caller<LoyaltyRedeem>,
    body: JsonBody<ShownBody>,
) -> Result<impl IntoResponse, Problem> {
    let presented = Presented::from(body.value);
    let plan = || vouchers::redeem(&caller.ctx, &presented);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One voucher.
#[utoipa::path(
    get,
    path = "/v1/vouchers/{id}",
    tag = "vouchers",
    params(("id" = Uuid, Path, description = "The voucher's id.")),
    responses((status = 200, description = "The voucher.", body = VoucherView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_voucher(caller: Caller<LoyaltyRead>, id: Id<VoucherId>) -> Result<Json<VoucherView>, Problem> {
    Ok(Json(vouchers::read(&caller.ctx, id.0).await?.into()))
}

/// Undoes the use of a voucher, as when the purchase is cancelled. It can be used again up to its last day.
#[utoipa::path(
    post,
    path = "/v1/vouchers/{id}/give-back",
    tag = "vouchers",
    params(("id" = Uuid, Path, description = "The voucher's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The voucher.", body = VoucherView),
        (status = 409, description = "`voucher-not-used` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn give_voucher_back(
    caller: Caller<LoyaltyRedeem>,
    id: Id<VoucherId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || vouchers::give_back(&caller.ctx, id.0);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Takes a voucher back that was not used.
#[utoipa::path(
    post,
    path = "/v1/vouchers/{id}/cancel",
    tag = "vouchers",
    params(("id" = Uuid, Path, description = "The voucher's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The voucher.", body = VoucherView),
        (status = 409, description = "`voucher-used`, `voucher-cancelled` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn cancel_voucher(
    caller: Caller<LoyaltyWrite>,
    id: Id<VoucherId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || vouchers::cancel(&caller.ctx, id.0);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// A customer's vouchers, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/vouchers",
    tag = "vouchers",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The vouchers.", body = Listed<VoucherView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_vouchers(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<VoucherView>>, Problem> {
    let page = vouchers::of_customer(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, VoucherView::from)))
}
