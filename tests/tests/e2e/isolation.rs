//! Tenants see nothing of one another, keys do what their scopes say, and no endpoint escapes this test.

use crate::operations::BODIES;
use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Answer, Client, Server, shop::purchase};
use std::collections::{BTreeMap, BTreeSet};

const OPEN: &[&str] =
    &["/health/live", "/health/ready", "/v1/openapi.json", "/problems/{code}", "/v1/hooks/{tenant}/{channel}"];
/// A UUID that names nothing.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";

/// Rows of one tenant, by path and parameter.
type Rows = BTreeMap<(&'static str, &'static str), String>;

#[tokio::test]
async fn a_foreign_row_looks_like_a_missing_one_in_every_operation() {
    let server = Server::start();
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    let rows = one_of_each(&server, &acme).await;
    let before = snapshot(&acme).await;
    let operations = operations(&server.operator()).await;
    let listed: BTreeSet<(String, String)> =
        BODIES.iter().map(|(method, path, _)| ((*method).to_owned(), described(path))).collect();
    let served: BTreeSet<_> = operations.keys().cloned().collect();
    assert_eq!(served, listed, "every operation of the API has to be covered here");

    for (method, path, body) in BODIES {
        let scope = operations[&((*method).to_owned(), described(path))].clone();
        let foreign = call(&other, method, path, body, |name| rows.get(&(collection(path), name)).cloned()).await;
        let missing = call(&other, method, path, body, |name| Some(absent(name))).await;
        if path.contains('{') || body.contains("{customer}") {
            assert_eq!(comparable(&foreign), comparable(&missing), "{method} {path}");
            assert!(
                foreign.status.is_client_error() || path.starts_with("/v1/plugins/{name}"),
                "{method} {path}: {}",
                foreign.text
            );
        } else if *method == "GET" && scope != "operator" {
            let shown = foreign.text;
            // Installed plugins are the server's, and numbers of events and calls say nothing: times hold the same ones.
            let tells = |(place, name): &(&str, &str)| *place != "plugins" && !["event", "call"].contains(name);
            let own = rows.iter().filter(|(row, _)| tells(row));
            for ((place, _), id) in own {
                assert!(!shown.contains(id.as_str()), "{path} shows {place} {id} of another tenant");
            }
        }
        let nobody = call(&other.anonymous(), method, path, body, |name| Some(absent(name))).await;
        assert_eq!(nobody.status, 401, "{method} {path} without a key");
    }
    assert_eq!(snapshot(&acme).await, before, "nothing of the tenant changed");
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused_everywhere() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let rows = one_of_each(&server, &acme).await;
    let operations = operations(&server.operator()).await;
    let mut keys = BTreeMap::new();
    for scope in operations.values().collect::<BTreeSet<_>>() {
        keys.insert(scope, keys_without(&acme, scope).await);
    }
    for (method, path, body) in BODIES {
        let scope = &operations[&((*method).to_owned(), described(path))];
        let code = if scope == "operator" { "operator-only" } else { "missing-scope" };
        for (missing, weak) in &keys[scope] {
            let refused = call(weak, method, path, body, |name| rows.get(&(collection(path), name)).cloned()).await;
            let said = (refused.status.as_u16(), refused.body["code"].as_str());
            assert_eq!(said, (403, Some(code)), "{method} {path} without {missing}");
            assert!(code == "operator-only" || refused.text.contains(&format!("`{missing}`")), "{}", refused.text);
        }
    }
}

