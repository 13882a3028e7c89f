//! A server process with a data folder, and commands for it.

use crate::run::{output, run};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A running server, and the tenant that commands work for.
pub(crate) struct Server {
    binary: PathBuf,
    folder: PathBuf,
    url: String,
    tenant: &'static str,
    child: Child,
}

impl Server {
    /// Starts a server that listens on an address such as `127.0.0.1:0`.
    pub(crate) fn start(binary: &Path, folder: &Path, address: &str, tenant: &'static str) -> Result<Self> {
        let log = folder.join("server.log");
        fs::create_dir_all(folder)?;
        let mut child = Command::new(binary)
            .args(["serve", "--listen", address, "--data"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .context("the server cannot be started")?;
        let stdout = child.stdout.take().context("the server has no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(url) = line.split([' ', ';']).find(|word| word.starts_with("http://")) else {
            let _ = child.kill();
            bail!("the server did not start; its log is {}:\n{}", log.display(), fs::read_to_string(&log)?);
        };
        Ok(Self { binary: binary.to_owned(), folder: folder.to_owned(), url: url.to_owned(), tenant, child })
    }

    /// The same server again, after it ended, where it was.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        *self = Self::start(&self.binary, &self.folder, &address, self.tenant)?;
        Ok(())
    }

    /// The server's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command of the command line, for this server and tenant.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("STAMMGAST_URL", &self.url).env("STAMMGAST_DATA__FOLDER", &self.folder);
        command.env("STAMMGAST_TENANT", self.tenant);
        command
    }

    /// Runs a command as a person would, and shows it.
    pub(crate) fn cli(&self, arguments: &[&str]) -> Result<()> {
        run(&mut self.command(arguments))
    }

    /// What a command answers as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = output(self.command(arguments).arg("--json"))?;
        serde_json::from_str(&text).with_context(|| format!("`stammgast {}` gave no JSON: {text}", arguments.join(" ")))
    }

    /// Ends the process at once, as a power cut would (SIGKILL).
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends the process in order (SIGTERM).
    pub(crate) fn stop(mut self) -> Result<()> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Waits until somebody else ends the process.
    pub(crate) fn stay(mut self) -> Result<()> {
        println!("\nThe server stays up; stop it with Ctrl-C.");
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    /// A task that failed leaves no server behind. One that has ended is not there to be killed.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
