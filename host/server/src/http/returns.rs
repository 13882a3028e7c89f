//! Returns of purchases: `/v1/purchases/{id}/returns` and `/v1/returns`.

use super::{
    auth::{Caller, PurchasesRead, PurchasesWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        purchase::MoneyView,
        redemption::{ReturnView, ReturnedLineView},
    },
};
use crate::app::{
    App,
    returns::{self, NewReturn},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{Money, PurchaseId, ReturnId, Timestamp, ledger::ReturnedLine};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_returns, record_return))
        .routes(routes!(read_return))
        .routes(routes!(cancel_return))
}

fn usual_reason() -> String {
    "return".to_owned()
}

/// What of a purchase comes back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewReturn)]
#[serde(deny_unknown_fields)]
struct NewReturnBody {
    /// The return's name in the caller's system. The same twice is one return.
    #[schema(max_length = 200, examples("R-2026-000003"))]
    external_id: String,
    /// What is paid back. Where it is left out it is the sum of the lines, and without lines everything that is left.
    amount: Option<MoneyView>,
    /// Lines that come back; they add up to the amount. Needed where a purchase with lines comes back in part.
    #[serde(default)]
    #[schema(max_items = 500)]
    lines: Vec<ReturnedLineView>,
    /// Why, a code such as `return` or `cancellation`.
    #[serde(default = "usual_reason")]
    #[schema(max_length = 64, default = "return")]
    reason: String,
    /// When it came back; now where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
}

/// All returns of a purchase, in the order in which they were recorded.
#[utoipa::path(
    get,
    path = "/v1/purchases/{id}/returns",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The purchase's id.")),
    responses((status = 200, description = "The returns.", body = Listed<ReturnView>)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn list_returns(caller: Caller<PurchasesRead>, id: Id<PurchaseId>) -> Result<Json<Listed<ReturnView>>, Problem> {
    let returns = returns::of_purchase(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(returns.into_iter().map(ReturnView::from).collect())))
}

/// Records that a purchase came back, in whole or in part.
///
/// The points that it earned are taken back in the same proportion, and in whole once everything has come back. Where they
/// are spent already, each program's policy says what happens.
#[utoipa::path(
    post,
    path = "/v1/purchases/{id}/returns",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The purchase's id."), IdempotencyParams),
    request_body = NewReturnBody,
    responses(
        (status = 201, description = "The new return.", body = ReturnView),
        (status = 200, description = "It was recorded before.", body = ReturnView),
        (status = 409, description = "`return-too-large`, `return-recorded`, `points-spent` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("purchases:write")))
)]
async fn record_return(
    caller: Caller<PurchasesWrite>,
    id: Id<PurchaseId>,
    body: JsonBody<NewReturnBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewReturnBody { external_id, amount, lines, reason, occurred_at } = body.value;
    let lines = lines.into_iter().map(ReturnedLine::from).collect();
    let new = NewReturn { external_id, amount: amount.map(Money::from), lines, reason, occurred_at };
    let plan = || returns::create(&caller.ctx, id.0, new.clone());
    let reply = Reply::CREATED.under("/v1/returns");
    idempotent::settle(&caller.ctx, &body.idempotency, reply, plan, ReturnView::from).await
}

/// One return.
#[utoipa::path(
    get,
    path = "/v1/returns/{id}",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The return's id.")),
    responses((status = 200, description = "The return.", body = ReturnView)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn read_return(caller: Caller<PurchasesRead>, id: Id<ReturnId>) -> Result<Json<ReturnView>, Problem> {
    Ok(Json(returns::read(&caller.ctx, id.0).await?.into()))
}

/// Undoes a return that was a mistake: points go back where they were taken from, with the expiry they had.
#[utoipa::path(
    post,
    path = "/v1/returns/{id}/cancel",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The return's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The return as it is now.", body = ReturnView),
        (status = 409, description = "`return-cancelled` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("purchases:write")))
)]
async fn cancel_return(
    caller: Caller<PurchasesWrite>,
    id: Id<ReturnId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || returns::cancel(&caller.ctx, id.0);
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, ReturnView::from).await
}
