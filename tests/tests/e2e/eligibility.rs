//! Rewards for eligible customers: rules and people say who, the host asks nobody at the till, and the last word counts.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

const REWARD: &str = "breakfast";

/// A tenant with a reward for eligible customers, one each, that a birthday opens for a week.
async fn shop(server: &Server) -> Client {
    let acme = server.tenant("acme").await;
    let terms = json!({
        "code": REWARD, "name": "Breakfast", "program": "points", "points": 100, "per_customer": 1, "open_to": "eligible",
    });
    assert_eq!(acme.post("/v1/rewards", &terms).await.ok()["open_to"], "eligible");
    server.operator().install("loyalty-birthday").await;
    let day = json!({ "title": "Happy birthday!", "text": "Breakfast?", "reward": REWARD, "valid_days": 7 });
    let with_points = json!({ "title": "Thank you", "text": "For a year.", "program": "points", "points": 5 });
    let config = json!({ "birthday": day, "anniversary": with_points });
    acme.enable("stammgast.loyalty-birthday", "birthday", &config).await;
    acme
}

/// Somebody who has points, and a birthday on the 11th of April.
async fn customer(acme: &Client, name: &str) -> String {
    let body = json!({ "name": name, "birthday": "1990-04-11", "customer_since": "2020-04-11" });
    let customer = acme.post("/v1/customers", &body).await.ok()["id"].as_str().unwrap().to_owned();
    let body = json!({ "points": 1_000, "reason": "welcome", "text": "Welcome." });
    acme.post(&format!("/v1/customers/{customer}/loyalty/points/adjustments"), &body).await.ok();
    customer
}

async fn at(server: &Server, acme: &Client, now: &str) {
    server.at(now).await;
    acme.until("everything that was due is done", || async {
        let next = acme.get("/v1/schedule").await.ok()["next_due_at"].clone();
        next.as_str().is_some_and(|next| next > now)
    })
    .await;
    acme.settled().await;
}

/// What the customer is shown of the reward.
async fn shown(acme: &Client, customer: &str) -> Value {
    let mut rewards = acme.get(&format!("/v1/customers/{customer}/rewards")).await.ok();
    rewards["items"][0].take()
}

async fn claim(acme: &Client, customer: &str) -> Value {
    let claim = json!({ "customer": customer, "capture": "now" });
    acme.post(&format!("/v1/rewards/{REWARD}/claims"), &claim).await.ok()
}

/// Events that tell who is eligible.
async fn told(acme: &Client) -> Vec<Value> {
    let mut events = acme.all("/v1/events").await;
    events.retain(|event| event["type"] == "loyalty.eligibility-changed");
    events
}

/// The claim is refused, and the customer is shown why.
async fn refused(acme: &Client, customer: &str, code: &str) {
    let claim = json!({ "customer": customer, "capture": "now" });
    acme.post(&format!("/v1/rewards/{REWARD}/claims"), &claim).await.refused(409, code);
    let shown = shown(acme, customer).await;
    assert_eq!((&shown["claimable"], &shown["refusal"]["code"]), (&json!(false), &json!(code)), "{shown}");
}

