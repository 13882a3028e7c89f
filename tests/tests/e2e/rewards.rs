//! Rewards: as many as there are, however many tills ask; what is held comes back; vouchers come and go with the points.

use futures::future::join_all;
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

async fn give(acme: &Client, customer: &str, points: i64) {
    let body = json!({ "points": points, "reason": "welcome", "text": "Welcome." });
    acme.post(&format!("/v1/customers/{customer}/loyalty/points/adjustments"), &body).await.ok();
}

async fn claimed(acme: &Client, reward: &str) -> Value {
    acme.get(&format!("/v1/rewards/{reward}")).await.ok()["claimed"].clone()
}

#[tokio::test]
async fn a_reward_is_given_as_often_as_it_is_there() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let terms =
        json!({ "code": "tent", "name": "A tent", "program": "points", "points": 100, "stock": 5, "per_customer": 2 });
    acme.post("/v1/rewards", &terms).await.ok();
    let mut customers = Vec::new();
    for number in 0..8 {
        let customer = acme.customer(&format!("Customer {number}")).await;
        give(&acme, &customer, 1_000).await;
        customers.push(customer);
    }
    // Sixteen want one, and there are five.
    let bodies: Vec<Value> = (0..16).map(|number| json!({ "customer": customers[number % 8] })).collect();
    let answers = join_all(bodies.iter().map(|body| acme.post("/v1/rewards/tent/claims", body))).await;
    let held: Vec<Value> = answers.iter().filter(|answer| answer.status == 201).map(|one| one.body.clone()).collect();
    assert_eq!(held.len(), 5);
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "reward-sold-out");
    }
    assert_eq!(claimed(&acme, "tent").await, 5);

    // One is captured, one is released, and the time of the others is up.
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    let part = json!({ "points": 50 });
    acme.post(&format!("/v1/redemptions/{}/capture", id(&held[0])), &part).await.refused(422, "invalid-value");
    let captured = acme.post(&format!("/v1/redemptions/{}/capture", id(&held[0])), &json!({})).await.ok();
    assert_eq!((&captured["reward"], &captured["status"]), (&json!("tent"), &json!("captured")));
    acme.post(&format!("/v1/redemptions/{}/release", id(&held[1])), &json!({})).await.ok();
    assert_eq!(claimed(&acme, "tent").await, 4);
    server.at("2026-03-10T09:00:00Z").await;
    acme.until("what was held is free again", async || claimed(&acme, "tent").await == 1).await;
    acme.post(&format!("/v1/redemptions/{}/reverse", id(&held[0])), &json!({})).await.ok();
    assert_eq!(claimed(&acme, "tent").await, 0);

    // Nobody has more than two at a time.
    let two = json!({ "customer": customers[0], "quantity": 2, "capture": "now" });
    assert_eq!(acme.post("/v1/rewards/tent/claims", &two).await.ok()["points"], 200);
    let one = json!({ "customer": customers[0] });
    acme.post("/v1/rewards/tent/claims", &one).await.refused(409, "reward-limit");
    let poor = acme.customer("Poor").await;
    acme.post("/v1/rewards/tent/claims", &json!({ "customer": poor })).await.refused(409, "not-enough-points");
    assert_eq!(claimed(&acme, "tent").await, 2, "what is refused counts nothing");
}

