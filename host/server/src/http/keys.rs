//! A tenant's API keys: `/v1/keys`.

use super::{
    auth::{Caller, KeysWrite},
    body::JsonBody,
    page::Listed,
    path::Id,
    problem::Problem,
    schema,
    view::admin::{KeyView, NewKeyView},
};
use crate::app::{App, AppError, keys};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;
use stammgast_domain::access::Scope;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_keys, create_key)).routes(routes!(revoke_key))
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KeyDetails)]
#[serde(deny_unknown_fields)]
struct NewKeyBody {
    /// What it is for.
    #[schema(max_length = 200, examples("web shop"))]
    name: String,
    /// What it may do: nothing that its maker may not.
    #[schema(value_type = Vec<schema::Scope>)]
    scopes: BTreeSet<Scope>,
    /// The partner who gets it; such a key carries the scope `partner:trade` and no other. Without
    /// a partner that scope goes with `keys:write` alone, to be handed on.
    #[schema(max_length = 64)]
    partner: Option<String>,
}

/// The tenant's keys, oldest first, revoked ones too. Secrets are not kept.
#[utoipa::path(
    get,
    path = "/v1/keys",
    tag = "keys",
    responses((status = 200, description = "The keys.", body = Listed<KeyView>)),
    extensions(("x-scope" = json!("keys:write")))
)]
async fn list_keys(caller: Caller<KeysWrite>, State(app): State<App>) -> Result<Json<Listed<KeyView>>, Problem> {
    let keys = keys::list(&app, Some(caller.ctx.tenant.tenant())).await?;
    Ok(Json(Listed::whole(keys.into_iter().map(KeyView::from).collect())))
}

/// Makes a key. Its secret is shown this once.
#[utoipa::path(
    post,
    path = "/v1/keys",
    tag = "keys",
    request_body = NewKeyBody,
    responses((status = 201, description = "The new key.", body = NewKeyView)),
    extensions(("x-scope" = json!("keys:write")))
)]
async fn create_key(
    caller: Caller<KeysWrite>,
    State(app): State<App>,
    body: JsonBody<NewKeyBody>,
) -> Result<impl IntoResponse, Problem> {
    body.idempotency.refuse("a key's secret is shown once and not kept, so this cannot be repeated; leave it out")?;
    let NewKeyBody { name, scopes, partner } = body.value;
    scopes.iter().try_for_each(|scope| caller.ctx.need(*scope))?;
    let tenant = caller.ctx.tenant.tenant().clone();
    let there = keys::list(&app, Some(&tenant)).await?.iter().filter(|key| key.revoked_at.is_none()).count();
    caller.ctx.room_for_one(there, ("keys", caller.ctx.bounds.keys))?;
    if let Some(code) = &partner
        && caller.ctx.tenant.partner(code).await.map_err(AppError::from)?.is_none()
    {
        return Err(Problem::invalid("partner", format!("there is no partner `{code}`; record the partner first")));
    }
    let new = keys::create(&app, Some(tenant), name, scopes, partner).await?;
    keys::note(&caller.ctx, &new.key, keys::KeyStep::Created).await?;
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(NewKeyView::from(new))))
}

/// Revokes a key. It is refused from the next request on.
#[utoipa::path(
    delete,
    path = "/v1/keys/{id}",
    tag = "keys",
    params(("id" = String, Path, description = "The public half of the key.")),
    responses((status = 204, description = "The key is revoked.")),
    extensions(("x-scope" = json!("keys:write")))
)]
async fn revoke_key(caller: Caller<KeysWrite>, State(app): State<App>, id: Id<String>) -> Result<StatusCode, Problem> {
    let key = keys::revoke(&app, Some(caller.ctx.tenant.tenant()), &id.0).await?;
    keys::note(&caller.ctx, &key, keys::KeyStep::Revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}
