//! A back-test of the CDNOW purchases beside its bare floor: reading the same events, and calling the same component.
//!
//! The product's side is the release binary, asked over HTTP, and its time is what a user waits. The floor reads a copy
//! of the same database through the store and calls bare wasmtime, a fresh instance for each event, on as many threads.
//! The same rule in the other languages is measured once each, over the same events, and then back-tested against the
//! first one: it has to ask for the same at every event.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

#[path = "../plugin_call/bare.rs"]
#[allow(dead_code, reason = "the bench of calls needs more of it")]
mod bare;
mod floor;
mod product;

use floor::Floor;
use product::{Product, Tested};
use serde_json::{Map, Value, json};
use stammgast_tests::bench::{Bound, first_side_begins, median, report, round};
use std::{process::ExitCode, time::Instant};

/// A round takes many seconds, so there are few.
const ROUNDS: usize = 5;
/// Threads of either side.
const THREADS: usize = 2;
/// The tenant whose past it is.
const TENANT: &str = "klanghaus";
const CONFIG: &str = r#"{"program":"points","points_per_unit":1}"#;
/// The example plugins, all with one rule. The first one is compared with the floor.
const PLUGINS: [&str; 4] = ["points-rust", "points-c", "points-js", "points-python"];
/// A back-test may take so many times the floor, …
const MOST_TIMES: f64 = 2.0;
/// … and so many seconds.
const MOST_SECONDS: f64 = 15.0;
/// Purchases, and the points that they earn: one for each full dollar.
const EXPECTED: (u64, i64) = (69_659, 2_453_159);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_stack_size(10 << 20)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(compare())
}

async fn compare() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let product = Product::prepare(folder.path()).await;
    let floor = Floor::open(folder.path(), &stammgast_tests::component(PLUGINS[0])).await;
    let memory = product.memory_mib("VmRSS:");
    let (mut tested, mut bare) = (Vec::new(), Vec::new());
    for number in 0..=ROUNDS {
        let (ours, floor_seconds) = if first_side_begins(number) {
            (product.test(PLUGINS[0]).await, floor_round(&floor).await)
        } else {
            let floor_seconds = floor_round(&floor).await;
            (product.test(PLUGINS[0]).await, floor_seconds)
        };
        println!("round {number}: {:.2} s, bare {floor_seconds:.2} s", ours.seconds);
        // The first round only warms up.
        if number > 0 {
            tested.push(ours);
            bare.push(floor_seconds);
        }
    }
    let peak = product.memory_mib("VmHWM:");
    floor.close().await;
    let mut others = Map::new();
    for plugin in &PLUGINS[1..] {
        let one = product.test(plugin).await;
        println!("{plugin}: {:.2} s", one.seconds);
        others.insert((*plugin).to_owned(), figures(&[one]));
        product.compare(plugin, PLUGINS[0]).await;
        println!("{plugin}: asks for the same as {} at every event, to the last letter", PLUGINS[0]);
    }
    let ratio = median(&seconds(&tested)) / median(&bare);
    let bounds = [
        Bound::at_most(MOST_TIMES, "times the floor", ratio),
        Bound::at_most(MOST_SECONDS, "seconds of a back-test", median(&seconds(&tested))),
    ];
    let figures = json!({
        "events": EXPECTED.0,
        "threads": THREADS,
        PLUGINS[0]: figures(&tested),
        "bare": {"events_a_second": a_second(median(&bare)), "seconds": round(median(&bare))},
        "other_languages_one_round_each": others,
        "memory_of_the_server_before_mib": memory,
        "memory_of_the_server_at_most_mib": peak,
    });
    let sync = "every 2 s and at the end (what a back-test keeps is its own file)";
    report("backtest", ROUNDS, ratio, &bounds, sync, figures)
}

/// Seconds of the floor.
async fn floor_round(floor: &Floor) -> f64 {
    let started = Instant::now();
    let counted = floor.run().await;
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(counted, EXPECTED, "the floor does the same work");
    seconds
}

fn figures(tests: &[Tested]) -> Value {
    let middle = |figure: fn(&Tested) -> f64| median(&tests.iter().map(figure).collect::<Vec<_>>());
    let seconds = median(&seconds(tests));
    json!({
        "events_a_second": a_second(seconds),
        "seconds": round(seconds),
        "of_which_it_worked": round(middle(|test| test.worked_seconds)),
        "mean_call_us": round(middle(|test| test.mean_call_us)),
    })
}

fn seconds(tests: &[Tested]) -> Vec<f64> {
    tests.iter().map(|test| test.seconds).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
fn a_second(seconds: f64) -> f64 {
    (EXPECTED.0 as f64 / seconds).round()
}
