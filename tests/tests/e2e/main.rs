//! End-to-end tests: the real binary on a fresh data folder, driven through its own doors.

#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod aftersales;
mod api;
mod audit;
mod backlog;
mod backtest;
mod bad_input;
mod breaker;
mod cases;
mod channels;
mod compiling;
mod conformance;
mod crash;
mod durability;
mod eligibility;
mod explain;
mod fairness;
mod foreign_bodies;
mod foreign_names;
mod forged;
mod frozen;
mod frozen_kinds;
mod hooks;
mod hostile;
mod hostile_components;
mod hostile_reach;
mod isolation;
mod judge;
mod keys;
mod languages;
mod ledger_days;
mod ledger_kills;
mod lifecycle;
mod loyalty;
mod main_job;
mod moments;
mod newer;
mod notices;
mod oci;
mod operations;
mod partners;
mod peer;
mod quotes;
mod readme;
mod records;
mod refused;
mod rewards;
mod rollback;
mod secret_keys;
mod secret_places;
mod secrets;
mod shadow;
mod templates;
mod tidy;
mod usage;
mod warm;
