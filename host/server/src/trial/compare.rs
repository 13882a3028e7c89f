//! What came of a call beside what was expected: readable differences. Pure.

use serde_json::Value;
use stammgast_domain::{
    call::Fault,
    case::{Expectation, ExpectedEffect, KnownEffect, KnownState},
    effect::Effect,
    plugin::FaultKind,
};
use stammgast_runtime::Answer;

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// These effects.
    Effects(Vec<Effect>),
    /// The bytes are no message of the channel.
    Malformed(String),
    /// A fault.
    Fault(Fault),
    /// The host could not answer: the case does not hold what the plugin asked for.
    HostFailure(String),
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Effects(effects) => Self::Effects(effects),
            Answer::Malformed(problem) => Self::Malformed(problem),
            Answer::Fault(fault) => Self::Fault(fault),
            Answer::HostFailure(message) => Self::HostFailure(message),
        }
    }
}

impl Outcome {
    /// The expectation that this outcome meets, whole; `None` for a host's failure.
    #[must_use]
    pub fn expectation(&self) -> Option<Expectation> {
        match self {
            Self::Effects(effects) => Some(Expectation::effects(effects)),
            Self::Malformed(problem) => Some(Expectation::Malformed(problem.clone())),
            Self::Fault(fault) => Some(Expectation::fault(fault.clone())),
            Self::HostFailure(_) => None,
        }
    }
}

/// One place where something else came than was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, such as `effects[0].points`.
    pub place: String,
    /// What was expected there; `None` where nothing was.
    pub expected: Option<String>,
    /// What came; `None` where nothing came.
    pub came: Option<String>,
}

/// Differences past this number are not listed.
const MOST: usize = 50;

/// Where an outcome differs from what was expected; empty where it does not.
#[must_use]
pub fn differences(expected: &Expectation, came: &Outcome) -> Vec<Difference> {
    let mut found = Vec::new();
    match (expected, came) {
        (Expectation::Effects(expected), Outcome::Effects(came)) => {
            let came: Vec<Value> = came.iter().enumerate().map(|(at, one)| shown(one, expected.get(at))).collect();
            values("effects", Some(&json(expected)), Some(&json(&came)), &mut found);
        }
        (Expectation::Malformed(expected), Outcome::Malformed(came)) => {
            texts("malformed", expected, came, &mut found);
        }
        (Expectation::Fault { kind, message }, Outcome::Fault(came)) => {
            texts("fault.kind", kind.as_str(), came.kind.as_str(), &mut found);
            // How long a plugin ran in real time is no two times the same.
            if let Some(message) = message.as_ref().filter(|_| *kind != FaultKind::WallClock) {
                texts("fault.message", message, &came.message, &mut found);
            }
        }
        (expected, came) => found.push(Difference {
            place: "outcome".to_owned(),
            expected: Some(expected_words(expected)),
            came: Some(words(came)),
        }),
    }
    found.truncate(MOST);
    found
}

/// An outcome in a line.
#[must_use]
pub fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Effects(effects) if effects.is_empty() => "no effects".to_owned(),
        Outcome::Effects(effects) => json(effects).to_string(),
        Outcome::Malformed(problem) => format!("malformed: {problem}"),
        Outcome::Fault(fault) => format!("the fault {fault}"),
        Outcome::HostFailure(message) => message.clone(),
    }
}

fn expected_words(expected: &Expectation) -> String {
    match expected {
        Expectation::Effects(effects) if effects.is_empty() => words(&Outcome::Effects(Vec::new())),
        Expectation::Effects(effects) => json(effects).to_string(),
        Expectation::Malformed(problem) => format!("malformed: {problem}"),
        Expectation::Fault { kind, message } => {
            format!(
                "the fault {}{}",
                kind.as_str(),
                message.as_ref().map(|text| format!(": {text}")).unwrap_or_default()
            )
        }
    }
}

