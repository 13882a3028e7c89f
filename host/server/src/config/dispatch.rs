//! The section `dispatch`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// The delivery of events to plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dispatch {
    /// Whether this process delivers events at all.
    pub enabled: bool,
    /// Partitions of a new installation: parts of its log that processes lease one by one.
    pub partitions: u32,
    /// Seconds for which a process holds a partition without renewing it.
    pub lease_seconds: u64,
    /// Events of one installation that are read ahead.
    pub window: usize,
    /// Plugin calls of one tenant that run at once.
    pub tenant_calls: usize,
    /// Plugin calls of one installation that run at once.
    pub installation_calls: usize,
    /// Tries of an event before it becomes a dead letter.
    pub attempts: u32,
    /// Times that an event is put off because the host cannot do its part, before it becomes a dead letter.
    pub postponements: u32,
    /// Milliseconds before the second try; each further pause is four times as long.
    pub first_pause_ms: u64,
    /// Events of one installation that may wait behind failing ones; then it stops reading ahead.
    pub held_events: usize,
    /// The last calls of an installation by which its breaker judges; it opens when so many were made.
    pub breaker_calls: usize,
    /// Percent of those calls that failed when the breaker opens.
    pub breaker_percent: usize,
    /// Seconds after which a call counts for the breaker no more.
    pub breaker_window_seconds: u64,
    /// Milliseconds before the first trial call of an open breaker; each further pause is twice as long, up to 32 times.
    pub breaker_pause_ms: u64,
    /// Trial calls that fail before the installation is put into quarantine. A breaker that opens again within the
    /// window after one that worked counts the same.
    pub breaker_trials: u32,
}

impl Default for Dispatch {
    fn default() -> Self {
        Self {
            enabled: true,
            partitions: 4,
            lease_seconds: 30,
            window: 1_024,
            tenant_calls: 8,
            installation_calls: 8,
            attempts: 5,
            postponements: 20,
            first_pause_ms: 1_000,
            held_events: 10_000,
            breaker_calls: 20,
            breaker_percent: 50,
            breaker_window_seconds: 600,
            breaker_pause_ms: 15_000,
            breaker_trials: 5,
        }
    }
}

impl Dispatch {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("dispatch.partitions", u64::from(self.partitions), 1, 256),
            bound("dispatch.lease_seconds", self.lease_seconds, 3, 3_600),
            bound("dispatch.window", self.window as u64, 1, 100_000),
            bound("dispatch.tenant_calls", self.tenant_calls as u64, 1, 1_000),
            bound("dispatch.installation_calls", self.installation_calls as u64, 1, 1_000),
            bound("dispatch.attempts", u64::from(self.attempts), 1, 20),
            bound("dispatch.postponements", u64::from(self.postponements), 1, 10_000),
            bound("dispatch.first_pause_ms", self.first_pause_ms, 1, 3_600_000),
            bound("dispatch.held_events", self.held_events as u64, 1, 1_000_000),
            bound("dispatch.breaker_calls", self.breaker_calls as u64, 1, 10_000),
            bound("dispatch.breaker_percent", self.breaker_percent as u64, 1, 100),
            bound("dispatch.breaker_window_seconds", self.breaker_window_seconds, 1, 86_400),
            bound("dispatch.breaker_pause_ms", self.breaker_pause_ms, 1, 3_600_000),
            bound("dispatch.breaker_trials", u64::from(self.breaker_trials), 1, 100),
        ]
    }
}
