//! Secrets of installations: `/v1/installations/{id}/secrets`. They are given and never shown.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, Reply},
    page::Listed,
    path::{Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::secret::SecretView,
};
use crate::app::{
    App,
    secrets::{self, NewSecret, Secret},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use serde_json::Value;
use stammgast_domain::{InstallationId, plugin::Origin, secret::SecretValue};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// An answer that was kept would come with a digest of the request, and so of the secret.
const NO_KEY: &str = "setting a secret is safe to repeat as it is; leave the key out";

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_secrets)).routes(routes!(read_secret, set_secret, remove_secret))
}

/// What is given for a secret. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewSecret)]
#[serde(deny_unknown_fields)]
struct NewSecretBody {
    /// Its value: visible characters and spaces of ASCII. It is never shown again.
    #[schema(value_type = Option<String>, min_length = 8, max_length = 4096, write_only)]
    value: Option<Value>,
    /// Where it may go, among the installation's origins. Left out, it stays as it is; a new secret may go to all of them,
    /// and nowhere if deliveries to the webhook are proven with it.
    #[schema(value_type = Option<Vec<String>>)]
    origins: Option<BTreeSet<Origin>>,
}

impl NewSecretBody {
    /// No refusal repeats what was given.
    fn parsed(self) -> Result<NewSecret, Problem> {
        let Self { value, origins } = self;
        let value = match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                Some(SecretValue::new(text).map_err(|error| Problem::invalid("value", error.to_string()))?)
            }
            Some(_) => return Err(Problem::invalid("value", "it must be a text")),
        };
        Ok(NewSecret { value, origins })
    }
}

fn shown(secret: &Secret) -> SecretView {
    secret.clone().into()
}

/// The secrets that an installation needs, and those that it was given. Values are not shown.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/secrets",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id.")),
    responses((status = 200, description = "The secrets.", body = Listed<SecretView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_secrets(
    caller: Caller<PluginsRead>,
    State(app): State<App>,
    id: Id<InstallationId>,
) -> Result<Json<Listed<SecretView>>, Problem> {
    let secrets = secrets::list(&app, &caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(secrets.into_iter().map(SecretView::from).collect())))
}

/// One secret, without its value.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/secrets/{name}",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("name" = String, Path, description = "The secret's name in the plugin's manifest.")
    ),
    responses((status = 200, description = "The secret.", body = SecretView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_secret(
    caller: Caller<PluginsRead>,
    State(app): State<App>,
    ids: Ids<InstallationId, String>,
) -> Result<Json<SecretView>, Problem> {
    Ok(Json(secrets::read(&app, &caller.ctx, ids.0, &ids.1).await?.into()))
}

/// Sets a secret, or where it may go.
///
/// It is sealed before it is stored; the host fills it into requests at the last moment, and no plugin sees it.
#[utoipa::path(
    put,
    path = "/v1/installations/{id}/secrets/{name}",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("name" = String, Path, description = "The secret's name in the plugin's manifest.")
    ),
    request_body = NewSecretBody,
    responses(
        (status = 201, description = "The secret is set for the first time.", body = SecretView),
        (status = 200, description = "The secret is set anew.", body = SecretView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn set_secret(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    ids: Ids<InstallationId, String>,
    body: JsonBody<NewSecretBody>,
) -> Result<impl IntoResponse, Problem> {
    body.idempotency.refuse(NO_KEY)?;
    let new = body.value.parsed()?;
    let plan = || secrets::set(&app, &caller.ctx, ids.0, &ids.1, new.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Removes a secret's value. Requests that need it are not sent until it is set again.
#[utoipa::path(
    delete,
    path = "/v1/installations/{id}/secrets/{name}",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("name" = String, Path, description = "The secret's name in the plugin's manifest.")
    ),
    responses(
        (status = 200, description = "The secret, which is not set any more.", body = SecretView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn remove_secret(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    ids: Ids<InstallationId, String>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    body.idempotency.refuse(NO_KEY)?;
    let plan = || secrets::remove(&app, &caller.ctx, ids.0, &ids.1);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}
