//! The outermost layer: every request gets an id, a span and, where it failed, its problem's body.

use super::problem::Problem;
use crate::clock::Clock;
use axum::{
    extract::{MatchedPath, Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::{Instrument, Span, field::Empty};
use uuid::Uuid;

/// The header that carries a request's id, both ways.
pub const REQUEST_ID: &str = "x-request-id";

/// Watches one request from the outside. Neither bodies nor keys nor query values are recorded.
pub async fn observe(State(clock): State<Clock>, request: Request, next: Next) -> Response {
    let id = given_id(&request).unwrap_or_else(|| clock.new_uuid());
    let path = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        request.id = %id,
        method = %request.method(),
        path,
        status = Empty,
        duration_ms = Empty,
        tenant.id = Empty,
        actor.id = Empty,
    );
    answer(id, request, next).instrument(span).await
}

async fn answer(id: Uuid, request: Request, next: Next) -> Response {
    // A duration is measured on the monotonic clock; the clock that is passed in tells the time of day.
    let started = Instant::now();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.fill(response, id);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let span = Span::current();
    span.record("status", response.status().as_u16());
    span.record("duration_ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    tracing::debug!("the request was answered");
    response
}

/// The id that the caller gave, if it is a UUID: nothing else finds its way into the log.
fn given_id(request: &Request) -> Option<Uuid> {
    let value = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    Uuid::try_parse(value).ok()
}
