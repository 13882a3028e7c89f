//! Loyalty programs: `/v1/programs`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        program::{PolicyView, ProgramView},
        trial_balance::TrialBalanceView,
    },
};
use crate::app::{App, loyalty::programs};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::program::{Policy, Program};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_programs, create_program))
        .routes(routes!(read_program, update_program))
        .routes(routes!(read_trial_balance))
}

/// A new program.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewProgram)]
#[serde(deny_unknown_fields)]
struct NewProgramBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("partner-points"))]
    code: String,
    /// The name to show.
    #[schema(max_length = 200, examples("Partner points"))]
    name: String,
    /// What its owner decides.
    #[serde(default)]
    policy: PolicyView,
}

/// A program's name and policy.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProgramDetails)]
#[serde(deny_unknown_fields)]
struct ProgramBody {
    /// The name to show.
    #[schema(max_length = 200)]
    name: String,
    /// What its owner decides.
    policy: PolicyView,
}

fn shown(program: &Program) -> ProgramView {
    program.clone().into()
}

/// All programs, by code.
#[utoipa::path(
    get,
    path = "/v1/programs",
    tag = "loyalty",
    responses((status = 200, description = "The programs.", body = Listed<ProgramView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_programs(caller: Caller<LoyaltyRead>) -> Result<Json<Listed<ProgramView>>, Problem> {
    let programs = programs::list(&caller.ctx).await?;
    Ok(Json(Listed::whole(programs.into_iter().map(ProgramView::from).collect())))
}

/// Creates a program.
#[utoipa::path(
    post,
    path = "/v1/programs",
    tag = "loyalty",
    params(IdempotencyParams),
    request_body = NewProgramBody,
    responses(
        (status = 201, description = "The new program.", body = ProgramView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn create_program(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewProgramBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewProgramBody { code, name, policy } = body.value;
    let policy = Policy::from(policy);
    let plan = || programs::create(&caller.ctx, code.clone(), name.clone(), policy.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One program.
#[utoipa::path(
    get,
    path = "/v1/programs/{program}",
    tag = "loyalty",
    params(("program" = String, Path, description = "The program's code.")),
    responses((status = 200, description = "The program.", body = ProgramView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_program(caller: Caller<LoyaltyRead>, program: Id<String>) -> Result<impl IntoResponse, Problem> {
    let program = programs::read(&caller.ctx, &program.0).await?;
    Ok((etag(program.version), Json(ProgramView::from(program))))
}

/// Changes a program's name and policy.
///
/// Points that are there keep the times that they were given. What is left out of the policy is as in a new program.
#[utoipa::path(
    put,
    path = "/v1/programs/{program}",
    tag = "loyalty",
    params(
        ("program" = String, Path, description = "The program's code."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = ProgramBody,
    responses(
        (status = 200, description = "The program as it is now.", body = ProgramView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the program has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn update_program(
    caller: Caller<LoyaltyWrite>,
    program: Id<String>,
    expected: IfMatch,
    body: JsonBody<ProgramBody>,
) -> Result<impl IntoResponse, Problem> {
    let ProgramBody { name, policy } = body.value;
    let policy = Policy::from(policy);
    let plan = || programs::update(&caller.ctx, &program.0, expected.0, name.clone(), policy.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|program| etag(program.version));
    Ok((tag, written))
}

/// All entries of a program added up: the proof that no point was lost or made.
#[utoipa::path(
    get,
    path = "/v1/programs/{program}/trial-balance",
    tag = "loyalty",
    params(("program" = String, Path, description = "The program's code.")),
    responses((status = 200, description = "The sums.", body = TrialBalanceView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_trial_balance(
    State(app): State<App>,
    caller: Caller<LoyaltyRead>,
    program: Id<String>,
) -> Result<Json<TrialBalanceView>, Problem> {
    Ok(Json(programs::trial_balance(&app, &caller.ctx, &program.0).await?.into()))
}
