//! Webhooks: a delivery that proves itself is stored, and whoever cannot prove anything learns nothing.

use crate::{
    secret_places::version,
    secrets::{LOCAL, WEBHOOK_KEY, leaky},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use stammgast_tests::{Answer, Client, Server};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub fn signed(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_KEY.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

pub async fn deliver(client: &Client, path: &str, signature: Option<&str>, body: &str) -> Answer {
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
    let server = Server::start_with(&[LOCAL[0], ("HTTP__HOOK_KIB", "2")]);
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

#[tokio::test]
async fn the_body_is_asked_for_whether_or_not_the_channel_is_there() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    leaky(&acme, &["https://api.example"], "https://api.example").await;
    for path in ["acme/leaky", "acme/nothing", "nobody/leaky"] {
        let signature = signed("hello");
        let head = format!(
            "POST /v1/hooks/{path} HTTP/1.1\r\nhost: x\r\nx-signature: {signature}\r\ncontent-length: 5\r\n\
             expect: 100-continue\r\n\r\n"
        );
        let mut stranger = TcpStream::connect(server.url().trim_start_matches("http://")).await.unwrap();
        stranger.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 21];
        stranger.read_exact(&mut first).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&first), "HTTP/1.1 100 Continue", "{path}");
    }
}

#[tokio::test]
async fn a_delivery_without_end_takes_nobody_elses_room() {
    let server = Server::start_with(&[("HTTP__BODIES_MIB", "1"), ("HTTP__HOOK_REQUESTS", "1")]);
    let acme = server.tenant("acme").await;
    let mut stranger = TcpStream::connect(server.url().trim_start_matches("http://")).await.unwrap();
    let head =
        "POST /v1/hooks/acme/nothing HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n";
    stranger.write_all(head.as_bytes()).await.unwrap();
    // It is let in, and nobody knows how much will come.
    let mut first = [0; 21];
    stranger.read_exact(&mut first).await.unwrap();
    let large = json!({"name": "x".repeat(200 << 10)});
    acme.post("/v1/customers", &large).await.refused(422, "invalid-value");
}

/// Begins a delivery whose body never comes, and waits until it is asked for.
async fn begun(server: &Server, path: &str) -> TcpStream {
    let mut stranger = sent(server, path).await;
    let mut first = [0; 25];
    stranger.read_exact(&mut first).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&first), "HTTP/1.1 100 Continue\r\n\r\n", "{path}");
    stranger
}

/// Sends the head of a delivery.
async fn sent(server: &Server, path: &str) -> TcpStream {
    let mut stranger = TcpStream::connect(server.url().trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /v1/hooks/{path} HTTP/1.1\r\nhost: x\r\nx-signature: {}\r\ncontent-length: 100000\r\n\
         expect: 100-continue\r\n\r\n",
        signed("hello")
    );
    stranger.write_all(head.as_bytes()).await.unwrap();
    stranger
}

#[tokio::test]
async fn bodies_that_never_come_hold_up_no_other_tenant() {
    let server = Server::start_with(&[LOCAL[0], ("HTTP__HOOK_REQUESTS", "2"), ("HTTP__HOOK_SECONDS", "25")]);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("leaky").await;
    for tenant in [&acme, &other] {
        leaky(tenant, &["https://api.example"], "https://api.example").await;
    }
    // One has the only place that a tenant has here, the next ones are in line for it, and some are for nobody.
    let mut strangers = vec![begun(&server, "acme/leaky").await];
    for _ in 0..8 {
        strangers.push(sent(&server, "acme/leaky").await);
        strangers.push(begun(&server, "nobody/leaky").await);
        strangers.push(begun(&server, "acme/nothing").await);
    }
    let taken = deliver(&acme.anonymous(), "/v1/hooks/other/leaky", Some(&signed("hello")), "hello").await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    for stranger in &strangers {
        let nothing = stranger.try_read(&mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock, "it still held on when the other one was taken");
    }
}

#[tokio::test]
async fn a_body_has_so_many_seconds_to_come_whether_or_not_the_channel_is_there() {
    let server = Server::start_with(&[LOCAL[0], ("HTTP__HOOK_REQUESTS", "1"), ("HTTP__HOOK_SECONDS", "1")]);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    leaky(&acme, &["https://api.example"], "https://api.example").await;
    for path in ["acme/leaky", "acme/nothing", "nobody/leaky"] {
        let mut stranger = begun(&server, path).await;
        let mut answer = Vec::new();
        while !String::from_utf8_lossy(&answer).contains("webhook-unproven") {
            assert_ne!(
                stranger.read_buf(&mut answer).await.unwrap(),
                0,
                "{path}: {}",
                String::from_utf8_lossy(&answer)
            );
        }
        assert!(answer.starts_with(b"HTTP/1.1 401 "), "{path}: {}", String::from_utf8_lossy(&answer));
    }
    let _slow = begun(&server, "acme/leaky").await;
    let taken = deliver(&acme.anonymous(), "/v1/hooks/acme/leaky", Some(&signed("hello")), "hello").await;
    assert_eq!(taken.status, 200, "its turn comes: {}", taken.text);
}

