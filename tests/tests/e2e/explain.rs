//! Why something stands where it does: from a posting or a contact back to the call that led to it.

use serde_json::{Value, json};
use stammgast_tests::Server;

#[tokio::test]
async fn what_plugins_left_leads_back_to_their_calls() {
    let server = Server::start_with(&[("RECORDS__SAMPLE_EVERY", "1"), ("DISPATCH__ATTEMPTS", "1")]);
    let acme = server.tenant("acme").await;
    for plugin in ["loyalty-points", "channel-email", "hostile"] {
        server.operator().install(plugin).await;
    }
    acme.enable("stammgast.loyalty-points", "points", &json!({})).await;
    acme.enable("test.hostile", "bad", &json!({"do": "trap"})).await;
    acme.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["us@acme.example"]})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    let mail = "From: Bea <bea@example.com>\r\nTo: us@acme.example\r\nSubject: Hello\r\n\
                Date: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n";
    acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", mail.into()).await.ok();
    acme.settled().await;

    let entries = acme.all(&format!("/v1/customers/{ada}/loyalty/points/entries")).await;
    let bought = entries[0]["cause"]["event"].as_u64().unwrap();
    let why = acme.get(&format!("/v1/events/{bought}/calls")).await.ok();
    let calls = why["items"].as_array().unwrap();
    assert_eq!((&calls[0]["name"], &calls[0]["standing"], calls.len()), (&json!("bad"), &json!("dead"), 2), "{why}");
    assert!(calls[0]["problem"].as_str().unwrap().starts_with("trap: "), "what failed says why: {why}");
    let calls = &calls[1..];
    assert_eq!(calls[0]["dealt"]["outcomes"][0]["points"], entries[0]["points"], "{why}");
    assert_eq!((&calls[0]["name"], &calls[0]["calls"]), (&json!("points"), &json!([format!("{bought}.1")])));
    let rule = format!("{}@{}", calls[0]["plugin"].as_str().unwrap(), calls[0]["version"].as_str().unwrap());
    assert_eq!(entries[0]["cause"]["rule_version"], rule);

    let contact = &acme.all("/v1/interactions").await[0];
    let read = contact["event"].as_u64().unwrap();
    let why = acme.get(&format!("/v1/events/{read}/calls")).await.ok();
    assert_eq!(why["items"][0]["dealt"]["outcomes"][0]["effect"], "receive-message", "{why}");
    assert_eq!(why["items"][0]["name"], "email");

    let shown = server.cli(&["why", &bought.to_string()]).env("STAMMGAST_TENANT", "acme").output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("earn 12 points purchase") && shown.contains(&format!("{bought}.1")), "{shown}");
    let never: Value = acme.get("/v1/events/999999/calls").await.refused(404, "not-found");
    assert!(never["detail"].as_str().unwrap().contains("event"), "{never}");
}
