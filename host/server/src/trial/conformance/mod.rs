//! The conformance suite: what every plugin of a kind has to stand, whatever it decides.

mod inputs;
mod sending;
mod sound;

use super::{
    Subject, Workshop,
    case::run,
    compare::{Outcome, words},
};
use inputs::Input;
use serde_json::Value;
use stammgast_domain::{
    case::{Case, Otherwise},
    plugin::{FaultKind, PluginKind, WantedLimits},
};
use stammgast_runtime::Usage;

/// Times that each input is given, to see that the answer is always the same.
const REPETITIONS: usize = 3;

/// One thing that a plugin has to stand, and whether it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// What was checked, as a sentence.
    pub check: String,
    /// Calls that were made.
    pub calls: usize,
    /// What went wrong; empty where nothing did.
    pub problems: Vec<String>,
}

/// The whole suite's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteReport {
    /// The checks, in order.
    pub checks: Vec<CheckReport>,
    /// The most that one call used.
    pub most: Usage,
}

impl SuiteReport {
    /// Whether nothing went wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.problems.is_empty())
    }
}

/// Problems of one check that are listed.
const LISTED: usize = 5;

/// Runs the suite for every kind that the component serves. `cases` are the author's own, whose events and
/// configuration the suite repeats as well.
pub async fn check(workshop: &Workshop, subject: &Subject, config: &Value, cases: &[Case]) -> SuiteReport {
    let mut suite = SuiteReport { checks: Vec::new(), most: Usage::default() };
    for group in inputs::groups(&subject.manifest, cases) {
        let mut report = CheckReport { check: group.says.to_owned(), calls: 0, problems: Vec::new() };
        for input in &group.inputs {
            stand(workshop, subject, config, input, &mut report, &mut suite.most).await;
        }
        report.problems.truncate(LISTED);
        suite.checks.push(report);
    }
    suite.checks.push(refuses_nonsense(workshop, subject, cases).await);
    if subject.manifest.kinds.contains(&PluginKind::Channel) {
        suite.checks.extend(sending::checks(workshop, subject, config).await);
    }
    suite
}

async fn stand(
    workshop: &Workshop,
    subject: &Subject,
    config: &Value,
    input: &Input,
    report: &mut CheckReport,
    most: &mut Usage,
) {
    let limits = workshop.runtime.limits(input.case.limits, subject.manifest.limits);
    let mut first = None;
    for _ in 0..REPETITIONS {
        let came = run(&workshop.runtime, &subject.loaded, &subject.manifest, &input.case, config, limits).await;
        report.calls += 1;
        most.fuel = most.fuel.max(came.usage.fuel);
        most.memory_bytes = most.memory_bytes.max(came.usage.memory_bytes);
        most.duration = most.duration.max(came.usage.duration);
        let name = &input.case.name;
        let answer = (came.outcome, came.usage.fuel);
        let Some(first) = &first else {
            report.problems.extend(problem(subject, input, &answer.0).map(|problem| format!("{name}: {problem}")));
            first = Some(answer);
            continue;
        };
        if *first != answer {
            let (before, after) = (words(&first.0), words(&answer.0));
            let text = if before == after {
                format!("{name}: the same call took {} and then {} units of CPU", first.1, answer.1)
            } else {
                format!("{name}: the same call gave {before} and then {after}")
            };
            report.problems.push(text);
            return;
        }
    }
}

fn problem(subject: &Subject, input: &Input, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Effects(effects) => sound::unsound(&input.case.event, effects),
        // No message of the channel: a fair answer to bytes that are none.
        Outcome::Malformed(_) => None,
        // An answer of the plugin's own, and not a fault.
        Outcome::Fault(fault) if fault.kind == FaultKind::Refused && input.may_refuse => None,
        Outcome::Fault(fault) => Some(fault.to_string()),
        Outcome::HostFailure(message) => Some(format!("{message} ({})", subject.manifest.id)),
    }
}

/// A configuration that fits no schema never reaches a plugin from a server; one that cannot read it says so all the
/// same, and does not break down.
async fn refuses_nonsense(workshop: &Workshop, subject: &Subject, cases: &[Case]) -> CheckReport {
    let says = "a configuration that it cannot read is answered with an error, not with a fault";
    let mut report = CheckReport { check: says.to_owned(), calls: 0, problems: Vec::new() };
    let groups = inputs::groups(&subject.manifest, cases);
    let Some(input) = groups.iter().flat_map(|group| &group.inputs).next() else { return report };
    let limits = workshop.runtime.limits(WantedLimits::default(), subject.manifest.limits);
    for nonsense in [Value::Null, Value::from(7), Value::from("x"), serde_json::json!([[]])] {
        let case =
            Case { config: Some(nonsense.clone()), expect: None, otherwise: Otherwise::Nothing, ..input.case.clone() };
        let answer = run(&workshop.runtime, &subject.loaded, &subject.manifest, &case, &nonsense, limits).await;
        report.calls += 1;
        match answer.outcome {
            Outcome::Fault(fault) if fault.kind != FaultKind::Refused => {
                report.problems.push(format!("the configuration {nonsense}: {fault}"));
            }
            Outcome::HostFailure(message) => report.problems.push(message),
            _ => {}
        }
    }
    report
}
