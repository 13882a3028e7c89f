//! Memberships, warranties, referrals, and what the program does in numbers.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

async fn buy(acme: &Client, customer: &str, name: &str, at: &str, minor: i64) -> String {
    let line = json!({ "product": "TENT", "quantity": 1, "amount_minor": minor });
    let body = json!({
        "customer": { "id": customer }, "source": "shop", "external_id": name, "occurred_at": at,
        "amount": { "minor": minor, "currency": "EUR" }, "lines": [line],
    });
    acme.post("/v1/purchases", &body).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn all_is_done(server: &Server, acme: &Client) {
    let now = server.operator().get("/v1/test-clock").await.ok()["now"].as_str().unwrap().to_owned();
    acme.until("everything that was due is done", || async {
        let next = acme.get("/v1/schedule").await.ok()["next_due_at"].clone();
        next.as_str().is_some_and(|next| next > now.as_str())
    })
    .await;
    acme.settled().await;
}

async fn activities(acme: &Client, customer: &str) -> Vec<Value> {
    let mut all = acme.all(&format!("/v1/customers/{customer}/activities")).await;
    all.reverse();
    all.iter().map(|one| json!([one["kind"], one["occurred_at"]])).collect()
}

#[tokio::test]
async fn memberships_renew_and_lapse_by_themselves_dated_by_their_days() {
    let server = Server::start_at("2026-01-31T09:00:00Z", None);
    let acme = server.tenant("acme").await;
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin" })).await.ok();
    let club = json!({ "code": "club", "name": "Club", "months": 1, "notice_days": 7 });
    acme.post("/v1/plans", &club).await.ok();
    let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
    for customer in [&ada, &ben] {
        let path = format!("/v1/customers/{customer}/memberships");
        let joined = acme.post(&path, &json!({ "plan": "club" })).await.ok();
        assert_eq!(joined["last_day"], "2026-02-27");
        acme.post(&path, &json!({ "plan": "club" })).await.refused(409, "membership-active");
    }
    let bens = format!("/v1/customers/{ben}/memberships/club");
    acme.post(&bens, &json!({ "step": "cancel" })).await.ok();
    let folder = server.stop();
    let server = Server::start_at("2026-04-01T09:00:00Z", Some(folder));
    let acme = acme.at(server.url());
    all_is_done(&server, &acme).await;
    let [adas] = acme.all(&format!("/v1/customers/{ada}/memberships")).await.try_into().unwrap();
    assert_eq!(
        (&adas["status"], &adas["last_day"], &adas["periods"]),
        (&json!("active"), &json!("2026-04-29"), &json!(3))
    );
    let renewed = ["2026-02-27T23:00:00.000Z", "2026-03-30T22:00:00.000Z"];
    assert_eq!(json!(activities(&acme, &ada).await[1..]), json!(renewed.map(|at| json!(["membership-renewed", at]))));
    assert_eq!(activities(&acme, &ben).await[1], json!(["membership-ended", "2026-02-27T23:00:00.000Z"]));
    acme.post(&bens, &json!({ "step": "renew" })).await.refused(409, "membership-ended");
    // Nobody is a member before the first day, and what lapses does not renew by itself.
    acme.post("/v1/plans", &json!({ "code": "trial", "name": "Trial", "months": 2, "renewal": "lapses" })).await.ok();
    let ahead = json!({ "plan": "trial", "first_day": "2099-01-01" });
    acme.post(&format!("/v1/customers/{ben}/memberships"), &ahead).await.refused(422, "invalid-value");
    acme.post(&format!("/v1/customers/{ben}/memberships"), &json!({ "plan": "trial" })).await.ok();
    let trial = format!("/v1/customers/{ben}/memberships/trial");
    acme.post(&trial, &json!({ "step": "resume" })).await.refused(422, "invalid-value");
    let ended = acme.post(&trial, &json!({ "step": "end" })).await.ok();
    assert_eq!((&ended["status"], &ended["last_day"]), (&json!("ended"), &ended["first_day"]));
    acme.post(&format!("/v1/customers/{ben}/memberships"), &json!({ "plan": "club" })).await.ok();
    let told = acme.all("/v1/events").await;
    let ending: Vec<_> = told.iter().filter(|event| event["data"]["kind"] == "membership-ending").collect();
    // Ada's renews by itself.
    assert_eq!(ending.len(), 1, "{ending:?}");
    assert_eq!(ending[0]["subject"], format!("customer:{ben}"));
    let typo = json!({ "plan": "club", "first_day": "0026-01-31" });
    let cai = acme.customer("Cai").await;
    acme.post(&format!("/v1/customers/{cai}/memberships"), &typo).await.refused(422, "invalid-value");
    // A member of ten years is in the period of today.
    let old = json!({ "plan": "club", "first_day": "2016-01-31" });
    let old = acme.post(&format!("/v1/customers/{cai}/memberships"), &old).await.ok();
    assert_eq!((&old["periods"], &old["last_day"]), (&json!(123), &json!("2026-04-29")));
}

#[tokio::test]
async fn memberships_renew_although_days_begin_at_another_time_now() {
    let server = Server::start_at("2026-01-31T09:00:00Z", None);
    let acme = server.tenant("acme").await;
    acme.post("/v1/plans", &json!({ "code": "club", "name": "Club", "months": 1 })).await.ok();
    let path = format!("/v1/customers/{}/memberships", acme.customer("Ada").await);
    acme.post(&path, &json!({ "plan": "club" })).await.ok();
    for zone in ["Pacific/Auckland", "America/Los_Angeles"] {
        acme.put("/v1/settings", &json!({ "zone": zone })).await.ok();
        let before = acme.all(&path).await[0]["periods"].as_u64().unwrap();
        let next = if before == 1 { "2026-03-01T12:00:00Z" } else { "2026-03-31T12:00:00Z" };
        server.at(next).await;
        all_is_done(&server, &acme).await;
        assert_eq!(acme.all(&path).await[0]["periods"], before + 1, "{zone}");
    }
}

#[tokio::test]
async fn a_warranty_goes_with_what_comes_back() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    let purchase = buy(&acme, &ada, "1", "2026-02-28T10:00:00Z", 10_000).await;
    let body = json!({ "purchase": purchase, "line": 0, "months": 24 });
    let warranty = acme.post("/v1/warranties", &body).await.ok();
    assert_eq!((&warranty["last_day"], &warranty["product"]), (&json!("2028-02-28"), &json!("TENT")));
    assert_eq!(acme.post("/v1/warranties", &body).await.status, 200);
    let other = json!({ "purchase": purchase, "line": 0, "months": 12 });
    acme.post("/v1/warranties", &other).await.refused(409, "warranty-recorded");
    acme.post("/v1/warranties", &json!({ "purchase": purchase, "line": 1, "months": 1 }))
        .await
        .refused(422, "invalid-value");
    let path = format!("/v1/warranties/{}", warranty["id"].as_str().unwrap());
    let made = acme.post(&format!("/v1/purchases/{purchase}/returns"), &json!({ "external_id": "r" })).await.ok();
    assert_eq!(acme.get(&path).await.ok()["status"], "void");
    acme.post(&format!("/v1/returns/{}/cancel", made["id"].as_str().unwrap()), &json!({})).await.ok();
    assert_eq!(acme.get(&path).await.ok()["status"], "standing");
    assert_eq!(acme.all(&format!("/v1/customers/{ada}/warranties")).await.len(), 1);
    let more = json!({ "purchase": purchase, "line": 0, "months": 24, "serial": "2" });
    acme.post("/v1/warranties", &more).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn warranties_and_returns_at_the_same_time_know_of_one_another() {
    let server = Server::start_at("2026-03-02T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    for round in 0..6 {
        let purchase = buy(&acme, &ada, &format!("piece-{round}"), "2026-03-01T10:00:00Z", 10_000).await;
        let piece = |serial: &str| json!({ "purchase": purchase, "line": 0, "months": 24, "serial": serial });
        let (one, other) = (piece("1"), piece("2"));
        let (one, other) = tokio::join!(acme.post("/v1/warranties", &one), acme.post("/v1/warranties", &other));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 422], "one piece was bought");

        let purchase = buy(&acme, &ada, &format!("back-{round}"), "2026-03-01T10:00:00Z", 10_000).await;
        let warranty = json!({ "purchase": purchase, "line": 0, "months": 24 });
        let (path, back) = (format!("/v1/purchases/{purchase}/returns"), json!({ "external_id": "r" }));
        let (warranty, back) = tokio::join!(acme.post("/v1/warranties", &warranty), acme.post(&path, &back));
        back.ok();
        let path = format!("/v1/warranties/{}", warranty.ok()["id"].as_str().unwrap());
        assert_eq!(acme.get(&path).await.ok()["status"], "void", "everything came back");
    }
}

