//! Partners: `/v1/partners`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::partner::{AccountView, DetailsBody, PartnerEntryView, PartnerView, StatementView, TermsView},
};
use crate::app::{App, loyalty::partners};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::partner::{Partner, PartnerDetails};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_partners, create_partner))
        .routes(routes!(read_partner, update_partner))
        .routes(routes!(list_partner_accounts))
        .routes(routes!(list_partner_entries))
        .routes(routes!(list_statements, settle_partner))
}

/// A new partner.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPartner)]
#[serde(deny_unknown_fields)]
struct NewPartnerBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("bakery"))]
    code: String,
    /// The name to show.
    #[schema(max_length = 200, examples("Bakery Schmidt"))]
    name: String,
    /// What it may do, by program.
    #[serde(default)]
    programs: BTreeMap<String, TermsView>,
}

fn shown(partner: &Partner) -> PartnerView {
    partner.clone().into()
}

/// All partners, by code.
#[utoipa::path(
    get,
    path = "/v1/partners",
    tag = "partners",
    responses((status = 200, description = "The partners.", body = Listed<PartnerView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_partners(caller: Caller<LoyaltyRead>) -> Result<Json<Listed<PartnerView>>, Problem> {
    let partners = partners::list(&caller.ctx).await?;
    Ok(Json(Listed::whole(partners.into_iter().map(PartnerView::from).collect())))
}

/// Records a partner, who may give points, or accept them, within limits.
///
/// The partner acts with a key of its own: `POST /v1/keys` with `partner`.
#[utoipa::path(
    post,
    path = "/v1/partners",
    tag = "partners",
    params(IdempotencyParams),
    request_body = NewPartnerBody,
    responses(
        (status = 201, description = "The new partner.", body = PartnerView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn create_partner(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewPartnerBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewPartnerBody { code, name, programs } = body.value;
    let details = PartnerDetails::from(DetailsBody::active(name, programs));
    let plan = || partners::create(&caller.ctx, code.clone(), details.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One partner.
#[utoipa::path(
    get,
    path = "/v1/partners/{code}",
    tag = "partners",
    params(("code" = String, Path, description = "The partner's code.")),
    responses((status = 200, description = "The partner.", body = PartnerView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_partner(caller: Caller<LoyaltyRead>, code: Id<String>) -> Result<impl IntoResponse, Problem> {
    let partner = partners::read(&caller.ctx, &code.0).await?;
    Ok((etag(partner.version), Json(PartnerView::from(partner))))
}

/// Changes a partner: name, status, and what it may do. What is left out is taken away.
#[utoipa::path(
    put,
    path = "/v1/partners/{code}",
    tag = "partners",
    params(
        ("code" = String, Path, description = "The partner's code."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = DetailsBody,
    responses(
        (status = 200, description = "The partner as it is now.", body = PartnerView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the partner has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn update_partner(
    caller: Caller<LoyaltyWrite>,
    code: Id<String>,
    expected: IfMatch,
    body: JsonBody<DetailsBody>,
) -> Result<impl IntoResponse, Problem> {
    let details = PartnerDetails::from(body.value);
    let plan = || partners::update(&caller.ctx, &code.0, expected.0, details.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|partner| etag(partner.version));
    Ok((tag, written))
}

/// What is open with a partner since its last statements, program by program.
#[utoipa::path(
    get,
    path = "/v1/partners/{code}/accounts",
    tag = "partners",
    params(("code" = String, Path, description = "The partner's code.")),
    responses((status = 200, description = "The accounts.", body = Listed<AccountView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_partner_accounts(
    caller: Caller<LoyaltyRead>,
    code: Id<String>,
) -> Result<Json<Listed<AccountView>>, Problem> {
    let accounts = partners::accounts(&caller.ctx, &code.0).await?;
    Ok(Json(Listed::whole(accounts.into_iter().map(AccountView::from).collect())))
}

/// Entries of a partner's account, newest first: between two settlements they are the lines of a statement.
#[utoipa::path(
    get,
    path = "/v1/partners/{code}/{program}/entries",
    tag = "partners",
    params(
        ("code" = String, Path, description = "The partner's code."),
        ("program" = String, Path, description = "The program's code."),
        PageParams
    ),
    responses((status = 200, description = "The entries.", body = Listed<PartnerEntryView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_partner_entries(
    caller: Caller<LoyaltyRead>,
    names: Ids<String, String>,
    query: ListQuery,
) -> Result<Json<Listed<PartnerEntryView>>, Problem> {
    let page = partners::entries(&caller.ctx, &names.0, &names.1, &query.page()?).await?;
    Ok(Json(Listed::page(page, PartnerEntryView::from)))
}

/// A partner's statements in a program, newest first.
#[utoipa::path(
    get,
    path = "/v1/partners/{code}/{program}/statements",
    tag = "partners",
    params(
        ("code" = String, Path, description = "The partner's code."),
        ("program" = String, Path, description = "The program's code."),
        PageParams
    ),
    responses((status = 200, description = "The statements.", body = Listed<StatementView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_statements(
    caller: Caller<LoyaltyRead>,
    names: Ids<String, String>,
    query: ListQuery,
) -> Result<Json<Listed<StatementView>>, Problem> {
    let page = partners::statements(&caller.ctx, &names.0, &names.1, &query.page()?).await?;
    Ok(Json(Listed::page(page, StatementView::from)))
}

/// Closes what is open with a partner in a program, with a statement of it.
///
/// What the partner gave goes to issuance, what it accepted to what is settled; its account is at zero then.
#[utoipa::path(
    post,
    path = "/v1/partners/{code}/{program}/statements",
    tag = "partners",
    params(
        ("code" = String, Path, description = "The partner's code."),
        ("program" = String, Path, description = "The program's code."),
        IdempotencyParams
    ),
    responses(
        (status = 201, description = "The new statement.", body = StatementView),
        (status = 409, description = "`nothing-to-settle` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn settle_partner(
    caller: Caller<LoyaltyWrite>,
    names: Ids<String, String>,
    body: super::body::NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || partners::settle(&caller.ctx, &names.0, &names.1);
    idempotent::settle(&caller.ctx, &body.idempotency, Reply::CREATED, plan, StatementView::from).await
}
