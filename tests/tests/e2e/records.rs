//! Recorded calls: repeated exactly, also after a restart and without the cache, and taken home as a file.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

async fn replayed(acme: &Client, id: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = acme.get(&format!("/v1/installations/{id}/replay?limit=100{after}")).await.ok();
        let items = page["items"].as_array().unwrap().clone();
        let Some(last) = items.last() else { return all };
        after = format!("&after={}", last["id"].as_str().unwrap());
        all.extend(items);
    }
}

#[tokio::test]
async fn every_recorded_call_repeats_to_the_last_unit_after_a_restart_and_without_the_cache() {
    let every = [
        ("RECORDS__SAMPLE_EVERY", "1"),
        ("DISPATCH__ATTEMPTS", "2"),
        ("DISPATCH__FIRST_PAUSE_MS", "1"),
        ("RUNTIME__CPU_MILLIONS", "50"),
        ("RUNTIME__WALL_MS", "2000"),
    ];
    let server = Server::start_with(&every);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let mut ids = Vec::new();
    let orders = [
        "count",
        "balance",
        "past",
        "trap",
        "loop",
        "memory",
        "recurse",
        "negative",
        "refuse",
        "effects",
        "host-calls",
        "print",
        "log",
    ];
    for order in orders {
        ids.push(acme.enable("test.hostile", order, &json!({"do": order})).await);
    }
    let ada = acme.customer("Ada").await;
    for number in 0..5 {
        acme.buy(&ada, number, 1_050).await;
    }
    acme.settled().await;
    // What is recorded stays true when the plugin is configured otherwise.
    acme.patch(&format!("/v1/installations/{}", ids[0]), &json!({"config": {"do": "nothing"}})).await.ok();
    let folder = server.stop();
    std::fs::remove_dir_all(folder.path().join("data/code-cache")).unwrap();
    let server = Server::start_in(folder, &every);
    let acme = acme.at(server.url());
    let mut calls = 0;
    for (id, order) in ids.iter().zip(orders) {
        let came = replayed(&acme, id).await;
        assert!(came.len() >= 5, "{order}: {}", came.len());
        for one in &came {
            assert_eq!(one["result"], "same", "{order}: {one}");
        }
        calls += came.len();
    }
    assert!(calls >= 5 * orders.len() + 5, "faults are recorded at each try: {calls}");
    let faults = acme.get(&format!("/v1/installations/{}/calls?ended=faults", ids[3])).await.ok();
    assert_eq!(faults["items"].as_array().unwrap().len(), 10, "five events, two tries each");
    assert_eq!(faults["items"][0]["ended"], "trap");
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let newest = names(&faults);
    assert!(newest[0].ends_with(".2") && newest[1].ends_with(".1"), "newest first: {newest:?}");
    let list = format!("/v1/installations/{}/calls", ids[3]);
    let page = acme.get(&format!("{list}?ended=trap&limit=3&before={}", newest[2])).await.ok();
    assert_eq!(names(&page), newest[3..6]);
    for path in [format!("{list}?ended=fault"), list.replace("/calls", "/replay?ended=fault")] {
        let refused = acme.get(&path).await.refused(422, "invalid-value");
        assert_eq!(refused["errors"][0]["field"], "ended", "{refused}");
    }
}

#[tokio::test]
async fn a_failing_call_is_taken_home_and_fails_there_just_the_same() {
    let server = Server::start_with(&[("DISPATCH__FIRST_PAUSE_MS", "3600000")]);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "bad", &json!({"do": "trap"})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, 1, 1_050).await;
    let list = format!("/v1/installations/{id}/calls?ended=faults");
    acme.until("the fault is recorded", || async { acme.get(&list).await.ok()["items"][0].is_object() }).await;
    let call = acme.get(&list).await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("hostile.wasm");
    std::fs::write(&component, stammgast_tests::component("hostile")).unwrap();
    for personal in ["masked", "shown"] {
        let file = acme.get(&format!("/v1/installations/{id}/calls/{call}/case?personal={personal}")).await.ok();
        let path = folder.path().join(format!("{personal}.json"));
        std::fs::write(&path, file.to_string()).unwrap();
        let mut test = server.cli(&["plugin", "test"]);
        let came = test.arg(&component).arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&came.stdout);
        assert!(
            came.status.success() && said.contains("1 cases passed"),
            "{said}{}",
            String::from_utf8_lossy(&came.stderr)
        );
        // Another answer is told with its place.
        let other = file.to_string().replace("\"kind\":\"trap\"", "\"kind\":\"cpu\"");
        std::fs::write(&path, other).unwrap();
        let came = server.cli(&["plugin", "test"]).arg(&component).arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&came.stdout);
        assert!(!came.status.success() && said.contains("fault.kind"), "{said}");
    }
}
