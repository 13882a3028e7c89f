//! Requests with an `Idempotency-Key` happen once: the answer is kept in the transaction of what it reports.

use super::problem::Problem;
use crate::app::{AppError, Ctx, LedgerPlan, Plan, plan::Outcome};
use axum::{
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stammgast_store::{Change, Settled, StoreError, StoredAnswer};
use std::sync::Arc;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The header that makes a request safe to repeat.
pub const KEY_HEADER: &str = "Idempotency-Key";
/// The header of an answer that was given before.
pub const REPLAYED_HEADER: &str = "Idempotency-Replayed";

/// Tries of a use case that meets rows which others wrote at the same time.
const TRIES: u32 = 3;
/// The longest key.
const KEY_BYTES: usize = 200;

/// The `Idempotency-Key` of a request, if it has one, and the digest of method, path and body.
#[derive(Debug, Clone)]
pub struct Idempotency {
    key: Option<String>,
    request: String,
}

/// How a success is answered.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    created: StatusCode,
    collection: Option<&'static str>,
}

/// An answer that is committed.
pub struct Written<T> {
    /// What the use case answered; `None` when the answer was given before.
    pub answer: Option<T>,
    response: Response,
}

impl Idempotency {
    /// Reads the header and digests the request.
    ///
    /// # Errors
    /// The key has the wrong form.
    pub fn of(parts: &Parts, body: &[u8]) -> Result<Self, Problem> {
        let key = parts.headers.get(KEY_HEADER).map(checked_key).transpose()?;
        let mut hash = Sha256::new();
        for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Self { key, request: hex::encode(hash.finalize()) })
    }

    /// For requests whose answer must not be kept.
    ///
    /// # Errors
    /// The caller sent a key.
    pub fn refuse(&self, why: &str) -> Result<(), Problem> {
        if self.key.is_none() { Ok(()) } else { Err(Problem::invalid(KEY_HEADER, why)) }
    }

    /// Under which name the answer is kept: each actor has keys of its own.
    fn record(&self, ctx: &Ctx) -> Option<String> {
        let key = self.key.as_ref()?;
        Some(hex::encode(Sha256::digest(format!("{}\n{key}", ctx.actor))))
    }
}

impl Reply {
    /// 201 for something new.
    pub const CREATED: Self = Self { created: StatusCode::CREATED, collection: None };
    /// 202 for something new that is worked on later.
    pub const ACCEPTED: Self = Self { created: StatusCode::ACCEPTED, collection: None };

    /// Names the collection under whose path a new row is found by its id, for `Location`.
    pub const fn under(self, collection: &'static str) -> Self {
        Self { collection: Some(collection), ..self }
    }

    fn status(self, outcome: Outcome) -> StatusCode {
        if outcome == Outcome::Created { self.created } else { StatusCode::OK }
    }
}

impl<T> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        self.response
    }
}

