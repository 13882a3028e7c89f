//! Secrets: a plugin that is after them in every way never gets hold of one, and nothing else shows one either.

use crate::peer::{Peer, found};
use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Answer, Client, Server};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

pub const TOKEN: &str = "tK7/q+Zx\"9v\\Wm&3<Rb>'p=8Lh";
pub const PASSWORD: &str = "pX4 vN:2yQ6%zJ1{wF}";
pub const WEBHOOK_KEY: &str = "wK9sT5gD3mB7nC1xV";
const ALL: [&str; 3] = [TOKEN, PASSWORD, WEBHOOK_KEY];

/// Settings with which requests may go to servers on this machine, and every call is recorded.
pub const LOCAL: [(&str, &str); 2] = [("EGRESS__ALLOW", "127.0.0.1/32"), ("RECORDS__SAMPLE_EVERY", "1")];

/// An installation of the plugin that is after secrets, with all of them.
pub async fn leaky(client: &Client, origins: &[&str], origin: &str) -> String {
    let body = json!({
        "plugin": "test.leaky", "name": "leaky", "origins": origins, "unsigned": "a test",
        "grants": ["channel.receive-message", "channel.send-http"], "config": {"do": "everywhere", "origin": origin},
    });
    let id = client.post("/v1/installations", &body).await.ok()["id"].as_str().unwrap().to_owned();
    for (name, value) in [("token", TOKEN), ("password", PASSWORD), ("webhook-key", WEBHOOK_KEY)] {
        let set = client.put(&format!("/v1/installations/{id}/secrets/{name}"), &json!({"value": value})).await;
        assert_eq!(set.status, 201, "{}", set.text);
        assert!(found(&ALL, set.text.as_bytes()).is_empty(), "{}", set.text);
    }
    id
}

/// Lets the plugin do something with a test message.
pub async fn attempt(client: &Client, id: &str, order: &str, origin: &str) -> Answer {
    let config = json!({"config": {"do": order, "origin": origin}});
    client.patch(&format!("/v1/installations/{id}"), &config).await.ok();
    let message = json!({"to": {"kind": "email", "value": "ada@example.com"}, "text": "Hello {{token}}"});
    client.post("/v1/channels/leaky/try", &message).await
}

/// What became of an attempt, and why.
pub fn outcome(answer: &Value) -> (&str, &str) {
    (answer["result"]["outcome"].as_str().unwrap(), answer["result"]["reason"].as_str().unwrap_or_default())
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

#[tokio::test]
async fn a_plugin_that_is_after_secrets_never_gets_hold_of_one() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let elsewhere = Peer::start("").await;
    let peer = Peer::start(&elsewhere.origin).await;
    let id = leaky(&acme, &[&peer.origin], &peer.origin).await;
    let mut shown = Vec::new();

    for order in ["everywhere", "redirect", "bearer", "text", "mail"] {
        let answer = attempt(&acme, &id, order, &peer.origin).await;
        shown.push(answer.text.clone());
        let answer = answer.ok();
        match order {
            "mail" => assert_eq!(outcome(&answer).0, "not-sent"),
            _ => assert_eq!(outcome(&answer).0, "rejected", "{answer}"),
        }
        let status = &answer["response"]["status"];
        let expected = json!({"redirect": 302, "mail": null}).get(order).cloned().unwrap_or(json!(200));
        assert_eq!((order, status), (order, &expected));
        let marked = answer["response"]["body"].as_str().is_some_and(|body| body.contains("[secret]"));
        assert_eq!(marked, order != "mail", "{order}: {answer}");
    }
    let sent = peer.requests();
    assert_eq!(sent.len(), 4);
    assert!(sent[0].contains(&format!("x-token: key={TOKEN}")), "the other side does get it: {}", sent[0]);
    assert!(sent[2].contains(&format!("authorization: Bearer {TOKEN}")), "{}", sent[2]);
    assert!(found(&ALL, sent[3].as_bytes()).is_empty(), "text that looks like a placeholder stays text: {}", sent[3]);
    assert!(sent[3].contains("x-note: {{token}} ${token} secret(token) [secret]"), "{}", sent[3]);

    for (order, origin, why) in [
        ("everywhere", elsewhere.origin.as_str(), "not granted"),
        ("bearer", "http://127.0.0.1:1", "not granted"),
        ("unknown-secret", &peer.origin, "is not set"),
        ("host-header", &peer.origin, "belongs to the host"),
        ("line-break", &peer.origin, "line break"),
        ("dots", &peer.origin, "otherwise than it is written"),
    ] {
        let answer = attempt(&acme, &id, order, origin).await;
        shown.push(answer.text.clone());
        let answer = answer.ok();
        let (what, reason) = outcome(&answer);
        assert!(what == "failed" && reason.contains(why), "{order}: {answer}");
        assert_eq!(answer["result"]["may_have_arrived"], false, "{order}");
    }
    assert_eq!((peer.requests().len(), elsewhere.requests().len()), (4, 0), "nothing of that was sent");

    let narrow = json!({"origins": []});
    acme.put(&format!("/v1/installations/{id}/secrets/token"), &narrow).await.ok();
    let answer = attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert!(outcome(&answer).1.contains("may not go to"), "granted to the installation, not to the secret: {answer}");

    acme.post_bytes("/v1/channels/leaky/inbound", "text/plain", "a delivery".into()).await.ok();
    acme.settled().await;
    shown.extend(everything(&acme, &id).await);
    assert!(shown.iter().any(|text| text.contains("a delivery")), "the plugin's own call is among what was looked at");
    let log = server.log();
    // What the plugin logs is logged, whatever it is asked: building, reading an answer, reading a delivery.
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("plugin: ")).collect();
    for part in ["sends {{token}} ${token}", ": 200 ", "} a delivery"] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part} is missing in\n{log}");
    }
    assert!(
        lines.iter().any(|line| line.contains(": 200 ") && line.contains("[secret]")),
        "the answer, without secrets"
    );
    for text in shown.iter().chain([&log]) {
        let found = found(&ALL, text.as_bytes());
        assert!(found.is_empty(), "{found:#?}");
    }
    let folder = server.stop();
    let mut all = Vec::new();
    files(folder.path(), &mut all);
    assert!(all.len() > 10, "{all:?}");
    for file in all {
        let found = found(&ALL, &std::fs::read(&file).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", file.display());
    }
}

