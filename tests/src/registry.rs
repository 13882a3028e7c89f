//! A registry for containers on this computer, with a folder and a port of its own.

use crate::{binary, target};
use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// The names of the program: Debian's, and its makers'.
const NAMES: [&str; 2] = ["docker-registry", "registry"];
/// The one user of a registry that wants a login, and their password.
pub const LOGIN: (&str, &str) = ("ada", "engine");
/// The same in the form of htpasswd, with bcrypt.
const HTPASSWD: &str = "ada:$2b$05$abcdefghijklmnopqrstuuUUvddHRmhXjg7IYl72Nv1THBPI9/EJy\n";

/// A running registry.
pub struct Registry {
    child: Child,
    folder: TempDir,
    address: String,
}

impl Registry {
    /// Starts a registry that everybody may read and write.
    pub fn start() -> Self {
        Self::run(|_| String::new())
    }

    /// Starts a registry that wants [`LOGIN`].
    pub fn start_with_login() -> Self {
        Self::run(|folder| {
            let users = folder.path().join("htpasswd");
            std::fs::write(&users, HTPASSWD).expect("a file");
            format!("auth:\n  htpasswd:\n    realm: plugins\n    path: {}\n", users.display())
        })
    }

    fn run(more: impl FnOnce(&TempDir) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("config.yml");
        let storage = folder.path().join("registry");
        let text = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:0\n{}",
            storage.display(),
            more(&folder)
        );
        std::fs::write(&config, text).expect("a file");
        let mut child = Command::new(program())
            .arg("serve")
            .arg(&config)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("`cargo xtask test` finds a registry");
        let mut log = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = log.by_ref().find_map(|line| {
            let address = named(&line);
            said.push(line);
            address
        });
        let address = address.unwrap_or_else(|| panic!("the registry did not start:\n{}", said.join("\n")));
        // Whoever writes into a pipe that nobody reads stops sooner or later.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, folder, address }
    }

    /// Its host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The file in which it keeps the bytes with a digest.
    pub fn stored(&self, digest: &str) -> PathBuf {
        let hex = digest.strip_prefix("sha256:").expect("a digest");
        self.folder.path().join("registry/docker/registry/v2/blobs/sha256").join(&hex[..2]).join(hex).join("data")
    }

    /// A command of the command line that knows no login.
    pub fn cli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        self.prepare(command.args(arguments));
        command
    }

    /// Lets a command know no login, and go to the registry without a detour.
    pub fn prepare(&self, command: &mut Command) {
        command.env("DOCKER_CONFIG", self.folder.path().join("docker")).env("NO_PROXY", "127.0.0.1");
        command.env_remove("STAMMGAST_REGISTRY_USERNAME").env_remove("STAMMGAST_REGISTRY_PASSWORD");
    }

    /// Leaves a login where `docker login` would.
    pub fn log_in(&self, auth: &str) {
        let folder = self.folder.path().join("docker");
        std::fs::create_dir_all(&folder).expect("a folder");
        let text = format!(r#"{{"auths":{{"{}":{{"auth":"{auth}"}}}}}}"#, self.address);
        std::fs::write(folder.join("config.json"), text).expect("a file");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a registry listens, if this line of its log says so.
fn named(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("listening on ")?;
    rest.split(['"', ',']).next().map(str::to_owned)
}

/// The program: one that is installed, or the one that `cargo xtask test` unpacked.
fn program() -> PathBuf {
    let works = |name: &&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let unpacked = || target().join("tools/registry/usr/bin/docker-registry");
    NAMES.iter().find(|name| works(name)).map_or_else(unpacked, PathBuf::from)
}