#[tokio::test]
async fn vouchers_of_a_reward_come_and_go_with_its_points() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, 500).await;
    let coffee = json!({
        "code": "coffee", "name": "Coffee", "benefit": { "type": "item", "text": "A coffee" }, "valid_days": 30,
        "binding": "bearer",
    });
    acme.post("/v1/offers", &coffee).await.ok();
    let terms = json!({ "code": "coffee", "name": "A coffee", "program": "points", "points": 50, "offer": "coffee" });
    acme.post("/v1/rewards", &terms).await.ok();
    let claim = json!({ "customer": ada, "quantity": 2, "capture": "now" });
    let claim = acme.post("/v1/rewards/coffee/claims", &claim).await.ok();
    assert_eq!((&claim["available"], claim["vouchers"].as_array().unwrap().len()), (&json!(400), 2));
    let used = json!({ "code": claim["vouchers"][0]["code"] });
    acme.post("/v1/vouchers/redeem", &used).await.ok();
    let reverse = format!("/v1/redemptions/{}/reverse", claim["id"].as_str().unwrap());
    acme.post(&reverse, &json!({})).await.refused(409, "voucher-used");
    let voucher = claim["vouchers"][0]["id"].as_str().unwrap();
    acme.post(&format!("/v1/vouchers/{voucher}/give-back"), &json!({})).await.ok();
    assert_eq!(acme.post(&reverse, &json!({})).await.ok()["available"], 500);
    acme.post("/v1/vouchers/redeem", &used).await.refused(409, "voucher-cancelled");

    // Held first: the voucher comes when the points are spent.
    let held = acme.post("/v1/rewards/coffee/claims", &json!({ "customer": ada })).await.ok();
    assert_eq!(held["vouchers"], Value::Null);
    let capture = format!("/v1/redemptions/{}/capture", held["id"].as_str().unwrap());
    assert_eq!(acme.post(&capture, &json!({})).await.ok()["vouchers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_reward_may_need_a_tier_and_has_its_days() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, 500).await;
    let level = |code: &str| json!({ "code": code, "name": code });
    let tiers = json!({ "levels": [level("silver"), level("gold")] });
    let status = json!({ "code": "status", "name": "Status", "policy": { "unit": "status", "tiers": tiers } });
    acme.post("/v1/programs", &status).await.ok();
    let terms = |tier: &str| {
        json!({
            "code": "tent", "name": "A tent", "program": "points", "points": 100, "last_day": "2026-03-31",
            "tier": { "program": "status", "tier": tier },
        })
    };
    acme.post("/v1/rewards", &terms("platinum")).await.refused(422, "invalid-value");
    acme.post("/v1/rewards", &terms("silver")).await.ok();
    let claim = json!({ "customer": ada, "capture": "now" });
    acme.post("/v1/rewards/tent/claims", &claim).await.refused(409, "tier-needed");
    let gold = json!({ "tier": "gold", "reason": "goodwill", "text": "For a faithful customer." });
    acme.put(&format!("/v1/customers/{ada}/loyalty/status/tier"), &gold).await.ok();
    acme.post("/v1/rewards/tent/claims", &claim).await.ok();
    server.at("2026-04-01T00:00:00Z").await;
    acme.post("/v1/rewards/tent/claims", &claim).await.refused(409, "reward-closed");
    acme.post("/v1/rewards/sofa/claims", &claim).await.refused(404, "not-found");
}

/// A voucher for a coffee, for 50 points.
async fn offer_coffee(acme: &Client) {
    let benefit = json!({ "type": "item", "text": "A coffee" });
    let coffee = json!({ "code": "coffee", "name": "Coffee", "benefit": benefit, "valid_days": 30 });
    acme.post("/v1/offers", &coffee).await.ok();
    let terms = json!({ "code": "coffee", "name": "A coffee", "program": "points", "points": 50, "offer": "coffee" });
    acme.post("/v1/rewards", &terms).await.ok();
}

#[tokio::test]
async fn points_and_voucher_go_together_however_capture_release_and_reversal_race() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, 1_000).await;
    offer_coffee(&acme).await;
    let mut given = 0;
    for _ in 0..12 {
        let held = acme.post("/v1/rewards/coffee/claims", &json!({ "customer": ada })).await.ok();
        let path = format!("/v1/redemptions/{}", held["id"].as_str().unwrap());
        let steps =
            ["capture", "reverse", "capture", "release", "reverse", "capture"].map(|step| format!("{path}/{step}"));
        let body = json!({});
        for answer in join_all(steps.iter().map(|step| acme.post(step, &body))).await {
            assert!([200, 201, 409].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.body);
        }
        given += i64::from(acme.get(&path).await.ok()["status"] == "captured");
    }
    let vouchers = acme.all(&format!("/v1/customers/{ada}/vouchers")).await;
    let standing = vouchers.iter().filter(|voucher| voucher["status"] == "issued").count();
    let points = acme.get(&format!("/v1/customers/{ada}/loyalty")).await.ok()["items"][0]["points"].clone();
    assert_eq!((json!(standing), points), (json!(given), json!(1_000 - 50 * given)), "{vouchers:?}");
    assert_eq!(claimed(&acme, "coffee").await, given);
}

