//! The section `tenant`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// How much of what has no pages one tenant may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenant {
    /// Installations of plugins.
    pub installations: usize,
    /// Loyalty programs.
    pub programs: usize,
    /// Offers of vouchers.
    pub offers: usize,
    /// Rewards.
    pub rewards: usize,
    /// Plans of memberships.
    pub plans: usize,
    /// Partners who give or accept points.
    pub partners: usize,
    /// Departments.
    pub departments: usize,
    /// API keys that are not revoked.
    pub keys: usize,
    /// Back-tests that are kept, those that are over included.
    pub backtests: usize,
    /// Public keys that it trusts.
    pub trusted_keys: usize,
    /// Contact points of one customer.
    pub contact_points: usize,
}

impl Default for Tenant {
    fn default() -> Self {
        Self {
            installations: 100,
            programs: 100,
            offers: 500,
            rewards: 500,
            plans: 100,
            partners: 500,
            departments: 500,
            keys: 1_000,
            backtests: 100,
            trusted_keys: 100,
            contact_points: 100,
        }
    }
}

impl Tenant {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("tenant.installations", self.installations as u64, 1, 10_000),
            bound("tenant.programs", self.programs as u64, 1, 10_000),
            bound("tenant.offers", self.offers as u64, 1, 10_000),
            bound("tenant.rewards", self.rewards as u64, 1, 10_000),
            bound("tenant.plans", self.plans as u64, 1, 10_000),
            bound("tenant.partners", self.partners as u64, 1, 10_000),
            bound("tenant.departments", self.departments as u64, 1, 10_000),
            bound("tenant.keys", self.keys as u64, 1, 100_000),
            bound("tenant.backtests", self.backtests as u64, 1, 10_000),
            bound("tenant.trusted_keys", self.trusted_keys as u64, 1, 10_000),
            bound("tenant.contact_points", self.contact_points as u64, 1, 10_000),
        ]
    }
}
