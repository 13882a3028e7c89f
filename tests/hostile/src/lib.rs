//! A plugin that misbehaves in every way that a host has to survive; its configuration says how.

mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        generate_all,
    });

    use super::Hostile;
    export!(Hostile);
}

use bindings::{
    exports::stammgast::loyalty::purchase_rules::{EventContext, Guest, PluginError, Purchase},
    stammgast::{
        host::{log, lookup, state},
        loyalty::effects,
        types::types::Reason,
    },
};
use std::hint::black_box;

struct Hostile;

fn earn(program: &str, points: i64, text: &str) {
    effects::earn(program, points, &Reason { code: "purchase".to_owned(), text: text.to_owned() });
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    black_box(depth) + recurse(black_box(depth) + 1)
}

impl Guest for Hostile {
    fn on_purchase(_: EventContext, _: Purchase, config: String) -> Result<(), PluginError> {
        let order = config.split('"').nth(3).unwrap_or_default();
        match order {
            "nothing" => {}
            "earn" => earn("points", 7, "it behaves"),
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
            "trap" => core::arch::wasm32::unreachable(),
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
                for line in 0..900 {
                    log::write(log::Level::Error, &format!("line {line}: {}", "y".repeat(4_000)));
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
            "print" => println!("nobody hears this"),
            other => return Err(PluginError::InvalidConfig(format!("unknown order {other}"))),
        }
        Ok(())
    }
}
