//! `stammgast plugin test`.

use super::{
    super::super::{CliError, global::Session, output::plain},
    Bench, parsed_cases, read,
    update::{News, updated},
};
use crate::trial::{CaseReport, compare::differences, run_case};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::case::{Case, Expectation};
use std::{fs, path::PathBuf};

/// Run cases on a component, in the real runtime with the real limits
///
/// A case is an event, what the host would answer, and what shall come of it; `plugin new` writes a file of them. A call
/// that failed on a server can be exported as one (`stammgast plugin calls export`) and runs here just the same. Every
/// case shows what it cost; where something else came than was expected, each place is named. So is what a case written
/// by hand lets the host know and the plugin never asks for. Works offline, in your own CI too: the exit code is 1 where
/// a case fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin test dist/hello-points.wasm
  stammgast plugin test dist/hello-points.wasm failing-call.json
  stammgast plugin test dist/hello-points.wasm --update")]
pub(in crate::cli) struct Test {
    /// The component, or a folder with one in it or in its dist folder
    component: PathBuf,
    /// Files of cases; tests/cases.json in the plugin's folder, unless you say otherwise
    cases: Vec<PathBuf>,
    /// The configuration of cases that bring none; config.json in the plugin's folder, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// Write what came into the cases as what shall come, and leave the rest of their files as it is
    #[arg(long)]
    update: bool,
}

impl Test {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let bench = Bench::open(session, &self.component).await?;
        let files = if self.cases.is_empty() { bench.own_cases().into_iter().collect() } else { self.cases.clone() };
        if files.is_empty() {
            let problem = "no cases are named, and there is no tests/cases.json in the plugin's folder".to_owned();
            return Err(CliError::Given { what: self.component.display().to_string(), problem });
        }
        let mut told = Told::default();
        for path in files {
            let text = read(&path)?;
            let file = parsed_cases(&path, &text)?;
            let needs_config = file.cases.iter().any(|case| case.config.is_none());
            let config = if needs_config { bench.config(self.config_file.as_deref())? } else { Value::Null };
            let mut news = Vec::new();
            for case in &file.cases {
                bench.check_config(&path, case)?;
                let report = run_case(&bench.workshop, &bench.subject, case, &config).await;
                told.add(case, &report);
                news.push(news_of(case, &report));
            }
            if self.update {
                let wrong = |error: serde_json::Error| CliError::Given {
                    what: path.display().to_string(),
                    problem: error.to_string(),
                };
                let changed = news.iter().filter(|news| news.expect.is_some() || news.fuel.is_some()).count();
                let text = updated(&text, &news).map_err(wrong)?;
                fs::write(&path, text).map_err(CliError::file(&path))?;
                let shown = path.display();
                session.output.note(&format!("{shown}: what came was written into {changed} of its cases; read it."));
            }
        }
        let answer = json!({ "cases": told.cases, "failed": told.failed });
        session.output.show(&answer, &told.text())?;
        match told.failed {
            0 => Ok(()),
            _ if self.update => Ok(()),
            failed => Err(CliError::Failed { what: "cases", failed, of: told.cases.len() }),
        }
    }
}

/// What is told of all cases.
#[derive(Default)]
struct Told {
    cases: Vec<Value>,
    lines: Vec<String>,
    failed: usize,
}

impl Told {
    fn add(&mut self, case: &Case, report: &CaseReport) {
        let passed = report.differences.is_empty() && (case.expect.is_some() || !is_failure(report));
        self.failed += usize::from(!passed);
        let usage = report.usage;
        let cost = format!(
            "{} of {} units of CPU, {} KiB, {} µs",
            usage.fuel,
            report.limits.fuel,
            usage.memory_bytes >> 10,
            usage.duration.as_micros()
        );
        self.lines.push(format!("{}  {}  ({cost})", if passed { "ok    " } else { "FAILED" }, plain(&case.name)));
        if case.expect.is_none() {
            let words = plain(&crate::trial::compare::words(&report.outcome));
            self.lines.push(format!("        it says nothing of what shall come; this came: {words}"));
        }
        for difference in &report.differences {
            let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "nothing".to_owned(), plain);
            self.lines.push(format!("        {}", plain(&difference.place)));
            self.lines.push(format!("          expected  {}", shown(&difference.expected)));
            self.lines.push(format!("          came      {}", shown(&difference.came)));
        }
        if !passed {
            self.lines.extend(report.log.iter().map(|line| format!("        log: {}", plain(line))));
        }
        self.cases.push(json!({
            "name": case.name,
            "passed": passed,
            "outcome": report.outcome.expectation(),
            "differences": report.differences.iter().map(|one| json!({
                "place": one.place, "expected": one.expected, "came": one.came,
            })).collect::<Vec<_>>(),
            "fuel": usage.fuel,
            "memory_bytes": usage.memory_bytes,
            "duration_us": u64::try_from(usage.duration.as_micros()).unwrap_or(u64::MAX),
            "log": report.log,
        }));
    }

    fn text(&self) -> String {
        let sum = match self.failed {
            0 => format!("{} cases passed.", self.cases.len()),
            failed => format!("{failed} of {} cases failed.", self.cases.len()),
        };
        [self.lines.as_slice(), &[sum]].concat().join("\n")
    }
}

const fn is_failure(report: &CaseReport) -> bool {
    matches!(report.outcome, crate::trial::Outcome::HostFailure(_))
}

/// What a case has to say from now on, so that it passes; what is met stays as it is written.
fn news_of(case: &Case, report: &CaseReport) -> News {
    let is_met = |expected: &Expectation| differences(expected, &report.outcome).is_empty();
    News {
        expect: if case.expect.as_ref().is_some_and(is_met) { None } else { report.outcome.expectation() },
        fuel: case.fuel.filter(|fuel| *fuel != report.usage.fuel).map(|_| report.usage.fuel),
    }
}
