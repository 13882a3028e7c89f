//! Events that wait, and what becomes of them when an installation is stopped, moved or put right.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, shop::purchase};

const CUSTOMERS: usize = 60;

async fn buy(client: &Client, name: &str) {
    let customer = json!({"reference": {"source": "shop", "id": name}});
    client.post("/v1/customers/bulk", &json!({"rows": [customer]})).await.ok();
    client.post("/v1/purchases", &purchase(&customer, name, 1_000)).await.ok();
}

/// A tenant with a plugin that does as it is told, tried once for each event.
async fn shop(settings: &[(&str, &str)], order: &str) -> (Server, Client, String) {
    let server = Server::start_with(&[&[("DISPATCH__ATTEMPTS", "1")], settings].concat());
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "told", &json!({"do": order})).await;
    (server, acme, id)
}

async fn act(client: &Client, id: &str, what: &str, body: &Value) {
    client.post(&format!("/v1/installations/{id}/{what}"), body).await.ok();
}

async fn progress(client: &Client, id: &str) -> Value {
    client.get(&format!("/v1/installations/{id}/progress")).await.ok()
}

async fn points(client: &Client) -> Value {
    client.get("/v1/programs/points/trial-balance").await.ok()["available"].clone()
}

#[tokio::test]
async fn a_disabled_plugin_is_not_called_for_events_that_are_in_line_already() {
    let (_server, acme, id) = shop(&[("RUNTIME__CPU_MILLIONS", "5000"), ("DISPATCH__TENANT_CALLS", "2")], "loop").await;
    for number in 0..CUSTOMERS {
        buy(&acme, &number.to_string()).await;
    }
    acme.until("some calls have ended", || async { progress(&acme, &id).await["dead"].as_u64() >= Some(2) }).await;
    act(&acme, &id, "disable", &json!({})).await;
    act(&acme, &id, "enable", &json!({"waiting": "skip"})).await;
    // A new worker begins when the old one has ended: what comes now shows that.
    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    buy(&acme, "new").await;
    acme.until("the new worker runs", || async { points(&acme).await == 7 }).await;
    let called = progress(&acme, &id).await["dead"].as_u64().unwrap();
    assert!(called < CUSTOMERS as u64 / 2, "{called} of {CUSTOMERS} waiting events were called for all the same");

    // Nor does the worker that ended then move the cursor back to its own place.
    act(&acme, &id, "disable", &json!({})).await;
    act(&acme, &id, "enable", &json!({"waiting": "run"})).await;
    acme.settled().await;
    assert_eq!(progress(&acme, &id).await["dead"], called, "dead letters stay dead");
    assert_eq!(points(&acme).await, 7, "what was skipped stays skipped");
}

#[tokio::test]
async fn what_failed_is_done_by_reading_the_log_again() {
    let (_server, acme, id) = shop(&[], "trap").await;
    for number in 0..3 {
        buy(&acme, &number.to_string()).await;
    }
    acme.settled().await;
    assert_eq!(progress(&acme, &id).await["dead"], 3);
    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    act(&acme, &id, "disable", &json!({})).await;
    act(&acme, &id, "rewind", &json!({"position": 0})).await;
    act(&acme, &id, "enable", &json!({"waiting": "run"})).await;
    acme.settled().await;
    assert_eq!(points(&acme).await, 21);
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]), "what is done is no dead letter");
}

#[tokio::test]
async fn all_dead_letters_of_an_installation_are_retried_at_once() {
    let (server, acme, id) = shop(&[], "trap").await;
    for number in 0..20 {
        buy(&acme, &number.to_string()).await;
    }
    acme.settled().await;
    assert_eq!(progress(&acme, &id).await["dead"], 20);
    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    let mut retry = server.cli(&["dead-letters", "retry", "told", "--all", "--json"]);
    let output = retry.env("STAMMGAST_TENANT", "acme").output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer, json!({"retried": 20}));
    acme.settled().await;
    assert_eq!((points(&acme).await, progress(&acme, &id).await["dead"].clone()), (json!(140), json!(0)));
    let nobody = "/v1/dead-letters/01890000-0000-7000-8000-000000000000/retry";
    acme.post(nobody, &json!({})).await.refused(404, "not-found");
}
