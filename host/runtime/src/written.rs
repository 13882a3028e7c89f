//! What a plugin wrote during a call: its log, then its standard output, as much as its limits let it keep.

use crate::{bindings::loyalty::stammgast::host::log::Level, host::HostState};
use stammgast_domain::text;

/// A level in one word.
const fn word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// Lines that are kept, and how many are not.
pub(crate) struct Written {
    lines: Vec<String>,
    dropped: usize,
}

impl Written {
    /// What was written up to now.
    pub(crate) fn of(state: &HostState) -> Self {
        let most = state.limits.log_lines as usize;
        let mut lines: Vec<String> =
            state.log.iter().map(|(level, line)| format!("{}: {line}", word(*level))).collect();
        let stdout = state.stdout.kept();
        let mut printed = stdout.lines();
        let room = most.saturating_sub(lines.len());
        lines.extend(printed.by_ref().take(room).map(|line| text::one_line(line, state.limits.log_line_chars)));
        // Where nothing is kept, nobody wants to hear of it.
        let dropped = if most == 0 { 0 } else { state.dropped_log_lines as usize + printed.count() };
        Self { lines, dropped }
    }

    /// The last line that is kept.
    pub(crate) fn last(&self) -> Option<&str> {
        self.lines.last().map(String::as_str)
    }

    /// The lines, with a last one that says how many were dropped.
    pub(crate) fn into_lines(self) -> Vec<String> {
        let dropped = (self.dropped > 0).then(|| format!("({} more lines were dropped)", self.dropped));
        self.lines.into_iter().chain(dropped).collect()
    }
}
