//! Redemptions: `/v1/redemptions`, and a customer's under `/v1/customers/{id}/redemptions`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyRedeem},
    body::JsonBody,
    buyer::BuyerBody,
    idempotent::{self, IdempotencyParams, Reply, Written},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::redemption::{RedeemedView, RedemptionView},
};
use crate::app::{
    App,
    loyalty::redemptions::{self, Capture, NewRedemption, Redeemed, Step},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{CustomerId, RedemptionId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(create_redemption))
        .routes(routes!(read_redemption))
        .routes(routes!(capture_redemption))
        .routes(routes!(release_redemption))
        .routes(routes!(reverse_redemption))
        .routes(routes!(list_redemptions))
}

/// When points are spent.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CaptureBody {
    /// They are held, and spent when somebody captures them.
    #[default]
    Later,
    /// At once.
    Now,
}

/// Points to be redeemed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewRedemption)]
#[serde(deny_unknown_fields)]
struct NewRedemptionBody {
    /// Whose points.
    customer: BuyerBody,
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// How many points.
    #[schema(minimum = 1, examples(500))]
    points: i64,
    /// When they are spent.
    #[serde(default)]
    capture: CaptureBody,
    /// How long they are held, in minutes; as long as the program says where it is left out.
    #[schema(minimum = 1, maximum = 43200)]
    hold_minutes: Option<u32>,
    /// The caller's own name for it, such as a receipt's number.
    #[schema(max_length = 200)]
    reference: Option<String>,
    /// What it is for, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// A step of a redemption.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = RedemptionStep)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StepBody {
    /// How many points; all of them where it is left out.
    #[schema(minimum = 1)]
    pub(super) points: Option<i64>,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    pub(super) text: Option<String>,
}

/// Why points are released.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = RedemptionRelease)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ReleaseBody {
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// Holds points of a customer, or spends them at once.
///
/// Held points are released by themselves when their time is up. However many tills ask at once, no point is spent twice.
#[utoipa::path(
    post,
    path = "/v1/redemptions",
    tag = "loyalty",
    params(IdempotencyParams),
    request_body = NewRedemptionBody,
    responses(
        (status = 201, description = "The new redemption.", body = RedeemedView),
        (status = 409, description = "`not-enough-points` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn create_redemption(
    caller: Caller<LoyaltyRedeem>,
    body: JsonBody<NewRedemptionBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewRedemptionBody { customer, program, points, capture, hold_minutes, reference, text } = body.value;
    let capture = capture_of(capture, hold_minutes)?;
    let new = NewRedemption { customer: customer.into(), program, points, capture, reference, text };
    let plan = || redemptions::create(&caller.ctx, new.clone());
    let reply = Reply::CREATED.under("/v1/redemptions");
    idempotent::settle(&caller.ctx, &body.idempotency, reply, plan, RedeemedView::from).await
}

/// When points are spent, and how long they are held until then.
///
/// # Errors
/// Nothing is held, and yet somebody says how long.
pub(super) fn capture_of(capture: CaptureBody, hold_minutes: Option<u32>) -> Result<Capture, Problem> {
    match (capture, hold_minutes) {
        (CaptureBody::Later, minutes) => Ok(Capture::Later(minutes)),
        (CaptureBody::Now, None) => Ok(Capture::Now),
        (CaptureBody::Now, Some(_)) => {
            Err(Problem::invalid("hold_minutes", "nothing is held where `capture` is `now`; leave one out"))
        }
    }
}

impl From<ReleaseBody> for StepBody {
    fn from(body: ReleaseBody) -> Self {
        Self { points: None, text: body.text }
    }
}

/// One redemption.
#[utoipa::path(
    get,
    path = "/v1/redemptions/{id}",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The redemption's id.")),
    responses((status = 200, description = "The redemption.", body = RedemptionView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_redemption(caller: Caller<LoyaltyRead>, id: Id<RedemptionId>) -> Result<Json<RedemptionView>, Problem> {
    Ok(Json(redemptions::read(&caller.ctx, id.0).await?.into()))
}

/// Spends points that are held, all or some; the rest is released.
#[utoipa::path(
    post,
    path = "/v1/redemptions/{id}/capture",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = StepBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status`, `more-than-there` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn capture_redemption(
    caller: Caller<LoyaltyRedeem>,
    id: Id<RedemptionId>,
    body: JsonBody<StepBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Capture, body).await
}

/// Releases points that are held.
#[utoipa::path(
    post,
    path = "/v1/redemptions/{id}/release",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = ReleaseBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn release_redemption(
    caller: Caller<LoyaltyRedeem>,
    id: Id<RedemptionId>,
    body: JsonBody<ReleaseBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Release, body.map(StepBody::from)).await
}

/// Gives spent points back into their lots, all or some, with the expiry they had.
///
/// Of some, those come back first that expire last. What is past its time by now expires at once.
#[utoipa::path(
    post,
    path = "/v1/redemptions/{id}/reverse",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = StepBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status`, `more-than-there` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:redeem")))
)]
async fn reverse_redemption(
    caller: Caller<LoyaltyRedeem>,
    id: Id<RedemptionId>,
    body: JsonBody<StepBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Reverse, body).await
}

async fn take_step(
    caller: &Caller<LoyaltyRedeem>,
    id: RedemptionId,
    step: Step,
    body: JsonBody<StepBody>,
) -> Result<Written<Redeemed>, Problem> {
    let StepBody { points, text } = body.value;
    let plan = || redemptions::follow(&caller.ctx, id, step, points, text.clone());
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, RedeemedView::from).await
}

/// A customer's redemptions, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/redemptions",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The redemptions.", body = Listed<RedemptionView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_redemptions(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<RedemptionView>>, Problem> {
    let page = redemptions::list(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, RedemptionView::from)))
}
