//! The harness: a real server process on a data folder of its own, and clients that speak to it over HTTP.
//!
//! Needs the binary and the plugins built first: `cargo xtask test` does that.

#![allow(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::must_use_candidate,
    clippy::indexing_slicing,
    reason = "a test harness fails by panicking"
)]

pub mod bench;
pub mod compiled;
pub mod registry;
pub mod sections;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a test waits for something that has to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// Cargo's target folder, found from this test's own place in it.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.ancestors().nth(3).expect("tests run from target/<profile>/deps").to_owned()
}

/// The binary under test.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("tests run from target/<profile>/deps");
    profile.join(format!("stammgast{}", std::env::consts::EXE_SUFFIX))
}

/// A component that `cargo xtask plugins` built.
pub fn component(name: &str) -> Vec<u8> {
    let path = target().join("plugins").join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing; run `cargo xtask plugins`", path.display()))
}

/// The repository's root. Asked of cargo at run time: with a shared target folder, this may have been compiled in another
/// checkout.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        here.parent().expect("tests lie in the repository").to_owned()
    });
    &ROOT
}

/// A running server.
pub struct Server {
    child: Child,
    folder: Arc<TempDir>,
    url: String,
}

impl Server {
    /// Starts a server on a fresh data folder.
    pub fn start() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().expect("a temporary folder")), &[])
    }

    /// Starts a server on a fresh data folder with settings, such as `("HTTP__JSON_BYTES", "2048")`.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().expect("a temporary folder")), settings)
    }

    /// Starts a server on a data folder that was used before.
    pub fn start_in(folder: Arc<TempDir>, settings: &[(&str, &str)]) -> Self {
        Self::run(Command::new(binary()), folder, &[], settings)
    }

    /// Starts a server with settings, in an environment with more variables.
    pub fn start_within(folder: Arc<TempDir>, settings: &[(&str, &str)], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(binary());
        command.envs(environment.iter().copied());
        Self::run(command, folder, &[], settings)
    }

    /// Starts a server on a data folder that was used before, with more arguments.
    pub fn start_with_arguments(folder: Arc<TempDir>, arguments: &[&str]) -> Self {
        Self::run(Command::new(binary()), folder, arguments, &[])
    }

    /// Starts a server whose system calls are written to a file, with the names of the files that they touch.
    pub fn start_traced(trace: &Path, calls: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new("strace");
        // Detached, so that the server is the child and the tracer watches from the side.
        command.args(["--daemonize", "--follow-forks", "--decode-fds=path", "--string-limit=32", "--quiet=attach"]);
        command.arg(format!("--trace={calls}")).arg("--output").arg(trace).arg(binary());
        Self::run(command, Arc::new(tempfile::tempdir().expect("a temporary folder")), &[], settings)
    }

    fn run(mut command: Command, folder: Arc<TempDir>, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(folder.path().join("server.log"))
            .expect("a log file");
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data")).args(arguments);
        for (name, value) in settings {
            command.env(format!("STAMMGAST_{name}"), value);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("`cargo xtask test` builds the binary and finds the tracer");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it listens");
        let url = line.split([' ', ';']).find(|word| word.starts_with("http://")).map(str::to_owned);
        let url = url.unwrap_or_else(|| {
            let log = std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
            panic!("the server did not start: {line}\n{log}")
        });
        Self { child, folder, url }
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the server logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as a power cut would; gives the folder for the next start.
    pub fn kill(mut self) -> Arc<TempDir> {
        self.child.kill().expect("the server runs");
        self.child.wait().expect("the server ends");
        Arc::clone(&self.folder)
    }

    /// Ends the process in order; gives the folder for the next start.
    pub fn stop(mut self) -> Arc<TempDir> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        assert!(self.child.wait().expect("the server ends").success(), "{}", self.log());
        Arc::clone(&self.folder)
    }

    /// A client with the operator's key.
    pub fn operator(&self) -> Client {
        let key = std::fs::read_to_string(self.data().join("operator.key")).expect("made at first start");
        Client::new(&self.url, key.trim())
    }

    /// Creates a tenant; gives a client with its first key.
    pub async fn tenant(&self, id: &str) -> Client {
        let made = self.operator().post("/v1/tenants", &json!({"id": id, "name": id})).await.ok();
        let secret = made.pointer("/key/secret").and_then(Value::as_str).expect("a secret, shown once");
        Client::new(&self.url, secret)
    }

    /// A command of the command line, with the operator's key.
    pub fn cli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).env("STAMMGAST_URL", &self.url).env("STAMMGAST_DATA__FOLDER", self.data());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- the server's log:\n{}", self.log());
        }
    }
}

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
