//! A plugin that misbehaves in every way that a host has to survive; its configuration says how.

mod bindings {
    wit_bindgen::generate!({
        path: [
            "../../wit/types",
            "../../wit/host",
            "../../wit/loyalty",
            "wit/io.wit",
            "wit/clocks.wit",
            "wit/cli.wit",
            "wit/random.wit",
            "wit/hostile.wit",
        ],
        world: "test:hostile/hostile",
        generate_all,
    });

    use super::Hostile;
    export!(Hostile);
}

mod careless;
mod floods;
mod reach;

use bindings::{
    exports::stammgast::loyalty::purchase_rules::{EventContext, Guest, PluginError, Purchase},
    stammgast::{
        host::{log, lookup, state},
        loyalty::effects,
        types::types::Reason,
    },
    wasi::{
        cli::{exit, stdout},
        clocks::monotonic_clock,
    },
};
use core::{
    arch::wasm32,
    sync::atomic::{AtomicI64, Ordering},
};
use std::hint::black_box;

/// A line with breaks, and with what moves a terminal's cursor, so that its ends look like lines of the host.
const FORGED: &str = "x\nERROR forged\r\u{1b}[2KERROR forged again";
/// An hour in nanoseconds.
const HOUR: u64 = 3_600_000_000_000;

/// Calls that this instance has served.
static SERVED: AtomicI64 = AtomicI64::new(0);

struct Hostile;

fn earn(program: &str, points: i64, text: &str) {
    effects::earn(program, points, &Reason { code: "purchase".to_owned(), text: text.to_owned() });
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    black_box(depth) + recurse(black_box(depth) + 1)
}

/// Writes to standard output, which takes 4,096 bytes at once.
fn print(text: &str) -> Result<(), PluginError> {
    let stdout = stdout::get_stdout();
    for part in text.as_bytes().chunks(4_096) {
        let written = stdout.blocking_write_and_flush(part);
        written.map_err(|_| PluginError::Other("standard output takes no more".to_owned()))?;
    }
    Ok(())
}

impl Guest for Hostile {
    fn on_purchase(_: EventContext, purchase: Purchase, config: String) -> Result<(), PluginError> {
        // Two texts at most: what to do, and with what.
        let mut texts = config.split('"');
        let (order, with) = (texts.nth(3).unwrap_or_default(), texts.nth(3).unwrap_or_default());
        match order {
            "nothing" => {}
            "earn" => earn("points", 7, "it behaves"),
            // As many points as purchases that it has seen of this customer.
            "count" => {
                let seen = state::get(state::Scope::Customer, "seen").and_then(|value| value.first().copied());
                let now = seen.unwrap_or_default() + 1;
                state::set(state::Scope::Customer, "seen", &[now]);
                earn("points", i64::from(now), "it counts");
            }
            // As many points as calls that this instance has served.
            "remember" => earn("points", SERVED.fetch_add(1, Ordering::Relaxed) + 1, "it remembers"),
            // As many points as the customer has, and one more.
            "balance" => earn("points", lookup::get_points("points") + 1, "it looks"),
            // As many points as the customer has purchases.
            "past" => {
                let (mut before, mut count) = (None, 0);
                loop {
                    let page = lookup::list_purchases(before.as_deref(), 2);
                    count += i64::try_from(page.purchases.len()).unwrap_or_default();
                    before = page.next;
                    if before.is_none() {
                        break;
                    }
                }
                earn("points", count, "it remembers");
            }
            "loop" => {
                let mut count = 0_u64;
                loop {
                    count = black_box(count).wrapping_add(1);
                }
            }
            "memory" => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(black_box(vec![1_u8; 1 << 20]));
                }
            }
            "recurse" => {
                recurse(0);
            }
            "trap" => wasm32::unreachable(),
            "exit" => {
                earn("points", 1, "it earns and leaves");
                exit::exit(Ok(()));
            }
            // No pages at all: an instruction of the smallest cost that leaves the sandbox and takes its time.
            "stall" => loop {
                black_box(wasm32::memory_grow::<0>(black_box(0)));
            },
            "output" => {
                let text = "x".repeat(1 << 20);
                for _ in 0..1_000 {
                    earn("points", 1, &text);
                }
            }
            "effects" => {
                for _ in 0..100_000 {
                    earn("points", 1, "one more");
                }
            }
            "log" => {
                earn("points", 1, "it earns and talks");
                let line = "y".repeat(4_000);
                for _ in 0..5_000 {
                    log::write(log::Level::Error, &line);
                }
            }
            "host-calls" => loop {
                state::get(state::Scope::Shared, "k");
            },
            "long-string" => {
                let text = "z".repeat(32 << 20);
                log::write(log::Level::Info, &text);
            }
            "state" => state::set(state::Scope::Shared, "k", &vec![0; 1 << 20]),
            "negative" => earn("points", -1_000_000, "steal"),
            "other-program" => earn("no-such-program", 1, "elsewhere"),
            "refuse" => return Err(PluginError::Other("it does not want to".to_owned())),
            "not-granted" => {
                lookup::get_customer();
            }
            "print" => {
                earn("points", 1, "it earns and prints");
                print(&"printed\n".repeat(50_000))?;
            }
            "forge" => {
                log::write(log::Level::Info, FORGED);
                print(FORGED)?;
            }
            "sleep" => {
                earn("points", 1, "it earns and waits");
                monotonic_clock::subscribe_duration(HOUR).block();
            }
            "busy" => floods::busy(with.parse().unwrap_or_default()),
            "fill" => floods::fill(),
            "lookups" => floods::lookups(),
            "pages" => floods::pages(),
            "random" => floods::random(u64::MAX),
            "random-flood" => loop {
                floods::random(floods::RANDOM);
            },
            "print-flood" => loop {
                print(&"printed\n".repeat(512))?;
            },
            "log-flood" => floods::log(),
            "pollables" => floods::pollables(),
            "long-answer" => return Err(PluginError::Other("a".repeat(floods::LONG))),
            "long-value" => state::set(state::Scope::Shared, "k", &vec![0; floods::LONG]),
            "state-keys" => floods::state_keys(),
            "state-values" => floods::state_values(),
            "foreign-page" => reach::page(with),
            "foreign-points" => reach::points(with),
            "foreign-program" => earn(with, 1, "elsewhere"),
            "foreign-state" => reach::state_of(with),
            "divide" => careless::divide(&purchase),
            "one-page" => careless::one_page(),
            other => return Err(PluginError::InvalidConfig(format!("unknown order {other}"))),
        }
        Ok(())
    }
}
