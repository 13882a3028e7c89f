//! `schemas/cases.schema.json` and this program agree about what a file of cases is.

use serde_json::{Value, json};
use stammgast_domain::case::CaseFile;
use std::{fs, path::Path};

const SCHEMA: &str = include_str!("../../../../schemas/cases.schema.json");
/// Files of cases in this repository.
const FILES: [&str; 6] = [
    "host/server/template/loyalty/cases.json",
    "host/server/template/quality/cases.json",
    "host/server/template/channel/cases.json",
    "host/server/template/feedback/cases.json",
    "examples/plugins/points-rust/tests/cases.json",
    "tests/frozen/cases.json",
];

fn fits(file: &Value) -> bool {
    jsonschema::draft202012::is_valid(&serde_json::from_str(SCHEMA).unwrap(), file)
}

fn file(parts: &Value) -> Value {
    let event = json!({ "type": "purchase.recorded", "data": { "amount": { "minor": 1, "currency": "EUR" } } });
    let mut case = json!({ "name": "x", "event": event });
    for (name, part) in parts.as_object().unwrap() {
        case[name] = part.clone();
    }
    json!({ "format": 1, "cases": [case] })
}

#[test]
fn every_file_of_cases_fits_before_and_after_it_was_read() {
    for path in FILES {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap();
        assert!(fits(&serde_json::from_str(&text).unwrap()), "{path}");
        let read: CaseFile = serde_json::from_str(&text).unwrap();
        assert!(fits(&serde_json::to_value(&read).unwrap()), "{path}, written anew");
    }
}

#[test]
fn what_the_schema_allows_is_read_and_what_it_refuses_is_not() {
    let amount = json!({ "minor": 1, "currency": "EUR" });
    let line = json!({ "product": "p", "quantity": 1, "amount_minor": 1 });
    let page = json!({ "limit": 5 });
    let right = [
        json!({}),
        json!({ "reads": [{ "state": { "key": "visits", "value": 3 } }, { "state": { "key": "k", "shared": true } }] }),
        json!({ "reads": [{ "customer": {} }, { "customer": { "status": "former", "name": "Ada" } }] }),
        json!({ "reads": [{ "points": { "program": "points", "available": 7 } }] }),
        json!({ "reads": [{ "purchases": [{ "amount": amount }, { "amount": amount, "lines": [line] }] }] }),
        json!({ "reads": [{ "interactions": [{}, { "text": "Hi", "documentation": { "topic": "delivery" } }] }] }),
        json!({ "reads": [{ "read": "state", "key": "k", "value": "Mw==", "version": 2 }], "otherwise": "fail" }),
        json!({ "reads": [{ "read": "purchases", "page": page, "found": { "rows": [] } }], "fuel": 7, "seed": 1 }),
        json!({ "limits": { "wall_ms": 5 }, "grants": ["loyalty.earn"], "config": null, "body_text": "Hi" }),
        json!({ "expect": { "effects": [{ "state": { "key": "visits", "value": 4 } }] } }),
        json!({ "expect": { "effects": [{ "effect": "set-state", "key": "k", "value": "NA==", "read_version": 0 }] } }),
        json!({ "expect": { "malformed": "no sender" } }),
        json!({ "expect": { "fault": { "kind": "refused" } } }),
    ];
    for parts in right {
        let file = file(&parts);
        assert!(fits(&file), "{parts}");
        let read: CaseFile = serde_json::from_value(file).unwrap();
        assert!(fits(&serde_json::to_value(&read).unwrap()), "{parts}, written anew");
    }
    let wrong = [
        json!({ "read": [] }),
        json!({ "reads": [{}] }),
        json!({ "reads": [{ "state": { "value": 3 } }] }),
        json!({ "reads": [{ "state": { "key": "k" }, "points": { "program": "p", "available": 1 } }] }),
        json!({ "reads": [{ "purchases": [{ "amount": amount, "when": "yesterday" }] }] }),
        json!({ "reads": [{ "read": "weather" }] }),
        json!({ "expect": { "effects": [{ "points": 7 }] } }),
        json!({ "expect": { "fault": { "kind": "bad luck" } } }),
        json!({ "otherwise": "maybe" }),
    ];
    for parts in wrong {
        let file = file(&parts);
        assert!(!fits(&file), "{parts}");
        serde_json::from_value::<CaseFile>(file).unwrap_err();
    }
}
