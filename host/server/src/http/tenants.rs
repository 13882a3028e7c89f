//! Tenants: `/v1/tenants`, for the operator.

use super::{
    auth::Operator,
    body::JsonBody,
    page::Listed,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::admin::{NewTenantView, TenantView},
};
use crate::app::{App, tenants};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;
use stammgast_domain::TenantId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_tenants, create_tenant))
}

/// A new tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TenantDetails)]
#[serde(deny_unknown_fields)]
struct NewTenantBody {
    /// Short name; names the tenant's database and never changes.
    #[schema(value_type = String, pattern = "^[a-z][a-z0-9-]{0,39}$", examples("acme"))]
    id: TenantId,
    /// The company's name as people write it.
    #[schema(max_length = 200, examples("Acme GmbH"))]
    name: String,
}

/// All tenants, by id.
#[utoipa::path(
    get,
    path = "/v1/tenants",
    tag = "operator",
    responses((status = 200, description = "The tenants.", body = Listed<TenantView>)),
    extensions(("x-scope" = json!("operator")))
)]
async fn list_tenants(_operator: Operator, State(app): State<App>) -> Result<Json<Listed<TenantView>>, Problem> {
    let tenants = tenants::list(&app).await?;
    Ok(Json(Listed::whole(tenants.into_iter().map(TenantView::from).collect())))
}

/// Creates a tenant with its database, the program `points` and a first key.
///
/// The key's secret is shown this once.
#[utoipa::path(
    post,
    path = "/v1/tenants",
    tag = "operator",
    request_body = NewTenantBody,
    responses(
        (status = 201, description = "The new tenant and its first key.", body = NewTenantView),
        (status = 409, description = "`tenant-taken`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("operator")))
)]
async fn create_tenant(
    _operator: Operator,
    State(app): State<App>,
    body: JsonBody<NewTenantBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewTenantBody { id, name } = body.value;
    let created = tenants::create(&app, id, name).await?;
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(NewTenantView::from(created))))
}