/// Plans, commits and answers; once for each `Idempotency-Key`. A plan that others got in the way of is made anew.
///
/// # Errors
/// The use case or the store failed, or the key was used for another request.
pub async fn run<T, V, F>(
    ctx: &Ctx,
    idempotency: &Idempotency,
    reply: Reply,
    plan: impl Fn() -> F,
    view: impl Fn(&T) -> V,
) -> Result<Written<T>, Problem>
where
    V: Serialize,
    F: Future<Output = Result<Plan<T>, AppError>>,
{
    let record = idempotency.record(ctx);
    let mut tries = 0;
    loop {
        if let Some(written) = answered(ctx, idempotency, reply).await? {
            return Ok(written);
        }
        let Plan { mut change, answer, outcome } = plan().await?;
        let status = reply.status(outcome);
        let body = serde_json::to_string(&view(&answer)).map_err(|error| Problem::internal(&error))?;
        if let Some(record) = &record {
            let request = idempotency.request.clone();
            let kept = StoredAnswer { request, status: status.as_u16(), body: body.clone(), created_at: ctx.now() };
            change.keep_answer(record, &kept)?;
        }
        tries += 1;
        match ctx.tenant.commit(change).await {
            Ok(()) => return Ok(Written { answer: Some(answer), response: respond(reply, status, body) }),
            Err(error) if is_overtaken(&error) && tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// As [`run`], for an answer that depends on what the ledger decides: it is kept in the same transaction.
///
/// # Errors
/// The use case or the store failed, the ledger refuses, or the key was used for another request.
pub async fn settle<T, V, F>(
    ctx: &Ctx,
    idempotency: &Idempotency,
    reply: Reply,
    plan: impl Fn() -> F,
    view: impl Fn(T) -> V + Send + Sync + Clone + 'static,
) -> Result<Written<T>, Problem>
where
    T: 'static,
    V: Serialize,
    F: Future<Output = Result<LedgerPlan<T>, AppError>>,
{
    let record = idempotency.record(ctx);
    let mut tries = 0;
    loop {
        if let Some(written) = answered(ctx, idempotency, reply).await? {
            return Ok(written);
        }
        let LedgerPlan { mut change, answer, outcome } = plan().await?;
        let status = reply.status(outcome);
        let view = view.clone();
        let body = Arc::new(move |settled: &Settled| {
            let shown = answer(settled).map(|answer| serde_json::to_string(&view(answer)));
            shown.and_then(Result::ok).ok_or(StoreError::Untold)
        });
        if let Some(record) = record.clone() {
            let (body, request, created_at) = (Arc::clone(&body), idempotency.request.clone(), ctx.now());
            change.and_then(move |settled| {
                let body = body(settled)?;
                let kept = StoredAnswer { request: request.clone(), status: status.as_u16(), body, created_at };
                let mut rest = Change::new();
                rest.keep_answer(&record, &kept)?;
                Ok(rest)
            });
        }
        tries += 1;
        match ctx.tenant.settle(change).await {
            Ok(settled) => {
                return Ok(Written { answer: None, response: respond(reply, status, body(&settled)?) });
            }
            Err(error) if is_overtaken(&error) && tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn checked_key(value: &HeaderValue) -> Result<String, Problem> {
    let text = value.to_str().unwrap_or_default();
    let fits = (1..=KEY_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(text.to_owned());
    }
    let problem = format!("the key must have 1 to {KEY_BYTES} visible ASCII characters; send a UUID");
    Err(Problem::invalid(KEY_HEADER, problem))
}

/// What the same request was answered before.
async fn answered<T>(ctx: &Ctx, idempotency: &Idempotency, reply: Reply) -> Result<Option<Written<T>>, Problem> {
    let Some(record) = idempotency.record(ctx) else { return Ok(None) };
    let Some(kept) = ctx.tenant.answer(&record).await? else { return Ok(None) };
    if kept.request != idempotency.request {
        return Err(AppError::KeyReused.into());
    }
    let status = StatusCode::from_u16(kept.status).map_err(|error| Problem::internal(&error))?;
    let mut response = respond(reply, status, kept.body);
    response.headers_mut().insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    Ok(Some(Written { answer: None, response }))
}

/// Whether others wrote in between, so that a new plan may work.
fn is_overtaken(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Duplicate { .. } | StoreError::Stale { .. } | StoreError::Spent { .. } | StoreError::Conflict
    )
}

fn respond(reply: Reply, status: StatusCode, body: String) -> Response {
    let location = reply.collection.filter(|_| status == reply.created).and_then(|path| location(path, &body));
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The path of the row that a body shows.
fn location(collection: &str, body: &str) -> Option<HeaderValue> {
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
    }
    let row: Row = serde_json::from_str(body).ok()?;
    HeaderValue::from_str(&format!("{collection}/{}", row.id)).ok()
}

/// Describes the header for the API description.
pub enum IdempotencyParams {}

impl IntoParams for IdempotencyParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "Makes the request safe to repeat: the same key with the same request gives the same answer, \
                    and nothing happens twice. 1 to 200 visible ASCII characters, such as a UUID.";
        vec![
            ParameterBuilder::new()
                .name(KEY_HEADER)
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(text))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                .build(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn idempotency(path: &str, key: &str, body: &str) -> Result<Idempotency, Problem> {
        let request = Request::post(path).header(KEY_HEADER, key).body(()).unwrap();
        Idempotency::of(&request.into_parts().0, body.as_bytes())
    }

    #[test]
    fn a_request_is_its_method_path_and_body() {
        let digest = |path, body| idempotency(path, "k", body).unwrap().request;
        assert_eq!(digest("/a", "x"), digest("/a", "x"));
        assert_ne!(digest("/a", "x"), digest("/b", "x"));
        assert_ne!(digest("/a", "x"), digest("/a", "y"));
        assert_ne!(digest("/ab", "c"), digest("/a", "bc"));
    }

    #[test]
    fn a_key_is_visible_ascii_of_bounded_length() {
        assert!(idempotency("/a", "0199c3a5-7a1e", "").is_ok());
        let long = "k".repeat(KEY_BYTES + 1);
        for bad in ["", "two words", long.as_str()] {
            assert!(idempotency("/a", bad, "").is_err(), "{bad}");
        }
    }

    #[test]
    fn the_location_is_made_of_the_row_that_is_shown() {
        assert_eq!(location("/v1/customers", r#"{"id":"7","name":"x"}"#).unwrap(), "/v1/customers/7");
        assert_eq!(location("/v1/customers", "[]"), None);
    }
}
