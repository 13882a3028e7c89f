//! What bounds every request: room, time, and answers for paths, methods and panics that no handler takes care of.

use super::problem::Problem;
use crate::config::Settings;
use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, sync::Arc, time::Duration};
use tokio::sync::{AcquireError, Semaphore};

/// Bytes of a body that needs no room of its own.
const SMALL: u64 = 64 << 10;

/// The door: so many requests, and so many bytes of bodies, are let in at once.
#[derive(Debug, Clone)]
pub struct Door {
    requests: Arc<Semaphore>,
    kibibytes: Arc<Semaphore>,
    most: u32,
    largest: u64,
}

/// Where webhooks are. Anybody may send deliveries, so they take nothing of the others' room and have some of their own
/// ([`Room`](crate::app::hooks::Room)).
const HOOKS: &str = "/v1/hooks/";

impl Door {
    /// A door as wide as the settings say.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let http = &settings.http;
        let most = u32::try_from(http.bodies_mib << 10).unwrap_or(u32::MAX);
        let component = settings.runtime.component_mib << 20;
        Self {
            requests: Arc::new(Semaphore::new(http.concurrent_requests)),
            kibibytes: Arc::new(Semaphore::new(most as usize)),
            most,
            largest: http.message_bytes.max(http.bulk_bytes).max(component) as u64,
        }
    }

    /// KiB that a request's body takes: what it tells, or the most that it may have. Small ones take nothing, so that
    /// they never wait behind large ones; the number of requests bounds them.
    fn weight(&self, request: &Request) -> u32 {
        let bytes = request.body().size_hint().upper().unwrap_or(self.largest).min(self.largest);
        if bytes <= SMALL {
            return 0;
        }
        u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX).min(self.most)
    }
}

/// Lets a request in when there is room for it and its body; until then it waits here.
pub async fn wait_for_room(State(door): State<Door>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with(HOOKS) {
        return next.run(request).await;
    }
    let weight = door.weight(&request);
    let room = async { Ok((door.kibibytes.acquire_many(weight).await?, door.requests.acquire().await?)) };
    let room: Result<_, AcquireError> = room.await;
    match room {
        Ok(_room) => next.run(request).await,
        Err(closed) => Problem::internal(&closed).into_response(),
    }
}

/// How long requests may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// All but one.
    pub usual: Duration,
    /// Installing a component, which is compiled meanwhile.
    pub compiling: Duration,
}

/// Where components are installed.
const COMPONENTS: &str = "/v1/plugins";

/// Gives a request up after some time. A commit that is under way goes on.
pub async fn give_up(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let is_component = request.method() == Method::POST && request.uri().path() == COMPONENTS;
    let (patience, settings) = if is_component {
        (patience.compiling, "settings http.request_seconds and runtime.compile_seconds")
    } else {
        (patience.usual, "setting http.request_seconds")
    };
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let detail = format!("the request took longer than {} seconds ({settings})", patience.as_secs());
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
