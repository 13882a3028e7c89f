//! What a hostile plugin of one tenant costs another: the time from a purchase that is accepted to its points that are
//! committed, beside the same while the first tenant's plugin is honest and as busy.
//!
//! One real server. The busy tenant always has more events than its plugin gets through, on both sides. For each way to
//! misbehave, the CPU that one event costs the server is measured first, and the honest plugin computes until it has
//! cost as much. Rounds of the two sides are interleaved.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

mod busy;
mod neighbour;

use busy::{Busy, Cost, Order};
use neighbour::Neighbour;
use serde_json::{Value, json};
use stammgast_tests::{
    Server,
    bench::{Bound, first_side_begins, median, report, round},
};
use std::{process::ExitCode, time::Duration};

/// Rounds of each way to misbehave, after one that only warms up: with 750 purchases a side, eight lie beyond the p99.
const ROUNDS: usize = 25;
/// Purchases of the neighbour in a round of one side.
const PURCHASES: usize = 30;
/// The neighbour may wait twice as long as beside the honest plugin, …
const TIMES: f64 = 2.0;
/// … or so many milliseconds longer.
const MORE_MS: f64 = 20.0;
/// How long each plugin is measured to learn what it costs.
const WEIGHED: Duration = Duration::from_secs(1);
/// Thousands of steps of the honest plugin, to learn what they cost.
const STEPS: u64 = 20_000;

/// Everything that costs the host something, of what the hostile plugin can do.
const ORDERS: [&str; 22] = [
    "loop",
    "memory",
    "recurse",
    "trap",
    "exit",
    "stall",
    "output",
    "effects",
    "log",
    "host-calls",
    "long-string",
    "refuse",
    "print",
    "fill",
    "lookups",
    "pages",
    "random-flood",
    "print-flood",
    "log-flood",
    "pollables",
    "long-answer",
    "state-keys",
];

/// Faults come at the first try, and soon: the busy tenant's calls of one round have to end before the next. The breaker,
/// which would keep the plugin from its work, judges by more calls than a round has.
const SETTINGS: [(&str, &str); 4] = [
    ("DISPATCH__ATTEMPTS", "1"),
    ("DISPATCH__BREAKER_CALLS", "10000"),
    ("RUNTIME__CPU_MILLIONS", "100"),
    ("RUNTIME__WALL_MS", "800"),
];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(compare())
}

async fn compare() -> ExitCode {
    let server = Server::start_with(&SETTINGS);
    for plugin in ["hostile", "loyalty-points"] {
        server.operator().install(plugin).await;
    }
    let busy = Busy::prepare(&server).await;
    let mut neighbour = Neighbour::prepare(&server).await;
    let alone = neighbour.buy(PURCHASES * ROUNDS).await;
    let step = step_cost(&busy).await;
    let mut sides = Vec::new();
    for name in ORDERS {
        let hostile = Order::hostile(name);
        let cost = busy.cost(&hostile, WEIGHED).await;
        let honest = Order::busy(step.thousands(cost));
        let mut side = Sides { name, cost, honest: Vec::new(), hostile: Vec::new() };
        for number in 0..=ROUNDS {
            let (honest_times, hostile_times);
            if first_side_begins(number) {
                honest_times = beside(&busy, &honest, &mut neighbour).await;
                hostile_times = beside(&busy, &hostile, &mut neighbour).await;
            } else {
                hostile_times = beside(&busy, &hostile, &mut neighbour).await;
                honest_times = beside(&busy, &honest, &mut neighbour).await;
            }
            // The first round only warms up.
            if number > 0 {
                side.honest.extend(honest_times);
                side.hostile.extend(hostile_times);
            }
        }
        println!("{}", side.line());
        sides.push(side);
    }
    tell(&sides, &alone)
}

/// The neighbour's times while the busy tenant's plugin does something.
async fn beside(busy: &Busy, order: &Order, neighbour: &mut Neighbour) -> Vec<f64> {
    let load = busy.start(order).await;
    let times = neighbour.buy(PURCHASES).await;
    load.end().await;
    times
}

