//! One plugin call of the runtime beside a bare wasmtime instantiation and call of the same component.
//!
//! Both sides get a fresh instance for each call, the same engine settings, limits and typed bindings, and a purchase
//! of 2 KB. Beside that stands the same call by other roads, as a webhook and through Extism, and the bare side shows
//! what counting fuel costs over stopping by the clock alone, for each of the reference plugins at a busy call.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

mod bare;
mod event;
mod fuel;
mod rivals;

use bare::{Bare, CpuLimit};
use fuel::{Question as Asked, Reader};
use rivals::Rivals;
use serde_json::{Value, json};
use stammgast_domain::plugin::WantedLimits;
use stammgast_runtime::{Answer, Call, LoadedPlugin, Question, Runtime, RuntimeSettings};
use stammgast_tests::bench::{Bound, ROUNDS, first_side_begins, median, micros, report, round};
use std::{process::ExitCode, sync::Arc, time::Instant};

const CALLS_A_ROUND: u32 = 400;
/// A call may take so many times the bare one.
const MOST: f64 = 1.3;
const CONFIG: &str =
    r#"{"program":"points","points_per_unit":1,"bonus_categories":[{"category":"music","multiplier_percent":200}]}"#;
/// Lines of a purchase that keeps the plugin busy, to weigh fuel.
const MANY_LINES: usize = 500;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(compare())
}

async fn compare() -> ExitCode {
    let bytes = stammgast_tests::component("loyalty-points");
    let settings = RuntimeSettings::new(None, [0; 32]);
    let product = Arc::new(Runtime::new(settings.clone()).unwrap());
    let plugin = product.load(bytes.clone()).await.unwrap();
    let bare = Bare::new(&bytes, &settings, CpuLimit::FuelAndEpochs);
    let epochs = Bare::new(&bytes, &settings, CpuLimit::EpochsOnly);
    let (small, large) = (event::purchase(event::LINES_OF_2_KB), event::purchase(MANY_LINES));
    let mut rivals = Rivals::start(&small, CONFIG);
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    let (mut with_fuel, mut without_fuel) = (Vec::new(), Vec::new());
    let mut readers: Vec<Weighed> = READERS.iter().map(|reader| Weighed::new(reader, &settings)).collect();
    for number in 0..=ROUNDS {
        let (our_time, bare_time) = if first_side_begins(number) {
            (product_round(&product, &plugin, &small).await, bare_round(&bare, &small).await)
        } else {
            let bare_time = bare_round(&bare, &small).await;
            (product_round(&product, &plugin, &small).await, bare_time)
        };
        let (fuel_time, epoch_time) = if first_side_begins(number) {
            (bare_round(&bare, &large).await, bare_round(&epochs, &large).await)
        } else {
            let epoch_time = bare_round(&epochs, &large).await;
            (bare_round(&bare, &large).await, epoch_time)
        };
        rivals.round(number, CALLS_A_ROUND);
        for reader in &mut readers {
            reader.round(number).await;
        }
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
        "rivals": rivals.figures(median(&ours)),
        "fuel_over_epochs": fuel_figures("loyalty-points", &with_fuel, &without_fuel, &readers),
    });
    let ratio = median(&ours) / median(&floor);
    let bound = Bound::at_most(MOST, "times the bare call", ratio);
    report("plugin-call", ROUNDS, ratio, &[bound], "none (no database)", figures)
}

/// Microseconds of one call, over a round.
async fn product_round(runtime: &Runtime, plugin: &LoadedPlugin, event: &event::PurchaseEvent) -> f64 {
    let limits = runtime.limits(WantedLimits::default(), WantedLimits::default());
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
    let (context, purchase) = bare::arguments(&event.event, &event.purchase);
    let started = Instant::now();
    for _ in 0..CALLS_A_ROUND {
        let earned = bare.call(&context, &purchase, CONFIG).await;
        assert_eq!(earned.len(), 1, "it earns once");
    }
    micros(started.elapsed()) / f64::from(CALLS_A_ROUND)
}

/// A plugin that reads texts: its name, its configuration in `examples/demo`, and what it is asked.
type ReaderOf = (&'static str, fn(&str) -> Asked);

const READERS: [ReaderOf; 3] = [
    ("quality-standards", |mail| Asked::Check(mail.to_owned())),
    ("feedback-departments", |mail| Asked::Route(mail.to_owned())),
    ("channel-email", |mail| Asked::Read(mail.as_bytes().to_vec())),
];
/// A long mail keeps them busy.
const MAIL: &str = "examples/data/mail/052.eml";
const REPEATED: usize = 20;
const READER_CALLS: u32 = 20;

/// One plugin on both sides, and its times round by round.
struct Weighed {
    name: &'static str,
    with_fuel: Reader,
    without_fuel: Reader,
    times: (Vec<f64>, Vec<f64>),
}

impl Weighed {
    fn new((name, question): &ReaderOf, settings: &RuntimeSettings) -> Self {
        let text = |path: &str| std::fs::read_to_string(stammgast_tests::root().join(path)).unwrap();
        let mail = text(MAIL);
        let body = mail.split_once("\n\n").or_else(|| mail.split_once("\r\n\r\n")).unwrap().1;
        let mail = format!("{mail}{}", body.repeat(REPEATED));
        let plugin = stammgast_tests::component(name);
        let config = text(&format!("examples/demo/{name}.json"));
        let side = |cpu| Reader::new(&plugin, config.clone(), question(&mail), settings, cpu);
        let (with_fuel, without_fuel) = (side(CpuLimit::FuelAndEpochs), side(CpuLimit::EpochsOnly));
        Self { name, with_fuel, without_fuel, times: Default::default() }
    }

    async fn round(&mut self, number: usize) {
        let (fuel, epochs) = if first_side_begins(number) {
            (reader_round(&self.with_fuel).await, reader_round(&self.without_fuel).await)
        } else {
            let epochs = reader_round(&self.without_fuel).await;
            (reader_round(&self.with_fuel).await, epochs)
        };
        // The first round only warms up.
        if number > 0 {
            self.times.0.push(fuel);
            self.times.1.push(epochs);
        }
    }
}

async fn reader_round(reader: &Reader) -> f64 {
    let started = Instant::now();
    for _ in 0..READER_CALLS {
        reader.call().await;
    }
    micros(started.elapsed()) / f64::from(READER_CALLS)
}

fn fuel_figures(name: &str, with_fuel: &[f64], without_fuel: &[f64], readers: &[Weighed]) -> Value {
    let others = readers.iter().map(|reader| (reader.name, &reader.times.0[..], &reader.times.1[..]));
    let all = std::iter::once((name, with_fuel, without_fuel)).chain(others);
    all.map(|(name, with_fuel, without_fuel)| {
        let (with_fuel, without_fuel) = (median(with_fuel), median(without_fuel));
        let figures = json!({
            "busy_call_with_fuel_us": round(with_fuel),
            "busy_call_with_epochs_only_us": round(without_fuel),
            "ratio": round(with_fuel / without_fuel),
        });
        (name.to_owned(), figures)
    })
    .collect::<serde_json::Map<_, _>>()
    .into()
}
