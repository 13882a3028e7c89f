//! The section `records`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// Records of plugin calls, for explaining and repeating them, and notices to admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Records {
    /// Of calls that end well, one in so many is recorded; 1 records every one, 0 none. Faults always are.
    pub sample_every: u64,
    /// KiB that one record may hold; a larger one keeps the answer and cannot be repeated.
    pub record_kib: usize,
    /// Days for which records are kept.
    pub keep_days: u64,
    /// Records of one installation that are kept; the oldest go first, and faults last of all.
    pub per_installation: usize,
    /// Days for which notices to a tenant's admins are kept, seen or not.
    pub notice_days: u64,
    /// Notices of one tenant that are kept; the oldest go first.
    pub notices: usize,
}

impl Default for Records {
    fn default() -> Self {
        Self {
            sample_every: 100,
            record_kib: 256,
            keep_days: 30,
            per_installation: 100_000,
            notice_days: 365,
            notices: 10_000,
        }
    }
}

impl Records {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("records.sample_every", self.sample_every, 0, 1_000_000_000),
            bound("records.record_kib", self.record_kib as u64, 1, 64 << 10),
            bound("records.keep_days", self.keep_days, 1, 36_500),
            bound("records.per_installation", self.per_installation as u64, 1, 100_000_000),
            bound("records.notice_days", self.notice_days, 1, 36_500),
            bound("records.notices", self.notices as u64, 1, 1_000_000),
        ]
    }
}
