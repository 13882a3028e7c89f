//! Days that matter, tiers, vouchers and messages: each once, dated by its day, also after the server was down.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// A tenant in Berlin with points that are good for a month, status points with tiers, and an offer for birthdays.
async fn shop(server: &Server) -> Client {
    let acme = server.tenant("acme").await;
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin" })).await.ok();
    let expiry = json!({ "after": "rolling", "months": 1 });
    let tier = |code: &str, at_least: i64| json!({ "code": code, "name": code, "at_least": at_least });
    let tiers = json!({
        "levels": [tier("bronze", 0), tier("silver", 100), tier("gold", 300)],
        "validity": expiry, "grace_days": 1,
    });
    for (code, policy) in [
        ("bonus", json!({ "expiry": expiry, "notice_days": 7 })),
        ("status", json!({ "unit": "status", "expiry": expiry, "tiers": tiers })),
    ] {
        acme.post("/v1/programs", &json!({ "code": code, "name": code, "policy": policy })).await.ok();
    }
    let cake = json!({
        "code": "cake", "name": "Cake", "benefit": { "type": "item", "text": "A piece of cake" }, "valid_days": 30,
        "per_customer": 1,
    });
    acme.post("/v1/offers", &cake).await.ok();
    acme
}

async fn with_rules(server: &Server) -> Client {
    let acme = shop(server).await;
    let operator = server.operator();
    for plugin in ["loyalty-tiers", "loyalty-birthday"] {
        operator.install(plugin).await;
    }
    let tier = |tier: &str, points: i64| json!({ "tier": tier, "points": points });
    let tiers = json!({ "program": "status", "tiers": [tier("bronze", 1), tier("silver", 100), tier("gold", 300)] });
    acme.enable("stammgast.loyalty-tiers", "tiers", &tiers).await;
    let birthday =
        json!({ "birthday": { "offer": "cake", "title": "Happy birthday!", "text": "There is cake for you." } });
    acme.enable("stammgast.loyalty-birthday", "birthday", &birthday).await;
    acme
}

