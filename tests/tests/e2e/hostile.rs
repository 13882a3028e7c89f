//! A hostile plugin is stopped and reported with its sort; others go on.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::collections::HashMap;

/// Settings with which a hostile plugin is soon at its end, and by something else than the clock on the wall, however
/// busy the machine is.
pub const IMPATIENT: &[(&str, &str)] = &[
    ("DISPATCH__ATTEMPTS", "1"),
    ("RUNTIME__CPU_MILLIONS", "200"),
    ("RUNTIME__WALL_MS", "30000"),
    ("RUNTIME__READ_ROWS", "200"),
];
/// More CPU than can be spent in the time.
const HURRIED: &[(&str, &str)] = &[
    ("DISPATCH__ATTEMPTS", "1"),
    ("RUNTIME__CPU_MILLIONS", "1000000"),
    ("RUNTIME__MAX_CPU_MILLIONS", "1000000"),
    ("RUNTIME__WALL_MS", "3000"),
];

/// A customer's points.
pub async fn points(client: &Client, customer: &str) -> Value {
    client.get(&format!("/v1/customers/{customer}/loyalty")).await.ok()["items"][0]["points"].clone()
}

/// The faults of a tenant's dead letters, by the name of the installation.
pub async fn faults(client: &Client) -> HashMap<String, Value> {
    let installations = client.get("/v1/installations").await.ok();
    let name = |id: &Value| {
        let named = installations["items"].as_array().unwrap().iter().find(|one| one["id"] == *id);
        named.expect("every dead letter is of an installation")["name"].as_str().unwrap().to_owned()
    };
    let dead = client.all("/v1/dead-letters").await;
    dead.iter().map(|letter| (name(&letter["installation"]), letter["fault"].clone())).collect()
}

/// Lines of the server's log that a plugin wrote.
fn lines_of(server: &Server, installation: &str) -> Vec<String> {
    let of = |line: &&str| line.contains("plugin: ") && line.contains(installation);
    server.log().lines().filter(of).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_sort_of_misbehaviour_is_stopped_and_named_and_others_go_on() {
    let server = Server::start_with(IMPATIENT);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("hostile").await;
    server.operator().install("loyalty-points").await;
    let sorts = [
        ("loop", "cpu"),
        ("memory", "memory"),
        ("recurse", "stack"),
        ("trap", "trap"),
        ("exit", "exit"),
        ("output", "output"),
        ("effects", "output"),
        ("host-calls", "host-calls"),
        ("long-string", "output"),
        ("state", "invalid-effect"),
        ("negative", "invalid-effect"),
        ("other-program", "invalid-effect"),
        ("not-granted", "invalid-effect"),
        ("refuse", "refused"),
        ("fill", "cpu"),
        ("lookups", "host-calls"),
        ("pages", "host-calls"),
        ("random", "trap"),
        ("pollables", "trap"),
        ("long-answer", "output"),
        ("long-value", "output"),
        ("state-keys", "invalid-effect"),
        ("state-values", "output"),
    ];
    for (order, _) in sorts {
        acme.enable("test.hostile", order, &json!({"do": order})).await;
    }
    acme.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    other.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    let (ada, bob) = (acme.customer("Ada").await, other.customer("Ada").await);
    acme.buy(&ada, "1", 1_250).await;
    other.buy(&bob, "1", 1_250).await;
    acme.settled().await;
    other.settled().await;

    let faults = faults(&acme).await;
    for (order, sort) in sorts {
        let fault = faults.get(order).unwrap_or_else(|| panic!("{order} left no dead letter: {faults:?}"));
        assert_eq!(fault["kind"], sort, "{order}: {fault}");
    }
    assert_eq!(points(&acme, &ada).await, 12, "nothing of a hostile call was applied, and the honest plugin earned");
    assert_eq!(points(&other, &bob).await, 12, "another tenant does not notice");
}

#[tokio::test]
async fn an_admin_sets_a_plugin_limits_of_its_own_within_the_operators() {
    let server = Server::start_with(IMPATIENT);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let limits = [
        ("effects", json!({"effects": 3}), "output", "more than 3 effects"),
        ("host-calls", json!({"host_calls": 5}), "host-calls", "more than 5 times"),
        ("state", json!({"state_kib": 2}), "invalid-effect", "at most 2048 fit"),
        ("earn", json!({"effects": 1, "output_kib": 4}), "", ""),
    ];
    for (order, limits, ..) in &limits {
        let id = acme.enable("test.hostile", order, &json!({"do": order})).await;
        let set = acme.patch(&format!("/v1/installations/{id}"), &json!({"limits": limits})).await.ok();
        assert_eq!(set["limits"], *limits);
        for above in ["effects", "host_calls", "read_rows", "log_lines"] {
            let above_all = json!({"limits": {above: 1_000_000_000}});
            let refused =
                acme.patch(&format!("/v1/installations/{id}"), &above_all).await.refused(422, "invalid-value");
            assert_eq!(refused["errors"][0]["field"], format!("limits.{above}"));
            assert!(refused["detail"].as_str().unwrap().contains(&format!("runtime.{above}")), "{refused}");
        }
    }
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;
    let faults = faults(&acme).await;
    for (order, _, sort, words) in limits.iter().filter(|(_, _, sort, _)| !sort.is_empty()) {
        let fault = faults.get(*order).unwrap_or_else(|| panic!("{order} left no dead letter: {faults:?}"));
        assert_eq!(fault["kind"], *sort, "{order}: {fault}");
        assert!(fault["message"].as_str().unwrap().contains(words), "{order}: {fault}");
    }
    assert_eq!(points(&acme, &ada).await, 7, "what stays within its limits earns");
}

#[tokio::test]
async fn what_costs_the_host_more_than_the_plugin_is_stopped_by_the_clock_on_the_wall() {
    let server = Server::start_with(HURRIED);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    server.operator().install("loyalty-points").await;
    let orders = ["stall", "fill", "random-flood", "print-flood", "log-flood"];
    for order in orders {
        acme.enable("test.hostile", order, &json!({"do": order})).await;
    }
    acme.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;
    let faults = faults(&acme).await;
    assert_eq!(faults.len(), orders.len(), "{faults:?}");
    for order in orders {
        assert_eq!(faults[order]["kind"], "wall-clock", "{order}: {}", faults[order]);
    }
    assert_eq!(points(&acme, &ada).await, 12, "the honest plugin earned");
}

#[tokio::test]
async fn endless_talk_is_cut_and_an_hour_is_not_waited_for_and_neither_is_a_fault() {
    let server = Server::start_with(IMPATIENT);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let log = acme.enable("test.hostile", "log", &json!({"do": "log"})).await;
    let print = acme.enable("test.hostile", "print", &json!({"do": "print"})).await;
    acme.enable("test.hostile", "sleep", &json!({"do": "sleep"})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]), "these are good calls");
    assert_eq!(points(&acme, &ada).await, 3, "and each has earned its point");
    for (installation, words) in [(&log, "yyyy"), (&print, "printed")] {
        let lines = lines_of(&server, installation);
        let (kept, others): (Vec<&String>, Vec<&String>) = lines.iter().partition(|line| line.contains(words));
        assert_eq!(kept.len(), 100, "as many lines of {words} as the setting says");
        assert!(kept.iter().all(|line| line.len() < 3_000), "no line is long");
        assert!(others.len() == 1 && others[0].contains("more lines were dropped"), "{others:?}");
    }
    let rest = lines_of(&server, &log).pop().unwrap();
    assert!(rest.contains("4900 more lines"), "all lines are counted: {rest}");
}

