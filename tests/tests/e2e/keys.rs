//! The server's own keys: the master key that opens personal data, and the operator's.

use serde_json::json;
use stammgast_tests::{Client, Server, binary};
use std::{path::Path, process::Command, sync::Arc};

/// What `stammgast serve` says when it does not start.
fn refusal(data: &Path) -> String {
    let output = Command::new(binary()).args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).output();
    let output = output.unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn data_is_never_opened_with_another_master_key() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    acme.post("/v1/customers", &json!({"name": "Ada"})).await.ok();
    let data = server.data();
    let folder = server.stop();
    let key = data.join("keys/master.key");
    let right = std::fs::read(&key).unwrap();

    std::fs::remove_file(&key).unwrap();
    assert!(refusal(&data).contains("restore keys/master.key from your backup"));
    assert!(!key.exists(), "no new key takes the place of the right one");
    std::fs::write(&key, "00".repeat(32)).unwrap();
    assert!(refusal(&data).contains("restore keys/master.key from your backup"));

    std::fs::write(&key, right).unwrap();
    let server = Server::start_in(folder, &[]);
    let events = acme.at(server.url()).get("/v1/events").await.ok();
    assert!(events.to_string().contains("Ada"));
}

#[tokio::test]
async fn a_leaked_operators_key_is_replaced_at_a_start() {
    let server = Server::start();
    let leaked = std::fs::read_to_string(server.data().join("operator.key")).unwrap();
    let data = server.data();
    let folder = server.stop();
    let server = Server::start_with_arguments(Arc::clone(&folder), &["--new-operator-key"]);
    let old = Client::new(server.url(), leaked.trim());
    old.get("/v1/tenants").await.refused(401, "unauthenticated");
    assert_ne!(std::fs::read_to_string(data.join("operator.key")).unwrap(), leaked);
    server.operator().get("/v1/tenants").await.ok();
}
