//! Loyalty: `/v1/programs`, and a customer's points under `/v1/customers/{id}/loyalty`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::loyalty::{BalanceView, EntryView, ProgramView, TrialBalanceView},
};
use crate::app::{App, loyalty};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::CustomerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_programs, create_program))
        .routes(routes!(read_trial_balance))
        .routes(routes!(list_balances))
        .routes(routes!(list_entries))
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
    let programs = loyalty::programs(&caller.ctx).await?;
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
    let NewProgramBody { code, name } = body.value;
    let plan = || loyalty::create_program(&caller.ctx, code.clone(), name.clone());
    let view = |program: &(String, String)| ProgramView::from(program.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
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
    caller: Caller<LoyaltyRead>,
    program: Id<String>,
) -> Result<Json<TrialBalanceView>, Problem> {
    Ok(Json(loyalty::trial_balance(&caller.ctx, &program.0).await?.into()))
}

/// A customer's available points in every program.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/loyalty",
    tag = "loyalty",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The balances.", body = Listed<BalanceView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_balances(caller: Caller<LoyaltyRead>, id: Id<CustomerId>) -> Result<Json<Listed<BalanceView>>, Problem> {
    let balances = loyalty::balances(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(balances.into_iter().map(BalanceView::from).collect())))
}

/// A customer's entries in one program, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/loyalty/{program}/entries",
    tag = "loyalty",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("program" = String, Path, description = "The program's code."),
        PageParams
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
    let page = loyalty::entries(&caller.ctx, customer, &program, &query.page()?).await?;
    Ok(Json(Listed::page(page, EntryView::from)))
}
