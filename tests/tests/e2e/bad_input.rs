//! Bad input gets a problem that names the field and the remedy; nothing is half-written.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// The field that a refusal is about, and what it says of it.
async fn refused(client: &Client, path: &str, body: &Value) -> (String, String) {
    let refused = client.post(path, body).await.refused(422, "invalid-value");
    let text =
        |name: &str| refused["errors"][0][name].as_str().unwrap_or_else(|| panic!("{body}: {refused}")).to_owned();
    (text("field"), text("problem"))
}

/// A body in which one value is another one, or is left out.
fn with(body: &Value, place: &str, value: Option<Value>) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    let mut changed = body.clone();
    let fields = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
    changed
}

#[tokio::test]
async fn invalid_json_unknown_fields_and_wrong_types_are_named() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let broken = acme.post_bytes("/v1/customers", "application/json", b"{\"name\": ".to_vec()).await;
    broken.refused(400, "malformed-json");
    let unknown = acme.post("/v1/customers", &json!({"nmae": "Ada"})).await.refused(422, "invalid-value");
    assert!(unknown["detail"].as_str().unwrap().contains("nmae"), "{unknown}");
    let body = json!({"name": "Ada", "contact_points": [{"kind": "email", "value": 7}]});
    let wrong = acme.post("/v1/customers", &body).await.refused(422, "invalid-value");
    assert_eq!(wrong["errors"][0]["field"], "contact_points[0].value");
    let body = json!({"contact_points": [{"kind": "phone", "value": "030 1"}]});
    let wrong = acme.post("/v1/customers", &body).await.refused(422, "invalid-value");
    assert_eq!(wrong["errors"][0]["field"], "contact_points[0].value");
    assert!(wrong["errors"][0]["problem"].as_str().unwrap().contains("country code"));
    acme.post_bytes("/v1/customers", "text/plain", b"Ada".to_vec()).await.refused(415, "unsupported-media-type");
    assert!(acme.all("/v1/customers").await.is_empty(), "nothing is half-written");
}

#[tokio::test]
async fn what_is_made_with_a_code_is_read_as_strictly_as_what_is_changed() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let money = json!({ "minor": 500, "currency": "EUR" });
    let reward = json!({ "code": "tent", "name": "A tent", "program": "points", "points": 100 });
    let benefit = json!({ "type": "item", "text": "A cake" });
    let offer = json!({ "code": "cake", "name": "Cake", "benefit": benefit, "valid_days": 9, "minimum": money });
    let plan = json!({ "code": "club", "name": "Club", "months": 12, "price": money });
    for (path, right, place, value) in [
        ("/v1/rewards", &reward, "/stok", Some(json!(5))),
        ("/v1/rewards", &reward, "/stock", Some(json!("five"))),
        ("/v1/rewards", &reward, "/points", None),
        ("/v1/rewards", &reward, "/code", None),
        ("/v1/rewards", &reward, "/code", Some(json!(7))),
        ("/v1/offers", &offer, "/stok", Some(json!(5))),
        ("/v1/offers", &offer, "/valid_days", Some(json!(-1))),
        ("/v1/offers", &offer, "/minimum/minor", Some(json!("500"))),
        ("/v1/offers", &offer, "/benefit/text", None),
        ("/v1/offers", &offer, "/code", None),
        ("/v1/plans", &plan, "/month", Some(json!(12))),
        ("/v1/plans", &plan, "/price/currency", None),
        ("/v1/plans", &plan, "/price/currency", Some(json!("Euro"))),
        ("/v1/plans", &plan, "/code", Some(json!(null))),
    ] {
        let (field, problem) = refused(&acme, path, &with(right, place, value)).await;
        assert_eq!(field, place.trim_start_matches('/').replace('/', "."), "{path}: {problem}");
    }
    for (path, right) in [("/v1/rewards", &reward), ("/v1/offers", &offer), ("/v1/plans", &plan)] {
        assert_eq!(acme.post(path, right).await.ok()["code"], right["code"]);
    }
}

