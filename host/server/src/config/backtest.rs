//! The section `backtest`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// Running versions over the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backtest {
    /// Whether this process runs back-tests at all.
    pub enabled: bool,
    /// Threads; 0 means as many as the machine has processors. They give way to everything else.
    pub threads: usize,
    /// Percent of the time that a back-test may work while plugins are called for live events.
    pub share_percent: u32,
    /// Events that are read at once.
    pub batch: usize,
    /// MiB of memory for what it works with, beside the file.
    pub cache_mib: usize,
    /// Events that are listed one by one because they differ; more are counted.
    pub differences: u64,
}

impl Default for Backtest {
    fn default() -> Self {
        Self { enabled: true, threads: 0, share_percent: 50, batch: 2_000, cache_mib: 64, differences: 100_000 }
    }
}

impl Backtest {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("backtest.threads", self.threads as u64, 0, 1_024),
            bound("backtest.share_percent", u64::from(self.share_percent), 1, 100),
            bound("backtest.batch", self.batch as u64, 1, 100_000),
            bound("backtest.cache_mib", self.cache_mib as u64, 1, 1 << 20),
            bound("backtest.differences", self.differences, 0, 100_000_000),
        ]
    }
}