/// What an event costs the server whose plugin computes nothing, and what a thousand steps add.
struct Step {
    nothing: f64,
    thousand: f64,
}

async fn step_cost(busy: &Busy) -> Step {
    let nothing = busy.cost(&Order::busy(0), WEIGHED).await.cpu_ms;
    let some = busy.cost(&Order::busy(STEPS), WEIGHED).await.cpu_ms;
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let thousand = (some - nothing) / STEPS as f64;
    assert!(thousand > 0.0, "computing costs something: {nothing} ms, {some} ms");
    Step { nothing, thousand }
}

impl Step {
    /// The steps that make an honest call as costly; none where it is costlier already.
    fn thousands(&self, cost: Cost) -> u64 {
        let wanted = ((cost.cpu_ms - self.nothing) / self.thousand).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number from 0 up")]
        let wanted = wanted.round() as u64;
        wanted
    }
}

/// The neighbour's times beside one way to misbehave, and beside its honest counterpart, in milliseconds.
struct Sides {
    name: &'static str,
    cost: Cost,
    honest: Vec<f64>,
    hostile: Vec<f64>,
}

impl Sides {
    fn ratio(&self) -> f64 {
        p99(&self.hostile) / p99(&self.honest)
    }

    fn more(&self) -> f64 {
        p99(&self.hostile) - p99(&self.honest)
    }

    fn is_within(&self) -> bool {
        self.ratio() <= TIMES || self.more() <= MORE_MS
    }

    fn line(&self) -> String {
        let shown = |times: &[f64]| format!("{:6.1} / {:6.1} ms", median(times), p99(times));
        format!(
            "{:12} {:8.2} ms of CPU an event | honest p50 / p99 {} | hostile {} | {:.2} times, {:+.1} ms{}",
            self.name,
            self.cost.cpu_ms,
            shown(&self.honest),
            shown(&self.hostile),
            self.ratio(),
            self.more(),
            if self.is_within() { "" } else { " | beyond the bound" }
        )
    }

    fn figures(&self) -> Value {
        json!({
            "cpu_ms_an_event": round(self.cost.cpu_ms),
            "honest_p50_ms": round(median(&self.honest)),
            "honest_p99_ms": round(p99(&self.honest)),
            "hostile_p50_ms": round(median(&self.hostile)),
            "hostile_p99_ms": round(p99(&self.hostile)),
            "ratio": round(self.ratio()),
            "more_ms": round(self.more()),
            "within_the_bound": self.is_within(),
        })
    }
}

/// The time that 99 of 100 do not exceed.
fn p99(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * 99).div_ceil(100) - 1]
}

fn tell(sides: &[Sides], alone: &[f64]) -> ExitCode {
    let worst = sides.iter().max_by(|a, b| a.ratio().total_cmp(&b.ratio())).expect("there are orders");
    let beyond: Vec<&str> = sides.iter().filter(|side| !side.is_within()).map(|side| side.name).collect();
    let orders: serde_json::Map<String, Value> =
        sides.iter().map(|side| (side.name.to_owned(), side.figures())).collect();
    let bound = Bound {
        what: format!("p99 within {TIMES} times, or {MORE_MS} ms more, of that beside the honest plugin"),
        is_kept: beyond.is_empty(),
    };
    let figures = json!({
        "beyond_the_bound": beyond,
        "worst": worst.name,
        "worst_ratio_of_p99": round(worst.ratio()),
        "worst_more_ms": round(worst.more()),
        "purchases_a_side": ROUNDS * PURCHASES,
        "alone_p50_ms": round(median(alone)),
        "alone_p99_ms": round(p99(alone)),
        "orders": orders,
    });
    let sync = "every (each commit is synced before it is acknowledged)";
    report("neighbours", ROUNDS, worst.ratio(), &[bound], sync, figures)
}
