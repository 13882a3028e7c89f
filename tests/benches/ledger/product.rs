//! The product's side: redemptions over HTTP.

use super::ACCOUNTS;
use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::sync::Arc;

/// A redemption of one point.
#[derive(Clone, Copy)]
pub struct Redemption {
    /// Its number.
    pub number: usize,
    /// The account, by number.
    pub account: usize,
}

/// A tenant with customers who have points.
pub struct Product {
    tenant: Client,
    customers: Vec<String>,
}

impl Product {
    pub async fn prepare(server: &Server) -> Self {
        let tenant = server.tenant("bench").await;
        let rows: Vec<Value> =
            (0..ACCOUNTS).map(|number| json!({"reference": {"source": "shop", "id": number.to_string()}})).collect();
        let answer = tenant.post("/v1/customers/bulk", &json!({"rows": rows})).await.ok();
        let results = answer["results"].as_array().unwrap();
        let customers: Vec<String> = results.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        let welcome = json!({"points": 1_000_000, "reason": "welcome", "text": "Welcome."});
        for customer in &customers {
            tenant.post(&format!("/v1/customers/{customer}/loyalty/points/adjustments"), &welcome).await.ok();
        }
        Self { tenant, customers }
    }
}

/// Sends the requests; every client sends its own one after another.
pub async fn redeem(product: &Arc<Product>, of_client: Vec<Vec<Redemption>>) {
    let clients = of_client.into_iter().map(|redemptions| {
        let product = Arc::clone(product);
        tokio::spawn(async move {
            for redemption in redemptions {
                let body = json!({
                    "customer": product.customers[redemption.account], "program": "points", "points": 1,
                    "capture": "now", "reference": redemption.number.to_string(),
                });
                let answer = product.tenant.request(Method::POST, "/v1/redemptions").json(&body).send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                answer.bytes().await.unwrap();
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}
