//! Points are earned, held, spent, given back and undone, and the books balance at every moment.

use futures::future::join_all;
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, shop::purchase};

/// A program in which points are good for a year, and pending for some days.
async fn program(acme: &Client, code: &str, pending_days: u32, shortfall: &str) {
    let policy = json!({
        "pending_days": pending_days, "shortfall": shortfall,
        "expiry": { "after": "rolling", "months": 12 }, "spending": { "hold_minutes": 60 },
    });
    acme.post("/v1/programs", &json!({ "code": code, "name": code, "policy": policy })).await.ok();
}

async fn give(acme: &Client, customer: &str, program: &str, points: i64) {
    let body = json!({ "points": points, "reason": "welcome", "text": "Welcome." });
    acme.post(&format!("/v1/customers/{customer}/loyalty/{program}/adjustments"), &body).await.ok();
}

/// Points that can be spent, pending, held, spent, expired and owed.
async fn points(acme: &Client, customer: &str, program: &str) -> [i64; 6] {
    let listed = acme.get(&format!("/v1/customers/{customer}/loyalty")).await.ok();
    let items = listed["items"].as_array().unwrap().clone();
    let one = items.into_iter().find(|one| one["program"] == program).unwrap();
    ["points", "pending", "reserved", "redeemed", "expired", "owed"].map(|name| one[name].as_i64().unwrap())
}

async fn books_balance(acme: &Client, program: &str) {
    let trial = acme.get(&format!("/v1/programs/{program}/trial-balance")).await.ok();
    let sums = (&trial["sum"], &trial["balances"], &trial["differences"]);
    assert_eq!(sums, (&json!(0), &json!(0), &json!([])), "{trial}");
}

fn redemption(customer: &str, program: &str, points: i64) -> Value {
    json!({ "customer": customer, "program": program, "points": points, "capture": "now" })
}

#[tokio::test]
async fn tills_that_redeem_at_once_spend_exactly_what_is_there() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    // Many lots, so that redemptions share them.
    for _ in 0..50 {
        give(&acme, &ada, "points", 20).await;
    }
    let till = async |number: usize| {
        let capture = ["now", "later"][number % 2];
        let (mut spent, mut refused) = (0, 0);
        while refused == 0 {
            let body = json!({
                "customer": ada, "program": "points", "points": 7, "capture": capture,
            });
            let answer = acme.post("/v1/redemptions", &body).await;
            if answer.status == 201 {
                spent += 7;
            } else {
                answer.refused(409, "not-enough-points");
                refused += 1;
            }
        }
        spent
    };
    let spent: i64 = join_all((0..32).map(till)).await.into_iter().sum();
    assert_eq!(spent, 1_000 / 7 * 7);
    let [available, _, held, redeemed, ..] = points(&acme, &ada, "points").await;
    assert_eq!((available, held + redeemed), (1_000 % 7, spent));
    books_balance(&acme, "points").await;
    let verified = server.cli(&["ledger", "verify", "--tenant", "acme", "--json"]).output().unwrap();
    let verified: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!((&verified["discrepancies"], &verified["wallets"]), (&json!([]), &json!(1)), "{verified}");
}

