//! Trying a version on the past: what would have happened beside what did, and beside another version.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// A server with some customers who bought several times, and an installation that saw it all.
async fn shop(server: &Server, order: &str) -> (Client, String) {
    let acme = server.tenant("acme").await;
    let operator = server.operator();
    operator.install("hostile").await;
    operator.install("loyalty-points").await;
    let id = acme.enable("test.hostile", "told", &json!({"do": order})).await;
    let mut customers = Vec::new();
    for name in ["Ada", "Bea", "Cleo"] {
        customers.push(acme.customer(name).await);
    }
    for (number, customer) in [0, 1, 0, 2, 0, 1].into_iter().enumerate() {
        let body = json!({
            "customer": {"id": customers[customer]}, "source": "shop", "external_id": number.to_string(),
            "occurred_at": format!("2026-03-0{}T10:00:00Z", number + 1), "amount": {"minor": 1050, "currency": "EUR"},
            "lines": [{"product": "cd", "category": "music", "quantity": 1, "amount_minor": 1050}],
        });
        acme.post("/v1/purchases", &body).await.ok();
    }
    acme.settled().await;
    (acme, id)
}

async fn done(acme: &Client, body: &Value) -> Value {
    let test = acme.post("/v1/backtests", body).await.ok();
    let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
    acme.until("the back-test is over", || async {
        !matches!(acme.get(&path).await.ok()["status"].as_str(), Some("queued" | "running"))
    })
    .await;
    acme.get(&path).await.ok()
}

#[tokio::test]
async fn what_happened_happens_again_with_state_points_and_purchases_as_they_were() {
    for order in ["earn", "count", "balance", "past"] {
        let server = Server::start();
        let (acme, installation) = shop(&server, order).await;
        let test = done(&acme, &json!({"installation": installation})).await;
        assert_eq!((&test["status"], &test["totals"]["events"]), (&json!("done"), &json!(6)), "{order}: {test}");
        assert_eq!((&test["totals"]["differing"], &test["totals"]["unknown"]), (&json!(0), &json!(0)), "{order}");
        let (tried, was) = (&test["totals"]["candidate"], &test["totals"]["baseline"]);
        assert_eq!(tried["points"], was["points"], "{order}");
        assert!(tried["points"]["points"].as_i64().unwrap() > 0, "{order}");
        let books = acme.get("/v1/programs/points/trial-balance").await.ok();
        assert_eq!(books["available"], was["points"]["points"], "{order}: what happened is what stands in the books");
    }
}

#[tokio::test]
async fn looked_up_points_are_those_of_the_time_with_its_own_in_place_of_the_installations() {
    let server = Server::start();
    let (acme, installation) = shop(&server, "balance").await;
    let books = acme.get("/v1/programs/points/trial-balance").await.ok();
    assert_eq!(books["available"], 11, "1, 2 and 4 for Ada, 1 and 2 for Bea, 1 for Cleo");
    let same = json!({"config": {"do": "balance"}});
    let test = done(&acme, &json!({"installation": installation, "candidate": same, "against": same})).await;
    for side in ["candidate", "baseline"] {
        assert_eq!(test["totals"][side]["points"]["points"], 11, "{side}: {test}");
    }

    let customers = acme.all("/v1/customers").await;
    let ada = customers.iter().find(|one| one["name"] == "Ada").unwrap();
    let body = json!({
        "customer": {"id": ada["id"]}, "source": "shop", "external_id": "later",
        "occurred_at": "2026-03-07T10:00:00Z", "amount": {"minor": 100, "currency": "EUR"},
    });
    acme.post("/v1/purchases", &body).await.ok();
    acme.settled().await;
    let test = done(&acme, &json!({"installation": installation, "from": "2026-03-07T00:00:00Z"})).await;
    assert_eq!((&test["totals"]["events"], &test["totals"]["differing"]), (&json!(1), &json!(0)), "{test}");
    assert_eq!(test["totals"]["candidate"]["points"]["points"], 8, "what was posted before the period is a fact");
}

#[tokio::test]
async fn what_is_recorded_in_one_go_is_looked_up_as_far_as_the_event_alone() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let ada = acme.customer("Ada").await;
    let rows: Vec<Value> = (1..=30)
        .map(|number| {
            json!({
                "customer": {"id": ada}, "source": "shop", "external_id": number.to_string(),
                "occurred_at": format!("2026-03-{number:02}T10:00:00Z"), "amount": {"minor": 100, "currency": "EUR"},
            })
        })
        .collect();
    acme.post("/v1/purchases/bulk", &json!({"rows": rows})).await.ok();
    let order = json!({
        "plugin": "test.hostile", "name": "past", "start": "beginning", "unsigned": "a test", "config": {"do": "past"},
        "grants": ["loyalty.earn", "state.shared", "state.customer", "lookup.points", "lookup.purchases"],
    });
    let id = acme.post("/v1/installations", &order).await.ok()["id"].as_str().unwrap().to_owned();
    acme.settled().await;
    let books = acme.get("/v1/programs/points/trial-balance").await.ok();
    assert_eq!(books["available"], 30 * 31 / 2, "one for the first purchase, two for the second, and so on");
    let test = done(&acme, &json!({"installation": id})).await;
    assert_eq!((&test["totals"]["differing"], &test["totals"]["unknown"]), (&json!(0), &json!(0)), "{test}");
}