async fn customer(acme: &Client, name: &str, birthday: &str, since: &str) -> String {
    let body = json!({ "name": name, "birthday": birthday, "customer_since": since });
    acme.post("/v1/customers", &body).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn give(acme: &Client, customer: &str, program: &str, points: i64) {
    let body = json!({ "points": points, "reason": "welcome", "text": "Welcome." });
    acme.post(&format!("/v1/customers/{customer}/loyalty/{program}/adjustments"), &body).await.ok();
}

/// Waits until nothing is due any more at the time that the clock shows, and all rules have been asked.
async fn all_is_done(server: &Server, acme: &Client) {
    let now = server.operator().get("/v1/test-clock").await.ok()["now"].as_str().unwrap().to_owned();
    acme.until("everything that was due is done", || async {
        let next = acme.get("/v1/schedule").await.ok()["next_due_at"].clone();
        next.as_str().is_some_and(|next| next > now.as_str())
    })
    .await;
    acme.settled().await;
}

/// Events of a sort about a customer: when they happened, and what they tell.
async fn events(acme: &Client, event_type: &str, customer: &str) -> Vec<(String, Value)> {
    let mut all = acme.all("/v1/events").await;
    all.retain(|event| event["type"] == event_type && event["subject"] == format!("customer:{customer}"));
    all.into_iter().map(|event| (event["time"].as_str().unwrap().to_owned(), event["data"].clone())).collect()
}

async fn tier(acme: &Client, customer: &str) -> Value {
    acme.get(&format!("/v1/customers/{customer}/tiers")).await.ok()["items"][0].clone()
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_happens_once_and_is_rightly_dated() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = with_rules(&server).await;
    let ada = customer(&acme, "Ada", "1990-04-11", "2020-04-10").await;
    let leap = customer(&acme, "Leap", "--02-29", "2026-03-10").await;
    give(&acme, &ada, "status", 350).await;
    give(&acme, &ada, "bonus", 40).await;
    all_is_done(&server, &acme).await;
    let gold = tier(&acme, &ada).await;
    assert_eq!((&gold["tier"], &gold["last_day"]), (&json!("gold"), &json!("2026-04-10")), "{gold}");
    server.at("2026-04-09T10:00:00Z").await;
    all_is_done(&server, &acme).await;
    let folder = server.stop();

    // Three days later the points have expired, the tier was in review and is lower, and there was a birthday.
    for _ in 0..2 {
        let server = Server::start_at("2026-04-12T09:00:00Z", Some(folder.clone()));
        let acme = acme.at(server.url());
        all_is_done(&server, &acme).await;
        let told = events(&acme, "occasion.reached", &ada).await;
        let told: Vec<Value> = told
            .into_iter()
            .map(|(at, data)| json!([at, data["kind"], data["day"], data["years"], data["points"]]))
            .collect();
        assert_eq!(
            json!(told),
            json!([
                ["2026-04-02T22:00:00.000Z", "points-expiring", "2026-04-10", null, 40],
                ["2026-04-10T22:00:00.000Z", "tier-review", "2026-04-10", null, null],
                ["2026-04-09T22:00:00.000Z", "anniversary", "2026-04-10", 6, null],
                ["2026-04-10T22:00:00.000Z", "birthday", "2026-04-11", 36, null],
            ])
        );
        assert_eq!(events(&acme, "occasion.reached", &leap).await, []);
        let moved = events(&acme, "loyalty.tier-changed", &ada).await;
        let moved: Vec<Value> =
            moved.iter().map(|(at, data)| json!([at, data["movement"], data["from"], data["tier"]])).collect();
        let raised = moved.first().unwrap().clone();
        assert_eq!((&raised[1], &raised[3]), (&json!("raised"), &json!("gold")));
        assert_eq!(json!(moved[1..]), json!([["2026-04-11T22:00:00.000Z", "lowered", "gold", "silver"]]));
        let vouchers = acme.all(&format!("/v1/customers/{ada}/vouchers")).await;
        assert_eq!((vouchers.len(), &vouchers[0]["last_day"]), (1, &json!("2026-05-11")), "{vouchers:?}");
        let said = acme.all(&format!("/v1/customers/{ada}/outreach")).await;
        assert_eq!((said.len(), &said[0]["status"], &said[0]["voucher"]), (1, &json!("planned"), &vouchers[0]["id"]));
        let expired = acme.get(&format!("/v1/customers/{ada}/loyalty")).await.ok();
        let expired: Vec<_> = expired["items"].as_array().unwrap().iter().map(|one| one["expired"].clone()).collect();
        assert!(expired.contains(&json!(40)) && expired.contains(&json!(350)), "{expired:?}");
        drop(server.stop());
    }
}

#[tokio::test]
async fn points_that_expire_are_told_of_once_with_as_many_as_there_are() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = shop(&server).await;
    server.operator().install("loyalty-notices").await;
    let notice = json!({ "title": "{points} points", "text": "Until {day}.", "offer": "cake" });
    let config = json!({ "points_expiring": notice, "at_least_points": 20, "dates": "31.03.2026" });
    acme.enable("stammgast.loyalty-notices", "notices", &config).await;
    let (ada, ben) = (customer(&acme, "Ada", "1990-09-01", "2026-03-10").await, acme.customer("Ben").await);
    give(&acme, &ada, "bonus", 40).await;
    give(&acme, &ben, "bonus", 19).await;
    server.at("2026-04-04T10:00:00Z").await;
    all_is_done(&server, &acme).await;
    let [said] = acme.all(&format!("/v1/customers/{ada}/outreach")).await.try_into().unwrap();
    let told = ["status", "topic", "title", "text", "last_day"].map(|name| said[name].clone());
    assert_eq!(
        json!(told),
        json!(["planned", "points-expiring.bonus", "40 points", "Until 10.04.2026.", "2026-04-10"])
    );
    assert_eq!(acme.all(&format!("/v1/customers/{ben}/outreach")).await, Vec::<Value>::new(), "too few to mention");
}

#[tokio::test]
async fn a_leap_day_comes_every_year_and_a_birthday_once_a_year_whatever_is_changed() {
    let server = Server::start_at("2026-02-27T12:00:00Z", None);
    let acme = shop(&server).await;
    let leap = customer(&acme, "Leap", "2000-02-29", "2026-02-27").await;
    all_is_done(&server, &acme).await;
    for (now, wanted) in [
        ("2026-02-28T12:00:00Z", vec![("2026-02-28", 26)]),
        ("2027-02-28T12:00:00Z", vec![("2026-02-28", 26), ("2027-02-28", 27)]),
        ("2028-02-29T12:00:00Z", vec![("2026-02-28", 26), ("2027-02-28", 27), ("2028-02-29", 28)]),
    ] {
        server.at(now).await;
        all_is_done(&server, &acme).await;
        let told = events(&acme, "occasion.reached", &leap).await;
        let birthdays = told.iter().filter(|(_, data)| data["kind"] == "birthday");
        let birthdays: Vec<Value> = birthdays.map(|(_, data)| json!([data["day"], data["years"]])).collect();
        assert_eq!(json!(birthdays), json!(wanted), "{now}");
    }
    // Somebody who moves the birthday to tomorrow does not get another one this year.
    let body = json!({ "name": "Leap", "birthday": "2000-03-01" });
    acme.put(&format!("/v1/customers/{leap}"), &body).await.ok();
    server.at("2028-03-01T12:00:00Z").await;
    all_is_done(&server, &acme).await;
    let told = events(&acme, "occasion.reached", &leap).await;
    assert_eq!(told.iter().filter(|(_, data)| data["kind"] == "birthday").count(), 3);
}

