//! Rows named by text: another tenant's name looks like one that nobody uses, and is free to be used again.

use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Answer, Client, Server};
use std::collections::BTreeSet;

/// A name of rows in one tenant.
const FOREIGN: &str = "secret";
/// Parameters of text that name no row of a tenant: places in lists, sorts, forms, and plugins, which are the server's.
const NAMES_NO_ROW: [&str; 7] = ["cursor", "after", "before", "ended", "personal", "plugin", "account"];
/// A name of nothing.
const NOTHING: &str = "nothing";

/// A purchase by the name that another system has for the customer.
const PURCHASE: &str = r#"{"customer":{"reference":{"source":"till","id":"{name}"}},"source":"shop","external_id":"1","occurred_at":"2026-03-01T10:00:00Z","amount":{"minor":1,"currency":"EUR"}}"#;

/// A request that names a row by text: method, path, and a body where it takes one.
type Request = (&'static str, &'static str, String);

fn requests() -> Vec<Request> {
    vec![
        ("GET", "/v1/customers?reference=till:{name}", String::new()),
        ("GET", "/v1/feedback-items?department={name}", String::new()),
        ("POST", "/v1/purchases", PURCHASE.to_owned()),
        ("POST", "/v1/purchases/bulk", format!(r#"{{"rows":[{PURCHASE}]}}"#)),
    ]
}

/// What is answered to a request with a name, apart from the request's own id.
async fn said(client: &Client, request: &Request, name: &str) -> (u16, Value) {
    let (method, path, body) = request;
    let mut sent = client.request(method.parse::<Method>().unwrap(), &path.replace("{name}", name));
    if !body.is_empty() {
        sent = sent.header("content-type", "application/json").body(body.replace("{name}", name));
    }
    let Answer { status, mut body, .. } = client.send(sent).await;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("instance");
    }
    (status.as_u16(), body)
}

/// A customer with a reference and an address, a department, a program and a purchase, all under one name.
async fn rows(client: &Client) -> [u16; 4] {
    let customer = json!({
        "name": "Ada",
        "reference": {"source": "till", "id": FOREIGN},
        "contact_points": [{"kind": "email", "value": "ada@secret.example"}],
    });
    let code = json!({"code": FOREIGN, "name": "Secret"});
    let purchase: Value = serde_json::from_str(&PURCHASE.replace("{name}", FOREIGN)).unwrap();
    let made = [
        client.post("/v1/customers", &customer).await,
        client.post("/v1/departments", &code).await,
        client.post("/v1/programs", &code).await,
        client.post("/v1/purchases", &purchase).await,
    ];
    made.map(|answer| answer.status.as_u16())
}

#[tokio::test]
async fn a_foreign_name_looks_like_a_missing_one() {
    let server = Server::start();
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    assert_eq!(rows(&acme).await, [201; 4]);
    let requests = requests();
    let covered: BTreeSet<String> =
        requests.iter().filter_map(|(_, path, _)| Some(path.split_once('=')?.0.to_owned())).collect();
    assert_eq!(described(&server).await, covered, "every filter by a name has to be covered here");

    let before = acme.get("/v1/overview").await.ok();
    for request in &requests {
        let missing = said(&other, request, NOTHING).await;
        assert_eq!(said(&other, request, FOREIGN).await, missing, "{request:?}");
        assert_ne!(said(&acme, request, FOREIGN).await, missing, "{request:?}: its own tenant knows the name");
    }
    assert_eq!(acme.get("/v1/overview").await.ok(), before, "nothing of the tenant changed");
    assert!(other.all("/v1/purchases").await.is_empty(), "nothing was recorded for somebody else's customer");
}

#[tokio::test]
async fn a_name_that_another_tenant_uses_is_free() {
    let server = Server::start();
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    assert_eq!(rows(&acme).await, [201; 4]);
    assert_eq!(rows(&other).await, [201; 4]);
    let (here, there) = (acme.all("/v1/customers").await, other.all("/v1/customers").await);
    assert_eq!((here.len(), there.len()), (1, 1));
    assert_ne!(here[0]["id"], there[0]["id"]);
}

/// Every filter of the API description that takes any text, as a path and the filter's name.
async fn described(server: &Server) -> BTreeSet<String> {
    let api = server.operator().anonymous().get("/v1/openapi.json").await.ok();
    let mut found = BTreeSet::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let schema = &parameter["schema"];
                let any_text = schema["type"] == "string" && schema["format"].is_null() && schema["enum"].is_null();
                let names_row = !NAMES_NO_ROW.contains(&parameter["name"].as_str().unwrap());
                if parameter["in"] == "query" && any_text && names_row {
                    found.insert(format!("{path}?{}", parameter["name"].as_str().unwrap()));
                }
            }
        }
    }
    found
}
