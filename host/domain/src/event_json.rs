//! Events as JSON, whole and readable again: in call bundles and test cases.

use crate::{
    Timestamp,
    event::{Cause, Event, EventType, Fact, NewEvent},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[derive(Serialize)]
struct Written<'a> {
    seq: u64,
    #[serde(rename = "type")]
    event_type: EventType,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    depth: u8,
    data: &'a Fact,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    #[serde(default = "first")]
    seq: u64,
    #[serde(rename = "type")]
    event_type: EventType,
    occurred_at: Option<Timestamp>,
    recorded_at: Timestamp,
    #[serde(default = "operator")]
    actor: String,
    #[serde(default)]
    cause: Option<Cause>,
    #[serde(default)]
    depth: u8,
    data: serde_json::Value,
}

const fn first() -> u64 {
    1
}

fn operator() -> String {
    "operator".to_owned()
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let NewEvent { fact, occurred_at, recorded_at, actor, cause, depth, .. } = &self.event;
        let (occurred_at, recorded_at, cause, depth) = (*occurred_at, *recorded_at, *cause, *depth);
        let event_type = fact.event_type();
        Written { seq: self.seq, event_type, occurred_at, recorded_at, actor, cause, depth, data: fact }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Given::deserialize(deserializer)?;
        let wrong = |error| de::Error::custom(format!("data of {}: {error}", given.event_type));
        let fact = Fact::from_json(given.event_type, given.data).map_err(wrong)?;
        let subject = fact.subject();
        let occurred_at = given.occurred_at.or(fact.occurred_at()).unwrap_or(given.recorded_at);
        let Given { seq, recorded_at, actor, cause, depth, .. } = given;
        Ok(Self { seq, event: NewEvent { fact, subject, occurred_at, recorded_at, actor, cause, depth } })
    }
}
