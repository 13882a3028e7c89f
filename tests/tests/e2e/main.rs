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
mod bad_input;
mod channels;
mod crash;
mod fairness;
mod hostile;
mod isolation;
mod lifecycle;
mod main_job;
mod newer;
mod readme;
mod tidy;