/// An effect in the form that its place was expected in.
fn shown(came: &Effect, expected: Option<&ExpectedEffect>) -> Value {
    match (came, expected) {
        (Effect::SetState(change), Some(ExpectedEffect::Known(KnownEffect::State(state)))) => {
            // A number and its text are the same bytes.
            let state = if state.is_made_by(change) { state.clone() } else { KnownState::of(change) };
            json(&KnownEffect::State(state))
        }
        _ => json(came),
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn texts(place: &str, expected: &str, came: &str, found: &mut Vec<Difference>) {
    if expected != came {
        let (expected, came) = (Some(expected.to_owned()), Some(came.to_owned()));
        found.push(Difference { place: place.to_owned(), expected, came });
    }
}

fn values(place: &str, expected: Option<&Value>, came: Option<&Value>, found: &mut Vec<Difference>) {
    match (expected, came) {
        (Some(Value::Object(expected)), Some(Value::Object(came))) => {
            let names = expected.keys().chain(came.keys().filter(|name| !expected.contains_key(*name)));
            for name in names {
                values(&format!("{place}.{name}"), expected.get(name), came.get(name), found);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(came))) => {
            for index in 0..expected.len().max(came.len()) {
                values(&format!("{place}[{index}]"), expected.get(index), came.get(index), found);
            }
        }
        // Absent and null say the same.
        (Some(Value::Null) | None, Some(Value::Null) | None) => {}
        (expected, came) if expected != came => found.push(Difference {
            place: place.to_owned(),
            expected: expected.map(Value::to_string),
            came: came.map(Value::to_string),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::{
        CustomerId, Points,
        effect::{Reason, StateChange},
    };

    fn earn(points: i64) -> Effect {
        let reason = Reason { code: "purchase".into(), text: "t".into() };
        Effect::Earn { program: "points".into(), points: Points(points), reason }
    }

    #[test]
    fn differences_are_named_by_their_place() {
        let expected = Expectation::effects(&[earn(10), earn(1)]);
        let found = differences(&expected, &Outcome::Effects(vec![earn(12)]));
        assert_eq!(found[0].place, "effects[0].points");
        assert_eq!((found[0].expected.as_deref(), found[0].came.as_deref()), (Some("10"), Some("12")));
        assert_eq!((found[1].place.as_str(), found[1].came.as_deref()), ("effects[1]", None));
        assert!(differences(&expected, &Outcome::Effects(vec![earn(10), earn(1)])).is_empty());
    }

    #[test]
    fn a_change_of_state_is_compared_by_its_value_where_that_is_all_that_is_expected() {
        let expected = serde_json::json!({ "effects": [{ "state": { "key": "visits", "value": 4 } }] });
        let expected: Expectation = serde_json::from_value(expected).unwrap();
        let came = |value: &str| {
            let customer = Some(CustomerId::derived(&["x"]));
            let value = Some(value.as_bytes().to_vec());
            let change = StateChange { customer, key: "visits".into(), value, read_version: 7, inherited: false };
            differences(&expected, &Outcome::Effects(vec![Effect::SetState(change)]))
        };
        assert!(came("4").is_empty());
        let found = came("5");
        assert_eq!(found[0].place, "effects[0].state.value");
        assert_eq!((found[0].expected.as_deref(), found[0].came.as_deref()), (Some("4"), Some("\"5\"")));
    }

    #[test]
    fn a_fault_in_real_time_is_compared_by_its_sort() {
        let expected = |kind| Expectation::Fault { kind, message: Some("a".into()) };
        let came = |kind| Outcome::Fault(Fault::new(kind, "b"));
        assert!(differences(&expected(FaultKind::WallClock), &came(FaultKind::WallClock)).is_empty());
        assert_eq!(differences(&expected(FaultKind::Trap), &came(FaultKind::Trap))[0].place, "fault.message");
        assert_eq!(differences(&expected(FaultKind::Trap), &came(FaultKind::Cpu))[0].place, "fault.kind");
    }
}
