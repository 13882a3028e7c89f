//! Durable redemptions a second over HTTP, on many accounts and on one, beside bare `SurrealDB` transactions of the same
//! rows.
//!
//! The bare side writes the rows that the product wrote in an earlier run (transaction, entries, event, redemption, and the
//! wallet and lot that change), one transaction a redemption, with the same engine settings and concurrency. It decides
//! nothing, and tries again where transactions of one account conflict.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

mod bare;
#[path = "../database.rs"]
mod database;
mod product;

use database::Database;
use product::{Product, Redemption};
use serde_json::json;
use stammgast_tests::{
    Server,
    bench::{Bound, ROUNDS, first_side_begins, median, report, round},
};
use std::{process::ExitCode, sync::Arc, time::Instant};

/// Clients at once.
const CLIENTS: usize = 64;
/// Redemptions of one client in a round.
const REQUESTS: usize = 12;
/// Accounts, where there are many.
const ACCOUNTS: usize = 1_000;
/// The least part of the bare rate that the product reaches on many accounts.
const LEAST: f64 = 0.7;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(10 << 20).build().unwrap();
    runtime.block_on(compare())
}

/// Redemptions of all rounds: those of many accounts, then those of one.
fn plan() -> [Vec<Vec<Redemption>>; 2] {
    let mut number = 0;
    [ACCOUNTS, 1].map(|accounts| {
        (0..=ROUNDS)
            .map(|_| {
                let of_round = (0..CLIENTS * REQUESTS).map(|_| {
                    number += 1;
                    Redemption { number, account: number % accounts }
                });
                of_round.collect()
            })
            .collect()
    })
}

async fn compare() -> ExitCode {
    let [many, one] = plan();
    let all: Vec<Redemption> = many.iter().chain(&one).flatten().copied().collect();
    println!("redeeming {} times once, so that the bare side can write the same rows", all.len());
    let mut rows = bare::rows_of_the_product(&all).await;
    let folder = tempfile::tempdir().unwrap();
    let bare = Arc::new(Database::open(&folder.path().join("db")).await);
    bare.define().await;
    let server = Server::start_with(&[("DISPATCH__ENABLED", "false")]);
    let product = Arc::new(Product::prepare(&server).await);
    let many = rounds(&product, &bare, &mut rows, many).await;
    let one = rounds(&product, &bare, &mut rows, one).await;
    let side = |rates: &Rates| {
        json!({
            "ratio": round(rates.ratio()),
            "redemptions_a_second": median(&rates.product).round(),
            "bare_redemptions_a_second": median(&rates.bare).round(),
        })
    };
    let figures = json!({
        "many_accounts": side(&many), "one_account": side(&one), "accounts": ACCOUNTS, "clients": CLIENTS,
        "redemptions_a_round": CLIENTS * REQUESTS, "engine": "rocksdb, embedded",
    });
    let bounds = [Bound::at_least(LEAST, "part of the bare rate on many accounts", many.ratio())];
    report("ledger", ROUNDS, many.ratio(), &bounds, "every (each commit is synced before it is acknowledged)", figures)
}

/// Redemptions a second, round by round.
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
    product: &Arc<Product>,
    bare: &Arc<Database>,
    rows: &mut bare::Rows,
    plan: Vec<Vec<Redemption>>,
) -> Rates {
    let mut rates = Rates::default();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let redemptions = (CLIENTS * REQUESTS) as f64;
    for (number, of_round) in plan.into_iter().enumerate() {
        let of_client = |all: &[Redemption]| all.chunks(REQUESTS).map(<[Redemption]>::to_vec).collect::<Vec<_>>();
        let (sent, written) = (of_client(&of_round), rows.take(&of_client(&of_round)));
        let (product_time, bare_time);
        if first_side_begins(number) {
            product_time = timed(product::redeem(product, sent)).await;
            bare_time = timed(bare::write(bare, written)).await;
        } else {
            bare_time = timed(bare::write(bare, written)).await;
            product_time = timed(product::redeem(product, sent)).await;
        }
        // The first round only warms up.
        if number > 0 {
            rates.product.push(redemptions / product_time);
            rates.bare.push(redemptions / bare_time);
        }
    }
    rates
}

async fn timed(work: impl Future<Output = ()>) -> f64 {
    let started = Instant::now();
    work.await;
    started.elapsed().as_secs_f64()
}
