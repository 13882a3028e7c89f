//! Whoever sets something up is named in the audit log, with what held before and from then on.

use serde_json::{Value, json};
use stammgast_tests::Server;

#[tokio::test]
async fn what_is_set_up_stands_in_the_audit_log_with_what_held_before() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let policy = |days: u16| json!({ "pending_days": days });
    let stamps = json!({ "code": "stamps", "name": "Stamps", "policy": policy(0) });
    acme.post("/v1/programs", &stamps).await.ok();
    let changed = json!({ "name": "Stamps", "policy": policy(14) });
    acme.put("/v1/programs/stamps", &changed).await.ok();
    // Nothing new is decided, so there is nothing to note.
    acme.put("/v1/programs/stamps", &changed).await.ok();
    acme.put("/v1/programs/stamps", &json!({ "name": "", "policy": policy(1) })).await.refused(422, "invalid-value");
    acme.put("/v1/settings", &json!({ "zone": "Europe/Berlin", "hold_out": { "percent": 10 } })).await.ok();
    let benefit = json!({ "type": "percent", "percent": 10 });
    acme.post("/v1/offers", &json!({ "code": "ten", "name": "Ten", "benefit": benefit, "valid_days": 9 })).await.ok();
    let reward = json!({ "code": "tent", "name": "A tent", "program": "stamps", "points": 10 });
    acme.post("/v1/rewards", &reward).await.ok();
    acme.post("/v1/plans", &json!({ "code": "club", "name": "Club", "months": 12 })).await.ok();
    acme.post("/v1/partners", &json!({ "code": "mill", "name": "Mill" })).await.ok();
    acme.post("/v1/departments", &json!({ "code": "shop", "name": "Shop" })).await.ok();
    acme.put("/v1/departments/shop/default", &json!({})).await.ok();
    let ten = json!({ "name": "Ten", "benefit": benefit, "valid_days": 30 });
    acme.put("/v1/offers/ten", &ten).await.ok();
    acme.put("/v1/rewards/tent", &json!({ "name": "A tent", "program": "stamps", "points": 12 })).await.ok();
    acme.put("/v1/plans/club", &json!({ "name": "The club", "months": 12 })).await.ok();
    acme.put("/v1/partners/mill", &json!({ "name": "The mill" })).await.ok();

    let mut log = acme.all("/v1/audit").await;
    log.reverse();
    let said: Vec<(&str, &str)> =
        log.iter().map(|entry| (entry["action"].as_str().unwrap(), entry["text"].as_str().unwrap())).collect();
    let expected = [
        ("program.created", "created the program `stamps`"),
        ("program.changed", "changed the program `stamps`: policy.pending_days"),
        ("settings.changed", "changed the settings `acme`: hold_out.percent, zone"),
        ("offer.created", "created the offer `ten`"),
        ("reward.created", "created the reward `tent`"),
        ("membership-plan.created", "created the membership plan `club`"),
        ("partner.created", "created the partner `mill`"),
        ("department.created", "created the department `shop`"),
        ("department.changed", "changed the department `shop`: is_default"),
        ("offer.changed", "changed the offer `ten`: valid_days"),
        ("reward.changed", "changed the reward `tent`: points"),
        ("membership-plan.changed", "changed the membership plan `club`: name"),
        ("partner.changed", "changed the partner `mill`: name"),
    ];
    assert_eq!(said, expected);
    let days = |when: &str| log[1]["details"][when]["policy"]["pending_days"].clone();
    assert_eq!((days("before"), days("after")), (Value::from(0), Value::from(14)));
    assert!(log[1]["actor"].as_str().unwrap().starts_with("key:"), "{log:?}");

    // Whoever may not read what it is about sees that it happened, and no more.
    let key = acme.post("/v1/keys", &json!({ "name": "plugins", "scopes": ["plugins:read"] })).await.ok();
    let lesser = acme.with_key(key["secret"].as_str().unwrap());
    let mut seen = lesser.all("/v1/audit").await;
    seen.retain(|entry| entry["action"] == "program.changed" || entry["action"] == "department.created");
    let details: Vec<&Value> = seen.iter().map(|entry| &entry["details"]).collect();
    assert_eq!(details, [&json!({}), &json!({})]);

    let path = format!("/v1/keys/{}", key["key"]["id"].as_str().unwrap());
    assert_eq!(acme.send(acme.request(reqwest::Method::DELETE, &path)).await.status, 204);
    let newest: Vec<Value> = acme.all("/v1/audit").await.iter().map(|entry| entry["text"].clone()).take(2).collect();
    assert_eq!(json!(newest), json!(["the key `plugins` was revoked", "the key `plugins` was made"]));
}
