//! Plans and memberships: `/v1/plans` and `/v1/customers/{id}/memberships`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    coded::Coded,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::membership::{MembershipView, PlanTermsView, PlanView},
};
use crate::app::{
    App,
    memberships::{self, MembershipStep},
};
use axum::{Json, response::IntoResponse};
use jiff::civil::Date;
use serde::Deserialize;
use stammgast_domain::{
    CustomerId,
    membership::{Membership, MembershipPlan, PlanTerms},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_plans, create_plan))
        .routes(routes!(read_plan, update_plan))
        .routes(routes!(list_memberships, join_plan))
        .routes(routes!(change_membership))
}

/// A new plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewPlan)]
#[serde(from = "Coded<PlanTermsView>")]
struct NewPlanBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("club"))]
    code: String,
    /// What the tenant decides.
    #[serde(flatten)]
    terms: PlanTermsView,
}

impl From<Coded<PlanTermsView>> for NewPlanBody {
    fn from(body: Coded<PlanTermsView>) -> Self {
        let Coded { code, terms } = body;
        Self { code, terms }
    }
}

/// A customer joins a plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMembership)]
#[serde(deny_unknown_fields)]
struct JoinBody {
    /// The plan's code.
    #[schema(examples("club"))]
    plan: String,
    /// Its first day; today where it is left out.
    #[schema(value_type = Option<String>, format = Date)]
    first_day: Option<Date>,
}

/// What is done with a membership.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StepBody {
    /// One more period, at once.
    Renew,
    /// It ends with its period.
    Cancel,
    /// It renews by itself again.
    Resume,
    /// It ends at once.
    End,
}

/// A change of a membership.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = MembershipChange)]
#[serde(deny_unknown_fields)]
struct ChangeBody {
    /// What is done.
    step: StepBody,
}

fn shown(plan: &MembershipPlan) -> PlanView {
    plan.clone().into()
}

fn membership_shown(membership: &Membership) -> MembershipView {
    membership.clone().into()
}

/// All plans, by code.
#[utoipa::path(
    get,
    path = "/v1/plans",
    tag = "memberships",
    responses((status = 200, description = "The plans.", body = Listed<PlanView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_plans(caller: Caller<LoyaltyRead>) -> Result<Json<Listed<PlanView>>, Problem> {
    let plans = memberships::plans(&caller.ctx).await?;
    Ok(Json(Listed::whole(plans.into_iter().map(PlanView::from).collect())))
}

/// Creates a plan that customers can join: a membership, or a subscription.
#[utoipa::path(
    post,
    path = "/v1/plans",
    tag = "memberships",
    params(IdempotencyParams),
    request_body = NewPlanBody,
    responses(
        (status = 201, description = "The new plan.", body = PlanView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn create_plan(caller: Caller<LoyaltyWrite>, body: JsonBody<NewPlanBody>) -> Result<impl IntoResponse, Problem> {
    let NewPlanBody { code, terms } = body.value;
    let terms = PlanTerms::from(terms);
    let plan = || memberships::create_plan(&caller.ctx, code.clone(), terms.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One plan.
#[utoipa::path(
    get,
    path = "/v1/plans/{plan}",
    tag = "memberships",
    params(("plan" = String, Path, description = "The plan's code.")),
    responses((status = 200, description = "The plan.", body = PlanView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_plan(caller: Caller<LoyaltyRead>, plan: Id<String>) -> Result<impl IntoResponse, Problem> {
    let plan = memberships::plan(&caller.ctx, &plan.0).await?;
    Ok((etag(plan.version), Json(PlanView::from(plan))))
}

/// Changes a plan. Memberships that run keep what it said before.
#[utoipa::path(
    put,
    path = "/v1/plans/{plan}",
    tag = "memberships",
    params(
        ("plan" = String, Path, description = "The plan's code."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = PlanTermsView,
    responses(
        (status = 200, description = "The plan as it is now.", body = PlanView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the plan has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn update_plan(
    caller: Caller<LoyaltyWrite>,
    plan: Id<String>,
    expected: IfMatch,
    body: JsonBody<PlanTermsView>,
) -> Result<impl IntoResponse, Problem> {
    let (code, terms) = (plan.0, PlanTerms::from(body.value));
    let plan = || memberships::update_plan(&caller.ctx, &code, expected.0, terms.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|plan| etag(plan.version));
    Ok((tag, written))
}

/// A customer's memberships, by plan, those that have ended among them.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/memberships",
    tag = "memberships",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The memberships.", body = Listed<MembershipView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_memberships(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
) -> Result<Json<Listed<MembershipView>>, Problem> {
    let memberships = memberships::of_customer(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(memberships.into_iter().map(MembershipView::from).collect())))
}

/// Lets a customer join a plan. Rules are told as of an activity, `membership-started`.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/memberships",
    tag = "memberships",
    params(("id" = Uuid, Path, description = "The customer's id."), IdempotencyParams),
    request_body = JoinBody,
    responses(
        (status = 201, description = "The membership.", body = MembershipView),
        (status = 409, description = "`membership-active` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn join_plan(
    caller: Caller<LoyaltyWrite>,
    id: Id<CustomerId>,
    body: JsonBody<JoinBody>,
) -> Result<impl IntoResponse, Problem> {
    let JoinBody { plan: code, first_day } = body.value;
    let plan = || memberships::join(&caller.ctx, id.0, &code, first_day);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, membership_shown).await
}

/// Renews, cancels, resumes or ends a membership.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/memberships/{plan}",
    tag = "memberships",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("plan" = String, Path, description = "The plan's code."),
        IdempotencyParams
    ),
    request_body = ChangeBody,
    responses(
        (status = 200, description = "The membership as it is now.", body = MembershipView),
        (status = 409, description = "`membership-ended` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn change_membership(
    caller: Caller<LoyaltyWrite>,
    ids: Ids<CustomerId, String>,
    body: JsonBody<ChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let Ids(customer, code) = ids;
    let step = match body.value.step {
        StepBody::Renew => MembershipStep::Renew,
        StepBody::Cancel => MembershipStep::Cancel,
        StepBody::Resume => MembershipStep::Resume,
        StepBody::End => MembershipStep::End,
    };
    let plan = || memberships::step(&caller.ctx, customer, &code, step);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, membership_shown).await
}