#[tokio::test]
async fn two_customers_do_not_bring_each_other_however_fast_they_try() {
    let server = Server::start_at("2026-03-02T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    for _ in 0..4 {
        let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
        let (there, back) = (json!({ "referrer": ada, "customer": ben }), json!({ "referrer": ben, "customer": ada }));
        let (one, other) = tokio::join!(acme.post("/v1/referrals", &there), acme.post("/v1/referrals", &back));
        let (made, refused) = if one.status.is_success() { (one, other) } else { (other, one) };
        made.ok();
        refused.refused(409, "not-referable");
        let answers = [acme.post("/v1/referrals", &there).await, acme.post("/v1/referrals", &back).await];
        let mut answers = answers.map(|answer| answer.status.as_u16());
        answers.sort_unstable();
        assert_eq!(answers, [200, 409], "the first one stands");
    }
}

#[tokio::test]
async fn a_withdrawal_that_is_told_late_holds_back_nothing_that_was_agreed_to_since() {
    let server = Server::start_at("2026-03-02T21:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    let says = async |status: &str, at: &str| {
        let consent = json!({ "purpose": "selling", "status": status, "source": "letter", "occurred_at": at });
        acme.post(&format!("/v1/customers/{ada}/consents"), &consent).await.ok();
    };
    let path = format!("/v1/customers/{ada}/outreach");
    says("given", "2026-03-01T10:00:00Z").await;
    let spring = json!({ "purpose": "selling", "topic": "spring", "title": "Spring", "text": "It is here." });
    let planned = acme.post(&path, &spring).await.ok();
    assert_eq!(
        (&planned["status"], &planned["not_before"]),
        (&json!("planned"), &json!("2026-03-03T08:00:00.000Z")),
        "it is said after the hours of rest"
    );
    says("withdrawn", "2026-02-01T10:00:00Z").await;
    assert_eq!(acme.all(&path).await[0]["status"], "planned", "she agreed since");
    says("withdrawn", "2026-03-02T10:00:00Z").await;
    assert_eq!(acme.all(&path).await[0]["status"], "held-back");
}

