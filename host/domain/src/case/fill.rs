//! What a case written by hand need not say: ids, versions, times, and the entries behind points that moved.

use super::{USUAL_CHANNEL, USUAL_SOURCE, USUAL_TELLER};
use crate::{event::EventType, id::derived_uuid};
use serde_json::{Map, Value, json};

/// Fills in what an event does not say.
pub(super) fn fill(event: &mut Map<String, Value>) {
    let Some(kind) = event.get("type").and_then(|kind| serde_json::from_value::<EventType>(kind.clone()).ok()) else {
        return;
    };
    let occurred = event.entry("occurred_at").or_insert_with(|| json!("2026-03-02T09:30:00.000Z")).clone();
    let recorded = event.entry("recorded_at").or_insert_with(|| occurred.clone()).clone();
    let Some(Value::Object(data)) = event.get_mut("data") else { return };
    let recorded = ("recorded_at", recorded);
    let occurred_at = ("occurred_at", occurred.clone());
    let own = [("id", id(kind.as_str())), ("version", json!(1))];
    let customer = ("customer", id("customer"));
    let mut defaults = vec![recorded];
    match kind {
        EventType::PurchaseRecorded => {
            defaults.extend(own);
            let named = [("source", json!(USUAL_SOURCE)), ("external_id", json!("1"))];
            defaults.extend([customer, occurred_at].into_iter().chain(named));
        }
        EventType::ActivityRecorded => {
            defaults.extend(own);
            let named = [("source", json!(USUAL_TELLER)), ("external_id", json!("1"))];
            defaults.extend([customer, occurred_at].into_iter().chain(named));
        }
        EventType::OccasionReached => {
            let day = occurred.as_str().and_then(|text| text.get(..10)).unwrap_or("2026-03-02");
            defaults.extend([customer, occurred_at, ("day", json!(day))]);
        }
        EventType::PointsPosted => {
            fill_entries(data, &occurred);
            let key = ("idempotency_key", json!("case"));
            let cause = json!({ "reason": "case", "text": "Points of a case.", "rule_version": "case@1" });
            defaults.extend([occurred_at, ("id", id(kind.as_str())), key, ("cause", cause)]);
        }
        EventType::InteractionRecorded | EventType::InteractionAssigned => {
            defaults.extend(own);
            defaults.extend([
                customer,
                occurred_at,
                ("channel", json!(USUAL_CHANNEL)),
                ("direction", json!("inbound")),
                ("subject", Value::Null),
                ("attachments", json!([])),
                ("party", Value::Null),
            ]);
        }
        EventType::MessageReceived => {
            defaults.extend(own);
            defaults.extend([
                ("channel", json!("channel")),
                ("media_type", json!("message/rfc822")),
                ("size", json!(0)),
                ("status", json!("received")),
                ("error", Value::Null),
            ]);
        }
        _ => defaults.extend(own),
    }
    for (field, value) in defaults {
        data.entry(field).or_insert(value);
    }
}

/// Points that moved may be told by how many: `available` and `pending` stand for the entries.
fn fill_entries(data: &mut Map<String, Value>, occurred: &Value) {
    if data.contains_key("entries") {
        return;
    }
    let program = data.get("program").and_then(Value::as_str).unwrap_or_default().to_owned();
    let owner = id("customer");
    let owner = owner.as_str().unwrap_or_default();
    let mut moved = |stage: &str| data.remove(stage).and_then(|points| points.as_i64()).unwrap_or_default();
    let (available, pending) = (moved("available"), moved("pending"));
    let entries = [("available", available), ("pending", pending)].into_iter().filter(|(_, points)| *points != 0);
    let mut entries: Vec<Value> = entries
        .map(|(stage, points)| json!({ "account": format!("{program}/{stage}/{owner}"), "points": points }))
        .collect();
    entries.push(json!({ "account": format!("{program}/issuance"), "points": -(available + pending) }));
    data.insert("entries".to_owned(), Value::Array(entries));
    let movement = if available + pending < 0 {
        json!({ "type": "withdrawn" })
    } else {
        json!({ "type": "earned", "active_from": occurred })
    };
    data.entry("movement").or_insert(movement);
}

fn id(what: &str) -> Value {
    json!(derived_uuid("case", &[what]).to_string())
}
