//! A plugin that keeps failing is left alone for a while, then for good, and nothing is lost meanwhile.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::sync::Arc;

/// Judges by few calls, and waits for little. Four calls open it, seven more may be under way by then, and two trials follow:
/// with more events than these it comes to its end, and some wait.
const NERVOUS: &[(&str, &str)] = &[
    ("DISPATCH__ATTEMPTS", "1"),
    ("DISPATCH__BREAKER_CALLS", "4"),
    ("DISPATCH__BREAKER_PAUSE_MS", "20"),
    ("DISPATCH__BREAKER_TRIALS", "2"),
];
/// The same, and never gives up.
const PATIENT: &[(&str, &str)] = &[
    ("DISPATCH__ATTEMPTS", "1"),
    ("DISPATCH__BREAKER_CALLS", "4"),
    ("DISPATCH__BREAKER_PAUSE_MS", "500"),
    ("DISPATCH__BREAKER_TRIALS", "100"),
];

/// One purchase each of new customers.
async fn buy(acme: &Client, customers: usize) {
    for _ in 0..customers {
        let ada = acme.customer("Ada Lovelace").await;
        acme.buy(&ada, &ada, 1_000).await;
    }
}

/// All points of all customers in a program.
async fn points(acme: &Client, program: &str) -> i64 {
    let mut sum = 0;
    for customer in acme.all("/v1/customers").await {
        let id = customer["id"].as_str().unwrap();
        let loyalty = acme.get(&format!("/v1/customers/{id}/loyalty")).await.ok();
        let accounts = loyalty["items"].as_array().unwrap().iter().filter(|one| one["program"] == program);
        sum += accounts.map(|one| one["points"].as_i64().unwrap()).sum::<i64>();
    }
    sum
}

async fn notices(acme: &Client) -> Vec<Value> {
    acme.all("/v1/notices").await
}

fn of_kind<'a>(notices: &'a [Value], kind: &str) -> Vec<&'a Value> {
    notices.iter().filter(|one| one["kind"] == kind).collect()
}

async fn installation(acme: &Client, id: &str) -> Value {
    acme.get(&format!("/v1/installations/{id}")).await.ok()
}

async fn quarantined(acme: &Client, id: &str) -> Value {
    acme.until("it is in quarantine", || async { installation(acme, id).await["status"] == "quarantined" }).await;
    installation(acme, id).await
}

#[tokio::test]
async fn a_plugin_that_works_again_is_called_again_and_does_all_that_waited() {
    let server = Server::start_with(PATIENT);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "elsewhere", &json!({"do": "other-program"})).await;
    buy(&acme, 4).await;
    acme.until("the breaker is open", || async { !of_kind(&notices(&acme).await, "breaker-opened").is_empty() }).await;
    let path = format!("/v1/installations/{id}/progress");
    acme.until("progress shows it", || async { acme.get(&path).await.ok()["breaker"] == "open" }).await;
    buy(&acme, 6).await;
    let told = notices(&acme).await;
    let opened = of_kind(&told, "breaker-opened");
    assert_eq!(opened.len(), 1, "{told:?}");
    let details = &opened[0]["details"];
    assert_eq!(
        (&details["name"], &details["fault"], &details["faults"]),
        (&json!("elsewhere"), &json!("invalid-effect"), &json!(4))
    );
    assert_eq!(installation(&acme, &id).await["status"], "enabled", "it only rests");

    acme.post("/v1/programs", &json!({"code": "no-such-program", "name": "There it is"})).await.ok();
    acme.until("the breaker is closed", || async { !of_kind(&notices(&acme).await, "breaker-closed").is_empty() })
        .await;
    acme.settled().await;
    acme.until("progress shows it", || async { acme.get(&path).await.ok()["breaker"] == "closed" }).await;
    acme.post(&format!("/v1/dead-letters/{id}/retry"), &json!({})).await.ok();
    acme.settled().await;
    assert_eq!(points(&acme, "no-such-program").await, 10, "each purchase has earned once");
    assert!(notices(&other).await.is_empty(), "another tenant hears nothing of it");
}