#[tokio::test]
async fn a_till_names_a_customer_by_id_or_by_the_number_on_a_card() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let card = |number: &str| json!({ "reference": { "source": "till", "id": number } });
    let ada = acme.post("/v1/customers", &json!({ "name": "Ada", "reference": card("4711")["reference"] })).await.ok();
    let ada = ada["id"].as_str().unwrap().to_owned();
    give(&acme, &ada, 1_000).await;
    offer_coffee(&acme).await;
    let spend = |customer: &Value| json!({ "customer": customer, "program": "points", "points": 10 });
    let claim = |customer: &Value| json!({ "customer": customer, "capture": "now" });
    let mut code = json!("0000-0000-0000-0000");
    for customer in [json!(ada), json!({ "id": ada }), card("4711")] {
        assert_eq!(acme.post("/v1/redemptions", &spend(&customer)).await.ok()["customer"], ada);
        let claimed = acme.post("/v1/rewards/coffee/claims", &claim(&customer)).await.ok();
        assert_eq!(claimed["customer"], ada);
        code = claimed["vouchers"][0]["code"].clone();
        let shown = json!({ "code": code, "customer": customer });
        assert_eq!(acme.post("/v1/vouchers/check", &shown).await.ok()["usable"], true);
        assert_eq!(acme.post("/v1/vouchers/redeem", &shown).await.ok()["used"]["customer"], ada);
    }

    // Sent again, it happens once.
    let first = acme.post_once("receipt-1", "/v1/redemptions", &spend(&card("4711"))).await;
    let again = acme.post_once("receipt-1", "/v1/redemptions", &spend(&card("4711"))).await;
    assert_eq!((first.status, first.text), (again.status, again.text));

    // Nobody's card is answered as with a purchase.
    let nobody = card("4712");
    let purchase = json!({
        "customer": nobody, "source": "till", "external_id": "1", "occurred_at": "2026-03-10T07:00:00Z",
        "amount": { "minor": 100, "currency": "EUR" },
    });
    let expected = acme.post("/v1/purchases", &purchase).await.refused(422, "invalid-value")["errors"].clone();
    assert_eq!(expected[0]["field"], "customer");
    let shown = json!({ "code": code, "customer": nobody });
    for (path, body) in [
        ("/v1/redemptions", spend(&nobody)),
        ("/v1/rewards/coffee/claims", claim(&nobody)),
        ("/v1/vouchers/check", shown.clone()),
        ("/v1/vouchers/redeem", shown),
    ] {
        assert_eq!(acme.post(path, &body).await.refused(422, "invalid-value")["errors"], expected, "{path}");
    }
}

