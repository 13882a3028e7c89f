//! Ids inside bodies: another tenant's row looks like a missing one there, too, and no such field escapes this test.

use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::collections::BTreeSet;

/// A UUID that names nothing.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";

const PURCHASE: &str = r#"{"customer":{"id":"{foreign}"},"source":"shop","external_id":"1","occurred_at":"2026-03-01T10:00:00Z","amount":{"minor":1,"currency":"EUR"}}"#;

/// Whose row a field names.
#[derive(Clone, Copy)]
enum Names {
    Customer,
    Interaction,
    Installation,
    Notice,
    Purchase,
}

/// A field of a body that names a row: method, path, field, whose row, and a body that is fine but for that row.
fn fields() -> Vec<(&'static str, &'static str, &'static str, Names, String)> {
    let contact = r#"{"customer":"{foreign}","channel":"phone","direction":"inbound","text":"x","occurred_at":"2026-03-01T10:00:00Z"}"#;
    let mut fields = vec![
        ("POST", "/v1/purchases", "/customer/id", Names::Customer, PURCHASE.to_owned()),
        ("POST", "/v1/purchases/bulk", "/rows/*/customer/id", Names::Customer, format!(r#"{{"rows":[{PURCHASE}]}}"#)),
        ("POST", "/v1/interactions", "/customer", Names::Customer, contact.to_owned()),
        (
            "POST",
            "/v1/partner/issues",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"program":"points","points":1,"reference":"x"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/partner/redemptions",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"program":"points","points":1}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/activities",
            "/customer",
            Names::Customer,
            r#"{"customer":"{foreign}","kind":"x","source":"app","external_id":"1"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/rewards/{reward}/claims",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"}}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/warranties",
            "/purchase",
            Names::Purchase,
            r#"{"purchase":"{foreign}","line":0,"months":1}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/referrals",
            "/referrer",
            Names::Customer,
            r#"{"referrer":"{foreign}","customer":"01890000-0000-7000-8000-000000000001"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/referrals",
            "/customer",
            Names::Customer,
            r#"{"referrer":"01890000-0000-7000-8000-000000000001","customer":"{foreign}"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/vouchers",
            "/customer",
            Names::Customer,
            r#"{"customer":"{foreign}","offer":"x","reason":"x"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/vouchers/check",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"code":"0000-0000-0000-0000"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/vouchers/redeem",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"code":"0000-0000-0000-0000"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/quotes",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"amount":{"minor":1,"currency":"EUR"}}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/redemptions",
            "/customer/id",
            Names::Customer,
            r#"{"customer":{"id":"{foreign}"},"program":"points","points":1}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/interactions/{id}/assign",
            "/customer",
            Names::Customer,
            r#"{"customer":"{foreign}"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/channels/{channel}/preview",
            "/reply_to",
            Names::Interaction,
            r#"{"reply_to":"{foreign}","text":"x"}"#.to_owned(),
        ),
        (
            "POST",
            "/v1/channels/{channel}/try",
            "/reply_to",
            Names::Interaction,
            r#"{"reply_to":"{foreign}","text":"x"}"#.to_owned(),
        ),
        ("POST", "/v1/backtests", "/installation", Names::Installation, r#"{"installation":"{foreign}"}"#.to_owned()),
        ("POST", "/v1/notices/seen", "/up_to", Names::Notice, r#"{"up_to":"{foreign}"}"#.to_owned()),
    ];
    // Where a customer is named in an object, the id alone does as well.
    let alone = fields.clone().into_iter().filter_map(|(method, path, field, names, body)| {
        let body = body.replace(r#"{"id":"{foreign}"}"#, r#""{foreign}""#);
        Some((method, path, field.strip_suffix("/id")?, names, body))
    });
    fields.extend(alone.collect::<Vec<_>>());
    fields
}

/// A contact that waits for its customer.
async fn waiting(client: &Client) -> String {
    let contact =
        json!({"channel": "phone", "direction": "inbound", "text": "x", "occurred_at": "2026-03-01T10:00:00Z"});
    client.post("/v1/interactions", &contact).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_foreign_row_named_in_a_body_looks_like_a_missing_one() {
    let server = Server::start();
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("channel-email").await;
    other.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["us@other.example"]})).await;
    let customer = acme.customer("Ada").await;
    let interaction = waiting(&acme).await;
    let bought: Value = serde_json::from_str(&PURCHASE.replace("{foreign}", &customer)).unwrap();
    let purchase = acme.post("/v1/purchases", &bought).await.ok()["id"].as_str().unwrap().to_owned();
    let installation =
        acme.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["us@acme.example"]})).await;
    let own = waiting(&other).await;
    let bakery = other.partner("bakery").await;
    let before = acme.get("/v1/overview").await.ok();
    let fields = fields();

    let covered: BTreeSet<_> =
        fields.iter().map(|(method, path, field, ..)| format!("{method} {path} {field}")).collect();
    assert_eq!(described(&server).await, covered, "every field that names a row has to be covered here");
    for (method, path, field, names, body) in &fields {
        let filled = path.replace("{id}", &own).replace("{channel}", "email").replace("{reward}", "tent");
        let client = if path.starts_with("/v1/partner/") { &bakery } else { &other };
        let send = async |id: &str| {
            let request = client.request(method.parse::<Method>().unwrap(), &filled);
            let body = body.replace("{foreign}", id);
            client.send(request.header("content-type", "application/json").body(body)).await
        };
        let foreign = match names {
            Names::Customer => send(&customer).await,
            Names::Interaction => send(&interaction).await,
            Names::Installation => send(&installation).await,
            Names::Purchase => send(&purchase).await,
            // The host alone makes notices.
            Names::Notice => send(NOTHING).await,
        };
        let missing = send(NOTHING).await;
        let said = |answer: &stammgast_tests::Answer| {
            let mut body = answer.body.clone();
            if let Some(fields) = body.as_object_mut() {
                fields.remove("instance");
            }
            (answer.status, body)
        };
        assert_eq!(said(&foreign), said(&missing), "{method} {path} {field}");
        let row_refused = foreign.body["results"][0]["status"] == "refused";
        assert!(foreign.status.is_client_error() || row_refused, "{method} {path} {field}: {}", foreign.text);
    }
    assert_eq!(acme.get("/v1/overview").await.ok(), before, "nothing of the tenant changed");
}

/// Every field of a request that the API description calls a UUID.
async fn described(server: &Server) -> BTreeSet<String> {
    let api = server.operator().anonymous().get("/v1/openapi.json").await.ok();
    let mut found = BTreeSet::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{} {path}", method.to_uppercase());
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let names_row = parameter["in"] == "query" && parameter["schema"]["format"] == "uuid";
                assert!(!names_row, "{place}: cover the filter {} here", parameter["name"]);
            }
            for content in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                let mut fields = Vec::new();
                uuids(&api, &content.1["schema"], String::new(), &mut fields);
                found.extend(fields.into_iter().map(|field| format!("{place} {field}")));
            }
        }
    }
    found
}

fn uuids(api: &Value, schema: &Value, at: String, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        return uuids(api, api.pointer(reference.trim_start_matches('#')).unwrap(), at, found);
    }
    if schema["format"] == "uuid" {
        found.push(at.clone());
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        uuids(api, property, format!("{at}/{name}"), found);
    }
    for one in ["oneOf", "anyOf", "allOf"].iter().filter_map(|word| schema[word].as_array()).flatten() {
        uuids(api, one, at.clone(), found);
    }
    if schema["items"].is_object() {
        uuids(api, &schema["items"], format!("{at}/*"), found);
    }
}
