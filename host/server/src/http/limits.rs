//! What bounds every request: room, time, and answers for paths, methods and panics that no handler takes care of.

use super::problem::Problem;
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Lets as many requests through at once as there are permits; the others wait here.
pub async fn wait_for_room(State(gate): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match gate.acquire().await {
        Ok(_permit) => next.run(request).await,
        Err(closed) => Problem::internal(&closed).into_response(),
    }
}

/// Gives a request up after some time. A commit that is under way goes on.
pub async fn give_up(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let seconds = patience.as_secs();
        let detail = format!("the request took longer than {seconds} seconds (setting http.request_seconds)");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", format!("{detail}; send it again")).into_response()
    })
}

/// The answer for a handler that panicked.
pub fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let message = match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| "of unknown kind".to_owned(), |text| (*text).to_owned()),
    };
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "").because(format!("panic: {message}")).into_response()
}

/// The answer for a path that does not exist.
pub async fn no_such_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "there is no such path; /docs describes those there are")
}

/// The answer for a method that a path does not know.
pub async fn no_such_method(method: Method) -> Problem {
    let detail = format!("this path does not know the method {method}; the header Allow lists those it knows");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}
