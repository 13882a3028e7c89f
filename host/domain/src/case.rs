//! Cases: one event, all that a plugin may know of it, and what shall come of it. Written by hand or exported from a
//! recorded call, and run by `stammgast plugin test`.

mod fill;
mod given;
mod known;

pub use given::{CaseRead, ExpectedEffect, KnownEffect};
pub use known::{Known, KnownCustomer, KnownInteraction, KnownPoints, KnownPurchase, KnownState, KnownTier};

use crate::{
    Timestamp,
    call::{Fault, Outcome},
    effect::Effect,
    event::Event,
    plugin::{Capability, FaultKind, WantedLimits},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The form of case files that this version reads.
pub const FORMAT: u32 = 1;
/// The system that tells of purchases in cases written by hand, unless they say otherwise.
const USUAL_SOURCE: &str = "webshop";
/// The system that tells of activities in cases written by hand, unless they say otherwise.
const USUAL_TELLER: &str = "app";
/// The channel of contacts in cases written by hand, unless they say otherwise.
const USUAL_CHANNEL: &str = "email";

/// A file of cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// Form of the file; 1.
    pub format: u32,
    /// What the cases belong to, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence.
    pub name: String,
    /// The event that the plugin is called for.
    #[serde(deserialize_with = "given_event")]
    pub event: Event,
    /// The raw message's bytes in base64, where the event delivers one.
    #[serde(default, with = "crate::call::base64_option", skip_serializing_if = "Option::is_none")]
    pub body: Option<Vec<u8>>,
    /// The raw message as text, for cases written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_text: Option<String>,
    /// The installation's name; that of the channel for connectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<String>,
    /// The configuration; that of the command line without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// What is granted; all that the manifest asks for without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<BTreeSet<Capability>>,
    /// Limits that an admin set.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub limits: WantedLimits,
    /// Seed of its random numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What the host answers when the plugin asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<CaseRead>,
    /// What the host answers to anything else: nothing, unless the case is a recorded call.
    #[serde(default, skip_serializing_if = "Otherwise::is_nothing")]
    pub otherwise: Otherwise,
    /// What shall come of it; without it, whatever comes is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    /// CPU in units of fuel that it took, where the case is a recorded call of the same component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
}

/// What the host answers to questions that a case does not foresee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// There is nothing: no customer, no points, an empty past.
    #[default]
    Nothing,
    /// The call fails: the recorded one asked nothing else.
    Fail,
}