#[tokio::test]
async fn what_is_missing_or_of_the_wrong_sort_is_told_by_its_own_name_and_in_words() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    let line = json!({ "product": "CD-1", "quantity": 1, "amount_minor": 100 });
    let purchase = json!({
        "customer": { "id": ada }, "source": "shop", "external_id": "1", "occurred_at": "2026-03-01T10:00:00Z",
        "amount": { "minor": 100, "currency": "EUR" }, "lines": [line],
    });
    let redemption = json!({ "customer": ada, "program": "points", "points": 5 });
    let missing = "this is missing; give it";
    for (body, place, value, said) in [
        (&purchase, "/source", None, missing),
        (&purchase, "/amount", None, missing),
        (&purchase, "/amount/currency", None, missing),
        (&purchase, "/customer", None, missing),
        (&purchase, "/amount", Some(json!(100)), "expected an object with `minor` and `currency`"),
        (&purchase, "/lines", Some(line.clone()), "invalid type: object, expected a list"),
        (&purchase, "/customer/id", Some(json!({})), "this is no id; write one"),
        (&purchase, "/customer", Some(json!(4711)), r#"{"reference": {"source": …, "id": …}}"#),
        (&purchase, "/customer", Some(json!("4711")), r#"{"reference": {"source": …, "id": …}}"#),
        (&redemption, "/points", Some(json!("5")), "expected a whole number"),
        (&redemption, "/capture", Some(json!("soon")), "`soon` is not known here; write `later` or `now`"),
        (&redemption, "/capture", Some(json!(5)), "expected a name, as text"),
    ] {
        let path = if body["source"] == "shop" { "/v1/purchases" } else { "/v1/redemptions" };
        let (field, problem) = refused(&acme, path, &with(body, place, value)).await;
        assert_eq!(field, place.trim_start_matches('/').replace('/', "."), "{problem}");
        assert!(problem.contains(said) && !problem.contains("struct"), "{field}: {problem}");
    }
    let row = with(&with(&purchase, "/amount/minor", None), "/lines", Some(json!([])));
    let rows = json!({ "rows": [purchase, row] });
    assert_eq!(refused(&acme, "/v1/purchases/bulk", &rows).await.0, "rows[1].amount.minor");
    let row = with(&purchase, "/lines/0/quantity", None);
    assert_eq!(refused(&acme, "/v1/purchases", &row).await.0, "lines[0].quantity");
    assert!(acme.all("/v1/purchases").await.is_empty(), "nothing is half-written");

    let adjustments = format!("/v1/customers/{ada}/loyalty/points/adjustments");
    let nothing = json!({ "points": 0, "reason": "goodwill", "text": "Sorry." });
    let (field, problem) = refused(&acme, &adjustments, &nothing).await;
    assert!(field == "points" && problem.contains("take as many with a minus"), "{field}: {problem}");
}

#[tokio::test]
async fn a_key_for_trade_names_the_partner_who_gets_it() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    acme.partner("bakery").await;
    for scopes in [json!(["partner:trade"]), json!(["partner:trade", "loyalty:read"])] {
        let (field, problem) = refused(&acme, "/v1/keys", &json!({ "name": "x", "scopes": scopes })).await;
        assert!(field == "partner" && problem.contains("name the one"), "{field}: {problem}");
    }
    // Who makes keys hands the scope on, and may have it for that alone.
    let admin = json!({ "name": "admin", "scopes": ["partner:trade", "keys:write"] });
    acme.post("/v1/keys", &admin).await.ok();
    let mut create = server.cli(&["key", "create", "--name", "bakery", "--partner", "bakery", "--quiet"]);
    let made = create.env("STAMMGAST_TENANT", "acme").output().unwrap();
    let secret = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    acme.with_key(secret.trim()).get("/v1/partner/accounts").await.ok();
}