#[tokio::test]
async fn a_plugin_that_fails_every_trial_is_stopped_until_an_admin_decides() {
    let server = Server::start_with(NERVOUS);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "broken", &json!({"do": "trap"})).await;
    buy(&acme, 20).await;
    let stopped = quarantined(&acme, &id).await;
    let text = stopped["quarantine"]["text"].as_str().unwrap();
    assert!(text.contains("trapped") && text.contains("enable it again"), "{text}");
    let history = acme.get(&format!("/v1/installations/{id}/history")).await.ok();
    assert_eq!((&history["items"][0]["step"], &history["items"][0]["actor"]), (&json!("quarantined"), &json!("host")));
    let audit = acme.get("/v1/audit").await.ok();
    assert_eq!(audit["items"][0]["action"], "installation.quarantined");
    let dead = acme.all("/v1/dead-letters").await.len();
    assert!((4..20).contains(&dead), "some were tried, and the rest waits: {dead}");
    let told = notices(&acme).await;
    assert_eq!(of_kind(&told, "quarantined").len(), 1, "{told:?}");
    assert_eq!(of_kind(&told, "dead-letter").len(), 1, "one for all: {told:?}");
    assert!(!format!("{told:?}{audit}").contains("Lovelace"), "notices and the audit log hold no customer's name");
    let overview = acme.get("/v1/overview").await.ok();
    assert_eq!(overview["unseen_notices"], told.len());

    let server = Server::start_in(Arc::clone(&server.stop()), NERVOUS);
    let acme = acme.at(server.url());
    buy(&acme, 1).await;
    assert_eq!(installation(&acme, &id).await["status"], "quarantined", "a new start changes nothing");
    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    acme.post(&format!("/v1/installations/{id}/enable"), &json!({"waiting": "run"})).await.ok();
    acme.settled().await;
    assert_eq!(acme.all("/v1/dead-letters").await.len(), dead, "nothing was tried in between");
    acme.post(&format!("/v1/dead-letters/{id}/retry"), &json!({})).await.ok();
    acme.settled().await;
    assert_eq!(points(&acme, "points").await, 7 * 21, "each purchase has earned once");
    assert_eq!(installation(&acme, &id).await["quarantine"], Value::Null);
    let last = acme.get("/v1/audit").await.ok()["items"][0]["text"].clone();
    assert!(last.as_str().unwrap().contains("quarantine"), "{last}");
}

/// A contact of somebody.
async fn contact(acme: &Client, direction: &str, text: &str) -> String {
    let ada = acme.post("/v1/customers", &json!({"name": "Ada"})).await.ok()["id"].clone();
    let body = json!({
        "customer": ada, "channel": "phone", "direction": direction, "text": text,
        "occurred_at": "2026-03-01T10:00:00Z",
    });
    acme.post("/v1/interactions", &body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn while_the_router_of_feedback_is_out_contacts_go_to_the_default_department() {
    let server = Server::start_with(NERVOUS);
    let acme = server.tenant("acme").await;
    server.operator().install("feedback-departments").await;
    for (code, name) in [("logistics", "Logistics"), ("service", "Service")] {
        acme.post("/v1/departments", &json!({"code": code, "name": name})).await.ok();
    }
    let routes = json!({
        "kinds": [{"kind": "complaint", "words": ["broken"]}],
        "topics": [{"topic": "product", "words": ["record"]}],
        "routes": [{"kind": "complaint", "topic": "product", "department": "logistics"}],
    });
    let id = acme.enable("stammgast.feedback-departments", "feedback", &routes).await;
    // Less memory than it begins with.
    acme.patch(&format!("/v1/installations/{id}"), &json!({"limits": {"memory_mib": 1}})).await.ok();
    for _ in 0..16 {
        contact(&acme, "inbound", "The record is broken").await;
    }
    quarantined(&acme, &id).await;
    assert!(acme.all("/v1/feedback-items").await.is_empty(), "without a default department contacts wait");

    let set = acme.put("/v1/departments/service/default", &json!({})).await.ok();
    assert_eq!(set["default"], true);
    contact(&acme, "outbound", "Your record is on its way").await;
    let newest = contact(&acme, "inbound", "The record is broken again").await;
    acme.until("what waited has come to the default department", || async {
        let (items, dead) = (acme.all("/v1/feedback-items").await.len(), acme.all("/v1/dead-letters").await.len());
        items > 0 && items + dead == 17
    })
    .await;
    let items = acme.all("/v1/feedback-items").await;
    assert!(items.iter().all(|item| item["department"] == "service" && item["topic"] == "unsorted"), "{items:?}");
    assert!(items.iter().any(|item| item["interaction"] == newest.as_str()));
    let text = items[0]["text"].as_str().unwrap();
    assert!(text.contains("`feedback`") && text.contains("out of order"), "it says why: {text}");

    let moved = acme.put("/v1/departments/logistics/default", &json!({})).await.ok();
    assert_eq!(moved["default"], true);
    let defaults = |items: Vec<Value>| items.iter().filter(|one| one["default"] == true).count();
    assert_eq!(defaults(acme.all("/v1/departments").await), 1, "there is one default");
    acme.patch(&format!("/v1/installations/{id}"), &json!({"limits": {}})).await.ok();
    acme.post(&format!("/v1/installations/{id}/enable"), &json!({"waiting": "run"})).await.ok();
    acme.settled().await;
    assert_eq!(acme.all("/v1/feedback-items").await.len(), items.len(), "what was dealt with is not sorted again");
    contact(&acme, "inbound", "The record is broken").await;
    acme.settled().await;
    assert_eq!(acme.all("/v1/feedback-items?department=logistics").await.len(), 1, "it sorts again");
}
