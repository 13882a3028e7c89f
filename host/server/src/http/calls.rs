//! Recorded calls: `/v1/installations/{id}/calls`, repeated and taken home.

use super::{
    auth::{Caller, CallsRead},
    page::{LimitParams, ListQuery, parsed},
    path::{CallName, Id, Ids},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::call::{CallView, ReplayedView},
};
use crate::app::{
    App,
    records::{self, Personal, Wanted},
};
use axum::{Json, extract::State};
use serde::Serialize;
use stammgast_domain::{InstallationId, call::Ended};
use stammgast_store::CallOrder;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_calls))
        .routes(routes!(read_call))
        .routes(routes!(export_call))
        .routes(routes!(replay_call))
        .routes(routes!(replay_calls))
}

/// Recorded calls, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedCalls)]
struct CallsView {
    /// The calls.
    items: Vec<CallView>,
}

/// What came of repeating several calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayedCalls)]
struct ReplayedCallsView {
    /// What came of each, by event and try.
    items: Vec<ReplayedView>,
}

/// The call where a list begins.
fn call(name: &'static str, text: Option<&str>) -> Result<Option<(u64, u32)>, Problem> {
    let call = text.map(|text| parsed::<CallName>(name, text)).transpose()?;
    Ok(call.map(|CallName(event, attempt)| (event, attempt)))
}

/// How calls have to have ended.
fn ended(text: Option<&str>) -> Result<Option<Ended>, Problem> {
    text.map(|text| parsed("ended", text)).transpose()
}

/// Calls that were recorded, by event and try, newest first.
///
/// Of calls that end well one in so many is recorded (`records.sample_every`), faults always are.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/calls",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("before" = Option<String>, Query,
            description = "The call before which to start, the last of a page: event and try, such as `42.1`."),
        ("ended" = Option<String>, Query,
            description = "Only calls that ended so: `effects`, `malformed`, `faults`, or a fault's sort."),
        LimitParams
    ),
    responses((status = 200, description = "The calls.", body = CallsView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn list_calls(
    caller: Caller<CallsRead>,
    id: Id<InstallationId>,
    query: ListQuery,
) -> Result<Json<CallsView>, Problem> {
    let (limit, [before, only]) = query.limit_and(["before", "ended"])?;
    let order = CallOrder::NewestFirst { before: call("before", before.as_deref())? };
    let wanted = Wanted { ended: ended(only.as_deref())?, order };
    let calls = records::list(&caller.ctx, id.0, wanted, limit).await?;
    Ok(Json(CallsView { items: calls.into_iter().map(CallView::from).collect() }))
}

/// One recorded call: what it was told, what it cost, what came of it.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/calls/{call}",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("call" = String, Path, description = "Event and try, such as `42.1`.")
    ),
    responses((status = 200, description = "The call.", body = CallView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn read_call(
    caller: Caller<CallsRead>,
    Ids(id, CallName(event, attempt)): Ids<InstallationId, CallName>,
) -> Result<Json<CallView>, Problem> {
    Ok(Json(records::read(&caller.ctx, id, event, attempt).await?.into()))
}

/// A recorded call as a file that `stammgast plugin test` runs on any computer.
///
/// It holds personal data, unless that is masked: then letters and digits of it are made unreadable.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/calls/{call}/case",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("call" = String, Path, description = "Event and try, such as `42.1`."),
        ("personal" = Option<String>, Query, description = "`masked` (the usual) or `shown`.")
    ),
    responses(
        (status = 200, description = "The file.", body = Object),
        (status = 422, description = "`call-not-repeatable`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn export_call(
    caller: Caller<CallsRead>,
    State(app): State<App>,
    Ids(id, CallName(event, attempt)): Ids<InstallationId, CallName>,
    query: ListQuery,
) -> Result<Json<serde_json::Value>, Problem> {
    let (_, [personal]) = query.limit_and(["personal"])?;
    let personal = match personal.as_deref() {
        None | Some("masked") => Personal::Masked,
        Some("shown") => Personal::Shown,
        Some(_) => return Err(Problem::invalid("personal", "write `masked` or `shown`")),
    };
    let file = records::export(&app, &caller.ctx, (id, event, attempt), personal).await?;
    Ok(Json(serde_json::to_value(file).map_err(|error| Problem::internal(&error))?))
}

/// Repeats a recorded call with everything as it was, and compares. Nothing is applied.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/calls/{call}/replay",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("call" = String, Path, description = "Event and try, such as `42.1`.")
    ),
    responses((status = 200, description = "What came.", body = ReplayedView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn replay_call(
    caller: Caller<CallsRead>,
    State(app): State<App>,
    Ids(id, CallName(event, attempt)): Ids<InstallationId, CallName>,
) -> Result<Json<ReplayedView>, Problem> {
    Ok(Json(records::replay(&app, &caller.ctx, id, event, attempt).await?.into()))
}

/// Repeats recorded calls one after another, and compares each. Nothing is applied. Where they take long, fewer than the
/// limit come: ask for those after the last one, until none comes.
#[utoipa::path(
    get,
    path = "/v1/installations/{id}/replay",
    tag = "plugins",
    params(
        ("id" = Uuid, Path, description = "The installation's id."),
        ("after" = Option<String>, Query, description = "The call after which to start: event and try, such as `42.1`."),
        ("ended" = Option<String>, Query,
            description = "Only calls that ended so: `effects`, `malformed`, `faults`, or a fault's sort."),
        LimitParams
    ),
    responses((status = 200, description = "What came of each.", body = ReplayedCallsView)),
    extensions(("x-scope" = json!("plugins:read customers:read purchases:read interactions:read loyalty:read")))
)]
async fn replay_calls(
    caller: Caller<CallsRead>,
    State(app): State<App>,
    id: Id<InstallationId>,
    query: ListQuery,
) -> Result<Json<ReplayedCallsView>, Problem> {
    let (limit, [after, only]) = query.limit_and(["after", "ended"])?;
    let order = CallOrder::OldestFirst { after: call("after", after.as_deref())? };
    let wanted = Wanted { ended: ended(only.as_deref())?, order };
    let replayed = records::replay_all(&app, &caller.ctx, id.0, wanted, limit).await?;
    Ok(Json(ReplayedCallsView { items: replayed.into_iter().map(ReplayedView::from).collect() }))
}
