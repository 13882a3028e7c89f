//! A client of a server.

use crate::component;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a test waits for something that has to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// Speaks to a server with one key.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    key: Option<String>,
}

/// An answer of the server.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body; `null` where it is empty or no JSON.
    pub body: Value,
    /// Body as text.
    pub text: String,
}

impl Answer {
    /// The body of a success.
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.body
    }

    /// Checks a refusal: its status and its code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        let form = self.headers.get("content-type").and_then(|value| value.to_str().ok());
        assert_eq!(form, Some("application/problem+json"));
        self.body
    }
}

impl Client {
    /// A client with a key.
    pub fn new(url: &str, key: &str) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), key: Some(key.to_owned()) }
    }

    /// Its key; empty where it has none.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// The same client without a key.
    pub fn anonymous(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// The same client with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    /// The same client for a server at another address.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// A request with the key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole body");
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT with JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// POST with JSON and an Idempotency-Key.
    pub async fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// POST with raw bytes.
    pub async fn post_bytes(&self, path: &str, media_type: &str, bytes: Vec<u8>) -> Answer {
        self.send(self.request(Method::POST, path).header("content-type", media_type).body(bytes)).await
    }

    /// Installs a component (as the operator).
    pub async fn install(&self, name: &str) -> Value {
        self.post_bytes("/v1/plugins", "application/wasm", component(name)).await.ok()
    }

    /// Enables a plugin with everything that it asks for; gives the installation's id.
    pub async fn enable(&self, plugin: &str, name: &str, config: &Value) -> String {
        let asked = self.get(&format!("/v1/plugins/{plugin}")).await.ok();
        let grants: Vec<&Value> =
            asked["capabilities"].as_array().expect("capabilities").iter().map(|one| &one["name"]).collect();
        let body = json!({"plugin": plugin, "name": name, "grants": grants, "config": config, "start": "now", "unsigned": "a test"});
        let made = self.post("/v1/installations", &body).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Every item of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        let join = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(&format!("{path}{join}limit=100{cursor}")).await.ok();
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// Waits until every enabled installation has done or given up every event.
    pub async fn settled(&self) {
        self.until("every installation has caught up", || async {
            let installations = self.get("/v1/installations").await.ok();
            let mut idle = true;
            for one in installations["items"].as_array().expect("items") {
                if one["status"] == "enabled" {
                    let id = one["id"].as_str().expect("an id");
                    let progress = self.get(&format!("/v1/installations/{id}/progress")).await.ok();
                    idle &= progress["behind"] == 0 && progress["held"] == 0;
                }
            }
            idle
        })
        .await;
    }

    /// Asks again and again until something is so.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, mut is_so: impl FnMut() -> F) {
        let started = Instant::now();
        while !is_so().await {
            assert!(started.elapsed() < PATIENCE, "still waiting until {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
