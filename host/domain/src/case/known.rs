//! What the host knows in a case that people write: in short, without what matters to nobody.

use super::{USUAL_CHANNEL, USUAL_SOURCE};
use crate::{
    CustomerId, InteractionId, Money, Points, Timestamp,
    call::{FoundTier, StateValue},
    customer::{Customer, CustomerKind, LifecycleStatus},
    effect::StateChange,
    interaction::{Content, Direction, Documentation, Interaction, Threading},
    purchase::{Purchase, PurchaseLine},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Something that the host knows of the event's customer, or keeps for the plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// A value of the plugin's state.
    State(KnownState),
    /// The customer.
    Customer(KnownCustomer),
    /// The customer's points.
    Points(KnownPoints),
    /// The customer's tier in a program.
    Tier(KnownTier),
    /// The customer's purchases before the event, newest first.
    Purchases(Vec<KnownPurchase>),
    /// The customer's contacts before the event, newest first.
    Interactions(Vec<KnownInteraction>),
}

/// A value of the plugin's state: one that is there, or one that shall be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownState {
    /// The key.
    pub key: String,
    /// Whether all customers share it; without it, it is the event's customer's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// The value: a text as it stands, anything else as JSON. None where there is none, or none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

impl KnownState {
    /// A change as such a value.
    #[must_use]
    pub fn of(change: &StateChange) -> Self {
        let text = |bytes: &Vec<u8>| Value::String(String::from_utf8_lossy(bytes).into_owned());
        Self { key: change.key.clone(), shared: change.customer.is_none(), value: change.value.as_ref().map(text) }
    }

    /// Whether it stands there. The only customer that a call may ask about is the event's.
    #[must_use]
    pub fn is_at(&self, customer: Option<CustomerId>, key: &str) -> bool {
        self.shared == customer.is_none() && self.key == key
    }

    /// Whether a change makes it so.
    #[must_use]
    pub fn is_made_by(&self, change: &StateChange) -> bool {
        self.is_at(change.customer, &change.key) && self.bytes() == change.value
    }

    /// What the host finds there.
    #[must_use]
    pub fn found(&self) -> StateValue {
        StateValue { value: self.bytes(), version: 1, inherited: false }
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.value.as_ref().map(|value| text(value).into_bytes())
    }
}

/// A customer, as far as a plugin may look it up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownCustomer {
    /// Person or organisation; a person without it.
    #[serde(default)]
    pub kind: CustomerKind,
    /// Lifecycle status; active without it.
    #[serde(default)]
    pub status: LifecycleStatus,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl KnownCustomer {
    /// The whole customer, recorded at a time.
    #[must_use]
    pub fn whole(&self, id: CustomerId, at: Timestamp) -> Customer {
        Customer {
            id,
            kind: self.kind,
            status: self.status,
            name: self.name.clone(),
            language: self.language.clone(),
            birthday: None,
            customer_since: None,
            reference: None,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }
}

/// Points in a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPoints {
    /// The program's code.
    pub program: String,
    /// The points that are available there.
    pub available: Points,
}

/// Where a customer stands in a program that has tiers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownTier {
    /// The program's code.
    pub program: String,
    /// The tier's code; none without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The last day on which it holds without being earned again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Whether that day has passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_review: bool,
}

impl KnownTier {
    /// What the host finds there.
    #[must_use]
    pub fn found(&self) -> FoundTier {
        let Self { code, since, last_day, in_review, .. } = self.clone();
        FoundTier { code, since, last_day, in_review }
    }
}

/// A purchase before the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPurchase {
    /// What was paid in all.
    pub amount: Money,
    /// When it was bought; a day before the next newer one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The system that told of it; the usual one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its name there; one of its own without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What was bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PurchaseLine>,
}

impl KnownPurchase {
    /// The whole purchase, at this place of the list, from 0, before an event at this time.
    #[must_use]
    pub fn whole(&self, customer: CustomerId, place: usize, event_at: Timestamp) -> Purchase {
        let source = self.source.clone().unwrap_or_else(|| USUAL_SOURCE.to_owned());
        let external_id = self.external_id.clone().unwrap_or_else(|| format!("before-{}", place.saturating_add(1)));
        let occurred_at = self.occurred_at.unwrap_or_else(|| days_before(event_at, place));
        Purchase {
            id: Purchase::id_for(&source, &external_id),
            customer,
            source,
            external_id,
            occurred_at,
            recorded_at: occurred_at,
            amount: self.amount,
            lines: self.lines.clone(),
            version: 1,
        }
    }
}

/// A contact before the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownInteraction {
    /// The channel; the usual one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Which way it went; inbound without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Subject line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What an agent documented.
    #[serde(default, skip_serializing_if = "is_undocumented")]
    pub documentation: Documentation,
    /// When it happened; a day before the next newer one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
}

impl KnownInteraction {
    /// The whole contact, at this place of the list, from 0, before an event at this time.
    #[must_use]
    pub fn whole(&self, customer: CustomerId, place: usize, event_at: Timestamp) -> Interaction {
        let occurred_at = self.occurred_at.unwrap_or_else(|| days_before(event_at, place));
        Interaction {
            id: InteractionId::derived(&["case", &place.to_string()]),
            customer: Some(customer),
            channel: self.channel.clone().unwrap_or_else(|| USUAL_CHANNEL.to_owned()),
            direction: self.direction.unwrap_or(Direction::Inbound),
            external_id: None,
            content: Content { subject: self.subject.clone(), text: self.text.clone(), ..Content::default() },
            threading: Threading::default(),
            documentation: self.documentation.clone(),
            message: None,
            event: None,
            occurred_at,
            recorded_at: occurred_at,
            version: 1,
        }
    }
}

fn is_undocumented(documentation: &Documentation) -> bool {
    *documentation == Documentation::default()
}

/// The newest row is a day old, the next one two.
fn days_before(event_at: Timestamp, place: usize) -> Timestamp {
    let days = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
    event_at.plus_millis(days.saturating_mul(-DAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tier_is_found_as_it_is_written_and_a_slip_is_named() {
        let written = json!({ "program": "status", "code": "gold", "last_day": "2026-12-31", "in_review": true });
        let tier: KnownTier = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&tier).unwrap(), written, "what is written reads back");
        let last_day = Some(Date::constant(2026, 12, 31));
        let found = FoundTier { code: Some("gold".to_owned()), since: None, last_day, in_review: true };
        assert_eq!(tier.found(), found);
        let slip = json!({ "program": "status", "code": "gold", "in-review": true });
        let problem = serde_json::from_value::<KnownTier>(slip).unwrap_err().to_string();
        assert!(problem.contains("unknown field `in-review`"), "{problem}");
    }
}
