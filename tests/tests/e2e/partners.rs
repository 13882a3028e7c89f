//! Partners give points and accept them with keys of their own, within limits, and every statement adds up to the ledger.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// Entries of a partner's account, oldest first: event and points.
async fn lines(acme: &Client) -> Vec<(u64, i64)> {
    let entries = acme.all("/v1/partners/bakery/points/entries").await;
    entries.iter().rev().map(|entry| (entry["event"].as_u64().unwrap(), entry["points"].as_i64().unwrap())).collect()
}

async fn open(acme: &Client) -> Value {
    let accounts = acme.get("/v1/partners/bakery/accounts").await.ok()["items"].clone();
    assert_eq!(accounts.as_array().unwrap().len(), 1, "{accounts}");
    accounts[0].clone()
}

fn issue(customer: &str, points: i64, reference: &str) -> Value {
    json!({"customer": {"id": customer}, "program": "points", "points": points, "reference": reference})
}

fn accept(customer: &str, points: i64) -> Value {
    json!({"customer": {"id": customer}, "program": "points", "points": points, "capture": "now"})
}

#[tokio::test]
async fn a_statement_adds_up_to_the_ledger_to_the_point() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let worth = json!({"value": {"points": 100, "money": {"minor": 150, "currency": "EUR"}}});
    acme.put("/v1/programs/points", &json!({"name": "Points", "policy": worth})).await.ok();
    let bakery = acme.partner("bakery").await;
    let (ada, bea) = (acme.customer("Ada").await, acme.customer("Bea").await);
    acme.post("/v1/partners/bakery/points/statements", &json!({})).await.refused(409, "nothing-to-settle");
    let given = bakery.post("/v1/partner/issues", &issue(&ada, 80, "B-1")).await.ok();
    assert_eq!(given["available"], 80);
    assert_eq!(bakery.post("/v1/partner/issues", &issue(&ada, 80, "B-1")).await.status, 200, "told twice, given once");
    bakery.post("/v1/partner/issues", &issue(&ada, 81, "B-1")).await.refused(409, "issue-recorded");
    bakery.post("/v1/partner/issues", &issue(&bea, 70, "B-2")).await.ok();
    let taken = bakery.post("/v1/partner/redemptions", &accept(&ada, 50)).await.ok();
    assert_eq!((&taken["partner"], &taken["available"]), (&json!("bakery"), &json!(30)));
    let reverse = format!("/v1/partner/redemptions/{}/reverse", taken["id"].as_str().unwrap());
    bakery.post(&reverse, &json!({"points": 20})).await.ok();
    let held = json!({"customer": {"id": bea}, "program": "points", "points": 40});
    let held = bakery.post("/v1/partner/redemptions", &held).await.ok();
    let account = open(&acme).await;
    let sums = ["issued", "issued_back", "accepted", "accepted_back", "balance"].map(|name| account[name].clone());
    assert_eq!(sums, [150, 0, 50, 20, -120].map(|points| json!(points)));
    assert_eq!(bakery.get("/v1/partner/accounts").await.ok()["items"][0], account, "the partner sees the same");

    let first = acme.post("/v1/partners/bakery/points/statements", &json!({})).await.ok();
    assert_eq!((&first["number"], &first["balance"]), (&json!(1), &json!(-120)));
    assert_eq!(first["value"], json!({"minor": -180, "currency": "EUR"}), "the partner owes what its points are worth");
    let settled = lines(&acme).await;
    let (last, before) = settled.split_last().unwrap();
    assert_eq!(before.iter().map(|(_, points)| points).sum::<i64>(), -120, "its lines are those of the account");
    assert_eq!(last.1, 120, "which is at zero then");
    acme.post("/v1/partners/bakery/points/statements", &json!({})).await.refused(409, "nothing-to-settle");

    // What was held before is captured after: it belongs to the next statement.
    let capture = format!("/v1/partner/redemptions/{}/capture", held["id"].as_str().unwrap());
    bakery.post(&capture, &json!({})).await.ok();
    let second = acme.post("/v1/partners/bakery/points/statements", &json!({})).await.ok();
    assert_eq!((&second["number"], &second["accepted"], &second["balance"]), (&json!(2), &json!(40), &json!(40)));
    // What points are worth from now on changes no statement.
    let worth = json!({"value": {"points": 100, "money": {"minor": 300, "currency": "EUR"}}});
    acme.put("/v1/programs/points", &json!({"name": "Points", "policy": worth})).await.ok();
    let statements = acme.all("/v1/partners/bakery/points/statements").await;
    assert_eq!(statements, [second, first]);
    // Account by account, a few entries at a time, every statement is rebuilt.
    let (mut cursor, mut looked_at, mut entries) = (String::new(), 0, 0);
    loop {
        let part = acme.get(&format!("/v1/ledger/verification/accounts?limit=2{cursor}")).await.ok();
        assert_eq!(part["discrepancies"], json!([]));
        looked_at += part["looked_at"].as_u64().unwrap();
        entries += part["entries"].as_u64().unwrap();
        let Some(next) = part["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!((looked_at, entries > 9), (3, true), "issuance, what is settled, and the bakery");
    let trial = acme.get("/v1/programs/points/trial-balance").await.ok();
    let sums = ["issuance", "partner", "settled", "available", "redeemed", "sum", "balances"].map(|name| &trial[name]);
    assert_eq!(sums, [-150, 0, 70, 80, 0, 0, 0].map(|points| json!(points)).each_ref(), "{trial}");
    assert_eq!(trial["differences"], json!([]));
}

#[tokio::test]
async fn a_partner_does_what_it_may_and_no_more() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let bakery = acme.partner("bakery").await;
    let ada = acme.customer("Ada").await;
    acme.post("/v1/programs", &json!({"code": "other", "name": "Other"})).await.ok();
    bakery.post("/v1/partner/issues", &issue(&ada, 101, "1")).await.refused(409, "partner-limit");
    for reference in ["1", "2"] {
        bakery.post("/v1/partner/issues", &issue(&ada, 100, reference)).await.ok();
    }
    bakery.post("/v1/partner/issues", &issue(&ada, 51, "3")).await.refused(409, "partner-limit");
    bakery.post("/v1/partner/issues", &issue(&ada, 50, "3")).await.ok();
    for points in [0, -1, i64::MAX] {
        let refused = bakery.post("/v1/partner/issues", &issue(&ada, points, "x")).await;
        assert!(refused.status.is_client_error(), "{points}: {}", refused.text);
    }
    let mut elsewhere = issue(&ada, 1, "4");
    elsewhere["program"] = json!("other");
    bakery.post("/v1/partner/issues", &elsewhere).await.refused(422, "invalid-value");
    // It sees and does nothing else, not even others' redemptions.
    let own = json!({"customer": ada, "program": "points", "points": 5});
    let other = acme.post("/v1/redemptions", &own).await.ok()["id"].as_str().unwrap().to_owned();
    bakery.post(&format!("/v1/partner/redemptions/{other}/capture"), &json!({})).await.refused(404, "not-found");
    bakery.post("/v1/redemptions", &own).await.refused(403, "missing-scope");
    bakery.get("/v1/customers").await.refused(403, "missing-scope");
    acme.post("/v1/partner/issues", &issue(&ada, 1, "5")).await.refused(403, "partner-only");
    let key = json!({"name": "x", "scopes": ["partner:trade", "customers:read"], "partner": "bakery"});
    acme.post("/v1/keys", &key).await.refused(422, "invalid-value");
    acme.post("/v1/keys", &json!({"name": "x", "scopes": ["partner:trade"], "partner": "nobody"}))
        .await
        .refused(422, "invalid-value");
    let suspended = json!({"name": "bakery", "status": "suspended"});
    acme.put("/v1/partners/bakery", &suspended).await.ok();
    bakery.post("/v1/partner/redemptions", &accept(&ada, 1)).await.refused(409, "partner-suspended");
    for limits in [json!({"per_posting": 0, "per_day": 1}), json!({"per_posting": 5, "per_day": 4})] {
        let body = json!({"name": "bakery", "programs": {"points": {"issue": limits}}});
        acme.put("/v1/partners/bakery", &body).await.refused(422, "invalid-value");
    }
    let unknown = json!({"name": "bakery", "programs": {"nothing": {}}});
    acme.put("/v1/partners/bakery", &unknown).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn a_partner_takes_a_slip_back_and_finds_every_entry_by_its_own_name() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let bakery = acme.partner("bakery").await;
    let ada = acme.customer("Ada").await;
    bakery.post("/v1/partner/issues", &issue(&ada, 80, "B-1")).await.ok();
    bakery.post("/v1/partner/issues", &issue(&ada, 70, "B-2")).await.ok();
    let mut taken = accept(&ada, 50);
    taken["reference"] = json!("R-1");
    bakery.post("/v1/partner/redemptions", &taken).await.ok();
    let undo = json!({ "program": "points", "reference": "B-2", "text": "The wrong customer." });
    let undone = bakery.post("/v1/partner/issues/undo", &undo).await.ok();
    assert_eq!((&undone["points"], &undone["available"]), (&json!(-70), &json!(30)));
    let again = bakery.post("/v1/partner/issues/undo", &undo).await;
    assert_eq!((again.status.as_u16(), &again.body["available"]), (200, &json!(30)), "told twice, taken once");
    bakery.post("/v1/partner/issues", &issue(&ada, 70, "B-2")).await.refused(409, "issue-undone");
    let spent = json!({ "program": "points", "reference": "B-1" });
    bakery.post("/v1/partner/issues/undo", &spent).await.refused(409, "points-spent");
    let unknown = json!({ "program": "points", "reference": "B-3" });
    bakery.post("/v1/partner/issues/undo", &unknown).await.refused(404, "not-found");

    let seen = |entries: Vec<Value>| {
        let mut seen: Vec<Value> = entries
            .iter()
            .map(|one| json!([one["movement"], one["points"], one["reference"], one["customer"] == json!(ada)]))
            .collect();
        seen.reverse();
        json!(seen)
    };
    let expected = json!([
        ["earned", -80, "B-1", true],
        ["earned", -70, "B-2", true],
        ["redeemed", 50, "R-1", true],
        ["taken-back", 70, "B-2", true],
    ]);
    let own = bakery.all("/v1/partner/points/entries").await;
    assert!(own.iter().all(|entry| entry.get("cause").is_none() && entry.get("event").is_none()), "{own:?}");
    assert_eq!(seen(own), expected);
    bakery.get("/v1/partner/nowhere/entries").await.refused(404, "not-found");
    assert_eq!(seen(acme.all("/v1/partners/bakery/points/entries").await), expected);
    let statement = acme.post("/v1/partners/bakery/points/statements", &json!({})).await.ok();
    let sums = ["issued", "issued_back", "accepted", "balance"].map(|name| statement[name].clone());
    assert_eq!(sums, [150, 70, 50, -30].map(|points| json!(points)));
    assert_eq!(bakery.all("/v1/partner/points/statements").await, [statement]);
    acme.get("/v1/partner/points/entries").await.refused(403, "partner-only");
    let verified = server.cli(&["ledger", "verify", "--tenant", "acme"]).output().unwrap();
    assert!(verified.status.success());
}
