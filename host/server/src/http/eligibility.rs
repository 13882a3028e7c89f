//! Rewards as one customer meets them: `/v1/customers/{id}/rewards`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    schema,
    view::reward::{EligibilityView, RewardForCustomerView},
};
use crate::app::{
    App,
    loyalty::eligibility::{self, Decision},
};
use axum::{Json, response::IntoResponse};
use jiff::civil::Date;
use serde::Deserialize;
use stammgast_domain::{
    CustomerId,
    eligibility::{Eligibility, EligibilityStatus},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_rewards_of_customer)).routes(routes!(decide_eligibility))
}

/// A person's decision about who may claim a reward.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = EligibilityDecision)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// Whether the customer may claim it.
    #[schema(value_type = schema::EligibilityStatus)]
    status: EligibilityStatus,
    /// The last day on which the customer may, in the tenant's time zone; without one there is no end.
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// Why, a code.
    #[schema(max_length = 64, examples("goodwill"))]
    reason: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: String,
}

/// All rewards for one customer, by code: whether the customer can claim one now, and why not.
///
/// A claim asks the same, after it has posted what is due by then.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/rewards",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The rewards.", body = Listed<RewardForCustomerView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_rewards_of_customer(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
) -> Result<Json<Listed<RewardForCustomerView>>, Problem> {
    let rewards = eligibility::of_customer(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(rewards.into_iter().map(RewardForCustomerView::from).collect())))
}

/// Says whether a customer may claim a reward that is open to eligible customers, by a person's decision.
///
/// It counts until a rule says something else for a later event. What is claimed stays.
#[utoipa::path(
    put,
    path = "/v1/customers/{id}/rewards/{reward}/eligibility",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("reward" = String, Path, description = "The reward's code."),
        IdempotencyParams
    ),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "What counts now.", body = EligibilityView),
        (status = 409, description = "`open-to-everyone` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn decide_eligibility(
    caller: Caller<LoyaltyWrite>,
    ids: Ids<CustomerId, String>,
    body: JsonBody<DecisionBody>,
) -> Result<impl IntoResponse, Problem> {
    let Ids(customer, reward) = ids;
    let DecisionBody { status, last_day, reason, text } = body.value;
    let decision = Decision { status, last_day, reason, text };
    let plan = || eligibility::decide(&caller.ctx, customer, &reward, decision.clone());
    let view = |said: &Eligibility| EligibilityView::from(said.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
