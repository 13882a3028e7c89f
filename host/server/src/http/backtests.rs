//! Versions that are tried on the past: `/v1/backtests`.

use super::{
    auth::{BacktestsWrite, Caller, CallsRead},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    page::{LimitParams, ListQuery, Listed, PageParams, parsed},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        backtest::{BacktestCustomerView, BacktestView, EventDifferenceView},
        limits::LimitsView,
    },
};
use crate::app::{
    App,
    backtests::{self, NamedVersion, NewBacktest},
};
use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stammgast_domain::{
    CustomerId, InstallationId, Timestamp,
    backtest::{Backtest, Period},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_backtests, create_backtest))
        .routes(routes!(read_backtest, delete_backtest))
        .routes(routes!(cancel_backtest))
        .routes(routes!(resume_backtest))
        .routes(routes!(list_differences))
        .routes(routes!(list_customers))
}

/// A back-test to be run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewBacktest)]
#[serde(deny_unknown_fields)]
struct NewBacktestBody {
    /// The installation whose version and configuration count where nothing else is said. What it did is what the
    /// candidate is compared with, unless `against` names something else.
    #[schema(value_type = Option<Uuid>)]
    installation: Option<InstallationId>,
    /// What is tried.
    #[serde(default)]
    candidate: NamedVersionBody,
    /// What it is compared with instead of what happened.
    against: Option<NamedVersionBody>,
    /// Only events that happened at this time or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only events that happened before this time.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// A version with a configuration. What is left out is the installation's; where none is named, `against` takes it from
/// the candidate.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = NamedVersion)]
#[serde(default, deny_unknown_fields)]
struct NamedVersionBody {
    /// The component: its digest, its id with `@` and a version, or its id alone for the highest version.
    #[schema(examples("stammgast.loyalty-points@0.2.0"))]
    plugin: Option<String>,
    /// Configuration, valid by the plugin's schema.
    config: Option<Value>,
    /// Limits of one call.
    limits: Option<LimitsView>,
}

impl From<NamedVersionBody> for NamedVersion {
    fn from(NamedVersionBody { plugin, config, limits }: NamedVersionBody) -> Self {
        Self { plugin, config, limits: limits.map(Into::into) }
    }
}

impl From<NewBacktestBody> for NewBacktest {
    fn from(body: NewBacktestBody) -> Self {
        let NewBacktestBody { installation, candidate, against, from, to } = body;
        let period = Period { from, to };
        Self { installation, candidate: candidate.into(), against: against.map(NamedVersion::from), period }
    }
}

fn shown(test: &Backtest) -> BacktestView {
    test.clone().into()
}

/// Back-tests, newest first.
#[utoipa::path(
    get,
    path = "/v1/backtests",
    tag = "plugins",
    params(PageParams),
    responses((status = 200, description = "A page of back-tests.", body = Listed<BacktestView>)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn list_backtests(caller: Caller<CallsRead>, query: ListQuery) -> Result<Json<Listed<BacktestView>>, Problem> {
    let page = backtests::list(&caller.ctx, &query.page()?).await?;
    Ok(Json(Listed::page(page, BacktestView::from)))
}

/// Runs a version and configuration over the tenant's stored events, without writing anything.
///
/// It works in the background, gives way to live events, and goes on after a restart. Nothing has to be granted or
/// enabled for it: what a plugin asks for is simulated.
#[utoipa::path(
    post,
    path = "/v1/backtests",
    tag = "plugins",
    params(IdempotencyParams),
    request_body = NewBacktestBody,
    responses(
        (status = 202, description = "It waits for its turn.", body = BacktestView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read plugins:write customers:read purchases:read interactions:read loyalty:read")))
)]
async fn create_backtest(
    caller: Caller<BacktestsWrite>,
    State(app): State<App>,
    body: JsonBody<NewBacktestBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = NewBacktest::from(body.value);
    let plan = || backtests::create(&app, &caller.ctx, new.clone());
    let reply = Reply::ACCEPTED.under("/v1/backtests");
    let written = idempotent::run(&caller.ctx, &body.idempotency, reply, plan, shown).await?;
    app.backtests.tell();
    Ok(written)
}

/// One back-test: how far it is, and what came so far.
#[utoipa::path(
    get,
    path = "/v1/backtests/{id}",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The back-test's id.")),
    responses((status = 200, description = "The back-test.", body = BacktestView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn read_backtest(caller: Caller<CallsRead>, id: Id<Uuid>) -> Result<Json<BacktestView>, Problem> {
    Ok(Json(backtests::read(&caller.ctx, id.0).await?.into()))
}

/// Deletes a back-test that is over, with all that it found.
#[utoipa::path(
    delete,
    path = "/v1/backtests/{id}",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The back-test's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The back-test as it was.", body = BacktestView),
        (status = 409, description = "`in-use`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read plugins:write customers:read purchases:read interactions:read loyalty:read")))
)]
async fn delete_backtest(
    caller: Caller<BacktestsWrite>,
    State(app): State<App>,
    id: Id<Uuid>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || backtests::remove(&app, &caller.ctx, id.0);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Stops a back-test. What it found so far stays, and it can go on later.
#[utoipa::path(
    post,
    path = "/v1/backtests/{id}/cancel",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The back-test's id."), IdempotencyParams),
    responses((status = 200, description = "The back-test.", body = BacktestView)),
    extensions(("x-scope" = json!("plugins:read plugins:write customers:read purchases:read interactions:read loyalty:read")))
)]
async fn cancel_backtest(
    caller: Caller<BacktestsWrite>,
    State(app): State<App>,
    id: Id<Uuid>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || backtests::cancel(&app, &caller.ctx, id.0);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Lets a back-test that was stopped, or could not go on, begin where it was.
#[utoipa::path(
    post,
    path = "/v1/backtests/{id}/resume",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The back-test's id."), IdempotencyParams),
    responses((status = 200, description = "The back-test.", body = BacktestView)),
    extensions(("x-scope" = json!("plugins:read plugins:write customers:read purchases:read interactions:read loyalty:read")))
)]
async fn resume_backtest(
    caller: Caller<BacktestsWrite>,
    State(app): State<App>,
    id: Id<Uuid>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || backtests::resume(&app, &caller.ctx, id.0);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    app.backtests.tell();
    Ok(written)
}