#[tokio::test]
async fn a_customer_is_one_since_the_tenants_day_and_not_since_a_day_to_come() {
    let server = Server::start_at("2026-02-28T23:30:00Z", None);
    let acme = server.tenant("acme").await;
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin" })).await.ok();
    let ada = acme.post("/v1/customers", &json!({ "name": "Ada" })).await.ok();
    assert_eq!(ada["customer_since"], "2026-03-01");
    let path = format!("/v1/customers/{}", ada["id"].as_str().unwrap());
    let ahead = json!({ "name": "Ada", "customer_since": "2026-03-03" });
    for refused in [acme.post("/v1/customers", &ahead).await, acme.put(&path, &ahead).await] {
        assert_eq!(refused.refused(422, "invalid-value")["errors"][0]["field"], "customer_since");
    }
    let row =
        |name: &str, since: &str| json!({ "reference": { "source": "shop", "id": name }, "customer_since": since });
    let rows = json!({ "rows": [row("1", "2026-03-03"), row("2", "2026-03-02")] });
    let results = acme.post("/v1/customers/bulk", &rows).await.ok()["results"].clone();
    assert_eq!((&results[0]["status"], &results[0]["field"]), (&json!("refused"), &json!("customer_since")));
    assert_eq!(results[1]["status"], "recorded");
}