#[tokio::test]
async fn a_revoked_or_mangled_key_is_no_key() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let made = acme.post("/v1/keys", &json!({"name": "till", "scopes": ["customers:read"]})).await.ok();
    let (id, secret) = (made["key"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let till = acme.with_key(secret);
    till.get("/v1/customers").await.ok();
    for mangled in [&secret[..secret.len() - 1], "sgk_", "", "sgk_0123456789abcdef_00"] {
        acme.with_key(mangled).get("/v1/customers").await.refused(401, "unauthenticated");
    }
    let listed = acme.get("/v1/keys").await;
    assert!(!listed.text.contains(secret.rsplit('_').next().unwrap()), "a secret is shown once");
    assert_eq!(acme.send(acme.request(Method::DELETE, &format!("/v1/keys/{id}"))).await.status, 204);
    till.get("/v1/customers").await.refused(401, "unauthenticated");
    let too_much = json!({"name": "more", "scopes": ["customers:write"]});
    let weak = acme.post("/v1/keys", &json!({"name": "weak", "scopes": ["keys:write"]})).await.ok();
    acme.with_key(weak["secret"].as_str().unwrap()).post("/v1/keys", &too_much).await.refused(403, "missing-scope");
}

/// For each scope of an operation a key that lacks only this one; it carries all others and one that is none of them.
async fn keys_without(acme: &Client, scope: &str) -> Vec<(String, Client)> {
    let needed: Vec<&str> = scope.split(' ').collect();
    let unrelated = ["customers:read", "channels:write"].into_iter().find(|one| !needed.contains(one)).unwrap();
    let mut keys = Vec::new();
    for missing in &needed {
        let others = needed.iter().filter(|one| *one != missing).copied();
        let scopes: Vec<&str> = others.chain([unrelated]).collect();
        let made = acme.post("/v1/keys", &json!({"name": "weak", "scopes": scopes})).await.ok();
        keys.push(((*missing).to_owned(), acme.with_key(made["secret"].as_str().unwrap())));
    }
    keys
}

/// Every operation of the API description, with the scope that it says it needs.
async fn operations(client: &Client) -> BTreeMap<(String, String), String> {
    let description = client.anonymous().get("/v1/openapi.json").await.ok();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operations = BTreeMap::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        if OPEN.contains(&path.as_str()) {
            continue;
        }
        for (method, operation) in methods.as_object().unwrap() {
            let scope = operation["x-scope"].as_str().unwrap_or_else(|| panic!("{method} {path} names no x-scope"));
            operations.insert((method.to_uppercase(), path.clone()), scope.to_owned());
        }
    }
    operations
}

/// A path as the API description has it, without its query.
fn described(path: &str) -> String {
    path.split('?').next().unwrap().to_owned()
}

