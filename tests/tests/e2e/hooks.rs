//! Webhooks: a delivery that proves itself is stored, and whoever cannot prove anything learns nothing.

use crate::secrets::{LOCAL, WEBHOOK_KEY, leaky};
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use stammgast_tests::{Answer, Client, Server};

fn signed(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_KEY.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

async fn deliver(client: &Client, path: &str, signature: Option<&str>, body: &str) -> Answer {
    let mut request = client.request(Method::POST, path).header("content-type", "text/plain").body(body.to_owned());
    if let Some(signature) = signature {
        request = request.header("x-signature", signature);
    }
    client.send(request).await
}

/// An answer without the request's own id.
fn said(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut body = answer.body.clone();
    body.as_object_mut().unwrap().remove("instance");
    let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    headers.retain(|name| name != "date");
    (answer.status.as_u16(), body, headers)
}

#[tokio::test]
async fn a_delivery_that_is_proven_is_stored_once() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    leaky(&acme, &["https://api.example"], "https://api.example").await;
    let stranger = acme.anonymous();
    for _ in 0..2 {
        let taken = deliver(&stranger, "/v1/hooks/acme/leaky", Some(&signed("hello")), "hello").await;
        assert_eq!((taken.status.as_u16(), taken.text.as_str()), (200, ""));
    }
    acme.settled().await;
    let messages = acme.all("/v1/messages?status=read").await;
    assert_eq!(messages.len(), 1, "the same bytes are one message: {messages:?}");
    assert_eq!((&messages[0]["channel"], &messages[0]["media_type"]), (&json!("leaky"), &json!("text/plain")));
    let events = acme.get("/v1/events?after=0&limit=100").await.ok();
    let received = events["items"].as_array().unwrap().iter().find(|one| one["type"] == "message.received").unwrap();
    assert_eq!(received["actor"], "webhook:leaky");
}

#[tokio::test]
async fn whoever_proves_nothing_learns_nothing() {
    let server = Server::start_with(&[LOCAL[0], ("HTTP__MESSAGE_BYTES", "2048")]);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("leaky").await;
    server.operator().install("channel-email").await;
    leaky(&acme, &["https://api.example"], "https://api.example").await;
    acme.enable("stammgast.channel-email", "email", &json!({"own_addresses": ["us@acme.example"]})).await;
    let unset = json!({
        "plugin": "test.leaky", "name": "unset", "origins": ["https://api.example"], "unsigned": "a test",
        "grants": ["channel.receive-message", "channel.send-http"],
        "config": {"do": "text", "origin": "https://api.example"},
    });
    other.post("/v1/installations", &unset).await.ok();
    let (right, stranger) = (signed("hello"), acme.anonymous());
    let nothing = said(&deliver(&stranger, "/v1/hooks/nobody/leaky", Some(&right), "hello").await);
    assert_eq!((nothing.0, &nothing.1["code"]), (401, &json!("webhook-unproven")));
    let long = "x".repeat(1_500);
    for (path, signature, body) in [
        ("/v1/hooks/acme/leaky", None, "hello"),
        ("/v1/hooks/acme/leaky", Some(""), "hello"),
        ("/v1/hooks/acme/leaky", Some("sha256=00"), "hello"),
        ("/v1/hooks/acme/leaky", Some(right.as_str()), "hullo"),
        ("/v1/hooks/acme/leaky", Some(right.as_str()), ""),
        ("/v1/hooks/acme/leaky", Some(right.as_str()), long.as_str()),
        ("/v1/hooks/acme/leaky", Some(&right.to_uppercase()), "hello"),
        ("/v1/hooks/acme/nothing", Some(right.as_str()), "hello"),
        ("/v1/hooks/acme/email", Some(right.as_str()), "hello"),
        ("/v1/hooks/other/leaky", Some(right.as_str()), "hello"),
        ("/v1/hooks/other/unset", Some(right.as_str()), "hello"),
        ("/v1/hooks/ACME/leaky", Some(right.as_str()), "hello"),
        ("/v1/hooks/..%2Facme/leaky", Some(right.as_str()), "hello"),
        ("/v1/hooks/%FF/leaky", Some(right.as_str()), "hello"),
    ] {
        let answer = deliver(&stranger, path, signature, body).await;
        assert_eq!(said(&answer), nothing, "{path} {signature:?} {body}");
    }
    let twice = stranger.request(Method::POST, "/v1/hooks/acme/leaky").header("x-signature", &right);
    assert_eq!(said(&stranger.send(twice.header("x-signature", &right).body("hello")).await), nothing);
    // A key is no proof.
    assert_eq!(said(&deliver(&acme, "/v1/hooks/acme/leaky", None, "hello").await), nothing);
    let large = "x".repeat(4_096);
    for path in ["/v1/hooks/acme/leaky", "/v1/hooks/nobody/leaky"] {
        deliver(&stranger, path, Some(&signed(&large)), &large).await.refused(413, "too-large");
    }
    assert_eq!(
        acme.all("/v1/messages?status=received").await.len() + acme.all("/v1/messages?status=read").await.len(),
        0
    );
}
