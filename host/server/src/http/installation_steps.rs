//! Following, stopping, starting, moving, taking back and removing an installation: `/v1/installations/{id}/…`.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    installations::{shown, told},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::installation::{InstallationView, ProgressView},
};
use crate::app::{
    App,
    installations::{self, Waiting},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::InstallationId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(read_progress))
        .routes(routes!(disable_installation))
        .routes(routes!(enable_installation))
        .routes(routes!(rewind_installation))
        .routes(routes!(roll_back_installation))
        .routes(routes!(remove_installation))
}

/// What happens with events that waited meanwhile.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Enabling)]
#[serde(deny_unknown_fields)]
struct EnablingBody {
    /// Run them, or skip them for good.
    waiting: WaitingBody,
}

/// What happens with events that waited while an installation was disabled or quarantined.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Waiting)]
#[serde(rename_all = "kebab-case")]
enum WaitingBody {
    /// They are run.
    Run,
    /// They are skipped for good.
    Skip,
}

/// Where an installation goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Position)]
#[serde(deny_unknown_fields)]
struct PositionBody {
    /// The event after which it reads on; 0 for the beginning of the log.
    #[schema(examples(0))]
    position: u64,
}

/// What an installation goes back to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = RollBack)]
#[serde(default, deny_unknown_fields)]
struct RollBackBody {
    /// A version of the installation, as its history lists them; left out, what ran before the last change.
    version: Option<u64>,
}

impl From<WaitingBody> for Waiting {
    fn from(body: WaitingBody) -> Self {
        match body {
            WaitingBody::Run => Self::Run,
            WaitingBody::Skip => Self::Skip,
        }
    }
}

/// How far an installation has got with the event log.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/progress",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id.")),
    responses((status = 200, description = "Its progress.", body = ProgressView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_progress(
    State(app): State<App>,
    caller: Caller<PluginsRead>,
    id: Id<InstallationId>,
) -> Result<Json<ProgressView>, Problem> {
    Ok(Json(installations::progress(&app, &caller.ctx, id.0).await?.into()))
}

/// Stops an installation: no new call starts, running ones finish, its events wait.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/disable",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The installation as it is now.", body = InstallationView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn disable_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::disable(&caller.ctx, id.0);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// Starts an installation, for the first time or again.
///
/// One that is quarantined starts like one that is disabled, when you have put right what it failed of.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/enable",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    request_body = EnablingBody,
    responses(
        (status = 200, description = "The installation as it is now.", body = InstallationView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn enable_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: JsonBody<EnablingBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::enable(&caller.ctx, id.0, body.value.waiting.into());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// Lets an installation read the log again after an earlier event. What was done stays done.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/rewind",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    request_body = PositionBody,
    responses(
        (status = 200, description = "The installation.", body = InstallationView),
        (status = 409, description = "`installation-enabled` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn rewind_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: JsonBody<PositionBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::rewind(&caller.ctx, id.0, body.value.position);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// Brings back at once what an installation ran before: version, configuration and state.
///
/// Effects that were applied stay. Running calls finish on what they began with.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/rollback",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    request_body = RollBackBody,
    responses(
        (status = 200, description = "The installation as it is now.", body = InstallationView),
        (status = 409, description = "`nothing-before` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn roll_back_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: JsonBody<RollBackBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::roll_back(&app, &caller.ctx, id.0, body.value.version);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// Removes an installation that is not enabled. What it did stays done; what it kept is deleted.
#[utoipa::path(
    delete,
    path = "/v1/installations/{id}",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The installation as it was.", body = InstallationView),
        (status = 409, description = "`installation-enabled`, `in-use` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn remove_installation(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::remove(&caller.ctx, id.0);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}
