//! Stammgast: a self-hosted CRM core whose rules are sandboxed plugins.
//!
//! `app` holds the use cases; `http` and `cli` are edges; `dispatch` delivers events to plugins; `server` is the one
//! file that knows every room.

pub mod app;
pub mod backtest;
mod causes;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dispatch;
pub mod egress;
mod housekeeping;
pub mod http;
pub mod kit;
pub mod oci;
mod rotation;
pub mod runtime_settings;
mod schedule;
mod secrets;
pub mod server;
pub mod telemetry;
mod test_clock;
pub mod trial;
