//! Inputs for loyalty rules beside those about purchases: occasions, activities, and points that moved.

use super::inputs::{Group, LETTERS, Leeway, TIMES, group};
use serde_json::{Map, Value, json};
use stammgast_domain::{
    activity::{HOST, MAX_DETAILS},
    ledger::MAX_ENTRY,
};

/// An id that entries, movements and details name.
const ID: &str = "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d";
/// The day on which a usual event happens.
const USUAL_DAY: &str = "2026-03-02";
/// The day that most years do not have.
const LEAP_DAY: &str = "2028-02-29";
/// Days far from the event, before and after it.
const FAR_DAYS: [&str; 5] = ["0001-01-01", "1900-02-28", "2000-02-29", "2400-02-29", "9999-12-31"];

pub(super) fn occasions() -> Vec<Group> {
    let on = |day: &'static str| told(day).map(|(name, data)| (format!("{name}, {day}"), occasion(data)));
    let then = |time: &'static str| {
        let day = time.get(..10).unwrap_or(USUAL_DAY);
        told(day).map(|(name, data)| (format!("{name}, {time}"), at(time, occasion(data))))
    };
    let bare = |(name, data): (&'static str, Value)| {
        (format!("{name}, and nothing beside its sort"), occasion(json!({ "kind": data.get("kind") })))
    };
    let usual = told(USUAL_DAY).map(|(name, data)| (name, occasion(data)));
    let ageless = ("a birthday of an unknown year", occasion(json!({ "kind": "birthday" })));
    let early = json!({ "kind": "birthday", "day": "2027-02-28", "years": 31 });
    vec![
        group("usual occasions go well", Leeway::Nothing, usual.into_iter().chain([ageless])),
        group(
            "occasions on the 29th of February go well",
            Leeway::Nothing,
            on(LEAP_DAY).into_iter().chain([("a birthday on the 28th instead".to_owned(), occasion(early))]),
        ),
        group("occasions that tell little go well", Leeway::Refusal, told(USUAL_DAY).map(bare)),
        group(
            "programs, tiers and names of occasions that it does not know go well",
            Leeway::Refusal,
            [
                (
                    "points of an unknown program that expire",
                    occasion(json!({ "kind": "points-expiring", "program": "zz.unknown", "points": 7 })),
                ),
                (
                    "an unknown tier of an unknown program",
                    occasion(json!({ "kind": "tier-review", "program": "zz.unknown", "name": "zz.unknown" })),
                ),
                ("an unknown membership", occasion(json!({ "kind": "membership-ending", "name": "zz.unknown" }))),
                ("a reminder of an unknown name", occasion(json!({ "kind": "reminder", "name": "zz.unknown" }))),
            ],
        ),
        group(
            "the smallest and largest numbers of occasions go well",
            Leeway::Refusal,
            [
                ("the day of birth", occasion(json!({ "kind": "birthday", "years": 0 }))),
                ("the most years", occasion(json!({ "kind": "anniversary", "years": u16::MAX }))),
                (
                    "a single point that expires",
                    occasion(json!({ "kind": "points-expiring", "program": "points", "points": 1 })),
                ),
                (
                    "the most points that expire",
                    occasion(json!({ "kind": "points-expiring", "program": "points", "points": MAX_ENTRY })),
                ),
            ],
        ),
        group(
            "occasions at the edges of time go well",
            Leeway::Refusal,
            FAR_DAYS.into_iter().flat_map(on).chain(TIMES.into_iter().flat_map(then)),
        ),
    ]
}

pub(super) fn activities() -> Vec<Group> {
    let survey = || activity(json!({ "kind": "survey-answered", "details": { "survey": "spring", "score": "9" } }));
    let detail = |number: usize| (format!("detail-{number}"), json!("x".repeat(1_000)));
    let details: Map<String, Value> = (0..MAX_DETAILS).map(detail).collect();
    vec![
        group(
            "usual activities go well",
            Leeway::Nothing,
            [
                ("a survey that was answered", survey()),
                (
                    "a customer who was brought",
                    activity(json!({ "kind": "referral-made", "source": HOST, "details": { "customer": ID } })),
                ),
                ("a membership that began", activity(json!({ "kind": "membership-started", "source": HOST }))),
            ],
        ),
        group(
            "activities without details and full of them go well",
            Leeway::Refusal,
            [
                ("no details", activity(json!({ "kind": "survey-answered" }))),
                ("an empty detail", activity(json!({ "kind": "survey-answered", "details": { "score": "" } }))),
                ("the most and longest details", activity(json!({ "kind": "survey-answered", "details": details }))),
            ],
        ),
        group(
            "kinds, sources and details of activities that it does not know go well",
            Leeway::Refusal,
            [
                (
                    "an unknown kind and source",
                    activity(json!({ "kind": "zz.unknown-activity", "source": "app-of-tomorrow" })),
                ),
                (
                    "an unknown detail",
                    activity(json!({ "kind": "survey-answered", "details": { "zz.unknown": "zz unknown" } })),
                ),
            ],
        ),
        group(
            "letters beyond ASCII in activities go well",
            Leeway::Refusal,
            [(
                "a detail with umlauts and emoji",
                activity(json!({ "kind": "survey-answered", "details": { "note": LETTERS } })),
            )],
        ),
        group(
            "activities at the edges of time go well",
            Leeway::Refusal,
            TIMES.into_iter().map(|time| (time, at(time, survey()))),
        ),
    ]
}

