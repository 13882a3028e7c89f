//! A server process.

use crate::{Client, binary};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;

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

    /// Starts a server on a clock that shows this time, on a fresh data folder or one that was used so before.
    pub fn start_at(time: &str, folder: Option<Arc<TempDir>>) -> Self {
        let folder = folder.unwrap_or_else(|| Arc::new(tempfile::tempdir().expect("a temporary folder")));
        Self::run(Command::new(binary()), folder, &["--test-clock", time], &[])
    }

    /// The same on a data folder that was used before, with settings.
    pub fn start_at_with(time: &str, folder: Arc<TempDir>, settings: &[(&str, &str)]) -> Self {
        Self::run(Command::new(binary()), folder, &["--test-clock", time], settings)
    }

    /// Sets the clock of a server that was started at a time.
    pub async fn at(&self, time: &str) {
        self.operator().put("/v1/test-clock", &json!({ "now": time })).await.ok();
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
