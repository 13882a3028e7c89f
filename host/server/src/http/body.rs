//! Bodies: read up to their limit, then parsed strictly.

use super::{idempotent::Idempotency, problem::Problem};
use crate::{app::App, config::Settings};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
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

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            Category::Data if path == "." => Problem::invalid("body", without_place(error.inner())),
            Category::Data => Problem::invalid(path, without_place(error.inner())),
            Category::Syntax | Category::Eof | Category::Io => malformed(error.inner()),
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// A wrong value is named by its field: where it stands in the text helps nobody.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    in_words(problem)
}

/// A problem without names of types, and with what to write.
fn in_words(problem: &str) -> String {
    let numbers = [
        ("u8", "a whole number from 0 to 255"),
        ("u16", "a whole number from 0 to 65535"),
        ("u32", "a whole number from 0 to 4294967295"),
        ("u64", "a whole number from 0 on"),
        ("usize", "a whole number from 0 on"),
        ("i64", "a whole number"),
    ];
    for (name, words) in numbers {
        if let Some(rest) = problem.strip_suffix(&format!("expected {name}")) {
            return format!("{rest}expected {words}");
        }
    }
    if problem.starts_with("UUID parsing failed") {
        return "this is no id; write one as this API gives them, such as 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"
            .to_owned();
    }
    if problem.contains("failed to parse") {
        return format!("{problem}; write a date such as 2026-03-31");
    }
    problem.to_owned()
}

/// The text of the error ends with its line and column.
fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", format!("the body is not JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        amount: Amount,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Amount {
        minor: i64,
    }

    fn shown(body: &str) -> String {
        format!("{:?}", parse::<Vec<Row>>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn a_body_is_parsed_whole() {
        let rows: Vec<Row> = parse(br#"[{"amount": {"minor": 5}}]"#).unwrap();
        assert_eq!(rows, [Row { amount: Amount { minor: 5 } }]);
    }

    #[test]
    fn a_wrong_or_unknown_field_is_named_by_its_path() {
        assert!(shown(r#"[{"amount": {"minor": "5"}}]"#).contains(r#"field: "[0].amount.minor""#));
        assert!(shown(r#"[{"amount": {"minor": 5, "major": 1}}]"#).contains(r#"field: "[0].amount.major""#));
    }

    #[test]
    fn what_is_expected_is_said_in_words() {
        let shown = shown(r#"[{"amount": {"minor": "5"}}]"#);
        assert!(shown.contains("expected a whole number") && !shown.contains("i64"), "{shown}");
        assert_eq!(
            in_words("invalid type: string, expected u16"),
            "invalid type: string, expected a whole number from 0 to 65535"
        );
        assert!(in_words("UUID parsing failed: invalid length").starts_with("this is no id"));
    }

    #[test]
    fn what_is_not_json_is_malformed_and_says_where() {
        for body in ["[{", "[] []", "", "['a']"] {
            let shown = shown(body);
            assert!(shown.contains("malformed-json") && shown.contains("line 1 column"), "{shown}");
        }
    }
}