pub(super) fn points() -> Vec<Group> {
    let moved = |program: &str, available: i64, pending: i64| {
        posted(json!({ "program": program, "available": available, "pending": pending }))
    };
    let by = |movement: Value, available: i64, pending: i64| {
        posted(json!({ "program": "status", "movement": movement, "available": available, "pending": pending }))
    };
    let entry = |stage: &str, points: i64| json!({ "account": format!("status/{stage}/{ID}"), "points": points });
    let captured = posted(json!({
        "program": "status",
        "movement": { "type": "captured", "redemption": ID },
        "entries": [entry("reserved", -200), entry("redeemed", 200)],
    }));
    vec![
        group(
            "usual movements of points go well",
            Leeway::Nothing,
            [
                ("points that were earned", moved("status", 500, 0)),
                ("points of another program", moved("points", 120, 0)),
                ("points that count later", moved("status", 0, 500)),
                ("points that count now", by(json!({ "type": "activated" }), 500, -500)),
                ("points that expired", by(json!({ "type": "expired" }), -200, 0)),
                ("points that were spent", by(json!({ "type": "redeemed", "redemption": ID }), -200, 0)),
                ("points that were taken back", by(json!({ "type": "taken-back", "earning": ID }), -200, 0)),
            ],
        ),
        group(
            "movements that leave the points as they are, or nearly so, go well",
            Leeway::Nothing,
            [
                ("points that were held are spent", captured),
                ("one point more", moved("status", 1, 0)),
                ("one point less", moved("status", -1, 0)),
            ],
        ),
        group(
            "the largest movements go well",
            Leeway::Refusal,
            [
                ("the most points", moved("status", MAX_ENTRY, 0)),
                ("the most points that were lost", moved("status", -MAX_ENTRY, 0)),
                ("the most points that count later", moved("status", 0, MAX_ENTRY)),
            ],
        ),
        group(
            "programs and movements that it does not know go well",
            Leeway::Refusal,
            [
                ("an unknown program", moved("zz.unknown", 500, 0)),
                (
                    "points that are held",
                    by(json!({ "type": "reserved", "redemption": ID, "until": "2026-03-02T10:00:00.000Z" }), -200, 0),
                ),
                (
                    "points that are held no more",
                    by(json!({ "type": "released", "redemption": ID, "why": "timed-out" }), 200, 0),
                ),
                ("points that were given back", by(json!({ "type": "given-back", "redemption": ID }), 200, 0)),
                ("points that are there again", by(json!({ "type": "reinstated", "taken_back": ID }), 200, 0)),
                ("points that paid a debt", by(json!({ "type": "offset", "taken_back": ID }), -200, 0)),
                ("points that a person took away", by(json!({ "type": "withdrawn" }), -200, 0)),
            ],
        ),
        group(
            "movements of points at the edges of time go well",
            Leeway::Refusal,
            TIMES.into_iter().map(|time| (time, at(time, moved("status", 500, 0)))),
        ),
    ]
}

/// Each sort of occasion as the host tells of it, about a day.
fn told(day: &str) -> [(&'static str, Value); 6] {
    [
        ("a birthday", json!({ "kind": "birthday", "day": day, "years": 30 })),
        ("an anniversary", json!({ "kind": "anniversary", "day": day, "years": 5 })),
        (
            "points that expire soon",
            json!({ "kind": "points-expiring", "day": day, "program": "points", "points": 120 }),
        ),
        (
            "a tier whose time is over",
            json!({ "kind": "tier-review", "day": day, "program": "status", "name": "gold" }),
        ),
        ("a membership that ends", json!({ "kind": "membership-ending", "day": day, "name": "plus" })),
        ("a reminder", json!({ "kind": "reminder", "day": day, "name": "again" })),
    ]
}

fn occasion(data: Value) -> Value {
    json!({ "type": "occasion.reached", "data": data })
}

fn activity(data: Value) -> Value {
    json!({ "type": "activity.recorded", "data": data })
}

fn posted(data: Value) -> Value {
    json!({ "type": "loyalty.points-posted", "data": data })
}

/// The event at a time.
fn at(time: &str, mut event: Value) -> Value {
    if let Value::Object(fields) = &mut event {
        fields.insert("occurred_at".to_owned(), json!(time));
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::{event::Fact, plugin::Family};
    use std::collections::BTreeSet;

    #[test]
    fn every_input_is_a_whole_event_of_its_family_about_a_customer() {
        for (family, groups, wanted) in [
            (Family::Occasions, occasions(), 7 + 7 + 6 + 4 + 4 + (5 + 8) * 6),
            (Family::Activities, activities(), 3 + 3 + 2 + 1 + 8),
            (Family::Points, points(), 7 + 3 + 3 + 7 + 8),
        ] {
            let events = groups.iter().flat_map(|group| &group.inputs).map(|input| &input.case.event.event);
            assert_eq!(events.clone().count(), wanted, "{family}");
            for event in events {
                assert!(family.events().contains(&event.fact.event_type()), "{event:?}");
                assert!(event.subject.customer().is_some(), "{event:?}");
            }
        }
    }

    #[test]
    fn each_sort_of_occasion_is_told() {
        let kinds: BTreeSet<_> = occasions()
            .into_iter()
            .flat_map(|group| group.inputs)
            .filter_map(|input| match input.case.event.event.fact {
                Fact::OccasionReached(occasion) => Some(occasion.kind),
                _ => None,
            })
            .collect();
        assert_eq!(kinds.len(), told(USUAL_DAY).len());
    }
}
