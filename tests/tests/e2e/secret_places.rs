//! Where secrets may go: what an admin took away does not come back by another way.

use crate::{
    peer::{Peer, forms, found},
    secrets::{LOCAL, PASSWORD, TOKEN, WEBHOOK_KEY, attempt, leaky},
};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, component, root, sections};

/// The plugin as another version, with a change to its manifest.
pub fn version(version: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let text = std::fs::read_to_string(root().join("tests/leaky/manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&text).unwrap();
    manifest["version"] = json!(version);
    change(&mut manifest);
    sections::with_manifest(&component("leaky"), manifest.to_string().as_bytes())
}

async fn places(acme: &Client, id: &str, name: &str) -> Value {
    acme.get(&format!("/v1/installations/{id}/secrets/{name}")).await.ok()["origins"].clone()
}

fn reason(answer: &Value) -> &str {
    answer["result"]["reason"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn another_value_goes_no_further_than_the_one_before() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let id = leaky(&acme, &[&peer.origin, "https://eu.example"], &peer.origin).await;
    let path = format!("/v1/installations/{id}/secrets/token");
    assert_eq!(places(&acme, &id, "webhook-key").await, json!([]), "webhooks are proven with it, and nothing is sent");
    let first = acme.get(&path).await.ok();
    assert_eq!(first["unencrypted"], json!([peer.origin]), "{first}");

    let set = |arguments: &[&str]| {
        let mut command = server.cli(&[["secret", "set", "leaky", "token"].as_slice(), arguments].concat());
        let said = command.args(["--tenant", "acme"]).env("OF_THE_TEST", TOKEN).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap()
    };
    assert!(set(&["--keep-value", "--nowhere"]).contains("goes nowhere"));
    assert!(set(&["--from-env", "OF_THE_TEST"]).contains("goes nowhere"), "a new value widens nothing");
    let answer = attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert!(reason(&answer).contains("may not go to"), "{answer}");
    let told = set(&["--keep-value", "--origin", &peer.origin]);
    assert!(told.contains("unencrypted") && told.contains(&peer.origin), "{told}");

    // Withdrawn and granted again: the installation's requests go there, the secret does not.
    let origins = |origins: &[&str]| json!({ "origins": origins });
    let installation = format!("/v1/installations/{id}");
    acme.patch(&installation, &origins(&["https://eu.example"])).await.ok();
    assert_eq!(places(&acme, &id, "token").await, json!([]));
    assert_eq!(places(&acme, &id, "password").await, json!(["https://eu.example"]));
    acme.patch(&installation, &origins(&[&peer.origin, "https://eu.example"])).await.ok();
    assert_eq!(places(&acme, &id, "token").await, json!([]));
    let answer = attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert!(reason(&answer).contains("may not go to"), "{answer}");
    assert!(peer.requests().is_empty());
    let audit = acme.all("/v1/audit").await;
    assert!(audit.iter().any(|entry| entry["action"] == "secret.narrowed" && entry["details"]["name"] == "token"));
}

#[tokio::test]
async fn a_secret_stays_where_it_was_through_upgrade_shadow_and_rollback() {
    let server = Server::start_with(&LOCAL);
    let (acme, operator) = (server.tenant("acme").await, server.operator());
    operator.install("leaky").await;
    let other = version("0.2.0", |manifest| {
        manifest["secrets"][0]["why"] = json!("For something else.");
        manifest["secrets"].as_array_mut().unwrap().remove(1);
        manifest["webhook"] = json!({"scheme": "bearer", "secret": "webhook-key"});
    });
    let peer = Peer::start("").await;
    let eu = "https://eu.example";
    let id = leaky(&acme, &[&peer.origin, eu], &peer.origin).await;
    let path = format!("/v1/installations/{id}");
    operator.post_bytes("/v1/plugins", "application/wasm", other).await.ok();

    let review = acme.get(&format!("{path}/review?plugin=test.leaky@0.2.0")).await.ok();
    let kept = review["kept_secrets"].as_array().unwrap();
    assert_eq!(kept.iter().map(|one| &one["name"]).collect::<Vec<_>>(), [&json!("token"), &json!("webhook-key")]);
    let expected = (&json!("For something else."), &json!("It wants it."));
    assert_eq!((&kept[0]["why"], &kept[0]["why_before"]), expected, "{review}");
    assert_eq!(kept[0]["origins"].as_array().unwrap().len(), 2);
    let webhook = &review["webhook_change"];
    assert_eq!((&webhook["before"]["scheme"], &webhook["after"]["scheme"]), (&json!("hmac-sha256"), &json!("bearer")));
    assert_eq!(review["plugin"]["webhook"]["scheme"], "bearer");

    // A shadow has no secrets of its own, and takes none along.
    let shadow = acme.post(&format!("{path}/shadow"), &json!({"origins": [eu]})).await.ok();
    let of_shadow = format!("/v1/installations/{}/secrets/token", shadow["id"].as_str().unwrap());
    let refused = acme.put(&of_shadow, &json!({"value": TOKEN})).await.refused(422, "invalid-value");
    assert!(refused["detail"].as_str().unwrap().contains("`leaky`"), "{refused}");
    acme.post(&format!("{path}/promote"), &json!({})).await.ok();
    assert_eq!(places(&acme, &id, "token").await, json!([eu]), "promoted with fewer origins");

    // The upgrade drops a secret: it is not filled in any more, and still blotted out.
    let upgrade = json!({"plugin": "test.leaky@0.2.0", "unsigned": "a test", "origins": [&peer.origin, eu]});
    acme.patch(&path, &upgrade).await.ok();
    acme.put(&format!("{path}/secrets/token"), &json!({"origins": [&peer.origin]})).await.ok();
    let answer = attempt(&acme, &id, "everywhere", &peer.origin).await.ok();
    assert!(reason(&answer).contains("`password` is not set"), "{answer}");
    let echo = json!({"to": {"kind": "email", "value": "ada@example.com"}, "text": PASSWORD});
    acme.patch(&path, &json!({"config": {"do": "text", "origin": peer.origin}})).await.ok();
    let answer = acme.post("/v1/channels/leaky/try", &echo).await.ok();
    let body = answer["response"]["body"].as_str().unwrap();
    assert!(found(&[PASSWORD], body.as_bytes()).is_empty() && body.contains("[secret]"), "{body}");

    // Back to the version that had fewer origins, and forward again: they come back, the secret does not go there.
    acme.patch(&path, &json!({"origins": [eu]})).await.ok();
    assert_eq!(places(&acme, &id, "token").await, json!([]));
    let history = acme.get(&format!("{path}/history")).await.ok();
    let is_wide = |entry: &&Value| entry["installation"]["origins"] == json!([&peer.origin, eu]);
    let wide = history["items"].as_array().unwrap().iter().find(is_wide);
    let wide = wide.unwrap()["installation"]["version"].clone();
    acme.post(&format!("{path}/rollback"), &json!({"version": wide})).await.ok();
    assert_eq!(acme.get(&path).await.ok()["origins"], json!([&peer.origin, eu]));
    assert_eq!(places(&acme, &id, "token").await, json!([]), "a rollback brings no secret back");
}

#[tokio::test]
async fn small_requests_that_unfold_are_refused_before_they_do() {
    let server = Server::start_with(&[LOCAL[0], LOCAL[1], ("EGRESS__REQUEST_KIB", "1024")]);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let id = leaky(&acme, &[&peer.origin], &peer.origin).await;
    for (order, why) in [("piece-flood", "more than 1024 KiB"), ("signature-flood", "too many parts")] {
        let answer = attempt(&acme, &id, order, &peer.origin).await.ok();
        assert!(reason(&answer).contains(why), "{order}: {}", reason(&answer));
    }
    assert!(peer.requests().is_empty());
    attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert_eq!(peer.requests().len(), 1, "the server is as before");
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_asked_nothing() {
    let proxy = Peer::start("").await;
    let settings = [LOCAL[0], LOCAL[1]];
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let environment: Vec<(&str, &str)> = proxies.iter().map(|name| (*name, proxy.origin.as_str())).collect();
    let server = Server::start_within(folder, &settings, &environment);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let id = leaky(&acme, &[&peer.origin], &peer.origin).await;
    attempt(&acme, &id, "bearer", &peer.origin).await.ok();
    assert_eq!((peer.requests().len(), proxy.requests().len()), (1, 0));
}

#[tokio::test]
async fn what_a_provider_repeats_in_a_delivery_is_no_way_to_a_secret() {
    let server = Server::start_with(&LOCAL);
    let acme = server.tenant("acme").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let id = leaky(&acme, &[&peer.origin], &peer.origin).await;
    attempt(&acme, &id, "everywhere", &peer.origin).await.ok();
    let request = peer.requests().remove(0);
    assert!(request.contains(TOKEN), "the other side does get it");
    let stranger = acme.anonymous();
    for delivery in &forms(&request) {
        // No message holds such a character, whatever else it holds.
        if delivery.contains('\0') {
            continue;
        }
        // What is signed is what is sent, with the secret in it.
        let signature = crate::hooks::signed(delivery);
        let sent = crate::hooks::deliver(&stranger, "/v1/hooks/acme/leaky", Some(&signature), delivery).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
    }
    acme.post_bytes("/v1/channels/leaky/inbound", &format!("text/{PASSWORD}"), request.into_bytes()).await.ok();
    acme.settled().await;
    let messages = acme.all("/v1/messages?status=read").await;
    assert!(messages.len() > 10, "{}", messages.len());
    let mut shown: Vec<String> = messages.iter().map(ToString::to_string).collect();
    for message in &messages {
        let raw = acme.get(&format!("/v1/messages/{}/raw", message["id"].as_str().unwrap())).await;
        assert!(raw.status.is_success());
        shown.push(raw.text);
    }
    assert!(shown.iter().filter(|text| text.contains("[secret]")).count() > 10);
    shown.extend(acme.all("/v1/interactions").await.iter().map(ToString::to_string));
    shown.extend([acme.get("/v1/events?after=0&limit=500").await.text, server.log()]);
    for text in &shown {
        let found = found(&[TOKEN, PASSWORD, WEBHOOK_KEY], text.as_bytes());
        assert!(found.is_empty(), "{found:#?}");
    }
}