#[tokio::test]
async fn a_plugin_cannot_begin_a_line_of_the_servers_log() {
    let server = Server::start_with(IMPATIENT);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let forger = acme.enable("test.hostile", "forge", &json!({"do": "forge"})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;
    let log = server.log();
    let lines: Vec<&str> = log.split(['\n', '\r']).filter(|line| line.contains("ERROR forged")).collect();
    assert!(lines.len() >= 2, "it logs one and prints one: {lines:?}");
    let marked = |line: &&str| line.contains("plugin: ") && line.contains(&forger);
    assert!(lines.iter().all(marked), "every line says who wrote it: {lines:#?}");
    assert!(!log.contains("\u{1b}[2K"), "nothing clears a line of the operator's terminal");
}

#[tokio::test]
async fn grants_and_configuration_are_checked_before_anything_runs() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    let enable = |grants: Value, config: Value| json!({"plugin": "stammgast.loyalty-points", "name": "l", "grants": grants, "config": config, "start": "now", "unsigned": "a test"});
    let missing = acme.post("/v1/installations", &enable(json!([]), json!({}))).await.refused(422, "grants-missing");
    assert!(missing["detail"].as_str().unwrap().contains("loyalty.earn"), "{missing}");
    let extra = enable(json!(["loyalty.earn", "state.customer", "state.shared"]), json!({}));
    acme.post("/v1/installations", &extra).await.refused(422, "invalid-value");
    let wrong = enable(json!(["loyalty.earn", "state.customer"]), json!({"points_per_unit": 0, "bonus": true}));
    let wrong = acme.post("/v1/installations", &wrong).await.refused(422, "invalid-value");
    let told = |field: &str| wrong["errors"].as_array().unwrap().iter().any(|error| error["field"] == field);
    assert!(told("config.points_per_unit") && told("config"), "all that is wrong is told at once: {wrong}");
    assert!(wrong["detail"].as_str().unwrap().contains("and 1 more"), "{wrong}");
    let mut unknown = enable(json!(["loyalty.earn", "state.customer"]), json!({}));
    unknown["plugin"] = json!("nobody.nothing");
    acme.post("/v1/installations", &unknown).await.refused(422, "invalid-value");
}
