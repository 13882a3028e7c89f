//! Logs: one readable line or one JSON object an event, on standard error.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::fmt;

/// Starts logging. A second start in one process changes nothing.
///
/// # Errors
/// The filter cannot be read.
pub fn start(settings: &Log) -> Result<(), String> {
    let builder = fmt().with_env_filter(settings.env_filter()?).with_writer(std::io::stderr).with_target(false);
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    let started = match settings.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    drop(started);
    Ok(())
}
