//! The conformance suite fails plugins that do not stand it, and says where.

use crate::forged::{self, ON_PURCHASE, REALLOC};
use serde_json::{Value, json};
use stammgast_tests::{binary, compiled, component};
use std::{
    fs,
    process::{Command, Output},
};

/// Checks, by their sentences.
const FULL_PAST: &str = "a full past and the state of earlier calls go well";
const FOREIGN_STATE: &str = "state in another form than it writes does no harm";
const NONSENSE: &str = "a configuration that it cannot read is answered with an error, not with a fault";
/// Little CPU: an endless loop is soon at its end.
const CPU_MILLIONS: &str = "20";

/// Runs `plugin check` on a component.
fn check(component: &[u8], config: &Value, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let (plugin, settings) = (folder.path().join("plugin.wasm"), folder.path().join("settings.json"));
    fs::write(&plugin, component).unwrap();
    fs::write(&settings, config.to_string()).unwrap();
    let mut command = Command::new(binary());
    command.args(["plugin", "check"]).arg(plugin).arg("--config-file").arg(settings).args(options);
    command.env("XDG_CACHE_HOME", compiled::caches()).env("STAMMGAST_RUNTIME__CPU_MILLIONS", CPU_MILLIONS);
    command.output().unwrap()
}

/// The checks that a component does not stand: their names and problems. The exit code says the same.
fn failed(component: &[u8], config: &Value) -> Vec<(String, Vec<String>)> {
    let output = check(component, config, &["--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let failed = answer["checks"].as_array().unwrap().iter().filter(|check| check["passed"] == false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problems = |check: &Value| check["problems"].as_array().unwrap().iter().map(text).collect::<Vec<_>>();
    let failed: Vec<_> = failed.map(|check| (text(&check["check"]), problems(check))).collect();
    assert_eq!(output.status.code(), Some(i32::from(!failed.is_empty())), "{output:?}");
    assert_eq!(answer["passed"], json!(failed.is_empty()));
    failed
}

#[track_caller]
fn fails(failed: &[(String, Vec<String>)], check: &str, words: &str) {
    let found = failed.iter().find(|(name, _)| name == check);
    let (_, problems) = found.unwrap_or_else(|| panic!("it stands `{check}`: {failed:#?}"));
    assert!(problems.iter().any(|problem| problem.starts_with(words)), "{words}: {problems:#?}");
}

/// What the plugin that does as it is told does not stand.
fn told(order: &str) -> Vec<(String, Vec<String>)> {
    failed(&component("hostile"), &json!({"do": order}))
}

#[test]
fn every_sort_of_misbehaviour_fails_the_suite() {
    for (order, words) in [
        ("trap", "a purchase without lines: trap: "),
        ("loop", "a purchase without lines: cpu: "),
        ("recurse", "a purchase without lines: stack: "),
        ("exit", "a purchase without lines: exit: "),
        ("effects", "a purchase without lines: output: "),
        ("host-calls", "a purchase without lines: host-calls: "),
        ("not-granted", "a purchase without lines: invalid-effect: "),
        ("refuse", "a purchase without lines: refused: "),
        ("negative", "a purchase without lines: effect 0 would be refused: -1000000 points cannot be earned"),
    ] {
        fails(&told(order), "usual purchases go well", words);
    }
}

#[test]
fn a_plugin_that_behaves_passes_and_one_that_is_careless_fails_where_it_is_and_nowhere_else() {
    let honest = told("balance");
    assert!(honest.is_empty(), "{honest:#?}");
    for (order, check, words) in [
        ("divide", "empty purchases go well", "a purchase of nothing: trap: "),
        ("one-page", FULL_PAST, "a purchase without lines, call 1 with a full past: trap: "),
        (
            "count",
            FOREIGN_STATE,
            "a purchase without lines, bytes that are no text under every key: effect 0 would be refused: 0 points",
        ),
    ] {
        let failed = told(order);
        fails(&failed, check, words);
        assert_eq!(failed.len(), 1, "{order}: {failed:#?}");
    }
}

/// A plugin of three kinds: it takes every purchase, refuses to check any contact, and breaks down over the route of one.
fn of_three_kinds() -> Vec<u8> {
    // An error of its own: the third sort, with a text of one byte.
    let refuses = "(i32.store8 (i32.const 0) (i32.const 1)) (i32.store8 (i32.const 4) (i32.const 2)) \
                   (i32.store (i32.const 8) (i32.const 65536)) (i32.store (i32.const 12) (i32.const 1))";
    let functions = [
        (ON_PURCHASE, ""),
        ("stammgast:quality/interaction-checks@0.2.1#check-interaction", refuses),
        ("stammgast:feedback/interaction-routes@0.2.1#route-interaction", "unreachable"),
    ];
    let functions = functions
        .map(|(name, body)| format!(r#"(func (export "{name}") (param i32) (result i32) {body} (i32.const 0))"#))
        .concat();
    let module = format!(r#"(module (memory (export "memory") 100) {REALLOC} {functions})"#);
    let kinds = ["loyalty", "quality", "feedback"];
    forged::plugin_of("three-kinds", &kinds, &["loyalty.earn"], &forged::component(&kinds, &module))
}

#[test]
fn every_kind_is_given_configurations_that_it_cannot_read() {
    let failed = failed(&of_three_kinds(), &json!({}));
    fails(&failed, NONSENSE, "an e-mail that came in: the configuration null: trap: ");
}

#[test]
fn the_report_counts_what_it_does_not_list() {
    let output = check(&component("hostile"), &json!({"do": "trap"}), &[]);
    let (printed, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(" checks failed"), "{error}");
    let mut lines = printed.lines().skip_while(|line| !line.starts_with("FAILED  purchases at the edges of time"));
    let listed: Vec<&str> = lines.by_ref().skip(1).take_while(|line| line.starts_with("    ")).map(str::trim).collect();
    assert_eq!(listed.len(), 6, "{printed}");
    assert_eq!(listed[5], "and 3 more");
}
