//! Shadow: a version runs on live events beside the one that counts; promoted and rolled back under load, each event is
//! dealt with by one version, once.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

async fn customers(acme: &Client, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let made = acme.post("/v1/customers", &json!({"name": format!("Customer {number}")})).await.ok();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn buy(acme: &Client, customer: &str, number: usize) {
    let body = json!({
        "customer": {"id": customer}, "source": "shop", "external_id": number.to_string(),
        "occurred_at": "2026-03-01T10:00:00Z", "amount": {"minor": 1000, "currency": "EUR"},
    });
    acme.post("/v1/purchases", &body).await.ok();
}

async fn available(acme: &Client) -> i64 {
    acme.get("/v1/programs/points/trial-balance").await.ok()["available"].as_i64().unwrap()
}

#[tokio::test]
async fn a_shadow_asks_for_much_and_nothing_of_it_happens_until_it_is_promoted() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "told", &json!({"do": "count"})).await;
    let path = format!("/v1/installations/{id}");
    let ada = customers(&acme, 1).await.remove(0);
    acme.get(&format!("{path}/shadow")).await.refused(409, "no-shadow");
    buy(&acme, &ada, 1).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 1);
    let shadow = acme.post(&format!("{path}/shadow"), &json!({"config": {"do": "earn"}})).await.ok();
    assert_eq!((&shadow["shadow_of"], &shadow["name"]), (&json!(id), &json!("told.shadow")));
    acme.post(&format!("{path}/shadow"), &json!({})).await.refused(409, "in-use");
    buy(&acme, &ada, 2).await;
    buy(&acme, &ada, 3).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 6, "1, 2 and 3: the shadow gave nothing");
    let report = acme.get(&format!("{path}/shadow")).await.ok();
    let totals = &report["totals"];
    assert_eq!((&totals["events"], &totals["differing"]), (&json!(2), &json!(2)), "{report}");
    assert_eq!(
        (&totals["candidate"]["points"]["points"], &totals["baseline"]["points"]["points"]),
        (&json!(14), &json!(5))
    );
    assert_eq!(report["differences"][0]["candidate"]["outcomes"][0]["points"], 7);
    assert_eq!(report["differences"][0]["customer"], json!(ada));

    let promoted = acme.post(&format!("{path}/promote"), &json!({})).await.ok();
    assert_eq!((&promoted["config"], &promoted["config_version"]), (&json!({"do": "earn"}), &json!(2)));
    assert_eq!(acme.get("/v1/installations").await.ok()["items"].as_array().unwrap().len(), 1, "the shadow is gone");
    buy(&acme, &ada, 4).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 13);
    acme.post(&format!("{path}/rollback"), &json!({})).await.ok();
    buy(&acme, &ada, 5).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 17, "it counts on where it was: 4");
}

#[tokio::test]
async fn a_shadow_keeps_a_state_of_its_own_and_its_faults_hold_nobody_up() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "told", &json!({"do": "count"})).await;
    let path = format!("/v1/installations/{id}");
    let ada = customers(&acme, 1).await.remove(0);
    for number in 0..3 {
        buy(&acme, &ada, number).await;
    }
    acme.settled().await;
    acme.post(&format!("{path}/shadow"), &json!({})).await.ok();
    buy(&acme, &ada, 3).await;
    buy(&acme, &ada, 4).await;
    acme.settled().await;
    let same = acme.get(&format!("{path}/shadow")).await.ok();
    assert_eq!(
        (&same["totals"]["events"], &same["totals"]["differing"]),
        (&json!(2), &json!(0)),
        "a copy of the state: {same}"
    );
    acme.send(acme.request(reqwest::Method::DELETE, &format!("{path}/shadow"))).await.ok();
    acme.post(&format!("{path}/shadow"), &json!({"config": {"do": "trap"}})).await.ok();
    buy(&acme, &ada, 5).await;
    acme.settled().await;
    let faults = acme.get(&format!("{path}/shadow")).await.ok();
    assert_eq!(faults["totals"]["candidate"]["faults"], json!({"trap": 1}));
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]));
    assert_eq!(available(&acme).await, 1 + 2 + 3 + 4 + 5 + 6);
}

/// While purchases come in, a shadow is started, promoted, rolled back, promoted again: every purchase earns once, what
/// the one version or the other gives.
#[tokio::test]
async fn promoted_and_rolled_back_under_load_every_event_counts_once_by_one_version() {
    const BUYERS: usize = 8;
    const EACH: usize = 60;
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    // Ten points or twenty: which of the two, each entry shows.
    let id = acme.enable("stammgast.loyalty-points", "points", &json!({"points_per_unit": 1})).await;
    let path = format!("/v1/installations/{id}");
    let ids = customers(&acme, BUYERS).await;
    let buyers = ids.iter().cloned().enumerate().map(|(buyer, customer)| {
        let acme = acme.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                buy(&acme, &customer, buyer * EACH + number).await;
            }
        })
    });
    let buyers: Vec<_> = buyers.collect();
    for _ in 0..3 {
        acme.post(&format!("{path}/shadow"), &json!({"config": {"points_per_unit": 2}})).await.ok();
        acme.post(&format!("{path}/promote"), &json!({})).await.ok();
        acme.post(&format!("{path}/rollback"), &json!({})).await.ok();
    }
    for buyer in buyers {
        buyer.await.unwrap();
    }
    acme.settled().await;
    let mut earned = 0;
    for customer in &ids {
        let entries = acme.all(&format!("/v1/customers/{customer}/loyalty/points/entries")).await;
        assert_eq!(entries.len(), EACH, "every purchase earned once");
        for entry in &entries {
            let points = entry["points"].as_i64().unwrap();
            assert!(points == 10 || points == 20, "{entry}");
            earned += points;
        }
    }
    assert_eq!(available(&acme).await, earned);
    let dead: Value = acme.get("/v1/dead-letters").await.ok();
    assert_eq!(dead["items"], json!([]));
}
