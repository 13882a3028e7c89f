//! A hostile plugin is stopped and reported with its sort; others go on.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

const IMPATIENT: &[(&str, &str)] =
    &[("DISPATCH__ATTEMPTS", "1"), ("RUNTIME__CPU_MILLIONS", "200"), ("RUNTIME__WALL_MS", "5000")];

async fn buy(client: &Client, customer: &str, external_id: &str) {
    let body = json!({
        "customer": {"id": customer}, "source": "shop", "external_id": external_id,
        "occurred_at": "2026-03-01T10:00:00Z", "amount": {"minor": 1250, "currency": "EUR"},
    });
    client.post("/v1/purchases", &body).await.ok();
}

async fn customer(client: &Client) -> String {
    client.post("/v1/customers", &json!({"name": "Ada"})).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn points(client: &Client, customer: &str) -> Value {
    client.get(&format!("/v1/customers/{customer}/loyalty")).await.ok()["items"][0]["points"].clone()
}

#[tokio::test]
async fn every_sort_of_misbehaviour_is_stopped_and_named_and_others_go_on() {
    let server = Server::start_with(IMPATIENT);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("hostile").await;
    server.operator().install("loyalty-points").await;
    let sorts = [
        ("loop", "cpu"),
        ("memory", "memory"),
        ("recurse", "stack"),
        ("trap", "trap"),
        ("output", "output"),
        ("effects", "output"),
        ("host-calls", "host-calls"),
        ("long-string", "output"),
        ("state", "invalid-effect"),
        ("negative", "invalid-effect"),
        ("other-program", "invalid-effect"),
        ("not-granted", "invalid-effect"),
        ("refuse", "refused"),
    ];
    for (order, _) in sorts {
        acme.enable("test.hostile", order, &json!({"do": order})).await;
    }
    acme.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    other.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    let (ada, bob) = (customer(&acme).await, customer(&other).await);
    buy(&acme, &ada, "1").await;
    buy(&other, &bob, "1").await;
    acme.settled().await;
    other.settled().await;

    let dead = acme.get("/v1/dead-letters").await.ok();
    let installations = acme.get("/v1/installations").await.ok();
    for (order, sort) in sorts {
        let named = |one: &&Value| one["name"] == order;
        let id = &installations["items"].as_array().unwrap().iter().find(named).unwrap()["id"];
        let letter = dead["items"].as_array().unwrap().iter().find(|one| &one["installation"] == id);
        let fault = &letter.unwrap_or_else(|| panic!("{order} left no dead letter: {dead}"))["fault"];
        assert_eq!(fault["kind"], sort, "{order}: {fault}");
    }
    assert_eq!(points(&acme, &ada).await, 12, "nothing of a hostile call was applied, and the honest plugin earned");
    assert_eq!(points(&other, &bob).await, 12, "another tenant does not notice");
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut_and_harms_nothing() {
    let server = Server::start_with(IMPATIENT);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    acme.enable("test.hostile", "log", &json!({"do": "log"})).await;
    acme.enable("test.hostile", "print", &json!({"do": "print"})).await;
    let ada = customer(&acme).await;
    buy(&acme, &ada, "1").await;
    acme.settled().await;
    assert_eq!(points(&acme, &ada).await, 1, "a talkative call is a good call");
    let lines = server.log().lines().filter(|line| line.contains("yyyy")).count();
    assert!((1..=100).contains(&lines), "{lines} lines were kept");
}

#[tokio::test]
async fn a_lying_manifest_is_refused() {
    let server = Server::start();
    let operator = server.operator();
    let folder = tempfile::tempdir().unwrap();
    let honest = folder.path().join("honest.wasm");
    std::fs::write(&honest, stammgast_tests::component("loyalty-points")).unwrap();
    let manifest =
        std::fs::read_to_string(stammgast_tests::root().join("plugins/loyalty-points/manifest.json")).unwrap();
    let lies = [
        (
            manifest
                .replace("\"loyalty\"", "\"quality\"")
                .replace("purchase.recorded", "interaction.recorded")
                .replace("loyalty.earn", "quality.raise-finding"),
            "kinds",
        ),
        (manifest.replace("purchase.recorded", "message.received"), "not one that plugins of its kinds"),
        (manifest.replace("loyalty.earn", "feedback.open-item"), "a kind that the manifest does not name"),
    ];
    for (lie, reason) in lies {
        let path = folder.path().join("lie.json");
        std::fs::write(&path, lie).unwrap();
        let packed = folder.path().join("lie.wasm");
        let mut pack = server.cli(&["plugin", "pack"]);
        pack.arg(&honest).arg("--manifest").arg(&path).arg("-o").arg(&packed);
        if !pack.output().unwrap().status.success() {
            continue; // The kit refuses such a manifest already.
        }
        let bytes = std::fs::read(&packed).unwrap();
        let refused =
            operator.post_bytes("/v1/plugins", "application/wasm", bytes).await.refused(422, "component-refused");
        assert!(refused["detail"].as_str().unwrap().contains(reason), "{refused}");
    }
}

#[tokio::test]
async fn grants_and_configuration_are_checked_before_anything_runs() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    server.operator().install("loyalty-points").await;
    let enable = |grants: Value, config: Value| json!({"plugin": "stammgast.loyalty-points", "name": "l", "grants": grants, "config": config, "start": "now"});
    let missing = acme.post("/v1/installations", &enable(json!([]), json!({}))).await.refused(422, "grants-missing");
    assert!(missing["detail"].as_str().unwrap().contains("loyalty.earn"), "{missing}");
    let extra = enable(json!(["loyalty.earn", "state"]), json!({}));
    acme.post("/v1/installations", &extra).await.refused(422, "invalid-value");
    let wrong = enable(json!(["loyalty.earn"]), json!({"points_per_unit": 0}));
    let wrong = acme.post("/v1/installations", &wrong).await.refused(422, "invalid-value");
    assert_eq!(wrong["errors"][0]["field"], "config.points_per_unit");
    let mut unknown = enable(json!(["loyalty.earn"]), json!({}));
    unknown["plugin"] = json!("nobody.nothing");
    acme.post("/v1/installations", &unknown).await.refused(422, "invalid-value");
}
