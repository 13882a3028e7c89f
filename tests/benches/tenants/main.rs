//! What many tenants cost: writes and reads with 200 tenants in rotation beside those with one, one tenant beside the
//! database's stock settings, and the memory of one more tenant. Three real servers, asked over HTTP in turn.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

use serde_json::{Value, json};
use stammgast_tests::{
    Client, Server,
    bench::{ROUNDS, median, micros, proc_kib, report, round},
};
use std::{process::ExitCode, time::Instant};

const TENANTS: usize = 200;
/// Writes, and reads, of one server in one round: every tenant of the many has its turn.
const TURNS: usize = TENANTS;
/// Contacts on the customer's timeline before the first round.
const CONTACTS: usize = 40;
/// What `SurrealDB` takes by itself for its definition cache.
const STOCK_DEFINITIONS: &str = "1000";

/// A customer of a tenant.
struct Place {
    tenant: Client,
    customer: String,
}

/// Microseconds, round by round.
#[derive(Default)]
struct Times {
    write: Vec<f64>,
    read: Vec<f64>,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(compare())
}

async fn compare() -> ExitCode {
    let stock_cache = stock_block_cache_mib().to_string();
    let stock =
        Server::start_with(&[("STORE__DEFINITION_CACHE", STOCK_DEFINITIONS), ("STORE__BLOCK_CACHE_MIB", &stock_cache)]);
    let (one, many) = (Server::start(), Server::start());
    println!("making {TENANTS} tenants");
    let (at_stock, at_one) = (places(&stock, 1).await, places(&one, 1).await);
    let mut at_many = places(&many, 1).await;
    let memory_of_one = memory_kib(&many);
    at_many.extend(places(&many, TENANTS - 1).await);
    let memory_of_many = memory_kib(&many);
    let sides = [&at_stock, &at_one, &at_many];
    let mut times = [Times::default(), Times::default(), Times::default()];
    for number in 0..=ROUNDS {
        for offset in 0..sides.len() {
            let side = (number + offset) % sides.len();
            let (write, read) = measure(sides[side], number).await;
            // The first round only warms up.
            if number > 0 {
                times[side].write.push(write);
                times[side].read.push(read);
            }
        }
    }
    let [stock_times, one_times, many_times] = &times;
    let ratio = |a: &[f64], b: &[f64]| median(a) / median(b);
    let (write, read) = (ratio(&many_times.write, &one_times.write), ratio(&many_times.read, &one_times.read));
    let over_stock = ratio(&one_times.write, &stock_times.write).max(ratio(&one_times.read, &stock_times.read));
    let side =
        |times: &Times| json!({"write_us": median(&times.write).round(), "read_us": median(&times.read).round()});
    let figures = json!({
        "tenants": TENANTS,
        "many": side(many_times),
        "one": side(one_times),
        "one_with_stock_settings": side(stock_times),
        "write_ratio_many_over_one": round(write),
        "read_ratio_many_over_one": round(read),
        "worse_ratio_one_over_stock": round(over_stock),
        "memory_of_one_more_tenant_kib": memory_of_many.saturating_sub(memory_of_one) / (TENANTS - 1),
        "memory_of_the_server_with_all_kib": memory_kib(&many),
    });
    report("tenants", ROUNDS, write.max(read), &[], "every (each commit is synced before it is acknowledged)", figures)
}

/// New tenants, each with a customer who has some contacts.
async fn places(server: &Server, count: usize) -> Vec<Place> {
    let first = server.operator().all("/v1/tenants").await.len();
    let mut places = Vec::new();
    for number in first..first + count {
        let tenant = server.tenant(&format!("tenant-{number}")).await;
        let customer =
            tenant.post("/v1/customers", &json!({"name": "Ada"})).await.ok()["id"].as_str().unwrap().to_owned();
        let place = Place { tenant, customer };
        for minute in 0..CONTACTS {
            place.write(minute).await;
        }
        places.push(place);
    }
    places
}

/// The median of a server's writes and reads in one round, its places in rotation.
async fn measure(places: &[Place], number: usize) -> (f64, f64) {
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let place = &places[turn % places.len()];
        let started = Instant::now();
        place.write(number * TURNS + turn).await;
        writes.push(micros(started.elapsed()));
        let started = Instant::now();
        let page = place.tenant.get(&format!("/v1/customers/{}/timeline?limit=20", place.customer)).await.ok();
        reads.push(micros(started.elapsed()));
        assert_eq!(page["items"].as_array().map(Vec::len), Some(20));
    }
    (median(&writes), median(&reads))
}

impl Place {
    async fn write(&self, minute: usize) {
        let at = format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + minute / 1_440 % 28, minute / 60 % 24, minute % 60);
        let contact = json!({
            "customer": self.customer, "channel": "phone", "direction": "inbound",
            "text": "She asks when the order will arrive.", "occurred_at": at,
        });
        let answer: Value = self.tenant.post("/v1/interactions", &contact).await.ok();
        assert!(answer["id"].is_string());
    }
}

/// Resident memory of a server.
fn memory_kib(server: &Server) -> usize {
    proc_kib(&format!("/proc/{}/status", server.pid()), "VmRSS:")
}

/// `max(total memory / 2 - 1 GiB, 16 MiB)`, as `SurrealDB` sizes `RocksDB`'s block cache by itself.
fn stock_block_cache_mib() -> usize {
    (proc_kib("/proc/meminfo", "MemTotal:") / 1_024 / 2).saturating_sub(1_024).max(16)
}
