//! Running one case, and telling what came of it.

use super::{
    Subject, Workshop,
    compare::{self, Difference, Outcome},
    facts::CaseFacts,
    sound::unsound,
};
use serde_json::Value;
use stammgast_domain::{
    case::{Case, Expectation, Otherwise},
    id::derived_uuid,
    plugin::{CallLimits, Capability, FaultKind, Manifest},
};
use stammgast_runtime::{Evaluation, Facts, LoadedPlugin, Runtime, Time, Usage, concerns};
use std::{collections::BTreeSet, sync::Arc};

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// What came of it.
    pub outcome: Outcome,
    /// Where that differs from what was expected, and what a case written by hand tells in vain; as a rule nothing.
    pub differences: Vec<Difference>,
    /// What the call used.
    pub usage: Usage,
    /// What it may use.
    pub limits: CallLimits,
    /// Lines that the plugin logged.
    pub log: Vec<String>,
}

/// Runs a case on a component. `config` counts where the case brings none of its own.
pub async fn run_case(workshop: &Workshop, subject: &Subject, case: &Case, config: &Value) -> CaseReport {
    let limits = workshop.runtime.limits(case.limits, subject.manifest.limits);
    run(&workshop.runtime, &subject.loaded, &subject.manifest, case, config, limits).await
}

/// Runs a case on a component that is ready.
pub(crate) async fn run(
    runtime: &Runtime,
    plugin: &LoadedPlugin,
    manifest: &Manifest,
    case: &Case,
    config: &Value,
    limits: CallLimits,
) -> CaseReport {
    let facts = Arc::new(CaseFacts::of(case));
    let among = Arc::clone(&facts) as Arc<dyn Facts>;
    let mut report = run_among(runtime, plugin, manifest, case, config, limits, among).await;
    // What was recorded was asked for by another version, maybe; what a person wrote in vain is a slip.
    if case.otherwise == Otherwise::Nothing && !matches!(report.outcome, Outcome::HostFailure(_)) {
        report.differences.extend(facts.never_asked().map(|(place, what)| Difference {
            place: format!("reads[{place}]"),
            expected: Some(format!("a question for {what}")),
            came: Some("it never asked for that; take it out, or correct its key".to_owned()),
        }));
    }
    if let (Otherwise::Nothing, Outcome::Effects(effects)) = (case.otherwise, &report.outcome)
        && let Some(refused) = unsound(&case.event, effects)
    {
        let expected = Some("effects that a host applies".to_owned());
        report.differences.push(Difference { place: "effects".to_owned(), expected, came: Some(refused) });
    }
    report
}

/// Runs a case among other facts than its own.
pub(super) async fn run_among(
    runtime: &Runtime,
    plugin: &LoadedPlugin,
    manifest: &Manifest,
    case: &Case,
    config: &Value,
    limits: CallLimits,
    facts: Arc<dyn Facts>,
) -> CaseReport {
    let config = case.config.as_ref().unwrap_or(config).to_string();
    let grants: BTreeSet<Capability> = case.grants.clone().unwrap_or_else(|| manifest.asked());
    let body = case.body.clone().or_else(|| case.body_text.clone().map(String::into_bytes));
    let name = case.installation.clone().unwrap_or_else(|| channel_of(case));
    let evaluation = Evaluation {
        event: &case.event,
        body: body.as_deref(),
        kinds: &manifest.kinds,
        name: &name,
        config: &config,
        grants: &grants,
        limits,
        time: time_of(case),
        seed: case.seed.unwrap_or_else(|| derived_uuid("case", &[&case.name]).as_u64_pair().0),
        facts,
    };
    if !concerns(&manifest.kinds, &manifest.events, &name, &case.event.event.fact) {
        let event = case.event.event.fact.event_type();
        let outcome = Outcome::HostFailure(format!("the plugin is not called for `{event}` (its manifest decides)"));
        let differences = case.expect.as_ref().map(|expected| compare::differences(expected, &outcome));
        return CaseReport {
            outcome,
            differences: differences.unwrap_or_default(),
            usage: Usage::default(),
            limits,
            log: Vec::new(),
        };
    }
    let report = runtime.evaluate(plugin, &evaluation).await;
    let outcome = Outcome::from(report.answer);
    let mut differences =
        case.expect.as_ref().map(|expected| compare::differences(expected, &outcome)).unwrap_or_default();
    // Real time is no two times the same; all else costs the same CPU to the last unit.
    let in_real_time = matches!(&outcome, Outcome::Fault(fault) if fault.kind == FaultKind::WallClock);
    if let Some(fuel) = case.fuel.filter(|fuel| *fuel != report.usage.fuel && !in_real_time) {
        differences.push(Difference {
            place: "fuel".to_owned(),
            expected: Some(fuel.to_string()),
            came: Some(report.usage.fuel.to_string()),
        });
    }
    CaseReport { outcome, differences, usage: report.usage, limits, log: report.log }
}

/// A recorded call tells what it used: its time is what it was then.
fn time_of(case: &Case) -> Time {
    let is_up = matches!(case.expect, Some(Expectation::Fault { kind: FaultKind::WallClock, .. }));
    match case.fuel {
        None => Time::Real,
        Some(fuel) => Time::Recorded { up_at: is_up.then_some(fuel) },
    }
}

/// The channel of the message that a case delivers, so that a connector is asked about it.
fn channel_of(case: &Case) -> String {
    match &case.event.event.fact {
        stammgast_domain::event::Fact::MessageReceived(message) => message.channel.clone(),
        _ => "case".to_owned(),
    }
}
