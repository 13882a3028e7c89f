//! What a tenant's admins are told.

use serde_json::{Value, json};
use stammgast_tests::Server;

/// A UUID that names nothing.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";

#[tokio::test]
async fn where_nothing_happened_nothing_is_told() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    assert_eq!(acme.all("/v1/notices").await, Vec::<Value>::new());
    assert_eq!(acme.get("/v1/notices?unseen=true").await.ok()["items"], json!([]));
    assert_eq!(acme.get("/v1/overview").await.ok()["unseen_notices"], 0);
    assert_eq!(acme.post("/v1/notices/seen", &json!({})).await.ok(), json!({"seen": 0}));

    let output = server.cli(&["notices", "--seen"]).env("STAMMGAST_TENANT", "acme").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("no notice that nobody has seen"), "{output:?}");
}

#[tokio::test]
async fn a_notice_that_is_not_there_cannot_be_seen() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    acme.post(&format!("/v1/notices/{NOTHING}/seen"), &json!({})).await.refused(404, "not-found");
    let refused = acme.post("/v1/notices/seen", &json!({"up_to": NOTHING})).await.refused(422, "invalid-value");
    assert_eq!(refused["errors"][0]["field"], "up_to");
    let refused = acme.get("/v1/notices?unseen=perhaps").await.refused(422, "invalid-value");
    assert_eq!(refused["errors"][0]["field"], "unseen");
}
