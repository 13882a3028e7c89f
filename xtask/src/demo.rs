//! The main job on real data: purchases and e-mails in; points, findings and feedback out.

use crate::{
    build::{self, Profile},
    run::{output, root, step, target},
    tools,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

const TENANT: &str = "klanghaus";
const DEPARTMENTS: [(&str, &str); 5] = [
    ("logistics", "Logistics"),
    ("production", "Production"),
    ("sales", "Sales"),
    ("marketing", "Marketing"),
    ("development", "Development"),
];
/// Plugin, name of the installation, configuration in `examples/demo`.
const INSTALLATIONS: [(&str, &str, &str); 4] = [
    ("stammgast.loyalty-points", "loyalty", "loyalty-points.json"),
    ("stammgast.channel-email", "email", "channel-email.json"),
    ("stammgast.quality-standards", "quality", "quality-standards.json"),
    ("stammgast.feedback-departments", "feedback", "feedback-departments.json"),
];

/// Builds everything and runs the main job.
pub(crate) fn demo(once: bool, fresh: bool) -> Result<()> {
    let whole = Instant::now();
    tools::setup()?;
    let binary = build::server(Profile::Dev)?;
    let components = build::plugins()?;
    let folder = target().join("demo");
    if fresh && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    let demo = Demo::start(binary, &folder)?;
    let set_up = step("Setting up a tenant, departments and plugins", || demo.set_up(&components))?;
    let started = Instant::now();
    step("Importing 69,659 purchases (CDNOW, 1997-1998)", || {
        let file = root().join("examples/data/cdnow/CDNOW_master.txt");
        demo.cli(&["import", "purchases", &text(&file), "--source", "cdnow", "--currency", "USD", "--format", "cdnow"])
    })?;
    step("Importing 60 e-mails", || {
        demo.cli(&["import", "mail", &text(&root().join("examples/data/mail")), "--channel", "email"])
    })?;
    step("Waiting until every plugin has seen every event", || demo.cli(&["plugin", "wait"]))?;
    let job = started.elapsed();
    let report = demo.report()?;
    println!("\n{report}");
    println!(
        "\nImport and plugin calls took {:.0} s; everything took {:.0} s.",
        job.as_secs_f64(),
        whole.elapsed().as_secs_f64()
    );
    demo.where_to_look(&set_up);
    if once { demo.stop() } else { demo.stay() }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

struct Demo {
    binary: PathBuf,
    folder: PathBuf,
    url: String,
    server: Child,
}

impl Demo {
    fn start(binary: PathBuf, folder: &Path) -> Result<Self> {
        step("Starting the server", || {
            let log = folder.join("server.log");
            fs::create_dir_all(folder)?;
            let mut server = Command::new(&binary)
                .args(["serve", "--listen", "127.0.0.1:0", "--data"])
                .arg(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(fs::File::create(&log)?)
                .spawn()
                .context("the server cannot be started")?;
            let stdout = server.stdout.take().context("the server has no standard output")?;
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line)?;
            let Some(url) = line.split([' ', ';']).find(|word| word.starts_with("http://")) else {
                let _ = server.kill();
                bail!("the server did not start; its log is {}:\n{}", log.display(), fs::read_to_string(&log)?);
            };
            println!("   {url} (data in {}, log in {})", folder.display(), log.display());
            Ok(Self { binary, folder: folder.to_owned(), url: url.to_owned(), server })
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("STAMMGAST_URL", &self.url).env("STAMMGAST_DATA__FOLDER", &self.folder);
        command.env("STAMMGAST_TENANT", TENANT);
        command
    }

    /// Runs a command as a person would, and shows it.
    fn cli(&self, arguments: &[&str]) -> Result<()> {
        crate::run::run(&mut self.command(arguments))
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = output(self.command(arguments).arg("--json"))?;
        serde_json::from_str(&text).with_context(|| format!("`stammgast {}` gave no JSON: {text}", arguments.join(" ")))
    }

    /// Everything that is not there yet; a second run finds it there.
    fn set_up(&self, components: &[PathBuf]) -> Result<Vec<String>> {
        let tenants = self.json(&["tenant", "list"])?;
        if !mentions(&tenants, "id", TENANT) {
            self.cli(&["tenant", "create", TENANT, "--name", "Klanghaus"])?;
        }
        let departments = self.json(&["department", "list"])?;
        for (code, name) in DEPARTMENTS {
            if !mentions(&departments, "code", code) {
                self.cli(&["department", "create", code, "--name", name])?;
            }
        }
        for component in components {
            self.cli(&["plugin", "install", &text(component)])?;
        }
        let installations = self.json(&["plugin", "installations"])?;
        for (plugin, name, config) in INSTALLATIONS {
            if !mentions(&installations, "name", name) {
                let config = text(&root().join("examples/demo").join(config));
                self.cli(&["plugin", "enable", plugin, "--name", name, "--grant-all", "--config-file", &config])?;
            }
        }
        Ok(INSTALLATIONS.iter().map(|(_, name, _)| (*name).to_owned()).collect())
    }

    fn report(&self) -> Result<String> {
        let overview = self.json(&["overview"])?;
        let trial = self.json(&["trial-balance", "points"])?;
        let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_i64).unwrap_or(i64::MIN);
        let sales = overview.pointer("/sales_minor/USD").and_then(Value::as_i64).unwrap_or_default();
        let balance = number(&trial, "issuance") + number(&trial, "available");
        ensure!(balance == 0, "the ledger does not balance: {trial}");
        let rows = [
            ("customers", grouped(number(&overview, "customers"))),
            ("prospects, from e-mails", grouped(number(&overview, "prospects"))),
            ("purchases", grouped(number(&overview, "purchases"))),
            ("sales in USD", format!("{}.{:02}", grouped(sales / 100), sales % 100)),
            ("loyalty points", grouped(number(&trial, "available"))),
            ("sum of all ledger entries", grouped(balance)),
            (
                "e-mails on timelines",
                grouped(number(&overview, "interactions") - number(&overview, "waiting_interactions")),
            ),
            ("e-mails waiting for a person", grouped(number(&overview, "waiting_interactions"))),
            ("e-mails that cannot be read", grouped(number(&overview, "unreadable_messages"))),
            ("quality findings", grouped(number(&overview, "findings"))),
            ("feedback items", grouped(number(&overview, "feedback_items"))),
            ("events in the log", grouped(number(&overview, "events"))),
            ("plugin calls", grouped(number(&overview, "completed_calls"))),
            ("dead letters", grouped(number(&overview, "dead_letters"))),
        ];
        let lines: Vec<String> = rows.iter().map(|(what, value)| format!("  {what:30} {value:>14}")).collect();
        Ok(format!("What happened:\n{}", lines.join("\n")))
    }

    fn where_to_look(&self, installations: &[String]) {
        let url = &self.url;
        println!(
            "\nWhere to look (installations: {}):\n  the API in a browser: {url}/docs\n  the operator's key:   {}\n  \
             try:                  stammgast findings --url {url} --data {} --tenant {TENANT}",
            installations.join(", "),
            self.folder.join("operator.key").display(),
            self.folder.display()
        );
    }

    fn stop(mut self) -> Result<()> {
        step("Stopping the server", || {
            crate::run::run(Command::new("kill").args(["-TERM", &self.server.id().to_string()]))?;
            let status = self.server.wait()?;
            ensure!(status.success(), "the server ended with {status}");
            Ok(())
        })
    }

    fn stay(mut self) -> Result<()> {
        println!("\nThe server stays up; stop it with Ctrl-C.");
        self.server.wait()?;
        Ok(())
    }
}

fn mentions(list: &Value, key: &str, wanted: &str) -> bool {
    let rows = list.get("items").unwrap_or(list).as_array();
    rows.is_some_and(|rows| rows.iter().any(|row| row.get(key).and_then(Value::as_str) == Some(wanted)))
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if number < 0 { format!("-{grouped}") } else { grouped }
}
