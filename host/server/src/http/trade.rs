//! What partners do with their own keys: `/v1/partner`.

use super::{
    auth::{Caller, PartnerTrade},
    body::JsonBody,
    buyer::BuyerBody,
    idempotent::{self, IdempotencyParams, Reply, Written},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    redemptions::{CaptureBody, ReleaseBody, StepBody, capture_of},
    view::{
        partner::{AccountView, IssuedView, OwnEntryView, StatementView},
        redemption::RedeemedView,
    },
};
use crate::app::{
    App,
    loyalty::{
        redemptions::{Redeemed, Step},
        trade::{self, Acceptance, Issue, Undo},
    },
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::RedemptionId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(issue_points))
        .routes(routes!(accept_points))
        .routes(routes!(capture_accepted))
        .routes(routes!(release_accepted))
        .routes(routes!(reverse_accepted))
        .routes(routes!(undo_issue))
        .routes(routes!(list_own_accounts))
        .routes(routes!(list_own_entries))
        .routes(routes!(list_own_statements))
}

/// Points that a partner gives.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewPartnerIssue)]
#[serde(deny_unknown_fields)]
struct IssueBody {
    /// To whom.
    customer: BuyerBody,
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// How many.
    #[schema(minimum = 1, examples(15))]
    points: i64,
    /// The partner's own name for it. The same twice is one.
    #[schema(max_length = 200, examples("B-2026-0017"))]
    reference: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// Points that a partner gave and takes back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = UndoPartnerIssue)]
#[serde(deny_unknown_fields)]
struct UndoBody {
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// The partner's own name for what it gave.
    #[schema(max_length = 200, examples("B-2026-0017"))]
    reference: String,
    /// Why, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// Points that a partner accepts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewPartnerRedemption)]
#[serde(deny_unknown_fields)]
struct AcceptBody {
    /// From whom.
    customer: BuyerBody,
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// How many.
    #[schema(minimum = 1, examples(100))]
    points: i64,
    /// When they are spent.
    #[serde(default)]
    capture: CaptureBody,
    /// How long they are held, in minutes.
    #[schema(minimum = 1, maximum = 43200)]
    hold_minutes: Option<u32>,
    /// The partner's own name for it.
    #[schema(max_length = 200)]
    reference: Option<String>,
    /// What it is for, in a sentence.
    #[schema(max_length = 1000)]
    text: Option<String>,
}

/// Gives points to a customer, on the partner's account and within its limits.
#[utoipa::path(
    post,
    path = "/v1/partner/issues",
    tag = "partners",
    params(IdempotencyParams),
    request_body = IssueBody,
    responses(
        (status = 201, description = "The points are given.", body = IssuedView),
        (status = 200, description = "They were given before.", body = IssuedView),
        (status = 409, description = "`partner-limit`, `partner-suspended`, `issue-recorded`, `issue-undone` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn issue_points(caller: Caller<PartnerTrade>, body: JsonBody<IssueBody>) -> Result<impl IntoResponse, Problem> {
    let IssueBody { customer, program, points, reference, text } = body.value;
    let issue = Issue { customer: customer.into(), program, points, reference, text };
    let plan = || trade::issue(&caller.ctx, issue.clone());
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, IssuedView::from).await
}

/// Takes back what the partner gave by mistake: all of one issue.
///
/// The points go from the issue's own lot first, then from others of the customer; spent points are not taken back. The same
/// once more changes nothing.
#[utoipa::path(
    post,
    path = "/v1/partner/issues/undo",
    tag = "partners",
    params(IdempotencyParams),
    request_body = UndoBody,
    responses(
        (status = 201, description = "The points are taken back.", body = IssuedView),
        (status = 200, description = "They were taken back before.", body = IssuedView),
        (status = 404, description = "`not-found`: this partner gave nothing under the reference.", body = ProblemBody,
            content_type = PROBLEM_JSON),
        (status = 409, description = "`points-spent`, `partner-suspended` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn undo_issue(caller: Caller<PartnerTrade>, body: JsonBody<UndoBody>) -> Result<impl IntoResponse, Problem> {
    let UndoBody { program, reference, text } = body.value;
    let undo = Undo { program, reference, text };
    let plan = || trade::undo_issue(&caller.ctx, undo.clone());
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, IssuedView::from).await
}

/// Accepts points of a customer, on the partner's account and within its limits: at once, or held until they are captured.
#[utoipa::path(
    post,
    path = "/v1/partner/redemptions",
    tag = "partners",
    params(IdempotencyParams),
    request_body = AcceptBody,
    responses(
        (status = 201, description = "The new redemption.", body = RedeemedView),
        (status = 409, description = "`not-enough-points`, `partner-limit`, `partner-suspended` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn accept_points(caller: Caller<PartnerTrade>, body: JsonBody<AcceptBody>) -> Result<impl IntoResponse, Problem> {
    let AcceptBody { customer, program, points, capture, hold_minutes, reference, text } = body.value;
    let capture = capture_of(capture, hold_minutes)?;
    let acceptance = Acceptance { customer: customer.into(), program, points, capture, reference, text };
    let plan = || trade::accept(&caller.ctx, acceptance.clone());
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, RedeemedView::from).await
}

/// Spends points that the partner holds, all or some; the rest is released.
#[utoipa::path(
    post,
    path = "/v1/partner/redemptions/{id}/capture",
    tag = "partners",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = StepBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status`, `more-than-there` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn capture_accepted(
    caller: Caller<PartnerTrade>,
    id: Id<RedemptionId>,
    body: JsonBody<StepBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Capture, body).await
}

/// Releases points that the partner holds.
#[utoipa::path(
    post,
    path = "/v1/partner/redemptions/{id}/release",
    tag = "partners",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = ReleaseBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn release_accepted(
    caller: Caller<PartnerTrade>,
    id: Id<RedemptionId>,
    body: JsonBody<ReleaseBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Release, body.map(StepBody::from)).await
}

/// Gives back points that the partner accepted, all or some.
#[utoipa::path(
    post,
    path = "/v1/partner/redemptions/{id}/reverse",
    tag = "partners",
    params(("id" = Uuid, Path, description = "The redemption's id."), IdempotencyParams),
    request_body = StepBody,
    responses(
        (status = 200, description = "The redemption as it is now.", body = RedeemedView),
        (status = 409, description = "`redemption-status`, `more-than-there` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn reverse_accepted(
    caller: Caller<PartnerTrade>,
    id: Id<RedemptionId>,
    body: JsonBody<StepBody>,
) -> Result<impl IntoResponse, Problem> {
    take_step(&caller, id.0, Step::Reverse, body).await
}

async fn take_step(
    caller: &Caller<PartnerTrade>,
    id: RedemptionId,
    step: Step,
    body: JsonBody<StepBody>,
) -> Result<Written<Redeemed>, Problem> {
    let StepBody { points, text } = body.value;
    let plan = || trade::follow(&caller.ctx, id, step, points, text.clone());
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, RedeemedView::from).await
}

/// What is open with the partner since its last statements, program by program.
#[utoipa::path(
    get,
    path = "/v1/partner/accounts",
    tag = "partners",
    responses((status = 200, description = "The accounts.", body = Listed<AccountView>)),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn list_own_accounts(caller: Caller<PartnerTrade>) -> Result<Json<Listed<AccountView>>, Problem> {
    let accounts = trade::accounts(&caller.ctx).await?;
    Ok(Json(Listed::whole(accounts.into_iter().map(AccountView::from).collect())))
}

/// Entries of the partner's own account in a program, newest first: between two settlements the lines of a statement.
#[utoipa::path(
    get,
    path = "/v1/partner/{program}/entries",
    tag = "partners",
    params(("program" = String, Path, description = "The program's code."), PageParams),
    responses((status = 200, description = "The entries.", body = Listed<OwnEntryView>)),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn list_own_entries(
    caller: Caller<PartnerTrade>,
    program: Id<String>,
    query: ListQuery,
) -> Result<Json<Listed<OwnEntryView>>, Problem> {
    let page = trade::entries(&caller.ctx, &program.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, OwnEntryView::from)))
}

/// The partner's own statements in a program, newest first.
#[utoipa::path(
    get,
    path = "/v1/partner/{program}/statements",
    tag = "partners",
    params(("program" = String, Path, description = "The program's code."), PageParams),
    responses((status = 200, description = "The statements.", body = Listed<StatementView>)),
    extensions(("x-scope" = json!("partner:trade")))
)]
async fn list_own_statements(
    caller: Caller<PartnerTrade>,
    program: Id<String>,
    query: ListQuery,
) -> Result<Json<Listed<StatementView>>, Problem> {
    let page = trade::statements(&caller.ctx, &program.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, StatementView::from)))
}
