//! The product's side: requests over HTTP.

use super::Shape;
use reqwest::Method;
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};

/// Customers among whom the purchases are spread.
const CUSTOMERS: usize = 1_000;

/// A tenant with customers who can buy.
pub struct Product {
    tenant: Client,
}

/// Requests of one round, one list a client, ready to be sent.
pub struct Bodies {
    path: &'static str,
    of_client: Vec<Vec<String>>,
}

impl Product {
    pub async fn prepare(server: &Server) -> Self {
        let tenant = server.tenant("bench").await;
        let rows: Vec<Value> =
            (0..CUSTOMERS).map(|number| json!({"reference": {"source": "shop", "id": number.to_string()}})).collect();
        tenant.post("/v1/customers/bulk", &json!({"rows": rows})).await.ok();
        Self { tenant }
    }

    /// Sends the requests; every client sends its own one after another.
    pub async fn send(&self, bodies: Bodies) {
        let clients = bodies.of_client.into_iter().map(|requests| {
            let tenant = self.tenant.clone();
            tokio::spawn(async move {
                for body in requests {
                    let request = tenant.request(Method::POST, bodies.path).header("content-type", "application/json");
                    let answer = request.body(body).send().await.unwrap();
                    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                    let text = answer.bytes().await.unwrap();
                    assert!(!text.windows(9).any(|part| part == b"\"refused\""), "no row is refused");
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
    }
}

impl Bodies {
    pub fn of(numbers: &[usize], shape: Shape) -> Self {
        let requests: Vec<String> = numbers
            .chunks(shape.batch)
            .map(|chunk| match chunk {
                [one] => purchase(*one).to_string(),
                many => json!({"rows": many.iter().map(|one| purchase(*one)).collect::<Vec<_>>()}).to_string(),
            })
            .collect();
        let of_client = requests.chunks(shape.requests).map(<[String]>::to_vec).collect();
        let path = if shape.batch == 1 { "/v1/purchases" } else { "/v1/purchases/bulk" };
        Self { path, of_client }
    }
}

fn purchase(number: usize) -> Value {
    json!({
        "customer": {"reference": {"source": "shop", "id": (number % CUSTOMERS).to_string()}},
        "source": "shop",
        "external_id": number.to_string(),
        "occurred_at": "2026-03-01T10:00:00Z",
        "amount": {"minor": 1_000 + number % 5_000, "currency": "EUR"},
        "lines": [],
    })
}