impl Otherwise {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
    const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

fn is_nothing(limits: &WantedLimits) -> bool {
    *limits == WantedLimits::default()
}

/// What shall come of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// These effects, in this order.
    Effects(Vec<ExpectedEffect>),
    /// The connector says that the bytes are no message of its channel.
    Malformed(String),
    /// This fault.
    Fault {
        /// Its sort.
        kind: FaultKind,
        /// Its message; any without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

impl Expectation {
    /// The effects, word for word.
    #[must_use]
    pub fn effects(effects: &[Effect]) -> Self {
        Self::Effects(effects.iter().cloned().map(ExpectedEffect::Exact).collect())
    }

    /// What it asks for, without texts and without the plugin's own state.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Outcome> {
        let Self::Effects(effects) = self else { return Vec::new() };
        let exact = effects.iter().filter_map(|effect| match effect {
            ExpectedEffect::Exact(effect) => Outcome::of(effect),
            ExpectedEffect::Known(_) => None,
        });
        exact.collect()
    }

    /// The fault, whole.
    #[must_use]
    pub fn fault(fault: Fault) -> Self {
        Self::Fault { kind: fault.kind, message: Some(fault.message) }
    }
}

/// Reads an event, filling in what a case written by hand need not say: ids, versions, and when it was recorded.
fn given_event<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Event, D::Error> {
    let mut given = Map::deserialize(deserializer)?;
    fill::fill(&mut given);
    let given = Value::Object(given);
    let event: Event = serde_json::from_value(given.clone()).map_err(serde::de::Error::custom)?;
    let taken = serde_json::to_value(&event).map_err(serde::de::Error::custom)?;
    match surplus(&given, &taken) {
        None => Ok(event),
        Some(field) => {
            let kind = event.event.fact.event_type();
            let problem = format!("`{field}` is no field of `{kind}`; schemas/cases.schema.json has them all");
            Err(serde::de::Error::custom(problem))
        }
    }
}

/// The first field that was given and not taken.
fn surplus(given: &Value, taken: &Value) -> Option<String> {
    match (given, taken) {
        (Value::Object(given), Value::Object(taken)) => given.iter().find_map(|(name, value)| match taken.get(name) {
            Some(taken) => surplus(value, taken).map(|inner| format!("{name}.{inner}")),
            // What is empty may be left out where it is written again.
            None => (!is_empty(value)).then(|| name.clone()),
        }),
        (Value::Array(given), Value::Array(taken)) => {
            let pairs = given.iter().zip(taken).enumerate();
            pairs.into_iter().find_map(|(place, (given, taken))| Some(format!("{place}.{}", surplus(given, taken)?)))
        }
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// When a case written by hand happens, unless it says so itself.
#[must_use]
pub fn usual_time() -> Timestamp {
    Timestamp::from_millis(1_772_443_800_000).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Points,
        effect::{Reason, StateChange},
        event::Fact,
        ledger::Stage,
    };
    use serde_json::json;

    #[test]
    fn a_case_by_hand_says_no_more_than_it_shows() {
        let text = r#"{ "format": 1, "cases": [{
            "name": "a purchase earns ten points",
            "event": { "type": "purchase.recorded", "data": { "amount": { "minor": 1250, "currency": "EUR" } } },
            "expect": { "effects": [{ "effect": "earn", "program": "points", "points": 10,
                                      "reason": { "code": "purchase", "text": "10 points for a purchase" } }] }
        }] }"#;
        let file: CaseFile = serde_json::from_str(text).unwrap();
        let case = file.cases.first().unwrap();
        assert!(matches!(&case.event.event.fact, Fact::PurchaseRecorded(purchase) if purchase.amount.minor == 1250));
        assert_eq!(case.event.event.occurred_at, usual_time());
        let reason = Reason { code: "purchase".into(), text: "10 points for a purchase".into() };
        let earn = Effect::Earn { program: "points".into(), points: Points(10), reason };
        assert_eq!(case.expect, Some(Expectation::effects(&[earn])));
        let again: CaseFile = serde_json::from_str(&serde_json::to_string(&file).unwrap()).unwrap();
        assert_eq!(again, file, "what is written reads back");
    }

    #[test]
    fn what_the_host_knows_is_written_in_short_or_word_for_word() {
        let reads = json!([
            { "state": { "key": "visits", "value": 3 } },
            { "state": { "key": "tier", "shared": true, "value": "gold" } },
            { "customer": { "kind": "person", "status": "active", "name": "Ada" } },
            { "points": { "program": "points", "available": 120 } },
            { "purchases": [{ "amount": { "minor": 1250, "currency": "EUR" } }] },
            { "interactions": [{ "text": "Where is it?" }] },
            { "read": "points", "program": "points", "found": 120 },
        ]);
        let found: Vec<CaseRead> = serde_json::from_value(reads.clone()).unwrap();
        assert!(matches!(found.last(), Some(CaseRead::Exact(_))));
        assert_eq!(serde_json::to_value(&found).unwrap(), reads, "what is written reads back");
        for (wrong, problem) in [
            (json!({ "stat": {} }), "unknown variant `stat`, expected one of `state`"),
            (json!({ "state": { "value": 3 } }), "missing field `key`"),
            (json!({ "purchases": [{ "amont": 3 }] }), "unknown field `amont`"),
            (json!({ "read": "point" }), "unknown variant `point`"),
        ] {
            let error = serde_json::from_value::<CaseRead>(wrong).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn past_rows_are_a_day_apart_and_each_is_another_one() {
        let row: KnownPurchase =
            serde_json::from_value(json!({ "amount": { "minor": 1, "currency": "EUR" } })).unwrap();
        let customer = crate::CustomerId::derived(&["x"]);
        let [first, second] = [0, 1].map(|place| row.whole(customer, place, usual_time()));
        assert_eq!(first.occurred_at.to_string(), "2026-03-01T09:30:00.000Z");
        assert_eq!(second.occurred_at.to_string(), "2026-02-28T09:30:00.000Z");
        assert_ne!(first.id, second.id);
        first.validate().unwrap();
    }

    #[test]
    fn a_change_of_state_may_be_expected_by_its_value() {
        let expected = json!({ "effects": [{ "state": { "key": "visits", "value": 4 } }] });
        let expected: Expectation = serde_json::from_value(expected).unwrap();
        let Expectation::Effects(effects) = expected else { panic!("it expects effects") };
        let Some(ExpectedEffect::Known(KnownEffect::State(state))) = effects.first() else { panic!("{effects:?}") };
        let customer = Some(crate::CustomerId::derived(&["x"]));
        let value = Some(b"4".to_vec());
        let change = StateChange { customer, key: "visits".into(), value, read_version: 1, inherited: false };
        assert!(state.is_made_by(&change));
        assert!(!state.is_made_by(&StateChange { customer: None, ..change.clone() }), "that one is shared");
        assert!(!state.is_made_by(&StateChange { value: None, ..change }));
    }

    #[test]
    fn occasions_activities_and_points_need_little_more_than_their_names() {
        let case = |event: Value| serde_json::from_value::<Case>(json!({ "name": "x", "event": event }));
        let birthday = json!({ "type": "occasion.reached", "data": { "kind": "birthday", "years": 30 } });
        let Fact::OccasionReached(occasion) = case(birthday).unwrap().event.event.fact else { panic!() };
        assert_eq!((occasion.day.to_string(), occasion.years), ("2026-03-02".to_owned(), Some(30)));
        let survey = json!({ "type": "activity.recorded", "data": { "kind": "survey-answered" } });
        assert!(matches!(case(survey).unwrap().event.event.fact, Fact::ActivityRecorded(_)));
        for points in [500, -20] {
            let posted =
                json!({ "type": "loyalty.points-posted", "data": { "program": "status", "available": points } });
            let Fact::PointsPosted(transaction) = case(posted).unwrap().event.event.fact else { panic!() };
            assert_eq!(transaction.moved(Stage::Available), points);
        }
        let wrong = json!({ "type": "occasion.reached", "data": { "kind": "birthday", "yeers": 30 } });
        let problem = case(wrong).unwrap_err().to_string();
        assert!(problem.contains("`data.yeers` is no field of `occasion.reached`"), "{problem}");
    }

    #[test]
    fn contacts_and_messages_are_filled_in_as_well() {
        for event in [
            json!({ "type": "interaction.recorded", "data": { "text": "Hello" } }),
            json!({ "type": "message.received", "data": {} }),
        ] {
            let case = json!({ "name": "x", "event": event });
            serde_json::from_value::<Case>(case).unwrap();
        }
        let wrong = json!({ "name": "x", "event": { "type": "interaction.recorded", "data": { "text": 5 } } });
        let error = serde_json::from_value::<Case>(wrong).unwrap_err().to_string();
        assert!(error.contains("interaction.recorded"), "{error}");
    }
}
