//! The keys that seal secrets: `/v1/secrets-keys` for the operator, `/v1/secrets-key/renew` for a tenant.

use super::{
    auth::{Caller, Operator, PluginsWrite},
    body::NoBody,
    idempotent::{self, IdempotencyParams, Reply},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::secret::{RenewedView, SecretsKeysView},
};
use crate::app::{App, secrets};
use axum::{Json, extract::State, response::IntoResponse};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_secrets_keys))
        .routes(routes!(wrap_secrets_keys))
        .routes(routes!(renew_secrets_key))
}

/// How the keys of all tenants' secrets are wrapped: by the operator's present key, or still by the one before.
#[utoipa::path(
    get,
    path = "/v1/secrets-keys",
    tag = "operator",
    responses((status = 200, description = "The tenants, and whether the key before is needed.", body = SecretsKeysView)),
    extensions(("x-scope" = json!("operator")))
)]
async fn list_secrets_keys(_operator: Operator, State(app): State<App>) -> Result<Json<SecretsKeysView>, Problem> {
    Ok(Json(secrets::wrapped(&app).await?.into()))
}

/// Wraps the keys of all tenants' secrets by the operator's present key. Safe to repeat.
#[utoipa::path(
    post,
    path = "/v1/secrets-keys/wrap",
    tag = "operator",
    responses((status = 200, description = "The tenants, and whether the key before is needed.", body = SecretsKeysView)),
    extensions(("x-scope" = json!("operator")))
)]
async fn wrap_secrets_keys(_operator: Operator, State(app): State<App>) -> Result<Json<SecretsKeysView>, Problem> {
    Ok(Json(secrets::wrap_all(&app).await?.into()))
}

/// Draws a new key for the tenant's secrets and seals all of them anew.
#[utoipa::path(
    post,
    path = "/v1/secrets-key/renew",
    tag = "plugins",
    params(IdempotencyParams),
    responses(
        (status = 200, description = "How many secrets are sealed with the new key.", body = RenewedView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn renew_secrets_key(caller: Caller<PluginsWrite>, body: NoBody) -> Result<impl IntoResponse, Problem> {
    let plan = || secrets::renew(&caller.ctx);
    let view = |secrets: &usize| RenewedView { secrets: *secrets };
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