#[tokio::test]
async fn a_voucher_is_used_once_however_many_tills_ask() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let ada = acme.customer("Ada").await;
    let given = json!({ "customer": ada, "offer": "cake", "reason": "goodwill" });
    let voucher = acme.post("/v1/vouchers", &given).await.ok();
    acme.post("/v1/vouchers", &given).await.refused(409, "offer-used-up");
    let code = voucher["code"].as_str().unwrap().to_lowercase().replace('-', " ");
    let shown = json!({ "code": code, "customer": ada, "reference": "R-1" });
    let checked = acme.post("/v1/vouchers/check", &shown).await.ok();
    assert_eq!((&checked["usable"], &checked["voucher"]["offer"]), (&json!(true), &json!("cake")));
    let tills = futures::future::join_all((0..16).map(|_| acme.post("/v1/vouchers/redeem", &shown))).await;
    assert_eq!(tills.iter().filter(|till| till.status == 200).count(), 1);
    for till in tills.into_iter().filter(|till| till.status != 200) {
        let detail = till.refused(409, "voucher-used")["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("`R-1`"), "{detail}");
    }
    let id = voucher["id"].as_str().unwrap();
    acme.post(&format!("/v1/vouchers/{id}/give-back"), &json!({})).await.ok();
    acme.post("/v1/vouchers/redeem", &json!({ "code": code })).await.refused(409, "voucher-bound");
    server.at("2026-04-09T21:59:59Z").await;
    assert_eq!(acme.post("/v1/vouchers/check", &shown).await.ok()["usable"], true);
    server.at("2026-04-09T22:00:00Z").await;
    assert_eq!(acme.post("/v1/vouchers/check", &shown).await.ok()["usable"], false);
    acme.post("/v1/vouchers/redeem", &shown).await.refused(409, "voucher-expired");
    acme.post("/v1/vouchers/redeem", &json!({ "code": "0000-0000-0000-0000" })).await.refused(404, "not-found");
    acme.post("/v1/vouchers/redeem", &json!({ "code": "cake" })).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn messages_go_by_consent_caps_and_hours_of_rest() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let ada = acme.customer("Ada").await;
    let path = format!("/v1/customers/{ada}/outreach");
    let propose = async |purpose: &str, topic: &str| {
        let body = json!({ "purpose": purpose, "topic": topic, "title": "News", "text": "There is news." });
        let decided = acme.post(&path, &body).await.ok();
        (decided["held_back"]["why"].as_str().unwrap_or("said").to_owned(), decided["not_before"].clone())
    };
    assert_eq!(propose("selling", "spring").await.0, "no-consent");
    let consent = json!({ "purpose": "selling", "status": "given", "source": "checkout" });
    acme.post(&format!("/v1/customers/{ada}/consents"), &consent).await.ok();
    assert_eq!(propose("selling", "spring").await.0, "said");
    assert_eq!(propose("selling", "spring").await.0, "said-today");
    assert_eq!(propose("selling", "summer").await.0, "cap");
    assert_eq!(propose("relationship", "thanks").await.0, "said");
    assert_eq!(propose("relationship", "tips").await.0, "cap");
    assert_eq!(propose("service", "order").await.0, "said");
    // In the evening nothing is said but what the customer needs.
    server.at("2026-03-20T20:00:00Z").await;
    assert_eq!(propose("relationship", "thanks").await, ("said".to_owned(), json!("2026-03-21T07:00:00.000Z")));
    let (said, at) = propose("service", "order").await;
    assert!(said == "said" && at.as_str().unwrap().starts_with("2026-03-20T20:00"), "{said} {at}");
    let withdrawn = json!({ "purpose": "selling", "status": "withdrawn", "source": "phone" });
    acme.post(&format!("/v1/customers/{ada}/consents"), &withdrawn).await.ok();
    // What was said stays, in pages, the newest first, whenever it was told.
    let long_ago = json!({
        "purpose": "selling", "status": "given", "source": "paper", "occurred_at": "2019-05-01T10:00:00Z",
    });
    acme.post(&format!("/v1/customers/{ada}/consents"), &long_ago).await.ok();
    let newest = acme.get(&format!("/v1/customers/{ada}/consents?limit=1")).await.ok();
    assert_eq!(newest["items"][0]["status"], "withdrawn");
    let older = format!("/v1/customers/{ada}/consents?limit=1&cursor={}", newest["next_cursor"].as_str().unwrap());
    assert_eq!(acme.get(&older).await.ok()["items"][0]["status"], "given");
    server.at("2026-04-20T10:00:00Z").await;
    assert_eq!(propose("selling", "spring").await.0, "no-consent");
    // However many ask at the same time, a cap holds.
    server.at("2026-06-20T10:00:00Z").await;
    let ben = acme.customer("Ben").await;
    let path = format!("/v1/customers/{ben}/outreach");
    let bodies: Vec<Value> = (0..12)
        .map(|number| json!({ "purpose": "relationship", "topic": format!("t{number}"), "title": "x", "text": "x" }))
        .collect();
    let answers = futures::future::join_all(bodies.iter().map(|body| acme.post(&path, body))).await;
    let said = acme.all(&path).await.into_iter().filter(|one| one["status"] == "planned").count();
    assert_eq!(said, 2, "{answers:?}");
}