#[tokio::test]
async fn what_was_held_is_captured_in_part_released_and_given_back() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, "points", 100).await;
    let held = acme.post("/v1/redemptions", &json!({ "customer": ada, "program": "points", "points": 80 })).await.ok();
    assert_eq!((&held["status"], &held["available"]), (&json!("reserved"), &json!(20)), "{held}");
    let path = |step: &str| format!("/v1/redemptions/{}/{step}", held["id"].as_str().unwrap());
    acme.post(&path("reverse"), &json!({})).await.refused(409, "redemption-status");
    acme.post(&path("capture"), &json!({ "points": 81 })).await.refused(409, "more-than-there");
    acme.post(&path("capture"), &json!({ "points": 0 })).await.refused(422, "invalid-value");
    let captured = acme.post_once("k-1", &path("capture"), &json!({ "points": 50 })).await.ok();
    assert_eq!((&captured["status"], &captured["available"]), (&json!("captured"), &json!(50)), "{captured}");
    let again = acme.post_once("k-1", &path("capture"), &json!({ "points": 50 })).await.ok();
    assert_eq!(again, captured, "the same request is answered the same");
    acme.post_once("k-1", &path("capture"), &json!({ "points": 51 })).await.refused(422, "idempotency-key-reused");
    acme.post(&path("capture"), &json!({})).await.refused(409, "redemption-status");
    acme.post(&path("release"), &json!({})).await.refused(409, "redemption-status");
    acme.post(&path("reverse"), &json!({ "points": 20 })).await.ok();
    let reversed = acme.post(&path("reverse"), &json!({ "text": "The tent had a hole." })).await.ok();
    assert_eq!((&reversed["status"], &reversed["available"]), (&json!("reversed"), &json!(100)), "{reversed}");
    assert_eq!(points(&acme, &ada, "points").await, [100, 0, 0, 0, 0, 0]);
    let entries = acme.all(&format!("/v1/customers/{ada}/loyalty/points/entries")).await;
    let movements: Vec<&str> = entries.iter().map(|entry| entry["movement"].as_str().unwrap()).collect();
    assert_eq!(movements, ["given-back", "given-back", "released", "reserved", "earned"]);
    assert_eq!(entries[0]["cause"]["text"], "The tent had a hole.");
    assert_eq!(acme.all(&format!("/v1/customers/{ada}/redemptions")).await.len(), 1);
    books_balance(&acme, "points").await;
}