/// Every answer of the API that tells of a tenant with this installation.
async fn everything(acme: &Client, id: &str) -> Vec<String> {
    let calls = acme.get(&format!("/v1/installations/{id}/calls")).await.ok();
    let call = calls["items"][0]["id"].as_str().unwrap();
    let mut texts = Vec::new();
    for path in [
        "/v1/audit?limit=500",
        "/v1/events?after=0&limit=500",
        "/v1/interactions",
        "/v1/messages?status=read",
        "/v1/customers",
        "/v1/overview",
        "/v1/dead-letters",
        "/v1/installations",
        "/v1/plugins",
        "/v1/openapi.json",
        "/v1/installations/{id}",
        "/v1/installations/{id}/history",
        "/v1/installations/{id}/secrets",
        "/v1/installations/{id}/secrets/token",
        "/v1/installations/{id}/calls",
        "/v1/installations/{id}/calls/{call}",
        "/v1/installations/{id}/calls/{call}/case",
        "/v1/installations/{id}/calls/{call}/replay",
        "/v1/installations/{id}/review?plugin=test.leaky",
    ] {
        let path = path.replace("{id}", id).replace("{call}", call);
        let answer = acme.get(&path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        texts.push(answer.text);
    }
    let preview = json!({"to": {"kind": "email", "value": "ada@example.com"}, "text": "Hello"});
    texts.push(acme.post("/v1/channels/leaky/preview", &preview).await.text);
    texts
}

#[tokio::test]
async fn an_address_of_this_machine_needs_the_operator() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let by_name = peer.origin.replace("127.0.0.1", "localhost");
    let id = leaky(&acme, &[&peer.origin, &by_name], &peer.origin).await;
    for origin in [&peer.origin, &by_name] {
        let answer = attempt(&acme, &id, "everywhere", origin).await.ok();
        assert!(outcome(&answer).1.contains("egress.allow"), "{answer}");
    }
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn secrets_are_given_listed_and_removed_and_every_change_is_in_the_audit_log() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let id = leaky(&acme, &["https://api.example", "https://eu.example"], "https://api.example").await;
    let path = format!("/v1/installations/{id}/secrets");
    let refused = async |name: &str, body: Value, field: &str| {
        let refused = acme.put(&format!("{path}/{name}"), &body).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
        refused.to_string()
    };
    refused("other", json!({"value": TOKEN}), "name").await;
    refused("token", json!({"value": TOKEN, "origins": ["https://evil.example"]}), "origins").await;
    refused("token", json!({}), "value").await;
    for value in [json!("short"), json!("geheimwört"), json!("x".repeat(4_097)), json!("two\nlines"), json!(12_345_678)]
    {
        let told = refused("token", json!({"value": value}), "value").await;
        assert!(!value.as_str().is_some_and(|value| told.contains(value)) && !told.contains("12345678"), "{told}");
    }
    let once = acme.request(Method::PUT, &format!("{path}/token")).header("Idempotency-Key", "k");
    acme.send(once.json(&json!({"value": TOKEN}))).await.refused(422, "invalid-value");

    let changed = acme.put(&format!("{path}/token"), &json!({"origins": ["https://eu.example"]})).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.ok()["origins"], json!(["https://eu.example"]));
    acme.send(acme.request(Method::DELETE, &format!("{path}/password"))).await.ok();
    acme.send(acme.request(Method::DELETE, &format!("{path}/password"))).await.refused(404, "not-found");
    let listed = acme.get(&path).await.ok();
    let listed: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| (&one["name"], &one["is_set"])).collect();
    let (yes, no) = (json!(true), json!(false));
    let names = [json!("token"), json!("password"), json!("webhook-key")];
    assert_eq!(listed, [(&names[0], &yes), (&names[1], &no), (&names[2], &yes)]);

    let actions = |audit: &[Value]| -> Vec<String> {
        let actions = audit.iter().filter(|entry| entry["action"].as_str().unwrap().starts_with("secret."));
        actions.map(|entry| format!("{} {}", entry["action"].as_str().unwrap(), entry["details"]["name"])).collect()
    };
    let expected = [
        "secret.removed \"password\"",
        "secret.set \"token\"",
        "secret.set \"webhook-key\"",
        "secret.set \"password\"",
        "secret.set \"token\"",
    ];
    assert_eq!(actions(&acme.all("/v1/audit").await), expected);
}

