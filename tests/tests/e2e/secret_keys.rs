//! The keys that seal secrets: never silently replaced, and changed without losing a secret.

use crate::{
    peer::Peer,
    secrets::{LOCAL, TOKEN, attempt, leaky},
};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, binary};
use std::{
    path::Path,
    process::{Command, Output},
    sync::Arc,
};

struct Shop {
    acme: Client,
    installation: String,
    peer: Peer,
}

async fn shop(server: &Server) -> Shop {
    let acme = server.tenant("acme").await;
    server.tenant("other").await;
    server.operator().install("leaky").await;
    let peer = Peer::start("").await;
    let installation = leaky(&acme, &[&peer.origin], &peer.origin).await;
    Shop { acme, installation, peer }
}

impl Shop {
    /// Whether a request with the secret reaches the other side, as the server is now.
    async fn sends(&self, server: &Server) -> bool {
        let (before, acme) = (self.peer.requests().len(), self.acme.at(server.url()));
        attempt(&acme, &self.installation, "bearer", &self.peer.origin).await.ok();
        let sent = self.peer.requests();
        sent.len() == before + 1 && sent[before].contains(&format!("Bearer {TOKEN}\r\n"))
    }
}

fn stammgast(arguments: &[&str], data: &Path) -> Output {
    Command::new(binary()).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The tenants and how their keys are wrapped, and whether the key before is needed no more.
fn wrapped(keys: &Value) -> (Vec<(&str, &str)>, bool) {
    let tenants = keys["tenants"].as_array().unwrap().iter();
    let tenants = tenants.map(|one| (one["tenant"].as_str().unwrap(), one["wrapped"].as_str().unwrap())).collect();
    (tenants, keys["previous_key_is_needed_no_more"].as_bool().unwrap())
}

#[tokio::test]
async fn secrets_are_never_opened_with_another_key_and_the_right_one_is_never_replaced() {
    let server = Server::start_with(&LOCAL);
    let shop = shop(&server).await;
    let data = server.data();
    let folder = server.stop();
    let key = data.join("keys/secrets.key");
    let right = std::fs::read(&key).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];

    std::fs::remove_file(&key).unwrap();
    assert!(said(&stammgast(&serve, &data)).contains("keys/secrets.key"));
    assert!(!key.exists(), "no new key takes the place of the right one");
    std::fs::write(&key, "00".repeat(32)).unwrap();
    assert!(said(&stammgast(&serve, &data)).contains("keys/secrets.key"));
    std::fs::write(&key, "no key").unwrap();
    assert!(said(&stammgast(&serve, &data)).contains("64 hexadecimal digits"));

    std::fs::write(&key, right).unwrap();
    let server = Server::start_in(folder, &LOCAL);
    assert!(shop.sends(&server).await);
}

#[tokio::test]
async fn the_operators_key_is_changed_while_the_server_is_stopped() {
    let server = Server::start_with(&LOCAL);
    let shop = shop(&server).await;
    let data = server.data();
    let new = data.join("../new.key");
    let rotate = ["secret", "rotate", "--to", new.to_str().unwrap()];
    assert!(said(&stammgast(&rotate, &data)).contains("another server uses"), "not while it runs");
    let folder = server.stop();

    let right = std::fs::read(data.join("keys/secrets.key")).unwrap();
    std::fs::write(data.join("keys/secrets.key"), "11".repeat(32)).unwrap();
    let _ = std::fs::remove_file(&new);
    assert!(!stammgast(&rotate, &data).status.success(), "the present key has to be the right one");
    assert!(!new.exists());
    std::fs::write(data.join("keys/secrets.key"), right).unwrap();
    let rotated = stammgast(&rotate, &data);
    assert!(rotated.status.success(), "{}", said(&rotated));
    let old = stammgast(&["serve", "--listen", "127.0.0.1:0"], &data);
    assert!(said(&old).contains("another secrets key"), "{}", said(&old));
    std::fs::rename(&new, data.join("keys/secrets.key")).unwrap();
    let server = Server::start_in(folder, &LOCAL);
    assert!(shop.sends(&server).await);
    let keys = server.operator().get("/v1/secrets-keys").await.ok();
    assert_eq!(wrapped(&keys), (vec![("acme", "present"), ("other", "unused")], true));
}