#[tokio::test]
async fn one_key_is_one_redemption_however_often_it_is_sent() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, "points", 100).await;
    let body = redemption(&ada, "points", 30);
    let answers = join_all((0..20).map(|_| acme.post_once("till-7/receipt-1", "/v1/redemptions", &body))).await;
    let ids: std::collections::BTreeSet<String> =
        answers.into_iter().map(|answer| answer.ok()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(points(&acme, &ada, "points").await[0], 70);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    give(&acme, &ada, "points", 100).await;
    let status = json!({ "code": "miles", "name": "Miles", "policy": { "unit": "status" } });
    acme.post("/v1/programs", &status).await.ok();
    let hundreds = json!({ "spending": { "minimum": 100, "step": 100, "hold_minutes": 5 } });
    acme.post("/v1/programs", &json!({ "code": "coarse", "name": "Coarse", "policy": hundreds })).await.ok();
    let before = points(&acme, &ada, "points").await;
    for (body, field) in [
        (redemption(&ada, "points", 0), "points"),
        (redemption(&ada, "points", -5), "points"),
        (redemption(&ada, "nothing", 5), "program"),
        (redemption(&ada, "miles", 5), "program"),
        (redemption(&ada, "coarse", 150), "points"),
        (redemption("01890000-0000-7000-8000-000000000000", "points", 5), "customer"),
        (json!({ "customer": ada, "program": "points", "points": 5, "hold_minutes": 0 }), "hold_minutes"),
        (json!({ "customer": ada, "program": "points", "points": 5, "hold_minutes": 50_000 }), "hold_minutes"),
        (
            json!({ "customer": ada, "program": "points", "points": 5, "capture": "now", "hold_minutes": 5 }),
            "hold_minutes",
        ),
    ] {
        let refused = acme.post("/v1/redemptions", &body).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], field, "{body}: {refused}");
    }
    acme.post("/v1/redemptions", &redemption(&ada, "points", i64::MAX)).await.refused(422, "invalid-value");
    acme.post("/v1/redemptions", &redemption(&ada, "points", 101)).await.refused(409, "not-enough-points");
    let adjustments = format!("/v1/customers/{ada}/loyalty/points/adjustments");
    let adjust = |points: i64| json!({ "points": points, "reason": "goodwill", "text": "Sorry." });
    for points in [0, i64::MAX, i64::MIN] {
        acme.post(&adjustments, &adjust(points)).await.refused(422, "invalid-value");
    }
    acme.post(&adjustments, &adjust(-101)).await.refused(409, "not-enough-points");
    assert_eq!(points(&acme, &ada, "points").await, before);
    for policy in [
        json!({ "pending_days": 366 }),
        json!({ "pending_days": 40, "expiry": { "after": "rolling", "months": 1 } }),
        json!({ "expiry": { "after": "fixed", "month": 2, "day": 30 } }),
        json!({ "expiry": { "after": "rolling", "months": 0 } }),
        json!({ "spending": { "minimum": 50, "step": 100, "hold_minutes": 5 } }),
        json!({ "value": { "points": 0, "money": { "minor": 1, "currency": "EUR" } } }),
        json!({ "max_earning": -1 }),
    ] {
        let body = json!({ "code": "bad", "name": "Bad", "policy": policy });
        acme.post("/v1/programs", &body).await.refused(422, "invalid-value");
    }
    for birthday in ["2023-02-29", "17.05.1990", "--13-01"] {
        let body = json!({ "name": "Bea", "birthday": birthday });
        let refused = acme.post("/v1/customers", &body).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], "birthday", "{refused}");
    }
    let born = acme.post("/v1/customers", &json!({ "name": "Bea", "birthday": "--02-29" })).await.ok();
    assert_eq!(born["birthday"], "--02-29");
    let refused = acme.put("/v1/settings", &json!({ "zone": "Europe/Atlantis" })).await.refused(422, "invalid-value");
    assert_eq!(refused["errors"][0]["field"], "zone");
    let changed = json!({ "name": "Points", "policy": { "unit": "stamps" } });
    acme.put("/v1/programs/points", &changed).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn a_return_undoes_what_was_earned_and_its_cancellation_puts_it_back() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    acme.enable("stammgast.loyalty-points", "points", &json!({})).await;
    let ada = acme.customer("Ada").await;
    let bought = acme.post("/v1/purchases", &purchase(&json!({ "id": ada }), "tent", 10_000)).await.ok();
    acme.settled().await;
    assert_eq!(points(&acme, &ada, "points").await[0], 100);
    let path = format!("/v1/purchases/{}/returns", bought["id"].as_str().unwrap());
    let back = |name: &str, minor: i64| json!({ "external_id": name, "amount": { "minor": minor, "currency": "EUR" } });
    // With a key, what is kept for it comes beside what the return itself leaves.
    let third = acme.post_once("a-return", &path, &back("R-1", 3_333)).await.ok();
    assert_eq!(third["points"], json!({ "points": -34 }), "66 of 100 points stay of 66.67 euros");
    let again = acme.post(&path, &back("R-1", 3_333)).await;
    assert_eq!((again.status.as_u16(), &again.body["points"]), (200, &third["points"]), "told twice, it is one return");
    let read = acme.get(&format!("/v1/returns/{}", third["id"].as_str().unwrap())).await.ok();
    assert_eq!(read["points"], third["points"]);
    acme.post(&path, &back("R-1", 3_334)).await.refused(409, "return-recorded");
    acme.post(&path, &back("R-2", 6_668)).await.refused(409, "return-too-large");
    acme.post(&path, &back("R-2", -1)).await.refused(422, "invalid-value");
    acme.post(&path, &back("R-2", 0)).await.refused(422, "invalid-value");
    let dollars = json!({ "external_id": "R-2", "amount": { "minor": 1, "currency": "USD" } });
    acme.post(&path, &dollars).await.refused(422, "invalid-value");
    let early = json!({ "external_id": "R-2", "occurred_at": "2026-02-01T10:00:00Z" });
    acme.post(&path, &early).await.refused(422, "invalid-value");
    assert_eq!(points(&acme, &ada, "points").await[0], 66);
    let rest = acme.post(&path, &json!({ "external_id": "R-2", "reason": "cancellation" })).await.ok();
    assert_eq!((&rest["amount"]["minor"], &rest["points"]), (&json!(6_667), &json!({ "points": -66 })));
    assert_eq!(points(&acme, &ada, "points").await, [0; 6]);
    let cancel = format!("/v1/returns/{}/cancel", third["id"].as_str().unwrap());
    let cancelled = acme.post(&cancel, &json!({})).await.ok();
    assert_eq!((&cancelled["status"], &cancelled["points"]), (&json!("cancelled"), &json!({ "points": 34 })));
    acme.post(&cancel, &json!({})).await.refused(409, "return-cancelled");
    assert_eq!(points(&acme, &ada, "points").await[0], 34);
    let returns = acme.all(&path).await;
    let statuses: Vec<&Value> = returns.iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["cancelled", "standing"]);
    books_balance(&acme, "points").await;
}

