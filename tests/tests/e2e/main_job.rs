//! The main job: real e-mails become findings and feedback exactly as a person reads them.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, root};
use std::collections::BTreeMap;

const DEPARTMENTS: [&str; 5] = ["logistics", "production", "sales", "marketing", "development"];

fn example(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join("examples").join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Sets up a tenant as the demo does.
async fn klanghaus(server: &Server) -> Client {
    let tenant = server.tenant("klanghaus").await;
    for plugin in ["channel-email", "quality-standards", "feedback-departments"] {
        server.operator().install(plugin).await;
    }
    for code in DEPARTMENTS {
        tenant.post("/v1/departments", &json!({"code": code, "name": code})).await.ok();
    }
    for (plugin, name) in
        [("channel-email", "email"), ("quality-standards", "quality"), ("feedback-departments", "feedback")]
    {
        tenant.enable(&format!("stammgast.{plugin}"), name, &example(&format!("demo/{plugin}.json"))).await;
    }
    tenant
}

#[tokio::test]
async fn sixty_mails_lead_to_what_a_person_expects_and_again_to_nothing_more() {
    let server = Server::start();
    let tenant = klanghaus(&server).await;
    let expected = example("data/mail/expected.json");
    let expected = expected.as_array().unwrap();
    let mut message_of = BTreeMap::new();
    for round in 0..2 {
        for one in expected {
            let file = one["file"].as_str().unwrap();
            let bytes = std::fs::read(root().join("examples/data/mail").join(file)).unwrap();
            let stored = tenant.post_bytes("/v1/channels/email/inbound", "message/rfc822", bytes).await;
            assert_eq!(stored.status, if round == 0 { 202 } else { 200 }, "{file}");
            message_of.insert(file, stored.ok()["id"].as_str().unwrap().to_owned());
        }
        tenant.settled().await;
    }
    let contacts = tenant.all("/v1/interactions").await;
    let findings = tenant.all("/v1/findings").await;
    let items = tenant.all("/v1/feedback-items").await;
    assert_eq!(tenant.get("/v1/dead-letters").await.ok()["items"], json!([]));

    let mut total = (0, 0);
    for one in expected {
        let file = one["file"].as_str().unwrap();
        let contact = contacts.iter().find(|contact| contact["message"] == message_of[file].as_str());
        assert_eq!(contact.is_some(), one["readable"] == true, "{file}");
        let Some(contact) = contact else { continue };
        assert_eq!(contact["direction"], one["direction"], "{file}");
        on_the_right_timeline(&tenant, file, one, contact).await;
        let about = |row: &&Value| row["interaction"] == contact["id"];
        let mut raised: Vec<&Value> = findings.iter().filter(about).collect();
        raised.sort_by_key(|row| row["provenance"]["effect"].as_u64());
        let raised: Vec<Value> =
            raised.iter().map(|row| json!({"rule": row["rule"], "severity": row["severity"]})).collect();
        assert_eq!(json!(raised), one["findings"], "findings of {file}");
        let mut opened: Vec<String> = items
            .iter()
            .filter(about)
            .map(|row| json!({"department": row["department"], "kind": row["kind"], "topic": row["topic"]}).to_string())
            .collect();
        let mut wanted: Vec<String> = one["feedback"].as_array().unwrap().iter().map(Value::to_string).collect();
        opened.sort();
        wanted.sort();
        assert_eq!(opened, wanted, "feedback of {file}");
        total = (total.0 + raised.len(), total.1 + opened.len());
    }
    assert_eq!(total, (findings.len(), items.len()), "nothing beside what was expected");
    for row in findings.iter().chain(&items) {
        assert!(row["provenance"]["plugin"].as_str().unwrap().starts_with("stammgast."), "{row}");
        assert_eq!(row["provenance"]["version"], "0.1.0");
        assert!(!row["text"].as_str().unwrap().is_empty(), "{row}");
    }
}

async fn on_the_right_timeline(tenant: &Client, file: &str, expected: &Value, contact: &Value) {
    let Some(sender) = expected["sender"].as_str() else {
        let waiting = tenant.all("/v1/interactions?waiting=true").await;
        assert!(waiting.iter().any(|one| one["id"] == contact["id"]), "{file} waits visibly");
        return;
    };
    let customer = contact["customer"].as_str().unwrap_or_else(|| panic!("{file} has no customer"));
    let known = tenant.get(&format!("/v1/customers/{customer}")).await.ok();
    let addresses: Vec<_> =
        known["contact_points"].as_array().unwrap().iter().map(|one| one["value"].clone()).collect();
    assert!(addresses.contains(&json!(sender)), "{file}: {sender} is not among {addresses:?}");
    let timeline = tenant.all(&format!("/v1/customers/{customer}/timeline")).await;
    assert!(timeline.iter().any(|one| one["id"] == contact["id"]), "{file} stands on the timeline");
}
