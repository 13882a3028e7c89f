//! The same call by other roads: as a webhook, and through Extism with a fresh plugin each time and with one plugin for
//! all calls.
//!
//! They run in processes of their own (`tests/rivals`), which measure the rounds that they are told to. All roads have
//! the rule from the same sources and get the same event; there it travels as JSON.

use super::{bare, event::PurchaseEvent};
use serde_json::{Map, Value, json};
use stammgast_tests::{
    bench::{median, round},
    target,
};
use std::{
    env::consts::{DLL_SUFFIX, EXE_SUFFIX},
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// The roads, by the names that `stammgast-rivals` has for them.
const ROADS: [&str; 3] = ["webhook", "fresh", "reused"];
/// How the report calls them.
const NAMES: [&str; 3] = ["webhook", "extism_fresh_plugin", "extism_reused_plugin"];

/// The process that calls, and its times round by round.
pub struct Rivals {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    versions: Value,
    event_bytes: usize,
    times: [Vec<f64>; ROADS.len()],
}

impl Rivals {
    /// Starts the process and tells it what is asked.
    pub fn start(event: &PurchaseEvent, config: &str) -> Self {
        let folder = target().join("rivals");
        let mut command = Command::new(folder.join(format!("release/stammgast-rivals{EXE_SUFFIX}")));
        command.arg(folder.join(format!("libextism{DLL_SUFFIX}"))).arg(folder.join("rival_guest.wasm"));
        // Compiled code is kept in memory alone.
        command.env("EXTISM_CACHE_CONFIG", "");
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.expect("`cargo xtask bench plugin-call` builds it");
        let orders = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        let asked = asked(event, config).to_string();
        let event_bytes = asked.len();
        let times = Default::default();
        let mut rivals = Self { process, orders, answers, versions: Value::Null, event_bytes, times };
        let versions = rivals.order(&asked);
        rivals.versions = serde_json::from_str(&versions).expect("JSON");
        rivals
    }

    /// One round on every road, each time beginning with another.
    pub fn round(&mut self, number: usize, calls: u32) {
        for offset in 0..ROADS.len() {
            let road = (number + offset) % ROADS.len();
            let micros = self.order(&format!("{} {calls}", ROADS[road])).trim().parse().expect("a number");
            // The first round only warms up.
            if number > 0 {
                self.times[road].push(micros);
            }
        }
    }

    /// Microseconds of one call, and how many times that of the product's call it is.
    pub fn figures(mut self, product_us: f64) -> Value {
        // It ends with its orders.
        drop(self.orders.take());
        assert!(self.process.wait().unwrap().success(), "the rivals end well");
        let roads = NAMES.iter().zip(&self.times).map(|(name, times)| {
            let (micros, over_product) = (round(median(times)), round(median(times) / product_us));
            ((*name).to_owned(), json!({"call_us": micros, "over_product": over_product}))
        });
        let mut figures: Map<String, Value> = roads.collect();
        figures.insert("versions".to_owned(), self.versions.clone());
        figures.insert("request_bytes".to_owned(), json!(self.event_bytes));
        figures.into()
    }

    fn order(&mut self, line: &str) -> String {
        let orders = self.orders.as_mut().expect("it runs");
        writeln!(orders, "{line}").and_then(|()| orders.flush()).expect("it reads its orders");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        assert!(!answer.is_empty(), "the rivals ended; what they said stands above");
        answer
    }
}

impl Drop for Rivals {
    /// A bench that failed leaves no process behind. One that has ended is not there to be killed.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the contract hands to a plugin, as JSON.
fn asked(event: &PurchaseEvent, config: &str) -> Value {
    let (context, purchase) = bare::arguments(&event.event, &event.purchase);
    let lines: Vec<Value> = purchase
        .lines
        .iter()
        .map(|line| {
            json!({
                "product": line.product, "category": line.category, "quantity": line.quantity,
                "amount_minor": line.amount_minor,
            })
        })
        .collect();
    let amount = &purchase.amount;
    json!({
        "event": {
            "seq": context.seq, "event_type": context.event_type, "occurred_at": context.occurred_at,
            "recorded_at": context.recorded_at, "customer": context.customer,
        },
        "purchase": {
            "id": purchase.id, "source": purchase.source, "lines": lines, "occurred_at": purchase.occurred_at,
            "amount": {
                "minor": amount.minor, "currency": amount.currency, "minor_digits": amount.minor_digits,
            },
        },
        "config": config,
    })
}