#[tokio::test]
async fn a_tier_of_another_program_is_refused_before_a_plugin_meets_it() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-tiers").await;
    let levels = json!([{ "code": "gold", "name": "Gold", "at_least": 100 }]);
    let policy = json!({ "unit": "status", "tiers": { "levels": levels } });
    acme.post("/v1/programs", &json!({ "code": "status", "name": "Status", "policy": policy })).await.ok();
    let asked = acme.get("/v1/plugins/stammgast.loyalty-tiers").await.ok();
    let grants: Vec<&Value> = asked["capabilities"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    let config = json!({ "program": "points", "tiers": [{ "tier": "gold", "points": 100 }] });
    let body = json!({
        "plugin": "stammgast.loyalty-tiers", "name": "tiers", "grants": grants, "config": config, "start": "now",
        "unsigned": "a test",
    });
    let refused = acme.post("/v1/installations", &body).await.refused(422, "invalid-value");
    let error = &refused["errors"][0];
    assert_eq!(error["field"], "config.tiers.0.tier");
    assert!(error["problem"].as_str().unwrap().contains("the program `points` has no tier `gold`"), "{error}");
    acme.enable("stammgast.loyalty-tiers", "tiers", &json!({ "tiers": [{ "tier": "gold", "points": 100 }] })).await;
}

