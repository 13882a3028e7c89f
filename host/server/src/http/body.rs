//! Bodies: read up to their limit, then parsed strictly.

use super::{idempotent::Idempotency, parsing::parse, problem::Problem};
use crate::{app::App, config::Settings};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// The media type of a component.
pub const WASM: &str = "application/wasm";

/// A JSON body of at most `http.json_bytes`.
pub struct JsonBody<T> {
    /// The value.
    pub value: T,
    /// What makes the request safe to repeat.
    pub idempotency: Idempotency,
}

impl<T> JsonBody<T> {
    /// The same request with another value.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> JsonBody<U> {
        JsonBody { value: of(self.value), idempotency: self.idempotency }
    }
}

/// A JSON body of at most `http.bulk_bytes`.
pub struct BulkBody<T> {
    /// The value.
    pub value: T,
    /// What makes the request safe to repeat.
    pub idempotency: Idempotency,
}

/// No body, or one that does not matter.
pub struct NoBody {
    /// What makes the request safe to repeat.
    pub idempotency: Idempotency,
}

/// Raw bytes of at most `http.message_bytes`.
pub struct RawBody {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their `Content-Type`, where the caller named one.
    pub media_type: Option<String>,
    /// What makes the request safe to repeat.
    pub idempotency: Idempotency,
}

/// The bytes of a component: at most one more than `runtime.component_mib` allows, so that the inspection refuses it.
pub struct ComponentBody(pub Vec<u8>);

/// A bound on bytes, and the setting behind it.
#[derive(Debug, Clone, Copy)]
struct Limit {
    bytes: usize,
    setting: &'static str,
}

impl Limit {
    const fn json(settings: &Settings) -> Self {
        Self { bytes: settings.http.json_bytes, setting: "http.json_bytes" }
    }

    const fn bulk(settings: &Settings) -> Self {
        Self { bytes: settings.http.bulk_bytes, setting: "http.bulk_bytes" }
    }

    const fn message(settings: &Settings) -> Self {
        Self { bytes: settings.http.message_bytes, setting: "http.message_bytes" }
    }

    fn hook(settings: &Settings) -> Self {
        Self { bytes: settings.http.hook_bytes(), setting: "http.hook_kib" }
    }

    fn exceeded(self) -> Problem {
        let Self { bytes, setting } = self;
        let detail = format!("the body has more than {bytes} bytes (setting {setting}); send less at once");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (bytes, idempotency) = read_json(request, Limit::json(&app.settings)).await?;
        Ok(Self { value: parse(&bytes)?, idempotency })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for BulkBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (bytes, idempotency) = read_json(request, Limit::bulk(&app.settings)).await?;
        Ok(Self { value: parse(&bytes)?, idempotency })
    }
}

impl FromRequest<App> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, Limit::json(&app.settings)).await?;
        Ok(Self { idempotency: Idempotency::of(&parts, &bytes)? })
    }
}

impl FromRequest<App> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, Limit::message(&app.settings)).await?;
        let media_type = whole_content_type(&parts).map(str::to_owned);
        let idempotency = Idempotency::of(&parts, &bytes)?;
        Ok(Self { bytes, media_type, idempotency })
    }
}

impl FromRequest<App> for ComponentBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        expect_media_type(&parts, WASM, |given| given == WASM)?;
        let most = (app.settings.runtime.component_mib << 20).saturating_add(1);
        let mut bytes = Vec::new();
        let mut chunks = body.into_data_stream();
        while bytes.len() < most {
            let Some(chunk) = chunks.next().await else { break };
            let chunk = chunk.map_err(|_| broken_off())?;
            bytes.extend_from_slice(chunk.get(..most - bytes.len()).unwrap_or(&chunk));
        }
        Ok(Self(bytes))
    }
}

async fn read_json(request: Request, limit: Limit) -> Result<(Vec<u8>, Idempotency), Problem> {
    let (parts, body) = request.into_parts();
    expect_media_type(&parts, "application/json", |given| given == "application/json" || given.ends_with("+json"))?;
    let bytes = read(&parts.headers, body, limit).await?;
    let idempotency = Idempotency::of(&parts, &bytes)?;
    Ok((bytes, idempotency))
}

/// Refuses a delivery to a webhook that tells beforehand that it is too large.
///
/// # Errors
/// It is.
pub fn check_told_length(headers: &HeaderMap, settings: &Settings) -> Result<(), Problem> {
    let limit = Limit::hook(settings);
    if told_length(headers).is_some_and(|told| told > limit.bytes) { Err(limit.exceeded()) } else { Ok(()) }
}

/// Reads a delivery to a webhook whole.
///
/// # Errors
/// It is too large or too slow, or broke off.
pub async fn read_delivery(headers: &HeaderMap, body: Body, settings: &Settings) -> Result<Vec<u8>, Problem> {
    let reading = read(headers, body, Limit::hook(settings));
    timeout(delivery_time(settings), reading).await.unwrap_or_else(|_| Err(broken_off()))
}

/// Reads as much of a delivery as [`read_delivery`] would, and keeps nothing: how it is taken tells nobody what becomes
/// of it.
pub async fn discard_delivery(body: Body, settings: &Settings) {
    let (mut left, mut chunks) = (Limit::hook(settings).bytes, body.into_data_stream());
    let discarding = async {
        while let Some(Ok(chunk)) = chunks.next().await {
            let Some(rest) = left.checked_sub(chunk.len()) else { break };
            left = rest;
        }
    };
    // Too slow or at its end: it was taken either way.
    let _ = timeout(delivery_time(settings), discarding).await;
}

/// How long the body of a delivery may take to come.
const fn delivery_time(settings: &Settings) -> Duration {
    Duration::from_secs(settings.http.hook_seconds)
}

fn told_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok())
}

/// Reads a body whole. One whose length is told beforehand is refused before it is read.
async fn read(headers: &HeaderMap, body: Body, limit: Limit) -> Result<Vec<u8>, Problem> {
    let told = told_length(headers);
    if told.is_some_and(|told| told > limit.bytes) {
        return Err(limit.exceeded());
    }
    let mut bytes = Vec::with_capacity(told.unwrap_or_default().min(1 << 20));
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| broken_off())?;
        if bytes.len() + chunk.len() > limit.bytes {
            return Err(limit.exceeded());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "incomplete-body", "the body broke off before its end; send it again")
}

fn whole_content_type(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}

/// The media type without its parameters.
fn content_type(parts: &Parts) -> Option<&str> {
    whole_content_type(parts)?.split(';').next().map(str::trim)
}

fn expect_media_type(parts: &Parts, wanted: &str, fits: impl Fn(&str) -> bool) -> Result<(), Problem> {
    let given = content_type(parts).map(str::to_ascii_lowercase);
    if given.as_deref().is_some_and(fits) {
        return Ok(());
    }
    let given = given.map_or_else(|| "the Content-Type is missing".to_owned(), |given| format!("the body is {given}"));
    let detail = format!("{given}; this path takes {wanted}");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail))
}
