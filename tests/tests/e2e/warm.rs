//! Instances that stay for further calls, where an admin opted in.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// Buys once, and gives the points that the purchase earned.
async fn earns(acme: &Client, ada: &str, number: usize) -> i64 {
    let points = || async {
        let loyalty = acme.get(&format!("/v1/customers/{ada}/loyalty")).await.ok();
        loyalty["items"][0]["points"].as_i64().unwrap_or_default()
    };
    let before = points().await;
    acme.buy(ada, number, 1_000).await;
    acme.settled().await;
    points().await - before
}

#[tokio::test]
async fn an_instance_serves_as_many_calls_as_the_admin_says_and_none_more_without_a_word() {
    let server = Server::start_with(&[("RECORDS__SAMPLE_EVERY", "1")]);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "memory", &json!({"do": "remember"})).await;
    let installation = format!("/v1/installations/{id}");
    let ada = acme.customer("Ada").await;
    assert_eq!((earns(&acme, &ada, 0).await, earns(&acme, &ada, 1).await), (1, 1), "every call has a fresh instance");

    let limits = acme.patch(&installation, &json!({"limits": {"reuse_calls": 3}})).await.ok()["limits"].clone();
    assert_eq!(limits, json!({"reuse_calls": 3}));
    let mut earned = Vec::new();
    for number in 2..9 {
        earned.push(earns(&acme, &ada, number).await);
    }
    assert_eq!(earned, [1, 2, 3, 1, 2, 3, 1], "an instance is retired after three calls");

    // Another configuration is another installation in this: nothing is remembered.
    acme.patch(&installation, &json!({"config": {"do": "earn"}})).await.ok();
    assert_eq!(earns(&acme, &ada, 9).await, 7);
    acme.patch(&installation, &json!({"config": {"do": "remember"}})).await.ok();
    assert_eq!(earns(&acme, &ada, 10).await, 1);
    let replayed = acme.get(&format!("{installation}/replay")).await.ok();
    let results: Vec<&str> =
        replayed["items"].as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap()).collect();
    assert_eq!(results.iter().filter(|result| **result == "different").count(), 4, "those that remembered: {replayed}");
    assert!(replayed.to_string().contains("limits.reuse_calls"), "and it says why: {replayed}");

    let too_many = acme.patch(&installation, &json!({"limits": {"reuse_calls": 1_001}})).await;
    let refused = too_many.refused(422, "invalid-value");
    assert_eq!(refused["errors"][0]["field"], "limits.reuse_calls");
}

#[tokio::test]
async fn an_operator_may_forbid_it_and_a_manifest_cannot_ask_for_it() {
    let server = Server::start_with(&[("RUNTIME__MAX_REUSE_CALLS", "0")]);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "memory", &json!({"do": "remember"})).await;
    let forbidden = acme.patch(&format!("/v1/installations/{id}"), &json!({"limits": {"reuse_calls": 3}})).await;
    let refused = forbidden.refused(422, "invalid-value");
    assert!(refused["errors"][0]["problem"].as_str().unwrap().contains("runtime.max_reuse_calls"), "{refused}");
    let path = stammgast_tests::root().join("tests/hostile/manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    manifest["limits"] = json!({"reuse_calls": 10});
    let component = stammgast_tests::component("hostile");
    let asking = stammgast_tests::sections::with_manifest(&component, &manifest.to_string().into_bytes());
    let answer = server.operator().post_bytes("/v1/plugins", "application/wasm", asking).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
}
