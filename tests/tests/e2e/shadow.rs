//! Shadow: a version runs on live events beside the one that counts; promoted and rolled back under load, each event is
//! dealt with by one version, once.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, component, root, sections};
use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A version of the plugin, and the next one: by their names in an entry's cause.
const OLD: &str = "stammgast.loyalty-points@0.1.0";
const NEW: &str = "stammgast.loyalty-points@0.2.0";
/// Entries that a version makes before it gives way to the other.
const ENTRIES: usize = 20;

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
    let ada = acme.customer("Ada").await;
    acme.get(&format!("{path}/shadow")).await.refused(409, "no-shadow");
    acme.buy(&ada, 1, 1_000).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 1);
    let shadow = acme.post(&format!("{path}/shadow"), &json!({"config": {"do": "earn"}})).await.ok();
    assert_eq!((&shadow["shadow_of"], &shadow["name"]), (&json!(id), &json!("told.shadow")));
    acme.post(&format!("{path}/shadow"), &json!({})).await.refused(409, "in-use");
    acme.buy(&ada, 2, 1_000).await;
    acme.buy(&ada, 3, 1_000).await;
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
    acme.buy(&ada, 4, 1_000).await;
    acme.settled().await;
    assert_eq!(available(&acme).await, 13);
    acme.post(&format!("{path}/rollback"), &json!({})).await.ok();
    acme.buy(&ada, 5, 1_000).await;
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
    let ada = acme.customer("Ada").await;
    for number in 0..3 {
        acme.buy(&ada, number, 1_000).await;
    }
    acme.settled().await;
    acme.post(&format!("{path}/shadow"), &json!({})).await.ok();
    acme.buy(&ada, 3, 1_000).await;
    acme.buy(&ada, 4, 1_000).await;
    acme.settled().await;
    let same = acme.get(&format!("{path}/shadow")).await.ok();
    assert_eq!(
        (&same["totals"]["events"], &same["totals"]["differing"]),
        (&json!(2), &json!(0)),
        "a copy of the state: {same}"
    );
    acme.send(acme.request(reqwest::Method::DELETE, &format!("{path}/shadow"))).await.ok();
    acme.post(&format!("{path}/shadow"), &json!({"config": {"do": "trap"}})).await.ok();
    acme.buy(&ada, 5, 1_000).await;
    acme.settled().await;
    let faults = acme.get(&format!("{path}/shadow")).await.ok();
    assert_eq!(faults["totals"]["candidate"]["faults"], json!({"trap": 1}));
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]));
    assert_eq!(available(&acme).await, 1 + 2 + 3 + 4 + 5 + 6);
}

/// The entries of a customer's account.
async fn entries(acme: &Client, customer: &str) -> Vec<Value> {
    acme.all(&format!("/v1/customers/{customer}/loyalty/points/entries")).await
}

/// How many entries a version has made.
async fn made(acme: &Client, customers: &[String], version: &str) -> usize {
    let mut count = 0;
    for customer in customers {
        count += entries(acme, customer).await.iter().filter(|one| one["cause"]["rule_version"] == version).count();
    }
    count
}

/// Waits until a version has made some more entries.
async fn earns(acme: &Client, customers: &[String], version: &str) {
    let wanted = made(acme, customers, version).await + ENTRIES;
    acme.until(&format!("{version} earns"), || async { made(acme, customers, version).await >= wanted }).await;
}

/// While purchases come in, another version with another configuration is put into the shadow, promoted and rolled
/// back, again and again: every purchase earns once, and what a version gives goes with its own configuration.
#[tokio::test]
async fn promoted_and_rolled_back_under_load_every_event_counts_once_by_one_version() {
    const BUYERS: usize = 8;
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    let manifest = fs::read_to_string(root().join("plugins/loyalty-points/manifest.json")).unwrap();
    let manifest = manifest.replace(r#""version": "0.1.0""#, r#""version": "0.2.0""#);
    let next = sections::with_manifest(&component("loyalty-points"), manifest.as_bytes());
    server.operator().post_bytes("/v1/plugins", "application/wasm", next).await.ok();
    let id = acme.enable(OLD, "points", &json!({"points_per_unit": 1})).await;
    let path = format!("/v1/installations/{id}");
    let mut customers = Vec::new();
    for number in 0..BUYERS {
        customers.push(acme.customer(&format!("Customer {number}")).await);
    }
    let go_on = Arc::new(AtomicBool::new(true));
    let buyers = customers.iter().cloned().map(|customer| {
        let (acme, go_on) = (acme.clone(), Arc::clone(&go_on));
        tokio::spawn(async move {
            let mut bought = 0_usize;
            while go_on.load(Ordering::Relaxed) {
                acme.buy(&customer, format!("{customer} {bought}"), 1_000).await;
                bought += 1;
            }
            bought
        })
    });
    let buyers: Vec<_> = buyers.collect();
    let shadow = json!({"plugin": NEW, "config": {"points_per_unit": 2}, "unsigned": "a test"});
    for _ in 0..3 {
        earns(&acme, &customers, OLD).await;
        acme.post(&format!("{path}/shadow"), &shadow).await.ok();
        acme.post(&format!("{path}/promote"), &json!({})).await.ok();
        earns(&acme, &customers, NEW).await;
        acme.post(&format!("{path}/rollback"), &json!({})).await.ok();
    }
    earns(&acme, &customers, OLD).await;
    go_on.store(false, Ordering::Relaxed);
    let mut bought = Vec::new();
    for buyer in buyers {
        bought.push(buyer.await.unwrap());
    }
    acme.settled().await;
    let mut earned = 0;
    for (customer, bought) in customers.iter().zip(bought) {
        let entries = entries(&acme, customer).await;
        let events: BTreeSet<u64> = entries.iter().map(|entry| entry["cause"]["event"].as_u64().unwrap()).collect();
        assert_eq!((entries.len(), events.len()), (bought, bought), "every purchase earned once");
        for entry in &entries {
            let points = match entry["cause"]["rule_version"].as_str().unwrap() {
                OLD => 10,
                NEW => 20,
                other => panic!("{other}: {entry}"),
            };
            assert_eq!(entry["points"], json!(points), "one version with the configuration of the other: {entry}");
            earned += points;
        }
    }
    assert_eq!(available(&acme).await, earned);
    let dead: Value = acme.get("/v1/dead-letters").await.ok();
    assert_eq!(dead["items"], json!([]));
}