/// Events with which the two sides dealt differently.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventDifferences)]
struct DifferencesView {
    /// The events.
    items: Vec<EventDifferenceView>,
}

/// Events with which the two sides dealt differently, in order. The number of listed ones is bounded; all are counted.
#[utoipa::path(
    get,
    path = "/v1/backtests/{id}/differences",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The back-test's id."),
        ("after" = Option<u64>, Query, description = "The event after which to start."),
        LimitParams
    ),
    responses(
        (status = 200, description = "The events.", body = DifferencesView),
        (status = 409, description = "`in-use`: it still runs.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn list_differences(
    caller: Caller<CallsRead>,
    State(app): State<App>,
    id: Id<Uuid>,
    query: ListQuery,
) -> Result<Json<DifferencesView>, Problem> {
    let (limit, [after]) = query.limit_and(["after"])?;
    let after: u64 = after.map_or(Ok(0), |text| parsed("after", &text))?;
    let found = backtests::differences(&app, &caller.ctx, id.0, after, limit).await?;
    Ok(Json(DifferencesView { items: found.into_iter().map(EventDifferenceView::from).collect() }))
}

/// Customers by how much their points differ, largest first.
#[utoipa::path(
    get,
    path = "/v1/backtests/{id}/customers",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The back-test's id."), PageParams),
    responses(
        (status = 200, description = "A page of customers.", body = Listed<BacktestCustomerView>),
        (status = 409, description = "`in-use`: it still runs.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn list_customers(
    caller: Caller<CallsRead>,
    State(app): State<App>,
    id: Id<Uuid>,
    query: ListQuery,
) -> Result<Json<Listed<BacktestCustomerView>>, Problem> {
    let page = query.page()?;
    let after = page.after.as_deref().map(place).transpose()?;
    let found = backtests::customers(&app, &caller.ctx, id.0, after, page.limit.saturating_add(1)).await?;
    let keyed = found.into_iter().map(|((rank, customer), points)| (format!("{rank}/{customer}"), points)).collect();
    Ok(Json(Listed::page(page.cut(keyed), BacktestCustomerView::from)))
}

fn place(key: &str) -> Result<(u64, CustomerId), Problem> {
    let parts = key.split_once('/').and_then(|(rank, id)| Some((rank.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Problem::invalid("cursor", "it is no cursor of this list; send `next_cursor` as it came"))
}
