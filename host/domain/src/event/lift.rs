//! Events of earlier forms, lifted into today's.

use super::EventType;
use serde_json::{Map, Value, json};

/// The form in which event data is written today.
pub const SCHEMA: u32 = 2;

/// Brings the data of an event that was written in an earlier form into today's.
pub fn lift(event_type: EventType, schema: u32, data: &mut Map<String, Value>) {
    if schema < 2 && event_type == EventType::PointsPosted {
        points_are_lots(data);
    }
}

/// Form 1 knew earnings only: what it made available is a lot without end.
fn points_are_lots(data: &mut Map<String, Value>) {
    let field = |data: &Map<String, Value>, name| data.get(name).cloned().unwrap_or(Value::Null);
    let (id, earned_at) = (field(data, "id"), field(data, "occurred_at"));
    data.insert("movement".to_owned(), json!({ "type": "earned", "active_from": earned_at }));
    for entry in data.get_mut("entries").and_then(Value::as_array_mut).into_iter().flatten() {
        let is_available =
            entry.get("account").and_then(Value::as_str).is_some_and(|text| text.contains("/available/"));
        if let Some(entry) = entry.as_object_mut().filter(|_| is_available) {
            entry.insert("lot".to_owned(), json!({ "id": id, "earned_at": earned_at }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::Fact, ledger::Movement};

    /// As the log of a tenant holds it from before.
    const POINTS_POSTED_1: &str = r#"{
        "id": "5d0f4d3c-54e7-8c79-9a30-d5a5c0d6a5a1", "program": "points", "idempotency_key": "i/7/0",
        "cause": { "reason": "purchase", "text": "12 full euros", "rule_version": "stammgast.loyalty-points@0.1.0", "event": 7 },
        "entries": [
            { "account": "points/issuance", "points": -12 },
            { "account": "points/available/0190b5a0-0000-7000-8000-000000000001", "points": 12 }
        ],
        "occurred_at": "2026-03-01T09:30:00.000Z", "recorded_at": "2026-03-01T09:30:01.000Z"
    }"#;

    #[test]
    fn points_of_form_1_are_a_lot_without_end() {
        let Value::Object(mut data) = serde_json::from_str(POINTS_POSTED_1).unwrap() else { unreachable!() };
        lift(EventType::PointsPosted, 1, &mut data);
        let fact = Fact::from_json(EventType::PointsPosted, Value::Object(data)).unwrap();
        let Fact::PointsPosted(transaction) = fact else { unreachable!() };
        assert!(
            matches!(transaction.movement, Movement::Earned { active_from, .. } if active_from == transaction.occurred_at)
        );
        let lots: Vec<_> = transaction.entries.iter().filter_map(|entry| entry.lot).collect();
        assert_eq!(lots.len(), 1);
        assert_eq!((lots[0].id, lots[0].expiry()), (transaction.id, None));
    }
}