#[tokio::test]
async fn an_installation_that_is_removed_leaves_no_secret_behind() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let id = leaky(&acme, &["https://api.example"], "https://api.example").await;
    let other = json!({
        "plugin": "test.leaky", "name": "other", "origins": ["https://api.example"], "unsigned": "a test",
        "grants": ["channel.receive-message", "channel.send-http"],
        "config": {"do": "text", "origin": "https://api.example"},
    });
    let other = acme.post("/v1/installations", &other).await.ok()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/installations/{other}");
    acme.put(&format!("{path}/secrets/token"), &json!({"value": TOKEN})).await.ok();
    let sealed = async || acme.post("/v1/secrets-key/renew", &json!({})).await.ok()["secrets"].as_u64().unwrap();
    assert_eq!(sealed().await, 4);
    for (id, left) in [(&id, 1), (&other, 0)] {
        acme.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.ok();
        acme.send(acme.request(Method::DELETE, &format!("/v1/installations/{id}"))).await.ok();
        assert_eq!(sealed().await, left, "every secret that is stored is counted, whosever it is");
    }
    acme.put(&format!("{path}/secrets/token"), &json!({"value": TOKEN})).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_command_line_takes_a_value_from_anywhere_but_its_arguments() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let id = leaky(&acme, &[&peer.origin], &peer.origin).await;
    let run = |arguments: &[&str], input: &str| -> Output {
        let mut command = server.cli(arguments);
        command.args(["--tenant", "acme"]).env("OF_THE_TEST", "from-the-environment");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let file = server.data().join("../token.txt");
    std::fs::write(&file, "from-a-file\r\n").unwrap();
    let file = file.display().to_string();
    for (arguments, expected) in [
        (vec![], "from-standard-input"),
        (vec!["--from-file", &file], "from-a-file"),
        (vec!["--from-env", "OF_THE_TEST"], "from-the-environment"),
    ] {
        let set = run(&[&["secret", "set", "leaky", "token"], arguments.as_slice()].concat(), "from-standard-input\n");
        assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
        assert!(!String::from_utf8_lossy(&set.stdout).contains(expected));
        attempt(&acme, &id, "bearer", &peer.origin).await.ok();
        assert!(peer.requests().last().unwrap().contains(&format!("Bearer {expected}\r\n")), "{:?}", peer.requests());
    }
    let list = String::from_utf8(run(&["secret", "list", "leaky"], "").stdout).unwrap();
    assert!(list.contains("token") && list.contains(&peer.origin), "{list}");
    assert!(run(&["secrets", "remove", "leaky", "token"], "").status.success());
    let answer = attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert!(outcome(&answer).1.contains("is not set"), "{answer}");
}
