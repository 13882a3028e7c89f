//! What the benches share: interleaved rounds, medians, and a report that names machine and build.
//!
//! A bench compares two sides in the same run, because absolute figures of a shared machine mean little.

use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

/// Rounds of a bench, where a round is short.
pub const ROUNDS: usize = 25;

/// The middle of some figures; the mean of the two in the middle where their number is even.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], sorted[middle]) } else { sorted[middle] }
}

/// The order of two sides in a round: every second round begins with the other side.
pub const fn first_side_begins(round: usize) -> bool {
    round.is_multiple_of(2)
}

/// Microseconds.
pub const fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// What a bench has to keep.
pub struct Bound {
    /// What has to be so, in words.
    pub what: String,
    /// Whether it is so.
    pub is_kept: bool,
}

impl Bound {
    /// A figure that may be so much at most.
    pub fn at_most(most: f64, what: &str, figure: f64) -> Self {
        Self { what: format!("{what}: at most {most}"), is_kept: figure <= most }
    }

    /// A figure that has to be so much at least.
    pub fn at_least(least: f64, what: &str, figure: f64) -> Self {
        Self { what: format!("{what}: at least {least}"), is_kept: figure >= least }
    }
}

/// Writes `target/bench/NAME.json` and prints the figures, the last line as `NAME ratio=NUMBER`. Gives what the bench
/// ends with: a failure, where a bound is not kept.
pub fn report(name: &str, rounds: usize, ratio: f64, bounds: &[Bound], sync: &str, figures: Value) -> ExitCode {
    let kept: serde_json::Map<_, _> =
        bounds.iter().map(|bound| (bound.what.clone(), Value::from(bound.is_kept))).collect();
    let whole = json!({
        "bench": name,
        "ratio": round(ratio),
        "bounds_kept": kept,
        "figures": figures,
        "rounds": rounds,
        "sync": sync,
        "build": if cfg!(debug_assertions) { "dev" } else { "release" },
        "versions": versions(),
        "machine": machine(),
    });
    let text = serde_json::to_string_pretty(&whole).expect("plain JSON");
    let folder = super::target().join("bench");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let path: PathBuf = folder.join(format!("{name}.json"));
    fs::write(&path, format!("{text}\n")).expect("the report can be written");
    println!("{text}\nwritten to {}", path.display());
    for Bound { what, is_kept } in bounds {
        println!("{what}: {}", if *is_kept { "kept" } else { "NOT KEPT" });
    }
    println!("{name} ratio={}", round(ratio));
    if bounds.iter().all(|bound| bound.is_kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Three decimals, which is more than these figures carry.
pub fn round(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// A number in a file of `/proc`, such as `VmRSS:` in `/proc/PID/status`, in KiB.
pub fn proc_kib(file: &str, name: &str) -> usize {
    let text = fs::read_to_string(file).expect("Linux shows it");
    let line = text.lines().find(|line| line.starts_with(name)).expect("Linux shows it");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

fn machine() -> Value {
    let field = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
        line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let kernel = Command::new("uname").arg("-sr").output().map(|output| output.stdout).unwrap_or_default();
    json!({
        "cpu": field("/proc/cpuinfo", "model name"),
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "memory": field("/proc/meminfo", "MemTotal"),
        "kernel": String::from_utf8_lossy(&kernel).trim(),
    })
}

/// The versions of what is compared with, from the lock file.
fn versions() -> Value {
    let lock = fs::read_to_string(super::root().join("Cargo.lock")).unwrap_or_default();
    let version = |name: &str| {
        let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{name}\""));
        let line = lines.nth(1).unwrap_or_default();
        line.split('"').nth(1).unwrap_or_default().to_owned()
    };
    json!({"surrealdb": version("surrealdb"), "wasmtime": version("wasmtime")})
}