#[tokio::test]
async fn what_cannot_have_happened_yet_or_ever_is_refused_with_the_bounds() {
    let server = Server::start_at("2026-04-10T08:00:00Z", None);
    let acme = server.tenant("acme").await;
    let ada = acme.customer("Ada").await;
    let bought = |at: &str| {
        json!({
            "customer": { "id": ada }, "source": "shop", "external_id": at, "occurred_at": at,
            "amount": { "minor": 100, "currency": "EUR" },
        })
    };
    let did =
        |at: &str| json!({ "customer": ada, "kind": "visit", "source": "app", "external_id": at, "occurred_at": at });
    for at in ["2026-04-11T09:00:00Z", "2099-06-01T10:35:00Z", "0001-01-01T00:00:00Z"] {
        let refused = acme.post("/v1/purchases", &bought(at)).await.refused(422, "invalid-value");
        let said = refused["detail"].as_str().unwrap();
        assert!(said.contains("occurred_at is ") && said.contains(" and 2026-04-11T08:0"), "{said}");
        acme.post("/v1/activities", &did(at)).await.refused(422, "invalid-value");
    }
    // Clocks differ, and old books are taken over.
    acme.post("/v1/purchases", &bought("2026-04-11T08:00:00Z")).await.ok();
    acme.post("/v1/purchases", &bought("1987-04-11T08:00:00Z")).await.ok();
    acme.post("/v1/customers", &json!({ "birthday": "2080-01-01" })).await.refused(422, "invalid-value");
    let mut nothing = bought("2026-04-01T08:00:00Z");
    nothing["amount"]["currency"] = json!("XXX");
    acme.post("/v1/purchases", &nothing).await.refused(422, "invalid-value");
}

#[tokio::test]
async fn a_configuration_that_could_not_work_is_refused_when_it_is_enabled() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("quality-standards").await;
    let enable = |pattern: &str| {
        json!({
            "plugin": "stammgast.quality-standards", "name": "quality", "start": "now", "unsigned": "a test", "grants": ["quality.raise-finding"],
            "config": {"documentation": {"reference_pattern": pattern}},
        })
    };
    for pattern in ["KH-[0-9", "(?=a)b", ""] {
        let refused = acme.post("/v1/installations", &enable(pattern)).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], "config.documentation.reference_pattern", "{refused}");
    }
    acme.post("/v1/installations", &enable("KH-[0-9]{6}")).await.ok();

    // What it names has to be there before the first birthday.
    server.operator().install("loyalty-birthday").await;
    let grants =
        ["contacts.propose", "loyalty.earn", "loyalty.make-eligible", "lookup.customer", "lookup.customer.name"];
    let day = json!({ "title": "Hello", "text": "Come by.", "offer": "cake", "program": "nope", "points": 5 });
    let birthday = json!({
        "plugin": "stammgast.loyalty-birthday", "name": "birthday", "start": "now", "unsigned": "a test", "grants": grants,
        "config": { "birthday": day },
    });
    let refused = acme.post("/v1/installations", &birthday).await.refused(422, "invalid-value");
    let mut problems: Vec<String> = refused["errors"].as_array().unwrap().iter().map(Value::to_string).collect();
    problems.sort();
    assert_eq!(problems.len(), 2, "{refused}");
    assert!(problems[0].contains("config.birthday.offer") && problems[0].contains("there is none yet"), "{refused}");
    assert!(problems[1].contains("no program `nope`") && problems[1].contains("there are `points`"), "{refused}");
    let benefit = json!({ "type": "item", "text": "A piece of cake" });
    acme.post("/v1/offers", &json!({ "code": "cake", "name": "Cake", "benefit": benefit, "valid_days": 9 })).await.ok();
    let mut right = birthday.clone();
    right["config"]["birthday"]["program"] = json!("points");
    acme.post("/v1/installations", &right).await.ok();
}

