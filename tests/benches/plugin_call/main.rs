//! One plugin call of the runtime beside a bare wasmtime instantiation and call of the same component.
//!
//! Both sides get a fresh instance for each call, the same engine settings, limits and typed bindings, and a purchase
//! of 2 KB. Beside that, the bare side shows what counting fuel costs over stopping by the clock alone.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

mod bare;
mod event;

use bare::{Bare, CpuLimit};
use serde_json::json;
use stammgast_domain::plugin::WantedLimits;
use stammgast_runtime::{Answer, Call, LoadedPlugin, Question, Runtime, RuntimeSettings};
use stammgast_tests::bench::{ROUNDS, first_side_begins, median, micros, report, round};
use std::{sync::Arc, time::Instant};

const CALLS_A_ROUND: u32 = 400;
const CONFIG: &str =
    r#"{"program":"points","points_per_unit":1,"bonus_categories":[{"category":"music","multiplier_percent":200}]}"#;
/// Lines of a purchase that keeps the plugin busy, to weigh fuel.
const MANY_LINES: usize = 500;

fn main() {
    // `cargo test` passes options of its own harness; only `cargo xtask bench` asks for figures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(compare());
}

async fn compare() {
    let bytes = stammgast_tests::component("loyalty-points");
    let settings = RuntimeSettings::new(None, [0; 32]);
    let product = Arc::new(Runtime::new(settings.clone()).unwrap());
    let plugin = product.load(bytes.clone()).await.unwrap();
    let bare = Bare::new(&bytes, &settings, CpuLimit::FuelAndEpochs);
    let epochs = Bare::new(&bytes, &settings, CpuLimit::EpochsOnly);
    let (small, large) = (event::purchase(event::LINES_OF_2_KB), event::purchase(MANY_LINES));
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    let (mut with_fuel, mut without_fuel) = (Vec::new(), Vec::new());
    for number in 0..=ROUNDS {
        let (our_time, bare_time) = if first_side_begins(number) {
            (product_round(&product, &plugin, &small).await, bare_round(&bare, &small).await)
        } else {
            let bare_time = bare_round(&bare, &small).await;
            (product_round(&product, &plugin, &small).await, bare_time)
        };
        let fuel_time = bare_round(&bare, &large).await;
        let epoch_time = bare_round(&epochs, &large).await;
        // The first round only warms up.
        if number > 0 {
            ours.push(our_time);
            floor.push(bare_time);
            with_fuel.push(fuel_time);
            without_fuel.push(epoch_time);
        }
    }
    let figures = json!({
        "event_bytes": event::bytes(&small),
        "calls_a_round": CALLS_A_ROUND,
        "call_us": round(median(&ours)),
        "bare_call_us": round(median(&floor)),
        "busy_call_with_fuel_us": round(median(&with_fuel)),
        "busy_call_with_epochs_only_us": round(median(&without_fuel)),
        "fuel_over_epochs": round(median(&with_fuel) / median(&without_fuel)),
    });
    report("plugin-call", median(&ours) / median(&floor), "none (no database)", figures);
}

/// Microseconds of one call, over a round.
async fn product_round(runtime: &Runtime, plugin: &LoadedPlugin, event: &event::PurchaseEvent) -> f64 {
    let limits = runtime.limits(WantedLimits::default());
    let facts: Arc<dyn stammgast_runtime::Facts> = Arc::new(event::NoFacts);
    let started = Instant::now();
    for seed in 0..CALLS_A_ROUND {
        let call = Call {
            question: Question::Purchase(&event.purchase),
            event: &event.event,
            config: CONFIG,
            grants: event::grants(),
            limits,
            seed: seed.into(),
            facts: Arc::clone(&facts),
        };
        let report = runtime.call(plugin, call).await;
        assert!(matches!(report.answer, Answer::Effects(effects) if effects.len() == 1), "it earns once");
    }
    micros(started.elapsed()) / f64::from(CALLS_A_ROUND)
}

async fn bare_round(bare: &Bare, event: &event::PurchaseEvent) -> f64 {
    let (context, purchase) = bare::arguments(event);
    let started = Instant::now();
    for _ in 0..CALLS_A_ROUND {
        let earned = bare.call(&context, &purchase, CONFIG).await;
        assert_eq!(earned.len(), 1, "it earns once");
    }
    micros(started.elapsed()) / f64::from(CALLS_A_ROUND)
}