#[tokio::test]
async fn the_operators_key_is_changed_while_the_server_runs_on() {
    let server = Server::start_with(&LOCAL);
    let shop = shop(&server).await;
    let old = std::fs::read_to_string(server.data().join("keys/secrets.key")).unwrap().trim().to_owned();
    let new = "ab".repeat(32);
    let folder = server.stop();
    let with_new = [LOCAL[0], LOCAL[1], ("SECRETS__KEY", new.as_str())];
    let with_both = [LOCAL[0], LOCAL[1], ("SECRETS__KEY", &new), ("SECRETS__PREVIOUS_KEY", &old)];

    let server = Server::start_in(Arc::clone(&folder), &with_both);
    let keys = server.operator().get("/v1/secrets-keys").await.ok();
    assert_eq!(wrapped(&keys), (vec![("acme", "previous"), ("other", "unused")], false));
    assert!(shop.sends(&server).await, "it is opened with the key before");
    let keys = server.operator().get("/v1/secrets-keys").await.ok();
    assert_eq!(wrapped(&keys), (vec![("acme", "present"), ("other", "unused")], false), "and wrapped anew by that");
    let keys = server.operator().post("/v1/secrets-keys/wrap", &json!({})).await.ok();
    assert!(wrapped(&keys).1, "said so of all of them");
    shop.acme.at(server.url()).post("/v1/secrets-keys/wrap", &json!({})).await.refused(403, "operator-only");
    server.stop();

    let server = Server::start_in(folder, &with_new);
    assert!(shop.sends(&server).await, "the key before is needed no more");
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_is_repeated_and_one_upon_an_unfinished_one_is_refused() {
    let server = Server::start_with(&LOCAL);
    let shop = shop(&server).await;
    let data = server.data();
    let (old, new) = (data.join("keys/secrets.key"), data.join("../new.key"));
    let of_old = std::fs::read_to_string(&old).unwrap().trim().to_owned();
    let of_new = "cd".repeat(32);
    std::fs::write(&new, &of_new).unwrap();
    let folder = server.stop();
    // One tenant's key is wrapped by the new key, and nothing says yet that all are: as when a rotation is cut off.
    let with_both = [LOCAL[0], LOCAL[1], ("SECRETS__KEY", of_new.as_str()), ("SECRETS__PREVIOUS_KEY", &of_old)];
    let server = Server::start_in(Arc::clone(&folder), &with_both);
    assert!(shop.sends(&server).await);
    let keys = server.operator().get("/v1/secrets-keys").await.ok();
    assert_eq!(wrapped(&keys), (vec![("acme", "present"), ("other", "unused")], false));
    server.stop();

    let third = data.join("../third.key");
    let onto = |to: &Path| ["secret", "rotate", "--to", to.to_str().unwrap()].map(str::to_owned);
    let arguments = onto(&third);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let unfinished = said(&stammgast(&arguments, &data));
    assert!(unfinished.contains("acme") && !third.exists(), "a third key would lose the second: {unfinished}");
    let mut with_setting = Command::new(binary());
    with_setting.args(&arguments).arg("--data").arg(&data).env("STAMMGAST_SECRETS__PREVIOUS_KEY", &of_old);
    let refused = said(&with_setting.output().unwrap());
    assert!(refused.contains("secrets.previous_key is set") && !third.exists(), "{refused}");

    let arguments = onto(&new);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let rotated = stammgast(&arguments, &data);
    assert!(rotated.status.success(), "{}", said(&rotated));
    std::fs::rename(&new, &old).unwrap();
    let server = Server::start_in(folder, &LOCAL);
    assert!(shop.sends(&server).await);
    let keys = server.operator().get("/v1/secrets-keys").await.ok();
    assert_eq!(wrapped(&keys), (vec![("acme", "present"), ("other", "unused")], true));
}

#[tokio::test]
async fn a_tenant_gets_a_new_key_of_its_own() {
    let server = Server::start_with(&LOCAL);
    let shop = shop(&server).await;
    let renewed = shop.acme.post("/v1/secrets-key/renew", &json!({})).await.ok();
    assert_eq!(renewed["secrets"], 3);
    assert!(shop.sends(&server).await);
    let audit = shop.acme.all("/v1/audit").await;
    assert!(audit.iter().any(|entry| entry["action"] == "secrets-key.renewed"));
    // Changes of secrets and of their key at the same time lose nothing.
    let path = format!("/v1/installations/{}/secrets/token", shop.installation);
    let (set, renew) = (json!({"value": TOKEN}), json!({}));
    for _ in 0..5 {
        let both = tokio::join!(shop.acme.put(&path, &set), shop.acme.post("/v1/secrets-key/renew", &renew));
        for answer in [both.0, both.1] {
            assert!(answer.status.is_success() || answer.status == 409, "{}", answer.text);
        }
        assert!(shop.sends(&server).await);
    }
}
