//! `stammgast plugin check`.

use super::{
    super::super::{CliError, global::Session, output::plain},
    Bench, read_cases,
};
use crate::trial::conformance::{self, SuiteReport};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Run the conformance suite on a component: what every plugin of its kinds has to stand
///
/// Empty and huge inputs, codes that it does not know, letters beyond ASCII, the edges of time, a full past, state in
/// another form, configurations that it cannot read; and every call several times, because the same call has to give
/// the same answer at the same cost. For channels, messages and responses of all sorts. Its own cases in
/// tests/cases.json are repeated as well. Works offline; the exit code is 1 where a check fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin check dist/hello-points.wasm
  stammgast plugin check dist/hello-points.wasm --config-file other.json --json")]
pub(in crate::cli) struct Check {
    /// The component, or a folder with one in it or in its dist folder
    component: PathBuf,
    /// The configuration; config.json in the plugin's folder, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
}

impl Check {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let bench = Bench::open(session, &self.component).await?;
        let config = bench.config(self.config_file.as_deref())?;
        let cases = bench.own_cases().map(|path| read_cases(&path)).transpose()?.map(|file| file.cases);
        let suite = conformance::check(&bench.workshop, &bench.subject, &config, &cases.unwrap_or_default()).await;
        session.output.show(&answer(&suite), &text(&suite))?;
        let failed = suite.checks.iter().filter(|check| !check.problems.is_empty()).count();
        match failed {
            0 => Ok(()),
            failed => Err(CliError::Failed { what: "checks", failed, of: suite.checks.len() }),
        }
    }
}

fn answer(suite: &SuiteReport) -> Value {
    let most = suite.most();
    let check = |check: &conformance::CheckReport| json!({ "check": check.check, "calls": check.calls, "passed": check.problems.is_empty(), "problems": check.problems });
    json!({
        "checks": suite.checks.iter().map(check).collect::<Vec<_>>(),
        "passed": suite.passed(),
        "most": {
            "fuel": most.fuel,
            "memory_bytes": most.memory_bytes,
            "duration_us": u64::try_from(most.duration.as_micros()).unwrap_or(u64::MAX),
        },
    })
}

fn text(suite: &SuiteReport) -> String {
    let mut lines = Vec::new();
    for check in &suite.checks {
        let verdict = if check.problems.is_empty() { "ok    " } else { "FAILED" };
        lines.push(format!("{verdict}  {}  ({} calls)", check.check, check.calls));
        lines.extend(check.problems.iter().map(|problem| format!("        {}", plain(problem))));
    }
    let most = suite.most();
    lines.push(format!(
        "The most that one call took: {} units of CPU, {} KiB, {} µs.",
        most.fuel,
        most.memory_bytes >> 10,
        most.duration.as_micros()
    ));
    lines.join("\n")
}
