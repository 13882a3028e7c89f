//! Orders that ask the host for too much of something, and one that is honest and merely busy.

use crate::{
    bindings::{
        stammgast::host::{log as host_log, lookup, state},
        wasi::{clocks::monotonic_clock, random::random as wasi_random},
    },
    earn,
};
use std::hint::black_box;

/// Bytes of what is too long for any host.
pub const LONG: usize = 32 << 20;
/// Random bytes that one call of the host may give.
pub const RANDOM: u64 = 64 << 10;
/// Bytes of a line that the host still takes.
const LINE: usize = 3 << 20;
/// Bytes of the largest value of state.
const VALUE: usize = 64 << 10;
/// Bytes that are written over and over.
const FILLED: usize = 100 << 20;

/// Counts so many thousands, and earns.
pub fn busy(thousands: u64) {
    let mut count = 0_u64;
    for _ in 0..thousands.saturating_mul(1_000) {
        count = black_box(count).wrapping_add(1);
    }
    black_box(count);
    earn("points", 1, "it is busy and means well");
}

/// Writes much memory with single instructions that take long.
pub fn fill() {
    let mut bytes = vec![0_u8; FILLED];
    let mut value = 1_u8;
    loop {
        bytes.fill(black_box(value));
        black_box(&mut bytes);
        value = value.wrapping_add(1);
    }
}

/// Looks up another balance every time; each costs the host a read of its database.
pub fn lookups() {
    for number in 0_u32.. {
        lookup::get_points(&format!("program-{number}"));
    }
}

/// Reads the newest purchases again and again.
pub fn pages() {
    loop {
        lookup::list_purchases(None, 100);
    }
}

/// Asks for random bytes.
pub fn random(bytes: u64) {
    black_box(wasi_random::get_random_bytes(bytes));
}

/// Logs long lines without end.
pub fn log() {
    let line = "y".repeat(LINE);
    loop {
        host_log::write(host_log::Level::Error, &line);
    }
}

/// Holds timers without end.
pub fn pollables() {
    let mut held = Vec::new();
    loop {
        held.push(monotonic_clock::subscribe_duration(1));
    }
}

/// Sets one key after the other.
pub fn state_keys() {
    for number in 0_u32.. {
        state::set(state::Scope::Customer, &number.to_string(), &[1]);
    }
}

/// Sets one key to the largest value again and again.
pub fn state_values() {
    let value = vec![7; VALUE];
    loop {
        state::set(state::Scope::Customer, "k", &value);
    }
}
