//! Customers' points: `/v1/customers/{id}/loyalty` and `/v1/programs/{program}/wallets`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::loyalty::{BalanceView, EntryView, LotView, WalletView},
};
use crate::app::{
    App,
    loyalty::accounts::{self, Adjustment},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{CustomerId, ledger::Stage};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_balances))
        .routes(routes!(list_wallets))
        .routes(routes!(list_lots))
        .routes(routes!(list_entries))
        .routes(routes!(adjust_points))
}

/// Points that a person gives or takes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewAdjustment)]
#[serde(deny_unknown_fields)]
struct AdjustmentBody {
    /// More than 0 gives points at once, less than 0 takes points, soonest-expiring first.
    #[schema(examples(-20))]
    points: i64,
    /// Why, a code.
    #[schema(max_length = 64, examples("goodwill"))]
    reason: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000, examples("The parcel came a week late."))]
    text: String,
}

/// A customer's points in every program.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/loyalty",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The balances.", body = Listed<BalanceView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_balances(caller: Caller<LoyaltyRead>, id: Id<CustomerId>) -> Result<Json<Listed<BalanceView>>, Problem> {
    let balances = accounts::balances(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(balances.into_iter().map(BalanceView::from).collect())))
}

/// Everybody's points in a program, in the order of the customers' ids.
#[utoipa::path(
    get,
    path = "/v1/programs/{program}/wallets",
    tag = "loyalty",
    params(("program" = String, Path, description = "The program's code."), PageParams),
    responses((status = 200, description = "The balances.", body = Listed<WalletView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_wallets(
    caller: Caller<LoyaltyRead>,
    program: Id<String>,
    query: ListQuery,
) -> Result<Json<Listed<WalletView>>, Problem> {
    let page = accounts::wallets(&caller.ctx, &program.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, WalletView::from)))
}

/// A customer's lots with points that are pending, or can be spent, soonest-expiring first; the first 200 of each.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/loyalty/{program}/lots",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("program" = String, Path, description = "The program's code.")
    ),
    responses((status = 200, description = "The lots.", body = Listed<LotView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_lots(
    caller: Caller<LoyaltyRead>,
    ids: Ids<CustomerId, String>,
) -> Result<Json<Listed<LotView>>, Problem> {
    let lots = accounts::lots(&caller.ctx, ids.0, &ids.1).await?;
    Ok(Json(Listed::whole(lots.into_iter().map(LotView::from).collect())))
}

/// A customer's entries in one program, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/loyalty/{program}/entries",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("program" = String, Path, description = "The program's code."),
        PageParams,
        ("account" = Option<String>, Query, description = "Which account: `available` (unless told otherwise), \
            `pending`, `reserved`, `redeemed`, `expired` or `owed`.")
    ),
    responses((status = 200, description = "The entries.", body = Listed<EntryView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_entries(
    caller: Caller<LoyaltyRead>,
    ids: Ids<CustomerId, String>,
    query: ListQuery,
) -> Result<Json<Listed<EntryView>>, Problem> {
    let Ids(customer, program) = ids;
    let (page, [account]) = query.page_and(["account"])?;
    let stage = account.map_or(Ok(Stage::Available), |account| stage_of(&account))?;
    let page = accounts::entries(&caller.ctx, customer, &program, stage, &page).await?;
    Ok(Json(Listed::page(page, EntryView::from)))
}

fn stage_of(account: &str) -> Result<Stage, Problem> {
    Stage::ALL.into_iter().find(|stage| stage.as_str() == account).ok_or_else(|| {
        let known: Vec<&str> = Stage::ALL.iter().map(|stage| stage.as_str()).collect();
        Problem::invalid("account", format!("`{account}` is no account; there are {}", known.join(", ")))
    })
}

/// Gives a customer points by hand, or takes some.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/loyalty/{program}/adjustments",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("program" = String, Path, description = "The program's code."),
        IdempotencyParams
    ),
    request_body = AdjustmentBody,
    responses(
        (status = 201, description = "The customer's points as they are now.", body = BalanceView),
        (status = 409, description = "`not-enough-points` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn adjust_points(
    caller: Caller<LoyaltyWrite>,
    ids: Ids<CustomerId, String>,
    body: JsonBody<AdjustmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let Ids(customer, program) = ids;
    let AdjustmentBody { points, reason, text } = body.value;
    let adjustment = Adjustment { points, reason, text };
    let plan = || accounts::adjust(&caller.ctx, customer, &program, adjustment.clone());
    let of = program.clone();
    let view = move |amounts| BalanceView::of(&of, customer, amounts);
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
