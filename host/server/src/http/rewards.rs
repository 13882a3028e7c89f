//! What points can be redeemed for: `/v1/rewards`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyRedeem, LoyaltyWrite},
    body::JsonBody,
    buyer::BuyerBody,
    coded::Coded,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    redemptions::{CaptureBody, capture_of},
    view::{
        redemption::RedeemedView,
        reward::{RewardTermsView, RewardView},
    },
};
use crate::app::{
    App,
    loyalty::rewards::{self, NewClaim, RewardFigures},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::reward::RewardTerms;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_rewards, create_reward))
        .routes(routes!(read_reward, update_reward))
        .routes(routes!(claim_reward))
}

/// A new reward.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewReward)]
#[serde(from = "Coded<RewardTermsView>")]
struct NewRewardBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("tent"))]
    code: String,
    /// What the tenant decides.
    #[serde(flatten)]
    terms: RewardTermsView,
}

impl From<Coded<RewardTermsView>> for NewRewardBody {
    fn from(body: Coded<RewardTermsView>) -> Self {
        let Coded { code, terms } = body;
        Self { code, terms }
    }
}

const fn one() -> u32 {
    1
}

/// A reward that a customer wants.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewClaim)]
#[serde(deny_unknown_fields)]
struct ClaimBody {
    /// Whose points.
    customer: BuyerBody,
    /// How many.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 1000, default = 1)]
    quantity: u32,
    /// When the points are spent.
    #[serde(default)]
    capture: CaptureBody,
    /// How long points are held, in minutes; as long as the program says where it is left out.
    #[schema(minimum = 1, maximum = 43200)]
    hold_minutes: Option<u32>,
    /// The caller's own name for it, such as an order's number.
    #[schema(max_length = 200)]
    reference: Option<String>,
}

fn shown(reward: &RewardFigures) -> RewardView {
    reward.clone().into()
}

/// All rewards, by code.
#[utoipa::path(
    get,
    path = "/v1/rewards",
    tag = "loyalty",
    responses((status = 200, description = "The rewards.", body = Listed<RewardView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_rewards(caller: Caller<LoyaltyRead>) -> Result<Json<Listed<RewardView>>, Problem> {
    let rewards = rewards::list(&caller.ctx).await?;
    Ok(Json(Listed::whole(rewards.into_iter().map(RewardView::from).collect())))
}

/// Creates a reward: what it costs, how many there are, and who may have it.
#[utoipa::path(
    post,
    path = "/v1/rewards",
    tag = "loyalty",
    params(IdempotencyParams),
    request_body = NewRewardBody,
    responses(
        (status = 201, description = "The new reward.", body = RewardView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn create_reward(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewRewardBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewRewardBody { code, terms } = body.value;
    let terms = RewardTerms::from(terms);
    let plan = || rewards::create(&caller.ctx, code.clone(), terms.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One reward.
#[utoipa::path(
    get,
    path = "/v1/rewards/{reward}",
    tag = "loyalty",
    params(("reward" = String, Path, description = "The reward's code.")),
    responses((status = 200, description = "The reward.", body = RewardView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_reward(caller: Caller<LoyaltyRead>, reward: Id<String>) -> Result<impl IntoResponse, Problem> {
    let figures = rewards::read(&caller.ctx, &reward.0).await?;
    Ok((etag(figures.reward.version), Json(RewardView::from(figures))))
}

/// Changes a reward. What is held for it stays so.
#[utoipa::path(
    put,
    path = "/v1/rewards/{reward}",
    tag = "loyalty",
    params(
        ("reward" = String, Path, description = "The reward's code."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = RewardTermsView,
    responses(
        (status = 200, description = "The reward as it is now.", body = RewardView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the reward has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn update_reward(
    caller: Caller<LoyaltyWrite>,
    reward: Id<String>,
    expected: IfMatch,
    body: JsonBody<RewardTermsView>,
) -> Result<impl IntoResponse, Problem> {
    let terms = RewardTerms::from(body.value);
    let plan = || rewards::update(&caller.ctx, &reward.0, expected.0, terms.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|figures| etag(figures.reward.version));
    Ok((tag, written))
}

/// Holds points for a reward, or spends them on it at once.
///
/// The redemption that comes of it is captured, released and reversed as any other, as a whole. What is held keeps the
/// reward from others. Vouchers of the reward's offer come when the points are spent, and go when they are given back.
#[utoipa::path(
    post,
    path = "/v1/rewards/{reward}/claims",
    tag = "loyalty",
    params(("reward" = String, Path, description = "The reward's code."), IdempotencyParams),
    request_body = ClaimBody,
    responses(
        (status = 201, description = "The redemption.", body = RedeemedView),
        (status = 409, description = "`reward-sold-out`, `reward-limit`, `reward-closed`, `tier-needed`, `not-eligible`, \
            `offer-used-up`, `not-enough-points` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn claim_reward(
    caller: Caller<LoyaltyRedeem>,
    reward: Id<String>,
    body: JsonBody<ClaimBody>,
) -> Result<impl IntoResponse, Problem> {
    let ClaimBody { customer, quantity, capture, hold_minutes, reference } = body.value;
    let capture = capture_of(capture, hold_minutes)?;
    let new = NewClaim { customer: customer.into(), quantity, capture, reference };
    let plan = || rewards::claim(&caller.ctx, &reward.0, new.clone());
    let reply = Reply::CREATED.under("/v1/redemptions");
    idempotent::settle(&caller.ctx, &body.idempotency, reply, plan, RedeemedView::from).await
}
