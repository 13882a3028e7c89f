//! Two processes and one `SurrealDB` server: both take requests, and one takes over the plugins when the other is killed.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, shop::purchase};
use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::Arc,
};

const CUSTOMERS: usize = 40;
const PURCHASES: usize = 400;

struct Database {
    child: Child,
    address: String,
}

impl Database {
    fn start() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let child = Command::new(env!("CARGO_BIN_EXE_surreal"))
            .args(["start", "--no-banner", "--log", "warn", "--bind", &address, "--user", "root", "--pass", "secret"])
            .arg("memory")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        while TcpStream::connect(&address).is_err() {
            std::thread::yield_now();
        }
        Self { child, address }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn buy(client: &Client, number: usize) {
    let customer = json!({"reference": {"source": "shop", "id": (number % CUSTOMERS).to_string()}});
    let body = purchase(&customer, number, 1_000);
    client.post_once(&number.to_string(), "/v1/purchases", &body).await.ok();
}

async fn points(client: &Client) -> Value {
    client.get("/v1/programs/points/trial-balance").await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_use_one_database_and_lose_nothing_when_one_is_killed() {
    let database = Database::start();
    let url = format!("ws://{}", database.address);
    let settings = [
        ("STORE__URL", url.as_str()),
        ("STORE__USER", "root"),
        ("STORE__PASSWORD", "secret"),
        ("DISPATCH__LEASE_SECONDS", "3"),
    ];
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let first = Server::start_in(Arc::clone(&folder), &settings);
    let at_first = first.tenant("acme").await;
    first.operator().install("loyalty-points").await;
    at_first.enable("stammgast.loyalty-points", "loyalty", &json!({})).await;
    let rows: Vec<Value> =
        (0..CUSTOMERS).map(|number| json!({"reference": {"source": "shop", "id": number.to_string()}})).collect();
    at_first.post("/v1/customers/bulk", &json!({"rows": rows})).await.ok();
    let second = Server::start_in(folder, &settings);
    let at_second = at_first.at(second.url());

    let (left, right) = (at_first.clone(), at_second.clone());
    let left = tokio::spawn(async move {
        for number in (0..PURCHASES).step_by(2) {
            buy(&left, number).await;
        }
    });
    let right = tokio::spawn(async move {
        for number in (1..PURCHASES).step_by(2) {
            buy(&right, number).await;
        }
    });
    left.await.unwrap();
    right.await.unwrap();
    first.kill();
    for number in PURCHASES..PURCHASES + 40 {
        buy(&at_second, number).await;
    }
    // Sent again to the other process, with the same key.
    for number in 0..20 {
        buy(&at_second, number).await;
    }
    let expected = (PURCHASES + 40) * 10;
    at_second.until("all points are posted", || async { points(&at_second).await["available"] == expected }).await;
    at_second.settled().await;
    let books = points(&at_second).await;
    assert_eq!((&books["available"], &books["balances"]), (&json!(expected), &json!(0)), "{books}");
    let log = at_second.all("/v1/events").await;
    let order: Vec<u64> = log.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(order.iter().copied().eq(1..=order.len() as u64), "one log without gaps");
    drop(second);
}
