//! The clock of tests: `/v1/test-clock`. There is none where the server runs on the machine's clock.

use super::{auth::Operator, body::JsonBody, problem::Problem};
use crate::app::{App, AppError};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use stammgast_domain::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_test_clock, set_test_clock))
}

/// A time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = TestClock)]
#[serde(deny_unknown_fields)]
struct TestClockBody {
    /// What the server takes for now.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
}

fn shown(app: &App) -> Result<Json<TestClockBody>, Problem> {
    app.clock.as_test().ok_or(AppError::NotFound("test clock"))?;
    Ok(Json(TestClockBody { now: app.clock.now() }))
}

/// The time of a server that was started with `--test-clock`.
#[utoipa::path(
    get,
    path = "/v1/test-clock",
    tag = "operator",
    responses((status = 200, description = "The time.", body = TestClockBody)),
    extensions(("x-scope" = json!("operator")))
)]
async fn read_test_clock(_: Operator, State(app): State<App>) -> Result<Json<TestClockBody>, Problem> {
    shown(&app)
}

/// Sets the clock of a server that was started with `--test-clock`. It runs on from there.
#[utoipa::path(
    put,
    path = "/v1/test-clock",
    tag = "operator",
    request_body = TestClockBody,
    responses((status = 200, description = "The time.", body = TestClockBody)),
    extensions(("x-scope" = json!("operator")))
)]
async fn set_test_clock(
    _: Operator,
    State(app): State<App>,
    body: JsonBody<TestClockBody>,
) -> Result<Json<TestClockBody>, Problem> {
    body.idempotency.refuse("setting a clock is safe to repeat as it is; leave the key out")?;
    app.clock.as_test().ok_or(AppError::NotFound("test clock"))?.set(body.value.now);
    shown(&app)
}
