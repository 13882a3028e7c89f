//! What a quote says is what the purchase then earns, in every language; and a quote writes nothing.
//!
//! `QUOTE_ROWS` says how many purchases of CDNOW are tried; `cargo xtask ledger quotes` tries 5,000.

use crate::languages::{self, EXAMPLES};
use serde_json::json;
use stammgast_tests::{Client, Server, root};
use std::{collections::BTreeMap, fs};

/// Purchases that are tried unless told otherwise.
const ROWS: usize = 150;

/// Dollars in cents, spread over the whole year and a half.
fn amounts(rows: usize) -> Vec<i64> {
    let file = fs::read_to_string(root().join("examples/data/cdnow/CDNOW_master.txt")).unwrap();
    let all: Vec<i64> = file
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().last().unwrap().replace('.', "").parse().unwrap())
        .collect();
    (0..rows).map(|row| all[row * all.len() / rows]).collect()
}

/// Points by program that each purchase earned, as the event log tells.
async fn earned(acme: &Client) -> BTreeMap<String, BTreeMap<String, i64>> {
    let (mut by_purchase, mut after) = (BTreeMap::<String, BTreeMap<String, i64>>::new(), 0);
    loop {
        let page = acme.get(&format!("/v1/events?after={after}&limit=500")).await.ok();
        for event in page["items"].as_array().unwrap() {
            if let Some(purchase) = event["data"]["movement"]["purchase"].as_str() {
                let program = event["data"]["program"].as_str().unwrap().to_owned();
                let points = event["data"]["entries"].as_array().unwrap().iter();
                let points: i64 =
                    points.filter_map(|entry| entry["points"].as_i64().filter(|points| *points > 0)).sum();
                *by_purchase.entry(purchase.to_owned()).or_default().entry(program).or_default() += points;
            }
        }
        let last = page["last"].as_u64().unwrap();
        if page["items"].as_array().unwrap().is_empty() || last == after {
            return by_purchase;
        }
        after = last;
    }
}

#[tokio::test]
async fn a_purchase_earns_what_its_quote_said_in_every_language() {
    let rows = std::env::var("QUOTE_ROWS").map_or(ROWS, |rows| rows.parse().unwrap());
    let (_server, acme) = languages::with_all().await;
    let ada = acme.customer("Ada").await;
    let mut quoted = BTreeMap::new();
    for (number, minor) in amounts(rows).into_iter().enumerate() {
        let music = minor / 3;
        let lines = json!([
            {"product": "a", "category": "music", "quantity": 1, "amount_minor": music},
            {"product": "b", "quantity": 2, "amount_minor": minor - music},
        ]);
        let mut purchase = json!({
            "customer": {"id": ada}, "source": "webshop", "occurred_at": "2026-03-01T10:00:00Z",
            "amount": {"minor": minor, "currency": "USD"}, "lines": lines,
        });
        let quote = acme.post("/v1/quotes", &purchase).await.ok();
        assert_eq!(quote["faults"], json!([]), "{quote}");
        purchase["external_id"] = json!(number.to_string());
        let id = acme.post("/v1/purchases", &purchase).await.ok()["id"].as_str().unwrap().to_owned();
        quoted.insert(id, serde_json::from_value::<BTreeMap<String, i64>>(quote["points"].clone()).unwrap());
    }
    acme.settled().await;
    let earned = earned(&acme).await;
    for (purchase, points) in &quoted {
        assert_eq!(earned.get(purchase).cloned().unwrap_or_default(), *points, "{purchase}");
    }
    let with_points = quoted.values().filter(|points| points.len() == EXAMPLES.len()).count();
    assert!(with_points > rows / 2, "{with_points} of {rows} earned points");
    println!("{rows} purchases earned what their quotes said, {with_points} of them points in four languages");
}

#[tokio::test]
async fn a_quote_writes_nothing_and_says_which_rule_could_not_tell() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let policy = json!({"pending_days": 14, "expiry": {"after": "rolling", "months": 12}, "max_earning": 50});
    acme.post("/v1/programs", &json!({"code": "club", "name": "Club", "policy": policy})).await.ok();
    for plugin in ["loyalty-points", "hostile"] {
        server.operator().install(plugin).await;
    }
    acme.enable("stammgast.loyalty-points", "club", &json!({"program": "club"})).await;
    acme.enable("test.hostile", "hostile", &json!({"do": "trap"})).await;
    let ada = acme.customer("Ada").await;
    let before = acme.get("/v1/overview").await.ok();
    let quote = |minor: i64| json!({"customer": {"id": ada}, "amount": {"minor": minor, "currency": "EUR"}});
    let quoted = acme.post("/v1/quotes", &quote(1_250)).await.ok();
    assert_eq!(quoted["points"], json!({"club": 12}));
    assert_eq!(quoted["earnings"][0]["installation"], "club");
    assert!(quoted["earnings"][0]["active_from"].as_str() < quoted["earnings"][0]["expires_at"].as_str(), "{quoted}");
    assert_eq!(
        (&quoted["faults"][0]["installation"], &quoted["faults"][0]["fault"]),
        (&json!("hostile"), &json!("trap"))
    );
    let too_much = acme.post("/v1/quotes", &quote(6_000)).await.ok();
    assert_eq!(too_much["points"], json!({}), "more than the program gives at once");
    assert_eq!(too_much["faults"][0]["fault"], "invalid-effect", "{too_much}");
    acme.post("/v1/quotes", &quote(-1)).await.refused(422, "invalid-value");
    acme.post_once("k", "/v1/quotes", &quote(1)).await.refused(422, "invalid-value");
    assert_eq!(acme.get("/v1/overview").await.ok(), before);
}