#[tokio::test]
async fn a_program_that_leaves_no_debt_refuses_a_return_of_spent_points() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    for (code, shortfall) in [("strict", "refuse"), ("open", "debt"), ("deep", "negative")] {
        program(&acme, code, 0, shortfall).await;
        acme.enable("stammgast.loyalty-points", code, &json!({ "program": code })).await;
    }
    let ada = acme.customer("Ada").await;
    let bought = acme.post("/v1/purchases", &purchase(&json!({ "id": ada }), "tent", 10_000)).await.ok();
    acme.settled().await;
    let path = format!("/v1/purchases/{}/returns", bought["id"].as_str().unwrap());
    let spent = acme.post("/v1/redemptions", &redemption(&ada, "strict", 70)).await.ok();
    for code in ["open", "deep"] {
        acme.post("/v1/redemptions", &redemption(&ada, code, 70)).await.ok();
    }
    acme.post(&path, &json!({ "external_id": "R" })).await.refused(409, "points-spent");
    assert_eq!(acme.all(&path).await.len(), 0, "a refused return is not recorded");
    for code in ["strict", "open", "deep"] {
        assert_eq!(points(&acme, &ada, code).await[0], 30, "{code}");
    }
    let reverse = format!("/v1/redemptions/{}/reverse", spent["id"].as_str().unwrap());
    acme.post(&reverse, &json!({})).await.ok();
    acme.post(&path, &json!({ "external_id": "R" })).await.ok();
    assert_eq!(points(&acme, &ada, "strict").await, [0; 6]);
    assert_eq!(points(&acme, &ada, "open").await, [0, 0, 0, 70, 0, 70]);
    assert_eq!(points(&acme, &ada, "deep").await, [-70, 0, 0, 70, 0, 0]);
    for code in ["strict", "open", "deep"] {
        books_balance(&acme, code).await;
    }
}

