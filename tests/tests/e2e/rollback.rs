//! Going back: version, configuration and state, at once; and what stands in history and audit log.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, sections};

/// The hostile plugin as another version.
fn version(version: &str) -> Vec<u8> {
    let path = stammgast_tests::root().join("tests/hostile/manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    manifest["version"] = json!(version);
    sections::with_manifest(&stammgast_tests::component("hostile"), &manifest.to_string().into_bytes())
}

struct Shop {
    acme: Client,
    ada: String,
    id: String,
    bought: usize,
}

impl Shop {
    /// Buys once, and gives the points that the purchase earned.
    async fn earns(&mut self) -> i64 {
        let before = self.points().await;
        self.acme.buy(&self.ada, self.bought, 1_000).await;
        self.bought += 1;
        self.acme.settled().await;
        self.points().await - before
    }

    async fn points(&self) -> i64 {
        let loyalty = self.acme.get(&format!("/v1/customers/{}/loyalty", self.ada)).await.ok();
        loyalty["items"][0]["points"].as_i64().unwrap_or_default()
    }

    async fn change(&self, change: &Value) -> Value {
        self.acme.patch(&format!("/v1/installations/{}", self.id), change).await.ok()
    }

    async fn back(&self) -> Value {
        self.acme.post(&format!("/v1/installations/{}/rollback", self.id), &json!({})).await.ok()
    }
}

#[tokio::test]
async fn an_upgrade_is_taken_back_with_its_state_and_everything_stands_in_the_books() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let operator = server.operator();
    operator.install("hostile").await;
    operator.post_bytes("/v1/plugins", "application/wasm", version("0.2.0")).await.ok();
    let id = acme.enable("test.hostile@0.1.0", "told", &json!({"do": "count"})).await;
    let ada = acme.customer("Ada").await;
    let mut shop = Shop { acme, ada, id, bought: 0 };
    let nothing = shop.acme.post(&format!("/v1/installations/{}/rollback", shop.id), &json!({})).await;
    nothing.refused(409, "nothing-before");
    assert_eq!((shop.earns().await, shop.earns().await), (1, 2), "it counts");
    let upgraded = shop.change(&json!({"plugin": "test.hostile@0.2.0", "unsigned": "a test"})).await;
    assert_eq!(upgraded["plugin_version"], "0.2.0");
    assert_eq!((shop.earns().await, shop.earns().await), (3, 4), "an upgrade keeps the state");
    let back = shop.back().await;
    assert_eq!((&back["plugin_version"], &back["status"]), (&json!("0.1.0"), &json!("enabled")));
    assert_eq!(shop.earns().await, 3, "the state is that of before the upgrade");
    shop.change(&json!({"config": {"do": "earn"}})).await;
    assert_eq!(shop.earns().await, 7);
    let back = shop.back().await;
    assert_eq!(
        (&back["config"], &back["config_version"]),
        (&json!({"do": "count"}), &json!(3)),
        "numbers never go back"
    );
    assert_eq!(shop.earns().await, 4);

    let history = shop.acme.get(&format!("/v1/installations/{}/history", shop.id)).await.ok();
    let steps: Vec<&str> =
        history["items"].as_array().unwrap().iter().map(|one| one["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["rolled-back", "configured", "rolled-back", "upgraded", "created"]);
    let audit = shop.acme.all("/v1/audit").await;
    assert_eq!(audit.len(), 5);
    assert!(audit.iter().all(|one| one["actor"].as_str().unwrap().starts_with("key:")));
    assert_eq!(audit[0]["action"], "installation.rolled-back");
}

#[tokio::test]
async fn a_version_that_was_uninstalled_is_gone_back_to_once_it_is_installed_again() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let operator = server.operator();
    operator.install("hostile").await;
    operator.post_bytes("/v1/plugins", "application/wasm", version("0.2.0")).await.ok();
    let id = acme.enable("test.hostile@0.1.0", "told", &json!({"do": "count"})).await;
    let path = format!("/v1/installations/{id}");
    acme.patch(&path, &json!({"plugin": "test.hostile@0.2.0", "unsigned": "a test"})).await.ok();
    operator.send(operator.request(reqwest::Method::DELETE, "/v1/plugins/test.hostile@0.1.0")).await.ok();
    for body in [json!({}), json!({"version": 1})] {
        let refused = acme.post(&format!("{path}/rollback"), &body).await.refused(422, "component-changed");
        assert!(refused["detail"].as_str().unwrap().contains("the operator has to install it again"), "{refused}");
    }
    operator.install("hostile").await;
    let back = acme.post(&format!("{path}/rollback"), &json!({})).await.ok();
    assert_eq!(back["plugin_version"], "0.1.0");
}

#[tokio::test]
async fn an_unsigned_component_needs_a_decision_that_is_recorded_and_a_trusted_signature_needs_none() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let component = folder.path().join("hostile.wasm");
    std::fs::write(&component, stammgast_tests::component("hostile")).unwrap();
    let cli = |words: &[&str]| {
        let output = server.cli(words).arg("--keys").arg(&keys).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    cli(&["plugin", "key", "new", "acme"]);
    let public = cli(&["plugin", "key", "show", "acme", "-q"]);
    cli(&["plugin", "sign", component.to_str().unwrap(), "--with", "acme"]);
    let installed = server.cli(&["plugin", "install"]).arg(&component).output().unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));

    let asked = acme.get("/v1/plugins/test.hostile").await.ok();
    assert_eq!(asked["signatures"][0]["public_key"], json!(public));
    let grants: Vec<&Value> = asked["capabilities"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    let mut body =
        json!({"plugin": "test.hostile", "name": "a", "grants": grants, "config": {"do": "earn"}, "start": "now"});
    acme.post("/v1/installations", &body).await.refused(422, "not-trusted");
    body["unsigned"] = json!("we know them");
    let decided = acme.post("/v1/installations", &body).await.ok();
    assert_eq!((&decided["trust"]["by"], &decided["trust"]["why"]), (&json!("decision"), &json!("we know them")));

    acme.post("/v1/trusted-keys", &json!({"name": "acme", "public_key": public})).await.ok();
    body["unsigned"] = Value::Null;
    body["name"] = json!("b");
    let signed = acme.post("/v1/installations", &body).await.ok();
    assert_eq!((&signed["trust"]["by"], &signed["trust"]["key"]), (&json!("signature"), &json!("acme")));
    assert!(acme.all("/v1/audit").await.iter().any(|one| one["action"] == "trusted-key.added"));
}

