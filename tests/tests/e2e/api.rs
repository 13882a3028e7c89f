//! What the API keeps and gives back.

use crate::operations::BODIES;
use serde_json::json;
use stammgast_tests::Server;

fn purchase(customer: &str, external_id: &str, minor: i64) -> serde_json::Value {
    json!({
        "customer": {"id": customer}, "source": "shop", "external_id": external_id,
        "occurred_at": "2026-03-01T10:00:00+01:00", "amount": {"minor": minor, "currency": "EUR"},
    })
}

#[tokio::test]
async fn a_customer_is_kept_with_normalised_contact_points() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let body = json!({
        "name": "Käthe Kollwitz", "language": "de",
        "contact_points": [{"kind": "email", "value": "Kaethe@Example.COM"}, {"kind": "phone", "value": "+49 (0)30 901820"}],
    });
    let made = acme.post("/v1/customers", &body).await;
    assert_eq!(made.status, 201);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let read = acme.get(&format!("/v1/customers/{id}")).await;
    assert_eq!(read.headers["etag"], "\"1\"");
    let values: Vec<_> =
        read.body["contact_points"].as_array().unwrap().iter().map(|one| one["value"].clone()).collect();
    assert_eq!(values, ["kaethe@example.com", "+4930901820"]);

    let second = json!({"name": "Another", "contact_points": [{"kind": "email", "value": "kaethe@example.com"}]});
    acme.post("/v1/customers", &second).await.refused(409, "contact-point-taken");
    let point = json!({"kind": "email", "value": "kaethe@example.com"});
    let same = acme.post(&format!("/v1/customers/{id}/contact-points"), &point).await;
    assert_eq!(same.status, 200, "its own address again changes nothing");
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_read() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let id = acme.customer("Ada").await;
    let path = format!("/v1/customers/{id}");
    let change = |version: &str| {
        acme.request(reqwest::Method::PUT, &path).header("if-match", version).json(&json!({"name": "Ada L."}))
    };
    acme.send(change("\"1\"")).await.ok();
    acme.send(change("\"1\"")).await.refused(412, "outdated");
    assert_eq!(acme.get(&path).await.headers["etag"], "\"2\"");
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_changes_nothing() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let body = json!({"name": "Ada"});
    let first = acme.post_once("key-1", "/v1/customers", &body).await;
    let second = acme.post_once("key-1", "/v1/customers", &body).await;
    assert_eq!((first.status, first.text), (second.status, second.text));
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!(acme.all("/v1/customers").await.len(), 1);
    acme.post_once("key-1", "/v1/customers", &json!({"name": "Bob"})).await.refused(422, "idempotency-key-reused");

    let folder = server.stop();
    let server = Server::start_in(folder, &[]);
    let acme = server.operator();
    let again = acme.request(reqwest::Method::GET, "/v1/customers").header("stammgast-tenant", "acme");
    assert_eq!(acme.send(again).await.ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn many_at_once_with_one_key_make_one_row() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let body = json!({"name": "Ada"});
    let all = (0..20).map(|_| acme.post_once("same", "/v1/customers", &body));
    let answers = futures::future::join_all(all).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.text == answers[0].text));
    assert_eq!(acme.all("/v1/customers").await.len(), 1);
}

#[tokio::test]
async fn the_same_purchase_is_recorded_once_and_a_different_one_refused() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let id = acme.customer("Ada").await;
    assert_eq!(acme.post("/v1/purchases", &purchase(&id, "1", 1250)).await.status, 201);
    assert_eq!(acme.post("/v1/purchases", &purchase(&id, "1", 1250)).await.status, 200);
    acme.post("/v1/purchases", &purchase(&id, "1", 9999)).await.refused(409, "purchase-differs");
    assert_eq!(acme.all(&format!("/v1/customers/{id}/purchases")).await.len(), 1);
}

#[tokio::test]
async fn a_bulk_request_records_good_rows_and_reports_bad_ones() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let id = acme.customer("Ada").await;
    let rows = [("1", 100), ("2", -5), ("1", 100), ("1", 999)].map(|(name, minor)| purchase(&id, name, minor));
    let results = acme.post("/v1/purchases/bulk", &json!({"rows": rows})).await.ok();
    let statuses: Vec<_> = results["results"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["recorded", "refused", "existing", "refused"]);
    assert_eq!(results["results"][1]["field"], "amount.minor");
    assert_eq!(results["results"][3]["field"], "external_id", "another purchase under the same name is no repetition");
    let other = acme.post("/v1/purchases/bulk", &json!({"rows": [purchase(&id, "1", 999)]})).await.ok();
    assert_eq!(other["results"][0]["status"], "refused", "nor in a later request");
}

#[tokio::test]
async fn a_timeline_pages_through_purchases_and_contacts_newest_first() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let id = acme.customer("Ada").await;
    for day in 1..=9 {
        let mut row = purchase(&id, &day.to_string(), 100 * day);
        row["occurred_at"] = json!(format!("2026-03-0{day}T10:00:00Z"));
        acme.post("/v1/purchases", &row).await.ok();
        let contact = json!({
            "customer": id, "channel": "phone", "direction": "inbound", "text": "called",
            "occurred_at": format!("2026-03-0{day}T12:00:00Z"),
        });
        acme.post("/v1/interactions", &contact).await.ok();
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = acme.get(&format!("/v1/customers/{id}/timeline?limit=5{cursor}")).await.ok();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|one| one["occurred_at"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 18);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
}

#[tokio::test]
async fn the_description_allows_every_body_that_is_well_formed() {
    let server = Server::start();
    let api = server.operator().anonymous().get("/v1/openapi.json").await.ok();
    let mut looked_at = 0;
    for (method, path, body) in BODIES {
        let content = &api["paths"][path][method.to_lowercase()]["requestBody"]["content"]["application/json"];
        let Some(mut schema) = content.get("schema").cloned().filter(|_| !body.is_empty()) else { continue };
        schema["components"] = api["components"].clone();
        let body = body.replace("{customer}", "01890000-0000-7000-8000-000000000000");
        let (body, validator) = (serde_json::from_str(&body).unwrap(), jsonschema::validator_for(&schema).unwrap());
        let problems: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
        assert_eq!(problems, [""; 0], "{method} {path}");
        looked_at += 1;
    }
    assert!(looked_at > 50, "{looked_at}");
}