fn collection(path: &'static str) -> &'static str {
    path.trim_start_matches("/v1/").split('/').next().unwrap()
}

fn absent(name: &str) -> String {
    match name {
        "event" => "999999".to_owned(),
        "call" => "999999.1".to_owned(),
        "digest" => format!("sha256:{}", "0".repeat(64)),
        "program" | "channel" | "name" | "code" | "plan" | "reward" | "offer" => "nothing".to_owned(),
        _ => NOTHING.to_owned(),
    }
}

async fn call(
    client: &Client,
    method: &str,
    path: &'static str,
    body: &str,
    row: impl Fn(&'static str) -> Option<String>,
) -> Answer {
    let mut filled = path.to_owned();
    let holes = ["id", "code", "program", "channel", "name", "installation", "event", "call", "digest"];
    for name in holes.into_iter().chain(["plan", "reward", "offer"]) {
        let hole = format!("{{{name}}}");
        if filled.contains(&hole) {
            let value = row(name).unwrap_or_else(|| panic!("no row for {name} in {path}"));
            filled = filled.replace(&hole, &value);
        }
    }
    let customer = row("customer").or_else(|| row("id")).unwrap_or_else(|| NOTHING.to_owned());
    let body = body.replace("{customer}", &customer);
    let media_type = match path {
        "/v1/plugins" => "application/wasm",
        "/v1/channels/{channel}/inbound" => "message/rfc822",
        _ => "application/json",
    };
    let mut request = client.request(method.parse().unwrap(), &filled);
    if method != "GET" && method != "DELETE" {
        request = request.header("content-type", media_type).body(body);
    }
    client.send(request).await
}

/// What an answer says, apart from the request's own id.
fn comparable(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("instance");
    }
    (answer.status.as_u16(), body)
}

async fn snapshot(acme: &Client) -> Value {
    let mut overview = acme.get("/v1/overview").await.ok();
    overview["installations"] = acme.get("/v1/installations").await.ok();
    overview["audit"] = acme.get("/v1/audit").await.ok();
    overview["feedback"] = acme.get("/v1/feedback-items").await.ok();
    overview
}

/// One row of everything in a tenant.
async fn one_of_each(server: &Server, acme: &Client) -> Rows {
    let operator = server.operator();
    for plugin in ["channel-email", "quality-standards", "feedback-departments", "hostile"] {
        operator.install(plugin).await;
    }
    acme.post("/v1/departments", &json!({"code": "secret-department", "name": "Sales"})).await.ok();
    acme.post("/v1/programs", &json!({"code": "secret-program", "name": "Stamps"})).await.ok();
    acme.enable("stammgast.channel-email", "secret-email", &json!({"own_addresses": ["us@acme.example"]})).await;
    acme.enable("stammgast.quality-standards", "quality", &json!({"completeness": {"min_words": 50}})).await;
    let routes = json!({
        "kinds": [{"kind": "complaint", "words": ["broken"]}],
        "topics": [{"topic": "product", "words": ["record"]}],
        "routes": [{"kind": "complaint", "topic": "product", "department": "secret-department"}],
    });
    acme.enable("stammgast.feedback-departments", "feedback", &routes).await;
    let hostile = acme.enable("test.hostile", "hostile", &json!({"do": "trap"})).await;
    let mail = "From: Ada <ada@secret.example>\r\nTo: us@acme.example\r\nSubject: Broken\r\nMessage-ID: <1@secret.example>\r\n\r\nThe record is broken.\r\n";
    let message = acme.post_bytes("/v1/channels/secret-email/inbound", "message/rfc822", mail.into()).await.ok();
    acme.settled().await;
    let customer = acme.all("/v1/customers").await[0]["id"].as_str().unwrap().to_owned();
    let purchase = acme.post("/v1/purchases", &purchase(&json!({"id": customer}), 1, 100)).await.ok();
    acme.until("the hostile call is a dead letter or in line", || async {
        let id = &hostile;
        let progress = acme.get(&format!("/v1/installations/{id}/progress")).await.ok();
        progress["held"] != 0 || progress["dead"] != 0
    })
    .await;
    let interaction = acme.all("/v1/interactions").await[0]["id"].as_str().unwrap().to_owned();
    let finding = acme.all("/v1/findings").await[0]["id"].as_str().unwrap().to_owned();
    let item = acme.all("/v1/feedback-items").await[0]["id"].as_str().unwrap().to_owned();
    let key = acme.post("/v1/keys", &json!({"name": "k", "scopes": ["customers:read"]})).await.ok();
    let events = acme.get("/v1/events?after=0&limit=500").await.ok();
    let bought = |one: &&Value| one["type"] == "purchase.recorded";
    let event = events["items"].as_array().unwrap().iter().find(bought).unwrap()["seq"].to_string();
    let test = json!({"candidate": {"plugin": "test.hostile", "config": {"do": "nothing"}}});
    let test = acme.post("/v1/backtests", &test).await.ok();
    acme.until("the back-test is done", || async {
        acme.get(&format!("/v1/backtests/{}", test["id"].as_str().unwrap())).await.ok()["status"] == "done"
    })
    .await;
    let signer = json!({"name": "secret-signer", "public_key": "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="});
    acme.post("/v1/trusted-keys", &signer).await.ok();
    acme.post("/v1/partners", &json!({"code": "secret-partner", "name": "Secret bakery"})).await.ok();
    let adjustment = json!({"points": 9, "reason": "welcome", "text": "Welcome."});
    acme.post(&format!("/v1/customers/{customer}/loyalty/secret-program/adjustments"), &adjustment).await.ok();
    let redemption =
        json!({"customer": customer, "program": "secret-program", "points": 4, "reference": "secret-receipt"});
    let redemption = acme.post("/v1/redemptions", &redemption).await.ok();
    let back = json!({"external_id": "secret-return", "amount": {"minor": 10, "currency": "EUR"}});
    let path = format!("/v1/purchases/{}/returns", purchase["id"].as_str().unwrap());
    let returned = acme.post(&path, &back).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut rows = retention(acme, &customer).await;
    rows.extend([
        (("partners", "code"), "secret-partner".to_owned()),
        (("partners", "program"), "secret-program".to_owned()),
        (("partner", "id"), text(&redemption["id"])),
        (("partner", "customer"), customer.clone()),
        (("quotes", "customer"), customer.clone()),
        (("redemptions", "id"), text(&redemption["id"])),
        (("redemptions", "customer"), customer.clone()),
        (("returns", "id"), text(&returned["id"])),
        (("customers", "id"), customer.clone()),
        (("customers", "program"), "secret-program".to_owned()),
        (("purchases", "id"), text(&purchase["id"])),
        (("purchases", "customer"), customer.clone()),
        (("interactions", "id"), interaction),
        (("interactions", "customer"), customer),
        (("messages", "id"), text(&message["id"])),
        (("channels", "channel"), "secret-email".to_owned()),
        (("programs", "program"), "secret-program".to_owned()),
        (("partner", "program"), "secret-program".to_owned()),
        (("departments", "code"), "secret-department".to_owned()),
        (("findings", "id"), finding),
        (("feedback-items", "id"), item),
        (("plugins", "name"), "stammgast.nothing".to_owned()),
        (("plugins", "digest"), absent("digest")),
        (("backtests", "id"), text(&test["id"])),
        (("trusted-keys", "name"), "secret-signer".to_owned()),
        (("installations", "call"), format!("{event}.1")),
        (("installations", "name"), "token".to_owned()),
        (("installations", "id"), hostile.clone()),
        (("dead-letters", "installation"), hostile),
        (("dead-letters", "event"), event),
        (("events", "event"), events["last"].to_string()),
        (("notices", "id"), absent("id")),
        (("keys", "id"), text(&key["key"]["id"])),
    ]);
    rows
}

/// One row of everything that keeps customers.
async fn retention(acme: &Client, customer: &str) -> Rows {
    let made = async |path: &str, body: Value| {
        let made = acme.post(path, &body).await.ok();
        made["id"].as_str().unwrap_or_default().to_owned()
    };
    let benefit = json!({"type": "percent", "percent": 10});
    made("/v1/offers", json!({"code": "secret-offer", "name": "x", "benefit": benefit, "valid_days": 9})).await;
    let reward = json!({"code": "secret-reward", "name": "x", "program": "secret-program", "points": 1});
    made("/v1/rewards", reward).await;
    made("/v1/plans", json!({"code": "secret-plan", "name": "x", "months": 12})).await;
    made(&format!("/v1/customers/{customer}/memberships"), json!({"plan": "secret-plan"})).await;
    let voucher = json!({"customer": customer, "offer": "secret-offer", "reason": "x"});
    let voucher = made("/v1/vouchers", voucher).await;
    let activity = json!({"customer": customer, "kind": "x", "source": "app", "external_id": "secret"});
    let activity = made("/v1/activities", activity).await;
    let mut bought = purchase(&json!({"id": customer}), 2, 100);
    bought["lines"] = json!([{"product": "RECORD", "quantity": 1, "amount_minor": 100}]);
    let purchase = made("/v1/purchases", bought).await;
    let warranty = made("/v1/warranties", json!({"purchase": purchase, "line": 0, "months": 1})).await;
    BTreeMap::from([
        (("offers", "offer"), "secret-offer".to_owned()),
        (("rewards", "reward"), "secret-reward".to_owned()),
        (("rewards", "customer"), customer.to_owned()),
        (("customers", "reward"), "secret-reward".to_owned()),
        (("plans", "plan"), "secret-plan".to_owned()),
        (("customers", "plan"), "secret-plan".to_owned()),
        (("vouchers", "id"), voucher),
        (("vouchers", "customer"), customer.to_owned()),
        (("activities", "id"), activity),
        (("activities", "customer"), customer.to_owned()),
        (("referrals", "customer"), customer.to_owned()),
        (("warranties", "id"), warranty),
        (("warranties", "customer"), purchase),
    ])
}
