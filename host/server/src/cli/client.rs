//! The HTTP API's client: the one file of the command line that speaks to servers of Stammgast.

mod lists;

pub(super) use lists::Rows;

use super::output::plain;
use reqwest::{Method, RequestBuilder, StatusCode, header, redirect};
use serde::Deserialize;
use serde_json::Value;
use stammgast_domain::TenantId;
use std::{fmt, time::Duration};
use url::{Host, Url};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_mins(3);
/// How long it may take until a component is compiled; the server gives up before.
const COMPILED: Duration = Duration::from_hours(2);
/// Says which tenant the operator works for.
const TENANT: &str = "Stammgast-Tenant";

/// What the client shows the server.
#[derive(Clone)]
pub(super) enum Credential {
    /// A key that the user gave.
    Given(String),
    /// The operator's key, from the server's folder.
    OperatorFile(String),
}

/// A client of one server.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    key: String,
    key_from: &'static str,
    tenant: Option<TenantId>,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The body; null where there is none.
    pub body: Value,
}

/// A refusal in the form of RFC 9457.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The sort of problem, in words.
    pub title: String,
    /// What went wrong and what to do.
    pub detail: String,
    /// The sort of problem, for machines.
    pub code: String,
    /// What is wrong with each field.
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why a call to the server brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The request cannot be made.
    #[error("the request cannot be made")]
    Setup(#[source] reqwest::Error),
    /// No answer.
    #[error("no answer from {url}; is the server running there? `stammgast serve` starts one, --url names another")]
    Unreachable {
        /// The server.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server refused.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// Something answered that is no Stammgast server.
    #[error("{url} answered something else than the API does: {problem}; is this a Stammgast server of this version?")]
    Unexpected {
        /// The server.
        url: String,
        /// What is odd.
        problem: String,
    },
}

/// Whether a server's address is this computer's own.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl CallError {
    /// Whether the same call may succeed when it is tried again.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 408 | 409 | 425 | 429 | 500..=599),
            Self::Setup(_) | Self::Unexpected { .. } => false,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = [&self.detail, &self.title].into_iter().find(|text| !text.is_empty());
        f.write_str(&text.map_or_else(|| "the server refused the request".to_owned(), |text| plain(text)))?;
        let code = if self.code.is_empty() { String::new() } else { format!(", {}", plain(&self.code)) };
        write!(f, " ({}{code})", self.status)?;
        for error in self.errors.iter().filter(|error| !self.detail.contains(&error.problem)) {
            write!(f, "\n  {}: {}", plain(&error.field), plain(&error.problem))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

impl Client {
    /// A client that shows a key, and works for a tenant where one is named.
    pub fn new(base: Url, credential: Credential, tenant: Option<TenantId>) -> Result<Self, CallError> {
        let (key, key_from) = match credential {
            Credential::Given(key) => (key, "STAMMGAST_KEY or --key"),
            Credential::OperatorFile(key) => (key, "the data folder's operator.key"),
        };
        // The key goes to this server and nowhere else: no redirects, and no proxy for this computer's own address.
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("stammgast/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER);
        if is_local(&base) {
            builder = builder.no_proxy();
        }
        Ok(Self { http: builder.build().map_err(CallError::Setup)?, base, key, key_from, tenant })
    }

    pub async fn get(&self, path: &[&str]) -> Result<Value, CallError> {
        Ok(self.send(self.http.get(self.url(path, &[]))).await?.body)
    }

    /// What a path answers to a query.
    pub async fn get_with(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, CallError> {
        let query: Vec<(&str, String)> = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Ok(self.send(self.http.get(self.url(path, &query))).await?.body)
    }

    pub async fn post(&self, path: &[&str], body: &Value) -> Result<Value, CallError> {
        Ok(self.send(self.http.post(self.url(path, &[])).json(body)).await?.body)
    }

    pub async fn put(&self, path: &[&str], body: &Value) -> Result<Value, CallError> {
        Ok(self.send(self.http.put(self.url(path, &[])).json(body)).await?.body)
    }

    pub async fn patch(&self, path: &[&str], body: &Value) -> Result<Value, CallError> {
        Ok(self.send(self.http.patch(self.url(path, &[])).json(body)).await?.body)
    }

    pub async fn delete(&self, path: &[&str]) -> Result<Value, CallError> {
        Ok(self.send(self.http.delete(self.url(path, &[]))).await?.body)
    }

    /// Sends a component, which the server compiles before it answers.
    pub async fn post_component(&self, bytes: Vec<u8>) -> Result<Answer, CallError> {
        let request = self.http.post(self.url(&["v1", "plugins"], &[])).timeout(COMPILED);
        self.send(request.header(header::CONTENT_TYPE, "application/wasm").body(bytes)).await
    }

    /// Sends raw bytes.
    pub async fn post_bytes(&self, path: &[&str], media_type: &str, bytes: Vec<u8>) -> Result<Answer, CallError> {
        let request = self.http.post(self.url(path, &[])).header(header::CONTENT_TYPE, media_type).body(bytes);
        self.send(request).await
    }

    /// Sends a request as it is typed: a method, a path that may have a query, and perhaps a JSON body.
    pub async fn raw(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>, CallError> {
        let method = Method::from_bytes(method.to_uppercase().as_bytes())
            .map_err(|error| CallError::Unexpected { url: self.base.to_string(), problem: error.to_string() })?;
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{}", self.base.path().trim_end_matches('/'), path.trim_start_matches('/')));
        url.set_query(query);
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        Ok(self.exchange(request).await?.1)
    }

    /// An answer that the API would not give.
    pub fn unexpected(&self, problem: impl Into<String>) -> CallError {
        CallError::Unexpected { url: self.base.to_string(), problem: problem.into() }
    }

    fn url(&self, path: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.base.clone();
        // An http URL always has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        let (status, bytes) = self.exchange(request).await?;
        let body = if bytes.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&bytes) };
        Ok(Answer { status, body: body.map_err(|_| self.unexpected("the answer is not JSON"))? })
    }

    /// The status and the bytes of a success.
    async fn exchange(&self, request: RequestBuilder) -> Result<(u16, Vec<u8>), CallError> {
        let unreachable = |source: reqwest::Error| {
            if source.is_builder() {
                return CallError::Setup(source);
            }
            CallError::Unreachable { url: self.base.to_string(), source: source.without_url() }
        };
        let mut request = request.bearer_auth(&self.key);
        if let Some(tenant) = &self.tenant {
            request = request.header(TENANT, tenant.as_str());
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(unreachable)?;
        if !status.is_success() {
            let reason = status.canonical_reason().unwrap_or_default();
            let mut problem = problem(status.as_u16(), reason, &bytes);
            if status == StatusCode::UNAUTHORIZED {
                let (url, from) = (&self.base, self.key_from);
                problem.detail =
                    format!("{url} does not know the API key from {from}; is it another server's, or revoked?");
            }
            return Err(CallError::Problem(Box::new(problem)));
        }
        Ok((status.as_u16(), bytes.to_vec()))
    }
}

fn problem(status: u16, reason: &str, body: &[u8]) -> Problem {
    let mut problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    problem.status = status;
    if problem.title.is_empty() {
        reason.clone_into(&mut problem.title);
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base: &str) -> Client {
        Client::new(base.parse().unwrap(), Credential::Given("sgk_x".to_owned()), None).unwrap()
    }

    #[test]
    fn a_name_in_a_path_stays_one_segment_and_the_servers_own_path_stays() {
        let url = client("https://example.org/crm/").url(&["v1", "plugins", "a/b c"], &[("limit", "5".to_owned())]);
        assert_eq!(url.as_str(), "https://example.org/crm/v1/plugins/a%2Fb%20c?limit=5");
    }

    #[test]
    fn a_refusal_shows_its_detail_and_each_field_and_no_control_characters() {
        let body = br#"{ "title": "Invalid", "detail": "two fields are wrong", "code": "invalid",
                         "errors": [{ "field": "name", "problem": "is empty\u001b[2J" }, { "field": "id", "problem": "x" }] }"#;
        let text = problem(422, "Unprocessable", body).to_string();
        assert_eq!(text, "two fields are wrong (422, invalid)\n  name: is empty [2J\n  id: x");
        assert_eq!(problem(502, "Bad Gateway", b"<html>").to_string(), "Bad Gateway (502)");
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        let retryable = |status| CallError::Problem(Box::new(Problem { status, ..Problem::default() })).retryable();
        assert!(retryable(500) && retryable(503) && retryable(409) && retryable(429));
        assert!(!retryable(400) && !retryable(401) && !retryable(404) && !retryable(422));
    }
}
