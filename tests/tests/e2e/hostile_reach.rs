//! Plugins that are after what is not theirs: other customers, other tenants, other kinds' effects, secrets, and
//! addresses that nobody granted.

use crate::{
    forged::{self, REALLOC},
    hostile::{IMPATIENT, faults, points},
    peer::{Peer, found},
    secrets::{PASSWORD, TOKEN, WEBHOOK_KEY, attempt, leaky, outcome},
};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

async fn contact(client: &Client, customer: &str, text: &str) -> String {
    let body = json!({
        "customer": customer, "channel": "phone", "direction": "inbound", "text": text,
        "occurred_at": "2026-03-01T10:00:00Z",
    });
    client.post("/v1/interactions", &body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn lookups_and_state_reach_no_other_customer_and_no_other_tenant() {
    let server = Server::start_with(IMPATIENT);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("hostile").await;
    other.post("/v1/programs", &json!({"code": "theirs", "name": "Theirs"})).await.ok();
    let (ada, eve) = (acme.customer("Ada").await, acme.customer("Ada").await);
    let bob = other.customer("Ada").await;
    acme.enable("test.hostile", "counts", &json!({"do": "count"})).await;
    other.enable("test.hostile", "counts", &json!({"do": "count"})).await;
    for number in ["1", "2", "3"] {
        acme.buy(&eve, format!("eve-{number}"), 1_250).await;
        other.buy(&bob, number, 1_250).await;
    }
    acme.settled().await;
    other.settled().await;

    // Each earns what it finds, and one point more.
    let purchase = acme.get("/v1/purchases").await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let accounts = [format!("points/available/{eve}"), format!("points/available/{bob}"), "theirs".to_owned()];
    let keys =
        ["seen".to_owned(), format!("{eve}/seen"), format!("{eve}:seen"), "'; DELETE plugin_state; --".to_owned()];
    // Places of the pages lie by time, so that all that she ever bought lies before the first two, and nothing before the others.
    let (all, none) = (["~", "9999-12-31T00:00:00.000Z"], ["' OR 1=1; --", ""]);
    let mut installed = 0;
    let mut enable = async |order: &str, with: &str| {
        installed += 1;
        acme.enable("test.hostile", &format!("{order}-{installed}"), &json!({"do": order, "with": with})).await;
    };
    for place in all.into_iter().chain(none) {
        enable("foreign-page", place).await;
    }
    for account in &accounts {
        enable("foreign-points", account).await;
    }
    for key in &keys {
        enable("foreign-state", key).await;
    }
    for program in [&accounts[0], &accounts[2], &purchase] {
        enable("foreign-program", program).await;
    }
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;

    let faults = faults(&acme).await;
    let mut stopped: Vec<&String> = faults.keys().collect();
    stopped.sort();
    assert_eq!(stopped, ["foreign-program-12", "foreign-program-13", "foreign-program-14"], "{faults:?}");
    assert!(faults.values().all(|fault| fault["kind"] == "invalid-effect"), "{faults:?}");
    // One for her first purchase, two where she finds it herself, and one from each of the others.
    let expected = 1 + 2 * all.len() + none.len() + accounts.len() + keys.len();
    assert_eq!(points(&acme, &ada).await, expected, "nothing was found but what is hers");
    assert_eq!((points(&acme, &eve).await, points(&other, &bob).await), (json!(1 + 2 + 3), json!(1 + 2 + 3)));

    // Nor was anything overwritten: whoever counted goes on.
    for name in installations(&acme, "foreign").await {
        acme.post(&format!("/v1/installations/{name}/disable"), &json!({})).await.ok();
    }
    acme.buy(&eve, "eve-4", 1_250).await;
    acme.settled().await;
    assert_eq!(points(&acme, &eve).await, 1 + 2 + 3 + 4);
}

/// Ids of the installations whose names begin so.
async fn installations(client: &Client, name: &str) -> Vec<String> {
    let all = client.get("/v1/installations").await.ok();
    let named = all["items"].as_array().unwrap().iter().filter(|one| one["name"].as_str().unwrap().starts_with(name));
    named.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// A core module that writes these texts into its memory, one behind the other from 4,096, with where each lies and ends.
fn texts(texts: &[&str]) -> (String, Vec<String>) {
    let (mut data, mut places, mut place) = (String::new(), Vec::new(), 4_096);
    for text in texts {
        data += &format!("(data (i32.const {place}) \"{text}\")");
        places.push(format!("(i32.const {place}) (i32.const {})", text.len()));
        place += text.len();
    }
    (data, places)
}

/// Raises a finding whose evidence says so.
fn finds(field: &str, quote: &str) -> (String, String) {
    let (data, at) = texts(&["rule", "This is about somebody else.", field, quote]);
    let import = r#"(import "stammgast:quality/effects@0.2.1" "raise-finding"
        (func $find (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#;
    let [code, text, field, quote] = &at[..] else { panic!("four texts") };
    let call = format!("(call $find (i32.const 3) {code} {text} (i32.const 1) {field} {quote})");
    (format!("{import} {data}"), call)
}

/// Opens an item for this department.
fn opens(department: &str) -> (String, String) {
    let (data, at) = texts(&[department, "topic", "A title", "rule", "This is for somebody else."]);
    let import = r#"(import "stammgast:feedback/effects@0.2.1" "open-item"
        (func $open (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#;
    let [department, topic, title, code, text] = &at[..] else { panic!("five texts") };
    let nothing = "(i32.const 0) ".repeat(5);
    let call = format!("(call $open {department} (i32.const 0) {topic} {title} {code} {text} {nothing})");
    (format!("{import} {data}"), call)
}

/// A module that does this when it is asked about a contact or a purchase.
fn module(functions: &[&str], (fields, call): &(String, String)) -> String {
    let (imports, data) = fields.split_at(fields.find("(data").unwrap());
    let answer = |name: &&str| format!(r#"(func (export "{name}") (param i32) (result i32) {call} (i32.const 0))"#);
    let answers: String = functions.iter().map(answer).collect();
    format!(r#"(module {imports} (memory (export "memory") 2) {data} {REALLOC} {answers})"#)
}

#[tokio::test]
async fn effects_are_about_the_events_own_customer_whatever_they_say() {
    const CHECK: &str = "stammgast:quality/interaction-checks@0.2.1#check-interaction";
    const ROUTE: &str = "stammgast:feedback/interaction-routes@0.2.1#route-interaction";
    let server = Server::start_with(IMPATIENT);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    other.post("/v1/departments", &json!({"code": "theirs", "name": "Theirs"})).await.ok();
    acme.post("/v1/departments", &json!({"code": "ours", "name": "Ours"})).await.ok();
    let (ada, eve) = (acme.customer("Ada").await, acme.customer("Ada").await);
    let foreign = contact(&acme, &eve, "Eve's own words").await;
    let finding = ["quality.raise-finding"];
    let both = ["loyalty.earn", "quality.raise-finding"];
    let checks = |field: &str| module(&[CHECK], &finds(field, &foreign));
    let routes = |department: &str| module(&[ROUTE], &opens(department));
    let crossed = module(&[CHECK, forged::ON_PURCHASE], &finds("text", &foreign));
    let cases: [(&str, &[&str], &[&str], String); 5] = [
        ("says", &["quality"], &finding, checks("text")),
        ("names", &["quality"], &finding, checks(&format!("interactions/{foreign}"))),
        ("theirs", &["feedback"], &["feedback.open-item"], routes("theirs")),
        ("ours", &["feedback"], &["feedback.open-item"], routes("ours")),
        ("crossed", &["loyalty", "quality"], &both, crossed),
    ];
    for (name, kinds, capabilities, module) in &cases {
        let component = forged::plugin_of(name, kinds, capabilities, &forged::component(kinds, module));
        server.operator().post_bytes("/v1/plugins", "application/wasm", component).await.ok();
        acme.enable(&format!("test.{name}"), name, &json!({})).await;
    }
    let own = contact(&acme, &ada, "Ada's own words").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;

    let faults = faults(&acme).await;
    let mut stopped: Vec<&String> = faults.keys().collect();
    stopped.sort();
    assert_eq!(stopped, ["crossed", "names", "theirs"], "{faults:?}");
    assert!(faults.values().all(|fault| fault["kind"] == "invalid-effect"), "{faults:?}");
    let about = |one: &Value| (one["interaction"] == json!(own), one["customer"] == json!(ada));
    let findings = acme.all("/v1/findings").await;
    let opened = acme.all("/v1/feedback-items").await;
    assert_eq!((findings.len(), opened.len()), (2, 1), "{findings:?} {opened:?}");
    assert!(findings.iter().chain(&opened).all(|one| about(one) == (true, true)), "{findings:?} {opened:?}");
    assert_eq!(findings[0]["evidence"]["quote"], json!(foreign), "what it says stays what it says");
    assert_eq!(other.all("/v1/feedback-items").await.len(), 0);
}

#[tokio::test]
async fn neither_redirects_nor_smuggled_placeholders_lead_to_places_that_were_not_granted() {
    const METADATA: &str = "http://169.254.169.254/latest/meta-data";
    let (metadata, private) = (Peer::start(METADATA).await, Peer::start("").await);
    let local = Peer::start(&private.origin).await;
    // Of this machine, these two alone may be reached.
    let allowed = [&metadata, &local].map(|peer| peer.origin.trim_start_matches("http://")).join(",");
    let server = Server::start_with(&[("EGRESS__ALLOW", &allowed)]);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let origins = [&metadata.origin, &local.origin, &private.origin, "http://169.254.169.254"];
    let id = leaky(&acme, &origins, &local.origin).await;
    let mut shown = Vec::new();

    for (peer, there) in [(&metadata, METADATA), (&local, private.origin.as_str())] {
        let answer = attempt(&acme, &id, "redirect", &peer.origin).await.ok();
        shown.push(answer.to_string());
        assert_eq!(answer["response"]["status"], 302, "the connector is told of it: {answer}");
        assert!(answer["response"]["headers"].to_string().contains(there), "and nobody goes there: {answer}");
        assert_eq!(peer.requests().len(), 1);
    }
    // Granted by the admin, who cannot grant what is the operator's.
    for origin in [private.origin.as_str(), origins[3]] {
        let answer = attempt(&acme, &id, "everywhere", origin).await.ok();
        shown.push(answer.to_string());
        assert!(outcome(&answer).1.contains("egress.allow"), "{answer}");
    }
    let at = local.origin.trim_start_matches("http://");
    for origin in [
        "https://{{token}}.example",
        "https://secret(token).example",
        "https://[secret].example",
        &format!("http://token@{at}"),
        &format!("http://{at}/{{{{token}}}}"),
        &format!("http://{at}?${{token}}"),
        "http://169.254.169.254.nip.example",
        "http://[::ffff:169.254.169.254]",
    ] {
        let answer = attempt(&acme, &id, "everywhere", origin).await;
        shown.push(answer.text.clone());
        assert!(!answer.text.contains("\"status\":200"), "{origin}: {}", answer.text);
    }
    for order in ["unknown-secret", "unknown-in-path", "unknown-bearer", "unknown-signature"] {
        let answer = attempt(&acme, &id, order, &local.origin).await.ok();
        shown.push(answer.to_string());
        assert!(outcome(&answer).1.contains("is not set"), "{order}: {answer}");
    }
    assert_eq!((metadata.requests().len(), local.requests().len(), private.requests().len()), (1, 1, 0));
    for text in shown.iter().chain([&server.log()]) {
        let found = found(&[TOKEN, PASSWORD, WEBHOOK_KEY], text.as_bytes());
        assert!(found.is_empty(), "{found:#?}");
    }
}