#[tokio::test]
async fn a_voucher_that_cannot_be_used_says_what_of_the_request_does_not_fit() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
    let euros = |minor: i64| json!({ "minor": minor, "currency": "EUR" });
    let offer = json!({
        "code": "ten", "name": "Ten euros", "benefit": { "type": "money", "minor": 1_000, "currency": "EUR" },
        "valid_days": 30, "minimum": euros(5_000),
    });
    acme.post("/v1/offers", &offer).await.ok();
    let given = json!({ "customer": ada, "offer": "ten", "reason": "goodwill" });
    let code = acme.post("/v1/vouchers", &given).await.ok()["code"].clone();
    let yen = json!({ "minor": 900, "currency": "JPY" });
    for (body, refusal, said, unsaid) in [
        (json!({ "basket": euros(6_000) }), "voucher-bound", "tell who shows it", "else"),
        (json!({ "customer": ben, "basket": euros(6_000) }), "voucher-bound", ben.as_str(), "tell who"),
        (json!({ "customer": ada }), "voucher-basket", "tell the basket's amount", "comes to"),
        (json!({ "customer": ada, "basket": euros(1_999) }), "voucher-basket", "comes to 19.99 EUR", "tell"),
        (json!({ "customer": ada, "basket": yen }), "voucher-basket", "900 JPY", "at least"),
    ] {
        let mut shown = body;
        shown["code"] = code.clone();
        let checked = acme.post("/v1/vouchers/check", &shown).await.ok();
        assert_eq!((&checked["usable"], &checked["refused"]), (&json!(false), &json!(refusal)));
        let refused = acme.post("/v1/vouchers/redeem", &shown).await.refused(409, refusal);
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains(said) && !detail.contains(unsaid), "{detail}");
    }
    let mut shown = json!({ "code": code, "customer": ada, "basket": euros(-1) });
    for path in ["/v1/vouchers/check", "/v1/vouchers/redeem"] {
        let refused = acme.post(path, &shown).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], "basket.minor", "{path}: {refused}");
    }
    shown["basket"] = euros(5_000);
    assert_eq!(acme.post("/v1/vouchers/redeem", &shown).await.ok()["used"]["discount"], euros(1_000));
}

#[tokio::test]
async fn a_held_reward_keeps_its_voucher_and_a_cancelled_one_makes_room() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
    for customer in [&ada, &ben] {
        give(&acme, customer, 500).await;
    }
    let coffee = json!({
        "code": "coffee", "name": "Coffee", "benefit": { "type": "item", "text": "A coffee" }, "valid_days": 30,
        "stock": 2, "per_customer": 1,
    });
    acme.post("/v1/offers", &coffee).await.ok();
    let terms = json!({ "code": "mug", "name": "A mug", "program": "points", "points": 50, "offer": "coffee" });
    acme.post("/v1/rewards", &terms).await.ok();
    let issued = async || acme.get("/v1/offers/coffee").await.ok()["issued"].clone();
    let by_hand = |customer: &str| json!({ "customer": customer, "offer": "coffee", "reason": "goodwill" });
    let step = async |redemption: &Value, step: &str| {
        let path = format!("/v1/redemptions/{}/{step}", redemption["id"].as_str().unwrap());
        acme.post(&path, &json!({})).await.ok()
    };
    let first = acme.post("/v1/rewards/mug/claims", &json!({ "customer": ada })).await.ok();
    let bens = acme.post("/v1/vouchers", &by_hand(&ben)).await.ok();
    assert_eq!(issued().await, 2, "the one that is held is counted");
    acme.post("/v1/vouchers", &by_hand(&ada)).await.refused(409, "offer-used-up");
    assert_eq!(step(&first, "capture").await["vouchers"].as_array().unwrap().len(), 1);
    assert_eq!(issued().await, 2);

    // What was given by mistake is taken back, and another can have it; what is let go makes room as well.
    acme.post(&format!("/v1/vouchers/{}/cancel", bens["id"].as_str().unwrap()), &json!({})).await.ok();
    assert_eq!(issued().await, 1);
    let held = acme.post("/v1/rewards/mug/claims", &json!({ "customer": ben })).await.ok();
    assert_eq!(issued().await, 2);
    step(&held, "release").await;
    assert_eq!(issued().await, 1);
    // A voucher that a person took back already is counted back once.
    let vouchers = acme.all(&format!("/v1/customers/{ada}/vouchers")).await;
    acme.post(&format!("/v1/vouchers/{}/cancel", vouchers[0]["id"].as_str().unwrap()), &json!({})).await.ok();
    step(&first, "reverse").await;
    assert_eq!(issued().await, 0);
}
