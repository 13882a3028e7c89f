//! A tenant's plugins: `/v1/installations`.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply, Written},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    schema,
    view::{installation::InstallationView, limits::LimitsView},
};
use crate::app::{
    App, Ctx,
    installations::{self, Changes, NewInstallation, Start},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use serde_json::Value;
use stammgast_domain::{
    InstallationId,
    plugin::{Capability, Installation, Origin},
};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_installations, create_installation))
        .routes(routes!(read_installation, change_installation))
}

/// A plugin to be enabled.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewInstallation)]
#[serde(deny_unknown_fields)]
struct NewInstallationBody {
    /// Short name in the tenant, a code; the channel's name for channel connectors.
    #[schema(max_length = 64, examples("email"))]
    name: String,
    /// The component: its digest, its id with `@` and a version, or its id alone for the highest version.
    #[schema(examples("stammgast.channel-email"))]
    plugin: String,
    /// What is granted: exactly what the manifest asks for.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Capability>)]
    grants: BTreeSet<Capability>,
    /// Where its requests may go: what the manifest names under `hosts`, and for its `*` what you name.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    origins: BTreeSet<Origin>,
    /// Configuration, valid by the plugin's schema.
    #[serde(default = "no_config")]
    config: Value,
    /// Limits of one call; they come before the plugin's wishes and lie within the operator's.
    #[serde(default)]
    limits: LimitsView,
    /// Why it may run although no key that the tenant trusts has signed it. The decision is recorded.
    #[schema(max_length = 500, examples("we built it ourselves"))]
    unsigned: Option<String>,
    /// Where it starts to read the event log.
    #[serde(default)]
    start: StartBody,
}

/// Where a new installation starts to read the event log.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = Start)]
#[serde(rename_all = "kebab-case")]
enum StartBody {
    /// With the next event.
    #[default]
    Now,
    /// With the first event of the tenant's log: a deliberate catch-up.
    Beginning,
    /// Not yet: it is a draft that can be tried on the past, until it is enabled.
    Later,
}

/// What changes of an installation. What is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = InstallationChange)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Another version of the same plugin.
    #[schema(examples("stammgast.channel-email@0.2.0"))]
    plugin: Option<String>,
    /// What is granted: exactly what the manifest asks for.
    #[schema(value_type = Option<Vec<schema::Capability>>)]
    grants: Option<BTreeSet<Capability>>,
    /// Where its requests may go, as a whole.
    #[schema(value_type = Option<Vec<String>>)]
    origins: Option<BTreeSet<Origin>>,
    /// Configuration, as a whole.
    config: Option<Value>,
    /// Limits of one call, as a whole.
    limits: Option<LimitsView>,
    /// Why another version may run although no key that the tenant trusts has signed it.
    #[schema(max_length = 500)]
    unsigned: Option<String>,
}

fn no_config() -> Value {
    Value::Object(serde_json::Map::new())
}

impl From<ChangeBody> for Changes {
    fn from(body: ChangeBody) -> Self {
        let ChangeBody { plugin, grants, origins, config, limits, unsigned } = body;
        Self { plugin, grants, origins, config, limits: limits.map(Into::into), unsigned }
    }
}

impl From<NewInstallationBody> for NewInstallation {
    fn from(body: NewInstallationBody) -> Self {
        let NewInstallationBody { name, plugin, grants, origins, config, limits, unsigned, start } = body;
        let start = match start {
            StartBody::Now => Start::Now,
            StartBody::Beginning => Start::Beginning,
            StartBody::Later => Start::Later,
        };
        Self { name, plugin, grants, origins, config, limits: limits.into(), unsigned, start }
    }
}

/// All installations, oldest first.
#[utoipa::path(
    get,
    path = "/v1/installations",
    tag = "plugins",
    responses((status = 200, description = "The installations.", body = Listed<InstallationView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_installations(caller: Caller<PluginsRead>) -> Result<Json<Listed<InstallationView>>, Problem> {
    let installations = installations::list(&caller.ctx).await?;
    Ok(Json(Listed::whole(installations.into_iter().map(InstallationView::from).collect())))
}

/// Makes an installation of a plugin, with its grants and its configuration: enabled at once, or as a draft.
#[utoipa::path(
    post,
    path = "/v1/installations",
    tag = "plugins",
    params(IdempotencyParams),
    request_body = NewInstallationBody,
    responses(
        (status = 201, description = "The new installation.", body = InstallationView),
        (status = 409, description = "`name-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn create_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    body: JsonBody<NewInstallationBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = NewInstallation::from(body.value);
    let plan = || installations::create(&app, &caller.ctx, new.clone());
    let reply = Reply::CREATED.under("/v1/installations");
    let written = idempotent::run(&caller.ctx, &body.idempotency, reply, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// One installation.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id.")),
    responses((status = 200, description = "The installation.", body = InstallationView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_installation(
    caller: Caller<PluginsRead>,
    id: Id<InstallationId>,
) -> Result<Json<InstallationView>, Problem> {
    Ok(Json(installations::read(&caller.ctx, id.0).await?.into()))
}

/// Changes an installation's version, grants, origins, configuration or limits.
///
/// What it did stays done; from the next event on it works with the new ones.
#[utoipa::path(
    patch,
    path = "/v1/installations/{id}",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    request_body = ChangeBody,
    responses(
        (status = 200, description = "The installation as it is now.", body = InstallationView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn change_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: JsonBody<ChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let changes = Changes::from(body.value);
    let plan = || installations::change(&app, &caller.ctx, id.0, changes.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// An installation as callers see it.
pub fn shown(installation: &Installation) -> InstallationView {
    installation.clone().into()
}

/// Tells the dispatcher of a change that is committed.
pub fn told(app: &App, ctx: &Ctx, written: Written<Installation>) -> Written<Installation> {
    if let Some(installation) = &written.answer {
        installations::tell(app, ctx.tenant.tenant(), installation.id);
    }
    written
}
