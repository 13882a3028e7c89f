//! The section `schedule`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// What happens by itself when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Whether this process does what is due.
    pub enabled: bool,
    /// Seconds between two looks at what is due.
    pub look_seconds: u64,
    /// Things that are done at once.
    pub batch: usize,
    /// Days of the past whose birthdays and anniversaries are told where the server was down; those before are passed over.
    pub catch_up_days: u64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { enabled: true, look_seconds: 5, batch: 500, catch_up_days: 31 }
    }
}

impl Schedule {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("schedule.look_seconds", self.look_seconds, 1, 3_600),
            bound("schedule.batch", self.batch as u64, 1, 10_000),
            bound("schedule.catch_up_days", self.catch_up_days, 1, 3_660),
        ]
    }
}
