//! The conformance suite: what every plugin of a kind has to stand, whatever it decides.

mod inputs;
mod moments;
mod past;
mod same;
mod sending;

use super::{
    Subject, Workshop,
    case::{run, run_among},
    compare::{Outcome, words},
    facts::CaseFacts,
    sound,
};
use inputs::Input;
use same::{Change, changed};
use serde_json::Value;
use stammgast_domain::{
    case::Case,
    effect::Effect,
    plugin::{FaultKind, Manifest, PluginKind, WantedLimits},
};
use stammgast_runtime::{Facts, Usage};
use std::sync::Arc;

/// Times that each call is made, to see that the answer and its cost are always the same.
const REPETITIONS: usize = 3;
/// Problems of one check that are listed.
const LISTED: usize = 5;

/// One thing that a plugin has to stand, and whether it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// What was checked, as a sentence.
    pub check: String,
    /// Calls that were made.
    pub calls: usize,
    /// The most that one of them used.
    pub most: Usage,
    /// What went wrong; empty where nothing did. The last one says how many more there are, where they are too many.
    pub problems: Vec<String>,
}

impl CheckReport {
    fn of(check: &str) -> Self {
        Self { check: check.to_owned(), calls: 0, most: Usage::default(), problems: Vec::new() }
    }

    fn count(&mut self, usage: Usage) {
        self.calls += 1;
        self.most = larger(self.most, usage);
    }
}

/// The whole suite's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteReport {
    /// The checks, in order.
    pub checks: Vec<CheckReport>,
}

impl SuiteReport {
    /// Whether nothing went wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.problems.is_empty())
    }

    /// The most that one call used.
    #[must_use]
    pub fn most(&self) -> Usage {
        self.checks.iter().map(|check| check.most).fold(Usage::default(), larger)
    }
}

fn larger(one: Usage, other: Usage) -> Usage {
    Usage {
        fuel: one.fuel.max(other.fuel),
        memory_bytes: one.memory_bytes.max(other.memory_bytes),
        duration: one.duration.max(other.duration),
        queued: one.queued.max(other.queued),
    }
}

/// What the suite is run on.
#[derive(Clone, Copy)]
struct Ground<'g> {
    workshop: &'g Workshop,
    subject: &'g Subject,
    config: &'g Value,
}

/// Runs the suite for every kind that the component serves. `cases` are the author's own, whose events and
/// configuration the suite repeats as well.
pub async fn check(workshop: &Workshop, subject: &Subject, config: &Value, cases: &[Case]) -> SuiteReport {
    let ground = Ground { workshop, subject, config };
    let mut checks = Vec::new();
    for group in inputs::groups(&subject.manifest, cases) {
        let mut report = CheckReport::of(group.says);
        for input in &group.inputs {
            stand(ground, &subject.manifest, input, Arc::new(CaseFacts::of(&input.case)), &mut report).await;
        }
        checks.push(report);
    }
    checks.extend(past::checks(ground).await);
    checks.push(refuses_nonsense(ground).await);
    if subject.manifest.kinds.contains(&PluginKind::Channel) {
        checks.extend(sending::checks(ground).await);
    }
    told(checks)
}

/// What is reported: a check that called nothing shows nothing, so it is left out, and of many problems the first are
/// listed.
fn told(mut checks: Vec<CheckReport>) -> SuiteReport {
    checks.retain(|check| check.calls > 0);
    for check in &mut checks {
        shorten(&mut check.problems);
    }
    SuiteReport { checks }
}

/// Gives an input several times; gives what it asked for, where nothing went wrong.
async fn stand(
    ground: Ground<'_>,
    manifest: &Manifest,
    input: &Input,
    facts: Arc<dyn Facts>,
    report: &mut CheckReport,
) -> Option<Vec<Effect>> {
    let Ground { workshop, subject, config } = ground;
    let (runtime, name) = (&workshop.runtime, &input.case.name);
    let limits = runtime.limits(input.case.limits, manifest.limits);
    let mut answers = Vec::new();
    for _ in 0..REPETITIONS {
        let facts = Arc::clone(&facts);
        let came = run_among(runtime, &subject.loaded, manifest, &input.case, config, limits, facts).await;
        report.count(came.usage);
        if let Some(problem) = problem(manifest, input, &came.outcome) {
            report.problems.push(format!("{name}: {problem}"));
            return None;
        }
        answers.push((came.outcome, came.usage.fuel));
    }
    let change = changed(&answers).map(|change| match change {
        Change::Answer(before, after) => {
            format!("{name}: the same call gave {} and then {}", words(before), words(after))
        }
        Change::Cost(before, after) => format!("{name}: {}", same::cost(before, after)),
    });
    if let Some(change) = change {
        report.problems.push(change);
        return None;
    }
    answers.into_iter().next().map(|(outcome, _)| match outcome {
        Outcome::Effects(effects) => effects,
        Outcome::Malformed(_) | Outcome::Fault(_) | Outcome::HostFailure(_) => Vec::new(),
    })
}

fn problem(manifest: &Manifest, input: &Input, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Effects(effects) => sound::unsound(&input.case.event, effects),
        // No message of the channel: a fair answer to bytes that are none.
        Outcome::Malformed(_) => None,
        Outcome::Fault(fault) if input.leeway.allows(fault.kind) => None,
        Outcome::Fault(fault) => Some(fault.to_string()),
        Outcome::HostFailure(message) => Some(format!("{message} ({})", manifest.id)),
    }
}

/// A configuration that fits no schema never reaches a plugin from a server; one that cannot read it says so all the
/// same, and does not break down.
async fn refuses_nonsense(ground: Ground<'_>) -> CheckReport {
    let mut report = CheckReport::of("a configuration that it cannot read is answered with an error, not with a fault");
    let Ground { workshop, subject, .. } = ground;
    let limits = workshop.runtime.limits(WantedLimits::default(), subject.manifest.limits);
    for (manifest, Input { case, .. }) in inputs::first_of_each(&subject.manifest) {
        for nonsense in [Value::Null, Value::from(7), Value::from("x"), serde_json::json!([[]])] {
            let answer = run(&workshop.runtime, &subject.loaded, &manifest, &case, &nonsense, limits).await;
            report.count(answer.usage);
            match answer.outcome {
                Outcome::Fault(fault) if fault.kind != FaultKind::Refused => {
                    report.problems.push(format!("{}: the configuration {nonsense}: {fault}", case.name));
                }
                Outcome::HostFailure(message) => report.problems.push(message),
                _ => {}
            }
        }
    }
    report
}

/// Leaves the first problems, and says how many more there are.
fn shorten(problems: &mut Vec<String>) {
    let more = problems.len().saturating_sub(LISTED);
    problems.truncate(LISTED);
    if more > 0 {
        problems.push(format!("and {more} more"));
    }
}

#[cfg(test)]
mod tests {
    use super::{CheckReport, Usage, shorten, told};

    #[test]
    fn a_check_that_called_nothing_is_not_reported_as_passed() {
        let idle = CheckReport::of("a full past goes well");
        let mut busy = CheckReport::of("usual purchases go well");
        busy.count(Usage::default());
        assert_eq!(told(vec![idle, busy.clone()]).checks, [busy]);
    }

    #[test]
    fn problems_that_are_not_listed_are_counted() {
        let problems = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
        let mut few = problems(5);
        shorten(&mut few);
        assert_eq!(few, problems(5));
        let mut many = problems(8);
        shorten(&mut many);
        assert_eq!(many, [problems(5), vec!["and 3 more".to_owned()]].concat());
    }
}
