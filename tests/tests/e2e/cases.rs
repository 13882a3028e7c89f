//! Cases as people write them: what the host knows in short, and slips that are told.

use serde_json::{Value, json};
use stammgast_tests::{binary, compiled, component};
use std::{fs, process::Command};

/// Runs cases on the plugin that does what its configuration says; gives whether they passed, and what was printed.
fn tested(cases: &[Value]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let (plugin, file) = (folder.path().join("plugin.wasm"), folder.path().join("cases.json"));
    fs::write(&plugin, component("hostile")).unwrap();
    fs::write(&file, json!({ "format": 1, "cases": cases }).to_string()).unwrap();
    let mut command = Command::new(binary());
    command.args(["plugin", "test"]).arg(&plugin).arg(&file).env("XDG_CACHE_HOME", compiled::caches());
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn case(name: &str, order: &str, reads: Value, effects: Value) -> Value {
    json!({
        "name": name,
        "event": { "type": "purchase.recorded", "data": { "amount": { "minor": 1250, "currency": "EUR" } } },
        "config": { "do": order },
        "reads": reads,
        "expect": { "effects": effects },
    })
}

fn earns(points: i64, text: &str) -> Value {
    json!({
        "effect": "earn", "program": "points", "points": points, "reason": { "code": "purchase", "text": text },
    })
}

#[test]
fn state_points_and_past_purchases_are_told_in_short() {
    let euro = json!({ "amount": { "minor": 100, "currency": "EUR" } });
    let third = json!([earns(3, "it counts"), { "state": { "key": "seen", "value": "\u{3}" } }]);
    let cases = [
        case("the third visit", "count", json!([{ "state": { "key": "seen", "value": "\u{2}" } }]), third),
        case(
            "three purchases before",
            "past",
            json!([{ "purchases": [euro, euro, euro] }]),
            json!([earns(3, "it remembers")]),
        ),
        case(
            "points so far",
            "balance",
            json!([{ "points": { "program": "points", "available": 120 } }]),
            json!([earns(121, "it looks")]),
        ),
    ];
    let (passed, said) = tested(&cases);
    assert!(passed && said.contains("3 cases passed."), "{said}");
}

#[test]
fn what_the_plugin_never_asked_for_fails_the_case_with_its_place() {
    let first = json!([earns(1, "it counts"), { "state": { "key": "seen", "value": "\u{1}" } }]);
    let reads = json!([{ "state": { "key": "sean", "value": "\u{2}" } }]);
    let (passed, said) = tested(&[case("a slip", "count", reads, first)]);
    assert!(!passed && said.contains("reads[0]"), "{said}");
    assert!(said.contains("a question for the state `sean` of the customer"), "{said}");
    assert!(said.contains("it never asked for that; take it out, or correct its key"), "{said}");
}

#[test]
fn a_read_of_no_form_is_refused_with_its_place() {
    let (passed, said) = tested(&[case("no form", "past", json!([{ "purchase": [] }]), json!([]))]);
    assert!(!passed && said.contains("cases[0].reads[0]: unknown variant `purchase`"), "{said}");
}

#[test]
fn a_recorded_call_whose_time_was_up_ends_so_again_on_any_machine() {
    let recorded = |name: &str, fuel: u64| {
        let mut case = case(name, "busy", json!([]), json!([]));
        case["config"]["with"] = json!("100");
        case["expect"] = json!({ "fault": { "kind": "wall-clock" } });
        case["fuel"] = json!(fuel);
        case
    };
    let (passed, said) = tested(&[recorded("it was amid its work", 50_000)]);
    assert!(passed, "{said}");
    let (passed, said) = tested(&[recorded("it had used more than it does now", 500_000_000)]);
    assert!(!passed && said.contains("the fault wall-clock") && said.contains("it is busy"), "{said}");
}
