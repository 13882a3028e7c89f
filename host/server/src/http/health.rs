//! Whether the server runs and whether it can work: `/health/live`, `/health/ready`. Nobody needs a key for them.

use super::problem::{PROBLEM_JSON, Problem, ProblemBody};
use crate::{app::App, causes::chain};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(check_live)).routes(routes!(check_ready))
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
struct HealthView {
    /// `live` or `ready`.
    #[schema(examples("ready"))]
    status: &'static str,
}

/// Whether the server runs.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "health",
    responses((status = 200, description = "It runs.", body = HealthView))
)]
async fn check_live() -> Json<HealthView> {
    Json(HealthView { status: "live" })
}

/// Whether the server can work: its database answers.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "health",
    responses(
        (status = 200, description = "It can work.", body = HealthView),
        (status = 503, description = "`not-ready`: it cannot.", body = ProblemBody, content_type = PROBLEM_JSON)
    )
)]
async fn check_ready(State(app): State<App>) -> Result<Json<HealthView>, Problem> {
    // A look at a key that does not exist: one point read of the control database.
    match app.store.key("ready").await {
        Ok(_) => Ok(Json(HealthView { status: "ready" })),
        Err(error) => {
            let detail = "the database does not answer; the server's log says why";
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", detail);
            Err(problem.because(chain(&error)))
        }
    }
}