#[tokio::test]
async fn what_was_done_for_events_that_the_tried_version_leaves_out_is_a_difference() {
    let server = Server::start();
    let (acme, _) = shop(&server, "nothing").await;
    server.operator().install("quality-standards").await;
    let id = acme.enable("stammgast.quality-standards", "quality", &json!({"completeness": {"min_words": 50}})).await;
    let contact = json!({
        "channel": "phone", "direction": "inbound", "text": "Too short.", "occurred_at": "2026-03-08T10:00:00Z",
    });
    acme.post("/v1/interactions", &contact).await.ok();
    acme.settled().await;
    let other = json!({"plugin": "stammgast.loyalty-points", "config": {}});
    let test = done(&acme, &json!({"installation": id, "candidate": other})).await;
    assert!(!test["totals"]["baseline"]["findings"].as_object().unwrap().is_empty(), "{test}");
    assert_eq!((&test["totals"]["differing"], &test["totals"]["unknown"]), (&json!(1), &json!(6)), "{test}");
}

#[tokio::test]
async fn a_changed_rule_shows_its_exact_difference_and_writes_nothing() {
    let server = Server::start();
    let (acme, _) = shop(&server, "nothing").await;
    let id = acme.enable("stammgast.loyalty-points", "points", &json!({})).await;
    acme.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.ok();
    acme.post(&format!("/v1/installations/{id}/rewind"), &json!({"position": 0})).await.ok();
    acme.post(&format!("/v1/installations/{id}/enable"), &json!({"waiting": "run"})).await.ok();
    acme.settled().await;
    let before = acme.get("/v1/overview").await.ok();
    let log = acme.get("/v1/events?after=0&limit=500").await.ok();
    let doubled = json!({"bonus_categories": [{"category": "music", "multiplier_percent": 200}]});
    let test = done(&acme, &json!({"installation": id, "candidate": {"config": doubled}})).await;
    assert_eq!(test["totals"]["baseline"]["points"]["points"], 60);
    assert_eq!(test["totals"]["candidate"]["points"]["points"], 120, "{test}");
    assert_eq!((&test["totals"]["differing"], &test["totals"]["customers_differing"]), (&json!(6), &json!(3)));

    let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
    let customers = acme.all(&format!("{path}/customers")).await;
    let gained = |one: &Value| {
        one["programs"]["points"]["candidate"].as_i64().unwrap()
            - one["programs"]["points"]["baseline"].as_i64().unwrap()
    };
    assert_eq!(customers.iter().map(gained).collect::<Vec<_>>(), [30, 20, 10], "largest first");
    let differences = acme.get(&format!("{path}/differences?limit=2")).await.ok();
    assert_eq!(differences["items"].as_array().unwrap().len(), 2);
    assert_eq!(differences["items"][0]["candidate"]["outcomes"][0]["points"], 20);

    assert_eq!(acme.get("/v1/overview").await.ok(), before, "nothing was written");
    assert_eq!(acme.get("/v1/events?after=0&limit=500").await.ok()["last"], log["last"]);
}

#[tokio::test]
async fn what_a_version_is_compared_with_takes_what_is_not_said_from_it() {
    let server = Server::start();
    let (acme, _) = shop(&server, "nothing").await;
    let tried = json!({"plugin": "test.hostile", "config": {"do": "earn"}});
    let test = done(&acme, &json!({"candidate": tried, "against": {"plugin": "test.hostile"}})).await;
    assert_eq!(test["totals"]["baseline"]["points"]["points"], 42, "six times seven: {test}");
    assert_eq!((&test["status"], &test["totals"]["differing"]), (&json!("done"), &json!(0)));
    let nothing = acme.post("/v1/backtests", &json!({"against": {"plugin": "test.hostile"}})).await;
    assert_eq!(nothing.refused(422, "invalid-value")["errors"][0]["field"], "candidate.plugin");
}