/// A channel of the plugin whose deliveries prove themselves in another way.
async fn channel(server: &Server, acme: &Client, (name, number): (&str, &str), secret: &str, webhook: Value) {
    let component = version(number, |manifest| manifest["webhook"] = webhook);
    server.operator().post_bytes("/v1/plugins", "application/wasm", component).await.ok();
    let body = json!({
        "plugin": format!("test.leaky@{number}"), "name": name, "origins": ["https://api.example"], "unsigned": "a test",
        "grants": ["channel.receive-message", "channel.send-http"],
        "config": {"do": "text", "origin": "https://api.example"},
    });
    let id = acme.post("/v1/installations", &body).await.ok()["id"].as_str().unwrap().to_owned();
    acme.put(&format!("/v1/installations/{id}/secrets/webhook-key"), &json!({"value": secret})).await.ok();
}

#[tokio::test]
async fn deliveries_prove_themselves_in_every_way_that_a_manifest_may_name() {
    let server = Server::start_with(&[("HTTP__PUBLIC_URL", "https://crm.example/")]);
    let acme = server.tenant("acme").await;
    let proof = |scheme: &str| json!({"scheme": scheme, "secret": "webhook-key"});
    channel(&server, &acme, ("twilio", "0.3.0"), WEBHOOK_KEY, proof("twilio")).await;
    channel(&server, &acme, ("bearer", "0.4.0"), WEBHOOK_KEY, proof("bearer")).await;
    channel(&server, &acme, ("basic", "0.5.0"), "ada:swordfish", proof("basic")).await;
    let slack = json!({
        "scheme": "hmac-sha256", "secret": "webhook-key", "header": "x-signature", "prefix": "sha256=",
        "signed": [{"text": "v0:"}, {"header": "x-time"}, {"text": ":"}, "body"],
        "timestamp": {"header": "x-time", "tolerance_seconds": 300},
    });
    channel(&server, &acme, ("slack", "0.6.0"), WEBHOOK_KEY, slack).await;

    let stranger = acme.anonymous();
    let send = async |name: &str, headers: &[(&str, &str)], media_type: &str, body: &str| {
        let mut request = stranger.request(Method::POST, &format!("/v1/hooks/acme/{name}")).body(body.to_owned());
        for (name, value) in headers.iter().chain(&[("content-type", media_type)]) {
            request = request.header(*name, *value);
        }
        stranger.send(request).await.status.as_u16()
    };
    // Twilio's token signs https://crm.example/v1/hooks/acme/twilio and the fields in order, however they come.
    let (form, twilio) =
        ("application/x-www-form-urlencoded", [("x-twilio-signature", "FuhVwV8kt//K4KW9Zv0686vog9s=")]);
    for (body, status) in
        [("Body=Hello&From=%2B49151", 200), ("From=%2B49151&Body=Hello", 200), ("Body=Hullo&From=%2B49151", 401)]
    {
        assert_eq!(send("twilio", &twilio, form, body).await, status, "{body}");
    }
    let bearer = format!("Bearer {WEBHOOK_KEY}");
    assert_eq!(send("bearer", &[("authorization", &bearer)], "text/plain", "hello").await, 200);
    assert_eq!(send("bearer", &[("authorization", "Bearer swordfish")], "text/plain", "hello").await, 401);
    let (right, wrong) = (format!("Basic {}", STANDARD.encode("ada:swordfish")), "Basic YWRhOnNoYXJr");
    assert_eq!(send("basic", &[("authorization", &right)], "text/plain", "hello").await, 200);
    assert_eq!(send("basic", &[("authorization", wrong)], "text/plain", "hello").await, 401);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (at, status) in [(now, 200), (now - 3_600, 401), (now + 3_600, 401)] {
        let (signature, at) = (signed(&format!("v0:{at}:hello")), at.to_string());
        assert_eq!(send("slack", &[("x-signature", &signature), ("x-time", &at)], "text/plain", "hello").await, status);
    }
    acme.settled().await;
    let mut channels: Vec<String> =
        acme.all("/v1/messages?status=read").await.iter().map(|one| one["channel"].to_string()).collect();
    channels.sort();
    assert_eq!(
        channels,
        ["\"basic\"", "\"bearer\"", "\"slack\"", "\"twilio\""],
        "a form in another order is the same delivery"
    );
}