#[tokio::test]
async fn a_tenant_has_so_many_of_what_has_no_pages_and_no_more() {
    let bounds = ["DEPARTMENTS", "PROGRAMS", "KEYS", "CONTACT_POINTS"].map(|name| (format!("TENANT__{name}"), "2"));
    let bounds: Vec<(&str, &str)> = bounds.iter().map(|(name, most)| (name.as_str(), *most)).collect();
    let server = Server::start_with(&bounds);
    let acme = server.tenant("acme").await;
    let code = |code: &str| json!({"code": code, "name": code});
    acme.post("/v1/departments", &code("a")).await.ok();
    acme.post("/v1/departments", &code("b")).await.ok();
    let refused = acme.post("/v1/departments", &code("c")).await.refused(422, "too-many");
    assert!(refused["detail"].as_str().unwrap().contains("tenant.departments"), "{refused}");
    // One program and one key come with the tenant.
    acme.post("/v1/programs", &code("a")).await.ok();
    acme.post("/v1/programs", &code("b")).await.refused(422, "too-many");
    let key = json!({"name": "till", "scopes": ["customers:read"]});
    acme.post_once("again", "/v1/keys", &key).await.refused(422, "invalid-value");
    acme.post("/v1/keys", &key).await.ok();
    acme.post("/v1/keys", &key).await.refused(422, "too-many");
    let point = |number: usize| json!({"kind": "email", "value": format!("{number}@example.com")});
    let many = json!({"name": "Ada", "contact_points": [point(1), point(2), point(3)]});
    acme.post("/v1/customers", &many).await.refused(422, "too-many");
    let some = json!({"name": "Ada", "contact_points": [point(1), point(2)]});
    let id = acme.post("/v1/customers", &some).await.ok()["id"].as_str().unwrap().to_owned();
    acme.post(&format!("/v1/customers/{id}/contact-points"), &point(2)).await.ok();
    acme.post(&format!("/v1/customers/{id}/contact-points"), &point(3)).await.refused(422, "too-many");
}

#[tokio::test]
async fn oversized_bodies_are_refused_with_their_limit() {
    let server = Server::start_with(&[("HTTP__JSON_BYTES", "2048"), ("HTTP__MESSAGE_BYTES", "4096")]);
    let acme = server.tenant("acme").await;
    let large = acme.post("/v1/customers", &json!({"name": "x".repeat(3_000)})).await.refused(413, "too-large");
    assert!(large["detail"].as_str().unwrap().contains("http.json_bytes"), "{large}");
    server.operator().install("channel-email").await;
    acme.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["a@example.com"]})).await;
    let mail = vec![b'x'; 5_000];
    acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", mail).await.refused(413, "too-large");
}

#[tokio::test]
async fn a_component_that_cannot_be_trusted_is_refused_with_the_reason() {
    let server = Server::start_with(&[("RUNTIME__COMPONENT_MIB", "1")]);
    let operator = server.operator();
    let install = async |bytes: Vec<u8>| {
        let refused =
            operator.post_bytes("/v1/plugins", "application/wasm", bytes).await.refused(422, "component-refused");
        refused["detail"].as_str().unwrap().to_owned()
    };
    assert!(install(b"not wasm at all".to_vec()).await.contains("no WebAssembly"));
    assert!(install(b"\0asm\x01\0\0\0".to_vec()).await.contains("core module"));
    assert!(install(b"\0asm\x0d\0\x01\0".to_vec()).await.contains("no manifest"));
    assert!(install(vec![0; (1 << 20) + 1]).await.contains("at most"), "too big");
    let mut cut = stammgast_tests::component("loyalty-points");
    cut.truncate(cut.len() / 2);
    install(cut).await;
}

#[tokio::test]
async fn a_malformed_mail_is_kept_and_shown_with_its_error() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("channel-email").await;
    acme.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["a@example.com"]})).await;
    let noise = b"\x00\x01\x02 this is no message".to_vec();
    let stored = acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", noise.clone()).await;
    assert_eq!(stored.status, 202);
    acme.settled().await;
    let unreadable = acme.all("/v1/messages?status=unreadable").await;
    assert_eq!(unreadable.len(), 1);
    assert!(!unreadable[0]["error"].as_str().unwrap().is_empty());
    let id = unreadable[0]["id"].as_str().unwrap();
    let raw = acme.request(reqwest::Method::GET, &format!("/v1/messages/{id}/raw")).send().await.unwrap();
    assert_eq!(raw.bytes().await.unwrap(), noise);
    let again = acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", noise).await;
    assert_eq!(again.status, 200, "the same bytes again are the same message");
}
