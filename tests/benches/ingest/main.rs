//! Durable purchases per second through HTTP beside bare `SurrealDB` transactions of the same rows.
//!
//! The bare side writes the rows that the product wrote in an earlier run, purchase and event, into the product's own
//! schema, with the same engine settings, batch size and concurrency. Dispatch is paused.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

mod bare;
#[path = "../database.rs"]
mod database;
mod product;

use bare::Rows;
use database::Database;
use product::{Bodies, Product};
use serde_json::json;
use stammgast_tests::{
    Server,
    bench::{ROUNDS, first_side_begins, median, report, round},
};
use std::{process::ExitCode, sync::Arc, time::Instant};

/// How purchases are sent.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Purchases of one request or transaction.
    pub batch: usize,
    /// Clients at once.
    pub clients: usize,
    /// Requests of one client in a round.
    pub requests: usize,
}

impl Shape {
    const fn purchases(self) -> usize {
        self.batch * self.clients * self.requests
    }
}

const SINGLE: Shape = Shape { batch: 1, clients: 64, requests: 16 };
const BULK: Shape = Shape { batch: 500, clients: 4, requests: 2 };

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(10 << 20).build().unwrap();
    runtime.block_on(compare())
}

async fn compare() -> ExitCode {
    let server = Server::start_with(&[("DISPATCH__ENABLED", "false")]);
    let product = Product::prepare(&server).await;
    let mut next = 0;
    let mut plan = |shape: Shape| {
        let rounds: Vec<Vec<usize>> = (0..=ROUNDS)
            .map(|_| {
                let numbers = (next..next + shape.purchases()).collect();
                next += shape.purchases();
                numbers
            })
            .collect();
        rounds
    };
    let (single_rounds, bulk_rounds) = (plan(SINGLE), plan(BULK));
    println!("writing {next} purchases once, so that the bare side can write the same rows");
    let mut rows = bare::rows_of_the_product(next).await;
    let folder = tempfile::tempdir().unwrap();
    let bare = Arc::new(Database::open(&folder.path().join("db")).await);
    bare.define().await;
    let single = rounds(&product, &bare, &mut rows, SINGLE, single_rounds).await;
    let bulk = rounds(&product, &bare, &mut rows, BULK, bulk_rounds).await;
    let ratio = single.ratio().min(bulk.ratio());
    let side = |shape: Shape, rates: &Rates| {
        json!({
            "ratio": round(rates.ratio()),
            "purchases_a_second": median(&rates.product).round(),
            "bare_purchases_a_second": median(&rates.bare).round(),
            "clients": shape.clients,
            "purchases_a_request": shape.batch,
            "purchases_a_round": shape.purchases(),
        })
    };
    let figures = json!({"single": side(SINGLE, &single), "bulk": side(BULK, &bulk), "engine": "rocksdb, embedded"});
    report("ingest", ROUNDS, ratio, &[], "every (each commit is synced before it is acknowledged)", figures)
}

/// Purchases a second, round by round.
#[derive(Default)]
struct Rates {
    product: Vec<f64>,
    bare: Vec<f64>,
}

impl Rates {
    fn ratio(&self) -> f64 {
        median(&self.product) / median(&self.bare)
    }
}

async fn rounds(
    product: &Product,
    bare: &Arc<Database>,
    rows: &mut Rows,
    shape: Shape,
    plan: Vec<Vec<usize>>,
) -> Rates {
    let mut rates = Rates::default();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let purchases = shape.purchases() as f64;
    for (number, numbers) in plan.into_iter().enumerate() {
        let bodies = Bodies::of(&numbers, shape);
        let batches = rows.batches(&numbers, shape);
        let (product_time, bare_time);
        if first_side_begins(number) {
            product_time = timed(product.send(bodies)).await;
            bare_time = timed(bare::write(bare, batches)).await;
        } else {
            bare_time = timed(bare::write(bare, batches)).await;
            product_time = timed(product.send(bodies)).await;
        }
        // The first round only warms up.
        if number > 0 {
            rates.product.push(purchases / product_time);
            rates.bare.push(purchases / bare_time);
        }
    }
    rates
}

async fn timed(work: impl Future<Output = ()>) -> f64 {
    let started = Instant::now();
    work.await;
    started.elapsed().as_secs_f64()
}
