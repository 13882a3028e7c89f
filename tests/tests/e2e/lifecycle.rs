//! Enabling, disabling, upgrading and delivering again.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

struct Shop {
    server: Server,
    acme: Client,
    ada: String,
    installation: String,
}

async fn shop() -> Shop {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    let ada = acme.customer("Ada").await;
    let installation = acme.enable("stammgast.loyalty-points", "loyalty", &json!({})).await;
    Shop { server, acme, ada, installation }
}

impl Shop {
    async fn buy(&self, external_id: &str) {
        self.acme.buy(&self.ada, external_id, 1_000).await;
    }

    async fn points(&self) -> Value {
        self.acme.get(&format!("/v1/customers/{}/loyalty", self.ada)).await.ok()["items"][0]["points"].clone()
    }

    async fn act(&self, what: &str, body: &Value) -> Value {
        self.acme.post(&format!("/v1/installations/{}/{what}", self.installation), body).await.ok()
    }
}

#[tokio::test]
async fn a_disabled_plugin_is_not_called_and_its_events_run_or_are_skipped() {
    let shop = shop().await;
    shop.buy("1").await;
    shop.acme.settled().await;
    assert_eq!(shop.points().await, 10);

    shop.act("disable", &json!({})).await;
    shop.buy("2").await;
    shop.buy("3").await;
    let events = shop.acme.get("/v1/events?after=0&limit=100").await.ok();
    assert_eq!(events["items"].as_array().unwrap().iter().filter(|one| one["type"] == "purchase.recorded").count(), 3);
    assert_eq!(shop.points().await, 10, "nobody was called");
    shop.act("enable", &json!({"waiting": "run"})).await;
    shop.acme.settled().await;
    assert_eq!(shop.points().await, 30, "what waited has run");

    shop.act("disable", &json!({})).await;
    shop.buy("4").await;
    shop.act("enable", &json!({"waiting": "skip"})).await;
    shop.buy("5").await;
    shop.acme.settled().await;
    assert_eq!(shop.points().await, 40, "what waited was skipped, what came later was not");
}

#[tokio::test]
async fn every_event_delivered_again_changes_nothing_also_after_an_upgrade() {
    let shop = shop().await;
    for number in 0..20 {
        shop.buy(&number.to_string()).await;
    }
    shop.acme.settled().await;
    let before = shop.acme.get("/v1/programs/points/trial-balance").await.ok();
    assert_eq!(shop.points().await, 200);

    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.wasm"), folder.path().join("new.wasm"));
    std::fs::write(&old, stammgast_tests::component("loyalty-points")).unwrap();
    let manifest =
        std::fs::read_to_string(stammgast_tests::root().join("plugins/loyalty-points/manifest.json")).unwrap();
    let path = folder.path().join("manifest.json");
    std::fs::write(&path, manifest.replace("\"0.1.0\"", "\"0.2.0\"")).unwrap();
    let mut pack = shop.server.cli(&["plugin", "pack"]);
    assert!(pack.arg(&old).arg("--manifest").arg(&path).arg("-o").arg(&new).status().unwrap().success());
    let bytes = std::fs::read(&new).unwrap();
    shop.server.operator().post_bytes("/v1/plugins", "application/wasm", bytes).await.ok();
    let change =
        json!({"plugin": "stammgast.loyalty-points@0.2.0", "config": {"points_per_unit": 5}, "unsigned": "a test"});
    let upgraded = shop.acme.patch(&format!("/v1/installations/{}", shop.installation), &change).await.ok();
    assert_eq!((&upgraded["plugin_version"], &upgraded["config_version"]), (&json!("0.2.0"), &json!(2)));

    shop.act("disable", &json!({})).await;
    shop.act("rewind", &json!({"position": 0})).await;
    shop.act("enable", &json!({"waiting": "run"})).await;
    shop.acme.settled().await;
    assert_eq!(shop.points().await, 200);
    assert_eq!(shop.acme.get("/v1/programs/points/trial-balance").await.ok(), before);

    shop.buy("new").await;
    shop.acme.settled().await;
    assert_eq!(shop.points().await, 250, "the new version and configuration count from now on");
    let lines = shop.acme.all(&format!("/v1/customers/{}/loyalty/points/entries", shop.ada)).await;
    assert_eq!(lines[0]["cause"]["rule_version"], "stammgast.loyalty-points@0.2.0");
}

#[tokio::test]
async fn a_failing_event_is_retried_and_holds_up_its_own_customer_only() {
    let server = Server::start_with(&[("DISPATCH__ATTEMPTS", "2"), ("DISPATCH__FIRST_PAUSE_MS", "50")]);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "bad", &json!({"do": "trap"})).await;
    let ada = acme.customer("Ada").await;
    for number in 0..3 {
        acme.buy(&ada, number, 1_000).await;
    }
    acme.settled().await;
    let dead = acme.get("/v1/dead-letters").await.ok();
    let letters = dead["items"].as_array().unwrap();
    assert_eq!(letters.len(), 3);
    let first = acme.get("/v1/dead-letters?limit=2").await.ok();
    let rest = acme.get(&format!("/v1/dead-letters?cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
    assert_eq!((first["items"].as_array().unwrap().len(), &rest["items"][0]), (2, &letters[2]));
    assert_eq!(rest["next_cursor"], json!(null));
    assert!(letters.iter().all(|one| one["attempts"] == 2 && one["fault"]["kind"] == "trap"), "{dead}");

    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    for letter in letters {
        acme.post(&format!("/v1/dead-letters/{id}/{}/retry", letter["event"]), &json!({})).await.ok();
    }
    acme.settled().await;
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]));
    let points = acme.get(&format!("/v1/customers/{ada}/loyalty")).await.ok();
    assert_eq!(points["items"][0]["points"], 21);
}
