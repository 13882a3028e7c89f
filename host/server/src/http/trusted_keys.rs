//! Keys that vouch for plugins in a tenant, and the audit log: `/v1/trusted-keys`, `/v1/audit`.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::audit::{AuditEntryView, TrustedKeyView},
};
use crate::app::{App, audit, trust};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::signature::PublicKey;
use stammgast_store::TrustedKey;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of these resources.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_trusted_keys, trust_key))
        .routes(routes!(distrust_key))
        .routes(routes!(list_audit))
}

/// A key to be trusted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTrustedKey)]
#[serde(deny_unknown_fields)]
struct NewTrustedKeyBody {
    /// Its name in the tenant, a code.
    #[schema(max_length = 64, examples("acme"))]
    name: String,
    /// The key, as its owner published it.
    #[schema(value_type = String, examples("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))]
    public_key: PublicKey,
}

fn shown(key: &TrustedKey) -> TrustedKeyView {
    key.clone().into()
}

/// The keys that the tenant trusts, by name.
#[utoipa::path(
    get,
    path = "/v1/trusted-keys",
    tag = "plugins",
    responses((status = 200, description = "The keys.", body = Listed<TrustedKeyView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_trusted_keys(caller: Caller<PluginsRead>) -> Result<Json<Listed<TrustedKeyView>>, Problem> {
    let keys = trust::list(&caller.ctx).await?;
    Ok(Json(Listed::whole(keys.into_iter().map(TrustedKeyView::from).collect())))
}

/// Trusts a key: plugins that it signed need no decision any more.
#[utoipa::path(
    post,
    path = "/v1/trusted-keys",
    tag = "plugins",
    params(IdempotencyParams),
    request_body = NewTrustedKeyBody,
    responses(
        (status = 201, description = "The key is trusted.", body = TrustedKeyView),
        (status = 409, description = "`name-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn trust_key(
    caller: Caller<PluginsWrite>,
    body: JsonBody<NewTrustedKeyBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || trust::add(&caller.ctx, &body.value.name, body.value.public_key);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Trusts a key no more. What runs goes on.
#[utoipa::path(
    delete,
    path = "/v1/trusted-keys/{name}",
    tag = "plugins",
    params(("name" = String, Path, description = "The key's name."), IdempotencyParams),
    responses((status = 200, description = "The key that was trusted.", body = TrustedKeyView)),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn distrust_key(
    caller: Caller<PluginsWrite>,
    name: Id<String>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || trust::remove(&caller.ctx, &name.0);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Who changed what in the tenant's setup, newest first.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "plugins",
    params(PageParams),
    responses((status = 200, description = "A page of the audit log.", body = Listed<AuditEntryView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_audit(caller: Caller<PluginsRead>, query: ListQuery) -> Result<Json<Listed<AuditEntryView>>, Problem> {
    let page = audit::list(&caller.ctx, &query.page()?).await?;
    Ok(Json(Listed::page(page, AuditEntryView::from)))
}
