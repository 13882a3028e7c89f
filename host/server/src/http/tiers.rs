//! Tiers of customers: `/v1/customers/{id}/tiers`, `…/loyalty/{program}/tier` and `/v1/programs/{program}/tiers`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::tier::StandingView,
};
use crate::app::{
    App,
    loyalty::tiers::{self, Decision},
};
use axum::{Json, response::IntoResponse};
use jiff::civil::Date;
use serde::Deserialize;
use stammgast_domain::{CustomerId, tier::Standing};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_tiers_of_customer))
        .routes(routes!(decide_tier))
        .routes(routes!(list_tiers_of_program))
}

/// A person's decision about a tier.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = TierDecision)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// The tier's code; `null` takes the tier.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, examples("gold"))]
    tier: Option<String>,
    /// The last day on which no rule raises or lowers it; without one the next proposal of a rule may.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// Why, a code.
    #[schema(max_length = 64, examples("goodwill"))]
    reason: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: String,
}

/// A customer's tiers, one for each program that has some.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/tiers",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The tiers.", body = Listed<StandingView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_tiers_of_customer(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
) -> Result<Json<Listed<StandingView>>, Problem> {
    let standings = tiers::of_customer(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(standings.into_iter().map(StandingView::from).collect())))
}

/// Gives a customer a tier, or takes it, by a person's decision. It holds as long as one that was earned today,
/// or to the end of `until` where that is later.
#[utoipa::path(
    put,
    path = "/v1/customers/{id}/loyalty/{program}/tier",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("program" = String, Path, description = "The program's code."),
        IdempotencyParams
    ),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "Where the customer stands now.", body = StandingView),
        (status = 409, description = "`no-tiers` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn decide_tier(
    caller: Caller<LoyaltyWrite>,
    ids: Ids<CustomerId, String>,
    body: JsonBody<DecisionBody>,
) -> Result<impl IntoResponse, Problem> {
    let Ids(customer, program) = ids;
    let DecisionBody { tier, until, reason, text } = body.value;
    let decision = Decision { tier, until, reason, text };
    let plan = || tiers::decide(&caller.ctx, customer, &program, decision.clone());
    let view = |standing: &Standing| StandingView::from(standing.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}

/// Everybody who has a tier in a program, or had one, in the order of the customers' ids.
#[utoipa::path(
    get,
    path = "/v1/programs/{program}/tiers",
    tag = "loyalty",
    params(("program" = String, Path, description = "The program's code."), PageParams),
    responses((status = 200, description = "The standings.", body = Listed<StandingView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_tiers_of_program(
    caller: Caller<LoyaltyRead>,
    program: Id<String>,
    query: ListQuery,
) -> Result<Json<Listed<StandingView>>, Problem> {
    let page = tiers::in_program(&caller.ctx, &program.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, StandingView::from)))
}
