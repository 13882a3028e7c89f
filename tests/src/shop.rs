//! Customers and their purchases, as most tests need them.

use crate::Client;
use serde_json::{Value, json};
use std::fmt::Display;

/// A purchase of so many cents by a customer, who is named as `{"id": …}` or `{"reference": …}`. Its name in the shop
/// makes it unique.
pub fn purchase(customer: &Value, external_id: impl Display, minor: i64) -> Value {
    json!({
        "customer": customer, "source": "shop", "external_id": external_id.to_string(),
        "occurred_at": "2026-03-01T10:00:00Z", "amount": {"minor": minor, "currency": "EUR"},
    })
}

impl Client {
    /// Records a new customer; gives the id.
    pub async fn customer(&self, name: &str) -> String {
        let made = self.post("/v1/customers", &json!({"name": name})).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Records a purchase of so many cents by a customer.
    pub async fn buy(&self, customer: &str, external_id: impl Display, minor: i64) {
        let body = purchase(&json!({"id": customer}), external_id, minor);
        self.post("/v1/purchases", &body).await.ok();
    }

    /// Records a partner that may give and accept 100 points at once and 250 a day; gives a client with its key.
    pub async fn partner(&self, code: &str) -> Self {
        let limits = json!({"per_posting": 100, "per_day": 250});
        let terms = json!({"points": {"issue": limits, "accept": limits}});
        self.post("/v1/partners", &json!({"code": code, "name": code, "programs": terms})).await.ok();
        let key = json!({"name": code, "scopes": ["partner:trade"], "partner": code});
        let made = self.post("/v1/keys", &key).await.ok();
        self.with_key(made["secret"].as_str().expect("a secret"))
    }
}