#[tokio::test]
async fn a_rule_opens_a_reward_for_a_time_and_each_time_anew() {
    let server = Server::start_at("2026-04-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let ada = customer(&acme, "Ada").await;
    refused(&acme, &ada, "not-eligible").await;

    at(&server, &acme, "2026-04-11T08:00:00Z").await;
    let open = shown(&acme, &ada).await;
    assert_eq!((&open["claimable"], &open["eligibility"]["last_day"]), (&json!(true), &json!("2026-04-18")), "{open}");
    assert_eq!(open["eligibility"]["cause"]["reason"], "birthday");
    let claimed = claim(&acme, &ada).await;
    refused(&acme, &ada, "reward-limit").await;
    // What is given back can be claimed again.
    acme.post(&format!("/v1/redemptions/{}/reverse", claimed["id"].as_str().unwrap()), &json!({})).await.ok();
    claim(&acme, &ada).await;
    at(&server, &acme, "2026-04-19T08:00:00Z").await;
    refused(&acme, &ada, "not-eligible").await;

    // The next birthday opens it anew.
    at(&server, &acme, "2027-04-11T08:00:00Z").await;
    claim(&acme, &ada).await;
    refused(&acme, &ada, "reward-limit").await;
    let told: Vec<Value> =
        told(&acme).await.iter().map(|event| json!([event["time"], event["data"]["last_day"]])).collect();
    let expected = json!([["2026-04-11T00:00:00.000Z", "2026-04-18"], ["2027-04-11T00:00:00.000Z", "2027-04-18"]]);
    assert_eq!(json!(told), expected);
}

#[tokio::test]
async fn a_person_decides_otherwise_and_what_is_claimed_stays() {
    let server = Server::start_at("2026-04-11T08:00:00Z", None);
    let acme = shop(&server).await;
    let ben = customer(&acme, "Ben").await;
    let path = format!("/v1/customers/{ben}/rewards/{REWARD}/eligibility");
    let said = |status: &str, last_day: Option<&str>| json!({ "status": status, "last_day": last_day, "reason": "goodwill", "text": "For his patience." });
    acme.put(&path, &said("eligible", Some("2026-04-10"))).await.refused(422, "invalid-value");
    acme.put(&path, &said("ended", Some("2026-04-12"))).await.refused(422, "invalid-value");
    let silent = json!({ "status": "eligible", "reason": "goodwill", "text": " " });
    acme.put(&path, &silent).await.refused(422, "invalid-value");
    let nowhere = format!("/v1/customers/{ben}/rewards/lunch/eligibility");
    acme.put(&nowhere, &said("eligible", None)).await.refused(404, "not-found");
    assert_eq!(acme.put(&path, &said("eligible", None)).await.ok()["status"], "eligible");
    assert_eq!(shown(&acme, &ben).await["claimable"], true);
    let claimed = claim(&acme, &ben).await;
    acme.put(&path, &said("ended", None)).await.ok();
    refused(&acme, &ben, "not-eligible").await;
    let redemption = acme.get(&format!("/v1/redemptions/{}", claimed["id"].as_str().unwrap())).await.ok();
    assert_eq!(redemption["status"], "captured");
    // He is eligible anew, for one more. What is held for him goes back to the round that it was of.
    acme.put(&path, &said("eligible", None)).await.ok();
    let held = acme.post(&format!("/v1/rewards/{REWARD}/claims"), &json!({ "customer": ben })).await.ok();
    refused(&acme, &ben, "reward-limit").await;
    acme.put(&path, &said("eligible", Some("2026-05-01"))).await.ok();
    refused(&acme, &ben, "reward-limit").await;
    acme.put(&path, &said("ended", None)).await.ok();
    acme.put(&path, &said("eligible", None)).await.ok();
    claim(&acme, &ben).await;
    acme.post(&format!("/v1/redemptions/{}/release", held["id"].as_str().unwrap()), &json!({})).await.ok();
    refused(&acme, &ben, "reward-limit").await;
    assert_eq!(told(&acme).await.len(), 6, "each decision is told");

    let open = json!({ "name": "Breakfast", "program": "points", "points": 100 });
    acme.put(&format!("/v1/rewards/{REWARD}"), &open).await.ok();
    acme.put(&path, &said("ended", None)).await.refused(409, "open-to-everyone");
}

#[tokio::test]
async fn what_a_rule_says_late_undoes_nothing_newer() {
    let server = Server::start_at("2026-04-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let ada = customer(&acme, "Ada").await;
    let path = format!("/v1/customers/{ada}/rewards/{REWARD}/eligibility");
    at(&server, &acme, "2026-04-10T09:00:00Z").await;
    let folder = server.stop();
    // The birthday passes while nobody tells of it, and a person decides before the rule is asked.
    let server = Server::start_at_with("2026-04-13T08:00:00Z", folder, &[("SCHEDULE__ENABLED", "false")]);
    let acme = acme.at(server.url());
    let ended = json!({ "status": "ended", "reason": "misuse", "text": "Two accounts." });
    acme.put(&path, &ended).await.ok();
    let folder = server.stop();
    let server = Server::start_at("2026-04-13T09:00:00Z", Some(folder));
    let acme = acme.at(server.url());
    at(&server, &acme, "2026-04-13T10:00:00Z").await;
    assert_eq!(acme.all(&format!("/v1/customers/{ada}/outreach")).await.len(), 2, "the rule was asked");
    refused(&acme, &ada, "not-eligible").await;
    assert_eq!(shown(&acme, &ada).await["eligibility"]["cause"]["reason"], "misuse");
}

#[tokio::test]
async fn an_end_and_claims_that_race_leave_no_claim_after_the_end() {
    let server = Server::start_at("2026-04-11T08:00:00Z", None);
    let acme = shop(&server).await;
    let terms = json!({ "name": "Breakfast", "program": "points", "points": 1, "open_to": "eligible" });
    acme.put(&format!("/v1/rewards/{REWARD}"), &terms).await.ok();
    let ada = customer(&acme, "Ada").await;
    let path = format!("/v1/customers/{ada}/rewards/{REWARD}/eligibility");
    let said = |status: &str| json!({ "status": status, "reason": "test", "text": "A test." });
    for _ in 0..8 {
        acme.put(&path, &said("eligible")).await.ok();
        let body = json!({ "customer": ada });
        let claims = format!("/v1/rewards/{REWARD}/claims");
        let claims = futures::future::join_all((0..6).map(|_| acme.post(&claims, &body)));
        let ended = said("ended");
        let (claims, _) = tokio::join!(claims, async { acme.put(&path, &ended).await.ok() });
        let granted = claims.iter().filter(|answer| answer.status == 201).count();
        for answer in claims.into_iter().filter(|answer| answer.status != 201) {
            answer.refused(409, "not-eligible");
        }
        let log = acme.all("/v1/events").await;
        let place = |event_type: &str| log.iter().rposition(|event| event["type"] == event_type);
        let (end, claim) = (place("loyalty.eligibility-changed").unwrap(), place("loyalty.points-posted"));
        assert!(granted == 0 || claim.unwrap() < end, "a claim stands after the end: {granted}");
    }
}

#[tokio::test]
async fn whoever_is_held_out_from_everything_gets_no_points_and_no_reward_by_rules() {
    let server = Server::start_at("2026-04-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let hold_out = json!({ "percent": 50, "salt": "spring", "from": "everything" });
    acme.put("/v1/settings", &json!({ "zone": "UTC", "hold_out": hold_out })).await.ok();
    let mut customers = Vec::new();
    for number in 0..16 {
        customers.push(customer(&acme, &format!("C{number}")).await);
    }
    at(&server, &acme, "2026-04-11T08:00:00Z").await;
    let mut held_out = 0;
    for customer in &customers {
        let said = acme.all(&format!("/v1/customers/{customer}/outreach")).await;
        let is_out = said.iter().all(|one| one["held_back"]["why"] == "hold-out");
        let points = acme.get(&format!("/v1/customers/{customer}/loyalty")).await.ok()["items"][0]["points"].clone();
        let expected = if is_out { (json!(1_000), json!(false)) } else { (json!(1_005), json!(true)) };
        assert_eq!((points, shown(&acme, customer).await["claimable"].clone()), expected, "{said:?}");
        held_out += u32::from(is_out);
    }
    assert!((1..16).contains(&held_out), "{held_out}");
}