#[tokio::test]
async fn whoever_is_held_out_gets_no_voucher_and_is_measured_apart() {
    let server = Server::start_at("2026-04-10T08:00:00Z", None);
    let acme = with_rules(&server).await;
    let hold_out = json!({ "percent": 50, "salt": "spring" });
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin", "hold_out": hold_out })).await.ok();
    let mut customers = Vec::new();
    for number in 0..16 {
        let customer = customer(&acme, &format!("C{number}"), "1990-04-11", "2026-04-10").await;
        let purchase = json!({
            "customer": { "id": customer }, "source": "shop", "external_id": number.to_string(),
            "occurred_at": "2026-04-09T10:00:00Z", "amount": { "minor": 1_000, "currency": "EUR" },
        });
        acme.post("/v1/purchases", &purchase).await.ok();
        customers.push(customer);
    }
    server.at("2026-04-11T08:00:00Z").await;
    all_is_done(&server, &acme).await;
    let mut held_out = 0;
    for customer in &customers {
        let vouchers = acme.all(&format!("/v1/customers/{customer}/vouchers")).await;
        let said = acme.all(&format!("/v1/customers/{customer}/outreach")).await;
        let why = said[0]["held_back"]["why"].as_str();
        assert_eq!((said.len(), vouchers.len()), (1, usize::from(why.is_none())));
        assert!(why.is_none_or(|why| why == "hold-out"), "{why:?}");
        held_out += usize::from(why.is_some());
    }
    assert!((1..16).contains(&held_out), "{held_out}");
    let cohorts = acme.get("/v1/figures/retention?from=2026-04-01&to=2026-04-30").await.ok();
    assert_eq!(
        (&cohorts["held_out"][0]["customers"], &cohorts["with_rules"][0]["customers"]),
        (&json!(held_out), &json!(16 - held_out))
    );
}

