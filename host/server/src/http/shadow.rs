//! Versions that run in shadow: `/v1/installations/{id}/shadow`, `…/promote`.

use super::{
    auth::{Caller, PluginsWrite, ShadowRead},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    installations::{ChangeBody, shown, told},
    page::{LimitParams, ListQuery, parsed},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        backtest::{EventDifferenceView, TotalsView},
        installation::InstallationView,
    },
};
use crate::app::{
    App,
    installations::{self, ShadowReport},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Serialize;
use stammgast_domain::InstallationId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_shadow, start_shadow, drop_shadow)).routes(routes!(promote_shadow))
}

/// What runs in shadow, and what it would have done beside what was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowReport)]
struct ShadowView {
    /// The shadow.
    shadow: InstallationView,
    /// Both sides, over all events that the shadow has dealt with.
    totals: TotalsView,
    /// Events with which they dealt differently.
    differences: Vec<EventDifferenceView>,
}

impl From<ShadowReport> for ShadowView {
    fn from(report: ShadowReport) -> Self {
        let ShadowReport { shadow, totals, differences } = report;
        let differences = differences.into_iter().map(EventDifferenceView::from).collect();
        Self { shadow: shadow.into(), totals: totals.into(), differences }
    }
}

/// What runs in an installation's shadow, and what it would have done beside what was done.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/shadow",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("after" = Option<u64>, Query, description = "The event after which the differences start."),
        LimitParams
    ),
    responses(
        (status = 200, description = "The shadow.", body = ShadowView),
        (status = 409, description = "`no-shadow`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read loyalty:read")))
)]
async fn read_shadow(
    caller: Caller<ShadowRead>,
    id: Id<InstallationId>,
    query: ListQuery,
) -> Result<Json<ShadowView>, Problem> {
    let (limit, [after]) = query.limit_and(["after"])?;
    let after: u64 = after.map_or(Ok(0), |text| parsed("after", &text))?;
    Ok(Json(installations::shadow_report(&caller.ctx, id.0, after, limit).await?.into()))
}

/// Lets a version or a configuration run on live events beside an installation. What it asks for is recorded and not
/// applied.
///
/// It begins where the installation has got to, with a copy of its state.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/shadow",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    request_body = ChangeBody,
    responses(
        (status = 201, description = "What runs in shadow.", body = InstallationView),
        (status = 409, description = "`in-use` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn start_shadow(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: JsonBody<ChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::shadow(&app, &caller.ctx, id.0, body.value.clone().into());
    let reply = Reply::CREATED.under("/v1/installations");
    let written = idempotent::run(&caller.ctx, &body.idempotency, reply, plan, shown).await?;
    installations::tell(&app, caller.ctx.tenant.tenant(), id.0);
    Ok(told(&app, &caller.ctx, written))
}

/// Drops what runs in an installation's shadow.
#[utoipa::path(
    delete,
    path = "/v1/installations/{id}/shadow",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    responses(
        (status = 200, description = "What ran in shadow.", body = InstallationView),
        (status = 409, description = "`no-shadow` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn drop_shadow(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::drop_shadow(&caller.ctx, id.0);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}

/// Puts what runs in an installation's shadow in its place, from the next event on.
#[utoipa::path(
    post,
    path = "/v1/installations/{id}/promote",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The installation's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The installation as it is now.", body = InstallationView),
        (status = 409, description = "`no-shadow` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn promote_shadow(
    caller: Caller<PluginsWrite>,
    State(app): State<App>,
    id: Id<InstallationId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || installations::promote(&caller.ctx, id.0);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    Ok(told(&app, &caller.ctx, written))
}
