//! What calls cost and how they ended: for a tenant's admin, and for monitoring.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// Every event is tried once, and the breaker judges by more calls than there are.
const ONCE: &[(&str, &str)] = &[("DISPATCH__ATTEMPTS", "1"), ("DISPATCH__BREAKER_CALLS", "100")];

/// The lines of an exposition that name this series, after a look at the form of all of them.
fn series<'a>(text: &'a str, name: &str) -> Vec<(&'a str, f64)> {
    assert!(text.ends_with("# EOF\n"), "{text}");
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        let (this, labels) = series.split_once('{').unwrap_or_else(|| panic!("{line}"));
        let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("{line}"));
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(this.starts_with("stammgast_plugin_") && value.is_finite(), "{line}");
        let quoted = |label: &str| {
            let value = label.split_once('=').map(|(_, value)| value);
            value.is_some_and(|value| value.len() > 1 && value.starts_with('"') && value.ends_with('"'))
        };
        assert!(labels.split(',').all(quoted), "{line}");
        if this == name {
            found.push((labels, value));
        }
    }
    found
}

/// The value of the one series of this name that has all these labels.
fn value(text: &str, name: &str, labels: &[&str]) -> f64 {
    let all = series(text, name);
    let fitting: Vec<f64> =
        all.iter().filter(|(there, _)| labels.iter().all(|label| there.contains(label))).map(|one| one.1).collect();
    assert_eq!(fitting.len(), 1, "{name} {labels:?} in\n{text}");
    fitting[0]
}

async fn metrics(client: &Client) -> String {
    let answer = client.get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let form = answer.headers["content-type"].to_str().unwrap();
    assert!(form.starts_with("application/openmetrics-text; version=1.0.0"), "{form}");
    answer.text
}

#[tokio::test]
async fn both_doors_tell_of_three_good_calls_and_two_traps() {
    let server = Server::start_with(ONCE);
    let (acme, other) = (server.tenant("acme").await, server.tenant("other").await);
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "told", &json!({"do": "trap"})).await;
    let path = format!("/v1/installations/{id}/usage");
    let before = acme.get(&path).await.ok();
    assert_eq!(before["versions"], json!([]), "nothing was called yet");
    let ada = acme.customer("Ada Lovelace").await;
    acme.buy(&ada, 1, 1_000).await;
    acme.buy(&ada, 2, 1_000).await;
    acme.settled().await;
    acme.patch(&format!("/v1/installations/{id}"), &json!({"config": {"do": "earn"}})).await.ok();
    acme.post(&format!("/v1/dead-letters/{id}/retry"), &json!({})).await.ok();
    acme.settled().await;
    acme.buy(&ada, 3, 1_000).await;
    acme.settled().await;

    let usage = acme.get(&path).await.ok();
    assert_eq!(usage["since"], before["since"]);
    let [told] = usage["versions"].as_array().unwrap().as_slice() else { panic!("one version ran: {usage}") };
    assert_eq!((&told["calls"], &told["effects"], &told["malformed"]), (&json!(5), &json!(3), &json!(0)), "{usage}");
    assert_eq!(told["faults"], json!({"trap": 2}), "{usage}");
    let number = |pointer: &str| told.pointer(pointer).and_then(Value::as_u64).unwrap();
    assert!(number("/fuel") > 0 && number("/most_memory_bytes") >= 1 << 16, "{usage}");
    for of in ["duration_us", "queued_us"] {
        let [half, most_of_them, all] = ["p50", "p95", "most"].map(|field| number(&format!("/{of}/{field}")));
        assert!(half <= most_of_them && most_of_them <= all, "{usage}");
    }
    assert!(number("/duration_us/most") > 0, "{usage}");

    let text = metrics(&server.operator()).await;
    let place = [r#"tenant="acme""#, r#"installation="told""#, r#"plugin="test.hostile""#];
    let ended = |how: &'static str| [place[0], place[1], place[2], how];
    assert!((value(&text, "stammgast_plugin_calls_total", &ended(r#"ended="effects""#)) - 3.0).abs() < f64::EPSILON);
    assert!((value(&text, "stammgast_plugin_calls_total", &ended(r#"ended="trap""#)) - 2.0).abs() < f64::EPSILON);
    for histogram in ["stammgast_plugin_call_duration_seconds", "stammgast_plugin_queue_seconds"] {
        let count = value(&text, &format!("{histogram}_count"), &place);
        let last = value(&text, &format!("{histogram}_bucket"), &ended(r#"le="+Inf""#));
        assert!((count - 5.0).abs() < f64::EPSILON && (last - 5.0).abs() < f64::EPSILON, "{histogram}:\n{text}");
    }
    let version = format!(r#"version="{}""#, told["version"].as_str().unwrap());
    let fuel = value(&text, "stammgast_plugin_fuel_total", &[place[0], place[1], version.as_str()]);
    assert_eq!(format!("{fuel}"), told["fuel"].to_string());
    assert!(value(&text, "stammgast_plugin_behind_events", &place).abs() < f64::EPSILON, "{text}");
    assert!(value(&text, "stammgast_plugin_breaker_open", &place).abs() < f64::EPSILON, "{text}");
    assert!(!text.contains("Lovelace") && !text.contains(&ada), "nothing of customers");

    other.get(&path).await.refused(404, "not-found");
    let others = metrics(&other).await;
    assert!(series(&others, "stammgast_plugin_calls_total").is_empty(), "another tenant sees its own: {others}");
    acme.anonymous().get("/metrics").await.refused(401, "unauthenticated");
    let monitoring = acme.post("/v1/keys", &json!({"name": "monitoring", "scopes": ["plugins:read"]})).await.ok();
    let own = metrics(&acme.with_key(monitoring["secret"].as_str().unwrap())).await;
    assert_eq!(series(&own, "stammgast_plugin_calls_total").len(), 2);

    let output = server.cli(&["plugin", "usage", "told"]).env("STAMMGAST_TENANT", "acme").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("Faults of") && said.contains("trap 2"), "{output:?}");
}

#[tokio::test]
async fn what_is_quarantined_shows_in_its_breaker_and_what_is_removed_has_no_series() {
    let nervous = [
        ("DISPATCH__ATTEMPTS", "1"),
        ("DISPATCH__BREAKER_CALLS", "4"),
        ("DISPATCH__BREAKER_PAUSE_MS", "20"),
        ("DISPATCH__BREAKER_TRIALS", "1"),
    ];
    let server = Server::start_with(&nervous);
    let acme = server.tenant("acme").await;
    server.operator().install("hostile").await;
    let id = acme.enable("test.hostile", "broken", &json!({"do": "trap"})).await;
    for number in 0..8 {
        let ada = acme.customer("Ada Lovelace").await;
        acme.buy(&ada, number, 1_000).await;
    }
    let open = |text: &str| value(text, "stammgast_plugin_breaker_open", &[r#"installation="broken""#]) > 0.5;
    acme.until("it is in quarantine", || async {
        acme.get(&format!("/v1/installations/{id}")).await.ok()["status"] == "quarantined"
    })
    .await;
    acme.until("the breaker shows open", || async { open(&metrics(&acme).await) }).await;
    let path = format!("/v1/installations/{id}");
    acme.send(acme.request(reqwest::Method::DELETE, &path)).await.ok();
    acme.until("its series are gone", || async { !metrics(&acme).await.contains("broken") }).await;
    acme.get(&format!("{path}/usage")).await.refused(404, "not-found");
}
