//! Purchases: `/v1/purchases`.

use super::{
    auth::{Caller, PurchasesRead, PurchasesWrite},
    body::{BulkBody, JsonBody},
    buyer::BuyerBody,
    customers_bulk::check_rows,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        bulk::BulkView,
        purchase::{LineView, MoneyView, PurchaseView},
    },
};
use crate::app::{
    App,
    customers::RowOutcome,
    purchases::{self, NewPurchase},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{
    PurchaseId, Timestamp,
    purchase::{Purchase, PurchaseLine},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_purchases, record_purchase))
        .routes(routes!(record_purchases))
        .routes(routes!(read_purchase))
}

/// A new purchase.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewPurchase)]
#[serde(deny_unknown_fields)]
struct NewPurchaseBody {
    /// Who bought.
    customer: BuyerBody,
    /// The system that tells of the purchase, a code.
    #[schema(max_length = 64, examples("webshop"))]
    source: String,
    /// The purchase's name in that system. The same twice is one purchase.
    #[schema(max_length = 200, examples("O-2026-000017"))]
    external_id: String,
    /// When it was bought.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// What was paid in all.
    amount: MoneyView,
    /// What was bought; the lines add up to the amount. Left out where the source does not tell.
    #[serde(default)]
    #[schema(max_items = 500)]
    lines: Vec<LineView>,
}

/// Many purchases.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPurchases)]
#[serde(deny_unknown_fields)]
struct NewPurchasesBody {
    /// The purchases; the setting `http.bulk_rows` bounds their number.
    rows: Vec<NewPurchaseBody>,
}

impl From<NewPurchaseBody> for NewPurchase {
    fn from(body: NewPurchaseBody) -> Self {
        let NewPurchaseBody { customer, source, external_id, occurred_at, amount, lines } = body;
        let buyer = customer.into();
        let lines = lines.into_iter().map(PurchaseLine::from).collect();
        Self { buyer, source, external_id, occurred_at, amount: amount.into(), lines }
    }
}

/// All purchases, in the order of their ids.
#[utoipa::path(
    get,
    path = "/v1/purchases",
    tag = "purchases",
    params(PageParams),
    responses((status = 200, description = "Purchases.", body = Listed<PurchaseView>)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn list_purchases(
    caller: Caller<PurchasesRead>,
    query: ListQuery,
) -> Result<Json<Listed<PurchaseView>>, Problem> {
    let page = purchases::list(&caller.ctx, None, &query.page()?).await?;
    Ok(Json(Listed::page(page, PurchaseView::from)))
}

/// Records a purchase.
///
/// The same `source` and `external_id` again change nothing, if it is the same purchase.
#[utoipa::path(
    post,
    path = "/v1/purchases",
    tag = "purchases",
    params(IdempotencyParams),
    request_body = NewPurchaseBody,
    responses(
        (status = 201, description = "The new purchase.", body = PurchaseView),
        (status = 200, description = "It was recorded before.", body = PurchaseView),
        (status = 409, description = "`purchase-differs` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("purchases:write")))
)]
async fn record_purchase(
    caller: Caller<PurchasesWrite>,
    body: JsonBody<NewPurchaseBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = NewPurchase::from(body.value);
    let plan = || purchases::record(&caller.ctx, new.clone());
    let view = |purchase: &Purchase| PurchaseView::from(purchase.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED.under("/v1/purchases"), plan, view).await
}

/// Records many purchases in one transaction.
///
/// A refused row is reported and the others go on.
#[utoipa::path(
    post,
    path = "/v1/purchases/bulk",
    tag = "purchases",
    params(IdempotencyParams),
    request_body = NewPurchasesBody,
    responses((status = 200, description = "What became of each row.", body = BulkView)),
    extensions(("x-scope" = json!("purchases:write")))
)]
async fn record_purchases(
    caller: Caller<PurchasesWrite>,
    State(app): State<App>,
    body: BulkBody<NewPurchasesBody>,
) -> Result<impl IntoResponse, Problem> {
    check_rows(&app, body.value.rows.len())?;
    let rows: Vec<NewPurchase> = body.value.rows.into_iter().map(NewPurchase::from).collect();
    let plan = || purchases::record_many(&caller.ctx, rows.clone());
    let view = |outcomes: &Vec<RowOutcome<PurchaseId>>| BulkView::of(outcomes);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}

/// One purchase.
#[utoipa::path(
    get,
    path = "/v1/purchases/{id}",
    tag = "purchases",
    params(("id" = Uuid, Path, description = "The purchase's id.")),
    responses((status = 200, description = "The purchase.", body = PurchaseView)),
    extensions(("x-scope" = json!("purchases:read")))
)]
async fn read_purchase(caller: Caller<PurchasesRead>, id: Id<PurchaseId>) -> Result<Json<PurchaseView>, Problem> {
    Ok(Json(purchases::read(&caller.ctx, id.0).await?.into()))
}