#[tokio::test]
async fn what_is_due_happens_once_and_on_its_day_although_the_server_was_down() {
    let server = Server::start_at("2026-03-20T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin" })).await.ok();
    program(&acme, "club", 14, "debt").await;
    server.operator().install("loyalty-points").await;
    acme.enable("stammgast.loyalty-points", "club", &json!({ "program": "club" })).await;
    let (ada, bea) = (acme.customer("Ada").await, acme.customer("Bea").await);
    let bought = |customer: &str, name: &str, at: &str, minor: i64| {
        let mut body = purchase(&json!({ "id": customer }), name, minor);
        body["occurred_at"] = json!(at);
        body
    };
    acme.post("/v1/purchases", &bought(&ada, "a", "2026-03-20T07:30:00Z", 10_000)).await.ok();
    // Late: bought a year ago, so its points are long available, and expire while the server is down.
    acme.post("/v1/purchases", &bought(&bea, "b", "2025-04-02T07:30:00Z", 5_000)).await.ok();
    acme.settled().await;
    assert_eq!(points(&acme, &ada, "club").await, [0, 100, 0, 0, 0, 0]);
    assert_eq!(points(&acme, &bea, "club").await, [50, 0, 0, 0, 0, 0]);
    server.at("2026-04-02T12:00:00Z").await;
    let held = json!({ "customer": bea, "program": "club", "points": 20, "hold_minutes": 1_440 });
    let held = acme.post("/v1/redemptions", &held).await.ok();
    let folder = server.stop();

    let server = Server::start_at("2026-04-05T12:00:00Z", Some(folder));
    let acme = acme.at(server.url());
    acme.until("what was due is done", || async { points(&acme, &ada, "club").await[0] == 100 }).await;
    acme.until("points expired", || async { points(&acme, &bea, "club").await == [0, 0, 0, 0, 50, 0] }).await;
    let dated = async |customer: &str, account: &str| {
        let path = format!("/v1/customers/{customer}/loyalty/club/entries?account={account}");
        let entries = acme.all(&path).await;
        let line = |entry: &Value| format!("{} {} {}", entry["movement"], entry["points"], entry["occurred_at"]);
        entries.iter().map(line).collect::<Vec<_>>()
    };
    // Fourteen days later the day begins at 22:00 UTC: summer time has begun in Berlin.
    assert_eq!(dated(&ada, "available").await, [r#""activated" 100 "2026-04-02T22:00:00.000Z""#]);
    // What was free expired with its day, what was held when the reservation's time was up.
    let expired = dated(&bea, "expired").await;
    assert_eq!(expired.len(), 2, "{expired:?}");
    assert!(expired[0].starts_with(r#""expired" 20 "2026-04-03T12:00"#), "{expired:?}");
    assert_eq!(expired[1], r#""expired" 30 "2026-04-02T22:00:00.000Z""#);
    let path = format!("/v1/redemptions/{}", held["id"].as_str().unwrap());
    assert_eq!(acme.get(&path).await.ok()["status"], "timed-out");
    acme.post(&format!("{path}/capture"), &json!({})).await.refused(409, "redemption-status");
    books_balance(&acme, "club").await;
    let postings = acme.get("/v1/overview").await.ok();
    server.at("2026-04-06T12:00:00Z").await;
    acme.post("/v1/redemptions", &redemption(&ada, "club", 1)).await.ok();
    let after = acme.get("/v1/overview").await.ok();
    assert_ne!(postings, after, "the redemption is new");
    assert_eq!(dated(&bea, "expired").await.len(), 2, "nothing happens twice");
}

#[tokio::test]
async fn a_test_clock_and_real_data_never_meet() {
    let server = Server::start();
    server.operator().put("/v1/test-clock", &json!({ "now": "2030-01-01T00:00:00Z" })).await.refused(404, "not-found");
    let data = server.data();
    let folder = server.stop();
    let started = |arguments: &[&str]| {
        let mut command = std::process::Command::new(stammgast_tests::binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).args(arguments);
        let output = command.output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(started(&["--test-clock", "2030-01-01T00:00:00Z"]).contains("holds real data"));
    drop(folder);
    let server = Server::start_at("2030-01-01T00:00:00Z", None);
    let data = server.data();
    let _folder = server.stop();
    let mut command = std::process::Command::new(stammgast_tests::binary());
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    let output = command.output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("made with a test clock"));
}

#[tokio::test]
async fn whoever_stays_away_loses_all_points_at_the_time_that_was_shown() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let policy = json!({ "expiry": { "after": "inactivity", "months": 1 } });
    acme.put("/v1/programs/points", &json!({ "name": "Points", "policy": policy })).await.ok();
    let ada = acme.customer("Ada").await;
    let given = json!({ "points": 40, "reason": "welcome", "text": "Welcome." });
    acme.post(&format!("/v1/customers/{ada}/loyalty/points/adjustments"), &given).await.ok();
    let wallet = async || acme.get(&format!("/v1/customers/{ada}/loyalty")).await.ok()["items"][0].clone();
    let shown = wallet().await;
    assert_eq!((&shown["points"], &shown["lapses_at"]), (&json!(40), &json!("2026-04-11T00:00:00.000Z")), "{shown}");
    server.at("2026-04-11T00:00:00Z").await;
    acme.until("the points lapsed", async || wallet().await["expired"] == 40).await;
    let shown = wallet().await;
    assert_eq!((&shown["points"], &shown["lapses_at"]), (&json!(0), &json!(null)), "{shown}");
}
