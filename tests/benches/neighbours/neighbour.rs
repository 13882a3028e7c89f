//! The neighbour: it records purchases one by one, and waits for the points of each.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::time::{Duration, Instant};

/// The pause of whoever waits for points.
const PAUSE: Duration = Duration::from_millis(1);
/// The longest that points are waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A tenant with an honest plugin.
pub struct Neighbour {
    tenant: Client,
    customer: String,
    /// The place in the log up to which everything was read.
    read: u64,
    bought: usize,
}

impl Neighbour {
    pub async fn prepare(server: &Server) -> Self {
        let tenant = server.tenant("neighbour").await;
        tenant.enable("stammgast.loyalty-points", "points", &json!({})).await;
        let customer = tenant.customer("Ada").await;
        Self { tenant, customer, read: 0, bought: 0 }
    }

    /// Records so many purchases; gives the milliseconds from each one's acceptance to its committed points.
    pub async fn buy(&mut self, purchases: usize) -> Vec<f64> {
        let mut times = Vec::new();
        for _ in 0..purchases {
            self.bought += 1;
            self.tenant.buy(&self.customer, self.bought, 1_250).await;
            let accepted = Instant::now();
            self.points().await;
            times.push(accepted.elapsed().as_secs_f64() * 1e3);
        }
        times
    }

    /// Reads on in the log until it tells of points.
    async fn points(&mut self) {
        let started = Instant::now();
        loop {
            let events = self.tenant.get(&format!("/v1/events?after={}", self.read)).await.ok();
            self.read = events["last"].as_u64().unwrap();
            let told = |event: &Value| event["type"] == "loyalty.points-posted";
            if events["items"].as_array().unwrap().iter().any(told) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "the points never came");
            tokio::time::sleep(PAUSE).await;
        }
    }
}