#[tokio::test]
async fn a_period_another_version_and_faults_are_told_apart() {
    let server = Server::start();
    let (acme, _) = shop(&server, "nothing").await;
    let hostile = |order: &str| json!({"plugin": "test.hostile", "config": {"do": order}});
    let march = json!({"candidate": hostile("earn"), "against": hostile("count"),
        "from": "2026-03-02T00:00:00Z", "to": "2026-03-05T00:00:00Z"});
    let test = done(&acme, &march).await;
    assert_eq!(test["totals"]["events"], 3, "the second, third and fourth purchase: {test}");
    assert_eq!(test["totals"]["candidate"]["points"]["points"], 21);
    assert_eq!(test["totals"]["baseline"]["points"]["points"], 3, "its state begins empty with the period");

    let faults = done(&acme, &json!({"candidate": hostile("trap"), "against": hostile("negative")})).await;
    assert_eq!(faults["totals"]["candidate"]["faults"], json!({"trap": 6}));
    assert_eq!(
        faults["totals"]["baseline"]["faults"],
        json!({"invalid-effect": 6}),
        "as the host would have refused it"
    );

    let never = json!({"candidate": hostile("earn"), "from": "2030-01-01T00:00:00Z"});
    let nothing = done(&acme, &never).await;
    assert_eq!((&nothing["status"], &nothing["totals"]["events"]), (&json!("done"), &json!(0)));
    let notes = nothing["notes"].to_string();
    assert!(notes.contains("No event of the period"), "{notes}");
    let backwards = json!({"candidate": hostile("earn"), "from": "2030-01-01T00:00:00Z", "to": "2029-01-01T00:00:00Z"});
    acme.post("/v1/backtests", &backwards).await.refused(422, "invalid-value");
    let wrong = json!({"candidate": {"plugin": "test.hostile", "config": {"do": "dance"}}});
    acme.post("/v1/backtests", &wrong).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn a_back_test_that_is_killed_goes_on_and_one_that_is_cancelled_can() {
    // Batches of one event, and a plugin whose calls take their time, though not so long that threads which give way to
    // everything else never end: it may be interrupted anywhere.
    let slow = [("BACKTEST__BATCH", "1"), ("BACKTEST__THREADS", "1"), ("RUNTIME__CPU_MILLIONS", "50")];
    let server = Server::start_with(&slow);
    let (acme, _) = shop(&server, "nothing").await;
    let body = json!({"candidate": {"plugin": "test.hostile", "config": {"do": "loop"}}});
    let test = acme.post("/v1/backtests", &body).await.ok();
    let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
    acme.until("it runs", || async { acme.get(&path).await.ok()["status"] == "running" }).await;
    let server = Server::start_in(server.kill(), &slow);
    let acme = acme.at(server.url());
    acme.post(&format!("{path}/cancel"), &json!({})).await.ok();
    acme.until("it is over", || async {
        !matches!(acme.get(&path).await.ok()["status"].as_str(), Some("queued" | "running"))
    })
    .await;
    acme.post(&format!("{path}/resume"), &json!({})).await.ok();
    acme.until("it is done", || async { acme.get(&path).await.ok()["status"] == "done" }).await;
    let test = acme.get(&path).await.ok();
    assert_eq!(test["totals"]["candidate"]["faults"], json!({"cpu": 6}), "each event counts once: {test}");
    acme.send(acme.request(reqwest::Method::DELETE, &path)).await.ok();
    acme.get(&path).await.refused(404, "not-found");
}

#[tokio::test]
async fn one_that_is_stopped_and_started_again_without_pause_still_comes_to_its_end() {
    let slow = [("BACKTEST__BATCH", "1"), ("BACKTEST__THREADS", "1"), ("RUNTIME__CPU_MILLIONS", "10")];
    let server = Server::start_with(&slow);
    let (acme, _) = shop(&server, "nothing").await;
    let body = json!({"candidate": {"plugin": "test.hostile", "config": {"do": "loop"}}});
    let test = acme.post("/v1/backtests", &body).await.ok();
    let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
    // Whatever the runner is at: about to look for work, reading the row, or at work.
    for _ in 0..100 {
        for step in ["cancel", "resume"] {
            let answer = acme.post(&format!("{path}/{step}"), &json!({})).await.ok();
            assert_ne!(answer["status"], "failed", "{answer}");
        }
    }
    let is_over = || async { !matches!(acme.get(&path).await.ok()["status"].as_str(), Some("queued" | "running")) };
    acme.until("the last cancellation is through", is_over).await;
    acme.post(&format!("{path}/resume"), &json!({})).await.ok();
    acme.until("it is over", is_over).await;
    let test = acme.get(&path).await.ok();
    assert_eq!(
        (&test["status"], &test["totals"]["candidate"]["faults"]),
        (&json!("done"), &json!({"cpu": 6})),
        "{test}"
    );
}