#[tokio::test]
async fn referrals_count_once_bought_and_kept_and_not_without_end() {
    let server = Server::start_at("2026-03-01T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let policy =
        json!({ "minimum": { "minor": 50_00, "currency": "EUR" }, "hold_days": 14, "window_days": 90, "per_year": 1 });
    acme.put("/v1/settings", &json!({ "zone": "UTC", "referral": policy })).await.ok();
    let ada = acme.customer("Ada").await;
    let mut brought = Vec::new();
    for name in ["Ben", "Cai", "Dag", "Eve"] {
        brought.push(acme.customer(name).await);
    }
    let refer =
        async |customer: &str| acme.post("/v1/referrals", &json!({ "referrer": ada, "customer": customer })).await;
    refer(&ada).await.refused(409, "not-referable");
    buy(&acme, &brought[3], "0", "2026-02-01T10:00:00Z", 60_00).await;
    refer(&brought[3]).await.refused(409, "not-referable");
    for customer in &brought[..3] {
        assert_eq!(refer(customer).await.ok()["status"], "pending");
    }
    let other = json!({ "referrer": brought[3], "customer": brought[0] });
    acme.post("/v1/referrals", &other).await.refused(409, "referred-before");
    server.at("2026-03-02T12:00:00Z").await;
    // Ben buys enough and keeps it, Cai as well a day later, Dag gives most of it back.
    buy(&acme, &brought[0], "1", "2026-03-01T10:00:00Z", 60_00).await;
    buy(&acme, &brought[1], "2", "2026-03-02T10:00:00Z", 60_00).await;
    let returned = buy(&acme, &brought[2], "3", "2026-03-01T10:00:00Z", 60_00).await;
    acme.post(&format!("/v1/purchases/{returned}/returns"), &json!({ "external_id": "r" })).await.ok();
    let status = async |customer: &str| {
        let all = acme.all(&format!("/v1/customers/{ada}/referrals")).await;
        all.into_iter().find(|one| one["customer"] == customer).unwrap()["status"].clone()
    };
    server.at("2026-03-15T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    assert_eq!(status(&brought[0]).await, "pending", "it has not stood for fourteen days");
    server.at("2026-03-20T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    assert_eq!((status(&brought[0]).await, status(&brought[1]).await), (json!("completed"), json!("over-limit")));
    assert_eq!(json!(activities(&acme, &ada).await), json!([["referral-made", "2026-03-16T00:00:00.000Z"]]));
    assert_eq!(activities(&acme, &brought[0]).await.len(), 1);
    assert_eq!(activities(&acme, &brought[1]).await, Vec::<Value>::new());
    server.at("2026-07-01T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    assert_eq!(status(&brought[2]).await, "expired");
    let figures =
        async |from: &str, to: &str| acme.get(&format!("/v1/figures/referrals?from={from}&to={to}")).await.ok();
    assert_eq!(
        figures("2026-03-01", "2026-03-31").await,
        json!({
            "recorded": 3, "completed": 1, "pending": 0, "expired": 1, "over_limit": 1,
            "new_customers": 5, "brought": 3, "referral_rate": "0.6000",
        })
    );
    let later = figures("2026-03-02", "2026-12-31").await;
    assert_eq!((&later["recorded"], &later["brought"], &later["referral_rate"]), (&json!(0), &json!(0), &Value::Null));
    acme.get("/v1/figures/referrals?from=2026-03-02&to=2026-03-01").await.refused(422, "invalid-value");
}

#[tokio::test]
async fn figures_add_up_to_the_ledger_and_cohorts_to_the_purchases() {
    let server = Server::start_at("2026-01-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let value = json!({ "points": 100, "money": { "minor": 1_00, "currency": "EUR" } });
    let policy = json!({ "value": value, "expiry": { "after": "rolling", "months": 1 } });
    acme.post("/v1/programs", &json!({ "code": "bonus", "name": "Bonus", "policy": policy })).await.ok();
    let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
    let give = async |customer: &str, points: i64| {
        let body = json!({ "points": points, "reason": "welcome", "text": "Welcome." });
        acme.post(&format!("/v1/customers/{customer}/loyalty/bonus/adjustments"), &body).await.ok();
    };
    give(&ada, 1_000).await;
    give(&ben, 500).await;
    let spent = json!({ "customer": ada, "program": "bonus", "points": 400, "capture": "now" });
    acme.post("/v1/redemptions", &spent).await.ok();
    give(&ben, -100).await;
    let figures =
        async |from: &str, to: &str| acme.get(&format!("/v1/programs/bonus/figures?from={from}&to={to}")).await.ok();
    assert_eq!(
        figures("2026-01-01", "2026-01-31").await,
        json!({
            "given": 1_500, "redeemed": 400, "expired": 0, "taken_back": 100, "outstanding": 1_000,
            "liability": { "minor": 10_00, "currency": "EUR" }, "redemption_rate": "0.2667", "breakage": "0.0000",
        })
    );
    server.at("2026-02-20T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    let later = figures("2026-02-01", "2026-02-28").await;
    assert_eq!(
        (&later["expired"], &later["outstanding"], &later["breakage"]),
        (&json!(1_000), &json!(0), &Value::Null)
    );
    let trial = acme.get("/v1/programs/bonus/trial-balance").await.ok();
    assert_eq!((&trial["expired"], &trial["redeemed"]), (&json!(1_000), &json!(400)));
    acme.get("/v1/programs/bonus/figures?from=2026-02-01").await.refused(422, "invalid-value");

    for (customer, name, at) in [
        (&ada, "1", "2026-01-05T10:00:00Z"),
        (&ada, "2", "2026-01-05T20:00:00Z"),
        (&ada, "3", "2026-02-05T10:00:00Z"),
        (&ben, "4", "2026-01-20T10:00:00Z"),
    ] {
        buy(&acme, customer, name, at, 10_00).await;
    }
    let cohorts = acme.get("/v1/figures/retention?from=2026-01-01&to=2026-02-28").await.ok();
    let january = json!({
        "month": "2026-01", "customers": 2, "repeated": 1, "repeat_rate": "0.5000", "retention": ["1.0000", "0.5000"],
    });
    assert_eq!((&cohorts["with_rules"], &cohorts["held_out"]), (&json!([january]), &json!([])));
    // Months without purchases are there as well, as far as there are any.
    server.at("2026-04-03T09:00:00Z").await;
    for (to, wanted) in [
        ("2026-03-31", json!(["1.0000", "0.5000", "0.0000"])),
        ("2026-12-31", json!(["1.0000", "0.5000", "0.0000", "0.0000"])),
    ] {
        let cohorts = acme.get(&format!("/v1/figures/retention?from=2026-01-01&to={to}")).await.ok();
        assert_eq!(cohorts["with_rules"][0]["retention"], wanted, "{to}");
    }
    let settings = json!({ "zone": "UTC", "hold_out": { "percent": 50, "salt": "a" } });
    acme.put("/v1/settings", &settings).await.ok();
    let halves = acme.get("/v1/figures/retention?from=2026-01-01&to=2026-02-28").await.ok();
    let count = |group: &str| {
        halves[group].as_array().unwrap().iter().map(|one| one["customers"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(count("with_rules") + count("held_out"), 2);
}