#[tokio::test]
async fn who_stays_away_is_written_to_when_it_is_time_and_not_once_consent_is_withdrawn() {
    let server = Server::start_at("2026-01-01T08:00:00Z", None);
    let acme = shop(&server).await;
    server.operator().install("loyalty-winback").await;
    let second = json!({ "title": "We still miss you", "text": "Here is cake.", "offer": "cake" });
    let config = json!({ "title": "We miss you", "text": "Come by.", "second_after_days": 30, "second": second });
    acme.enable("stammgast.loyalty-winback", "winback", &config).await;
    let (ada, ben) = (acme.customer("Ada").await, acme.customer("Ben").await);
    for customer in [&ada, &ben] {
        let consent = json!({ "purpose": "selling", "status": "given", "source": "checkout" });
        acme.post(&format!("/v1/customers/{customer}/consents"), &consent).await.ok();
    }
    // Both buy every twenty days, so they are waited for twice as long: to the 22nd of March.
    for (number, day) in ["2026-01-01", "2026-01-21", "2026-02-10"].into_iter().enumerate() {
        server.at(&format!("{day}T10:00:00Z")).await;
        for customer in [&ada, &ben] {
            let purchase = json!({
                "customer": { "id": customer }, "source": "shop", "external_id": format!("{customer}/{number}"),
                "occurred_at": format!("{day}T09:00:00Z"), "amount": { "minor": 1_000, "currency": "EUR" },
            });
            acme.post("/v1/purchases", &purchase).await.ok();
        }
        all_is_done(&server, &acme).await;
    }
    let said = async |acme: &Client, customer: &str| {
        let all = acme.all(&format!("/v1/customers/{customer}/outreach")).await;
        let mut all: Vec<Value> =
            all.iter().map(|one| json!([one["title"], one["status"], one["not_before"]])).collect();
        all.reverse();
        json!(all)
    };
    server.at("2026-03-21T12:00:00Z").await;
    all_is_done(&server, &acme).await;
    assert_eq!(said(&acme, &ada).await, json!([]));
    let folder = server.stop();
    let server = Server::start_at("2026-03-22T04:00:00Z", Some(folder));
    let acme = acme.at(server.url());
    all_is_done(&server, &acme).await;
    // At five in the morning it is planned for the end of the hours of rest.
    let first = json!(["We miss you", "planned", "2026-03-22T07:00:00.000Z"]);
    assert_eq!(said(&acme, &ada).await, json!([first]));
    let withdrawn = json!({ "purpose": "selling", "channel": "email", "status": "withdrawn", "source": "link" });
    acme.post(&format!("/v1/customers/{ben}/consents"), &withdrawn).await.ok();
    assert_eq!(said(&acme, &ben).await[0][1], "held-back");
    server.at("2026-04-22T12:00:00Z").await;
    all_is_done(&server, &acme).await;
    let titles: Vec<Value> = said(&acme, &ada).await.as_array().unwrap().iter().map(|one| one[0].clone()).collect();
    assert_eq!(json!(titles), json!(["We miss you", "We still miss you"]));
    assert_eq!(acme.all(&format!("/v1/customers/{ada}/vouchers")).await.len(), 1);
    assert_eq!(acme.all(&format!("/v1/customers/{ben}/vouchers")).await.len(), 0);
}

#[tokio::test]
async fn a_lower_tier_that_was_noted_is_forgotten_when_the_points_for_it_are_gone() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = with_rules(&server).await;
    let status = acme.get("/v1/programs/status").await.ok();
    let mut policy = status["policy"].clone();
    policy["tiers"]["downgrade"] = json!("out");
    acme.put("/v1/programs/status", &json!({ "name": "Status", "policy": policy })).await.ok();
    let ada = customer(&acme, "Ada", "1990-09-01", "2026-03-10").await;
    for (points, falls_to) in [(350, json!(null)), (-200, json!("silver")), (-150, json!(null))] {
        give(&acme, &ada, "status", points).await;
        acme.settled().await;
        let gold = tier(&acme, &ada).await;
        assert_eq!((&gold["tier"], &gold["falls_to"]), (&json!("gold"), &falls_to), "{points}: {gold}");
    }
    server.at("2026-04-12T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    let moved = events(&acme, "loyalty.tier-changed", &ada).await;
    let (at, lost) = moved.last().unwrap();
    assert_eq!(
        (at.as_str(), &lost["movement"], &lost["tier"]),
        ("2026-04-11T22:00:00.000Z", &json!("lowered"), &json!(null))
    );
}

#[tokio::test]
async fn points_that_become_available_when_their_notice_is_due_are_told_of() {
    let server = Server::start_at("2026-03-10T08:00:00Z", None);
    let acme = shop(&server).await;
    let policy = json!({ "expiry": { "after": "rolling", "months": 1 }, "pending_days": 20, "notice_days": 20 });
    acme.put("/v1/programs/points", &json!({ "name": "Points", "policy": policy })).await.ok();
    let ada = customer(&acme, "Ada", "1990-09-01", "2026-03-10").await;
    let given = json!({ "customer": { "id": ada }, "program": "points", "points": 40, "reference": "B-1" });
    acme.partner("bakery").await.post("/v1/partner/issues", &given).await.ok();
    server.at("2026-04-02T09:00:00Z").await;
    all_is_done(&server, &acme).await;
    let told = events(&acme, "occasion.reached", &ada).await;
    let told: Vec<Value> = told.iter().map(|(_, data)| json!([data["kind"], data["day"], data["points"]])).collect();
    assert_eq!(told, [json!(["points-expiring", "2026-04-10", 40])]);
}