#[tokio::test]
async fn a_draft_is_not_called_is_reviewed_enabled_and_removed() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let review = acme.get("/v1/plugins/test.hostile/review").await.ok();
    assert_eq!(review["new_grants"].as_array().unwrap().len(), 5);
    let grants: Vec<&Value> = review["new_grants"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    let body = json!({"plugin": "test.hostile", "name": "told", "grants": grants, "config": {"do": "earn"}, "start": "later", "unsigned": "a test"});
    let draft = acme.post("/v1/installations", &body).await.ok();
    assert_eq!(draft["status"], "draft");
    let id = draft["id"].as_str().unwrap().to_owned();
    let ada = acme.customer("Ada").await;
    let mut shop = Shop { acme: acme.clone(), ada, id: id.clone(), bought: 0 };
    assert_eq!(shop.earns().await, 0, "a draft is not called");
    acme.post(&format!("/v1/installations/{id}/enable"), &json!({"waiting": "skip"})).await.ok();
    assert_eq!(shop.earns().await, 7);
    let path = format!("/v1/installations/{id}");
    acme.send(acme.request(reqwest::Method::DELETE, &path)).await.refused(409, "installation-enabled");
    acme.post(&format!("{path}/disable"), &json!({})).await.ok();
    acme.send(acme.request(reqwest::Method::DELETE, &path)).await.ok();
    acme.get(&path).await.refused(404, "not-found");
    let history = acme.get(&format!("{path}/history")).await.ok();
    assert_eq!(history["items"][0]["step"], "removed");
    let operator = server.operator();
    operator.send(operator.request(reqwest::Method::DELETE, "/v1/plugins/test.hostile")).await.ok();
}
