//! End-to-end tests: the real binary on a fresh data folder, driven through its own doors.

#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod api;
mod backlog;
mod backtest;
mod bad_input;
mod channels;
mod crash;
mod durability;
mod fairness;
mod foreign_bodies;
mod foreign_names;
mod hostile;
mod isolation;
mod keys;
mod lifecycle;
mod main_job;
mod newer;
mod readme;
mod records;
mod refused;
mod rollback;
mod shadow;
mod tidy;
