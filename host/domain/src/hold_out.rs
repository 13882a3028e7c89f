//! The hold-out group: customers for whom rules do nothing, so that what rules do can be measured.

use crate::CustomerId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The largest group, in percent.
pub const MAX_PERCENT: u8 = 50;

/// How many customers belong to the group. Who does follows from the customer's id and the salt alone: it is the same at
/// any time and on any server, and another salt makes another group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldOut {
    /// 0 to 50.
    pub percent: u8,
    /// Which group it is.
    #[serde(default)]
    pub salt: String,
    /// From what.
    #[serde(default)]
    pub from: HeldFrom,
}

/// What the group does not get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldFrom {
    /// Vouchers and messages that rules propose, and rewards that they open. Points and tiers are as for everybody.
    #[default]
    Measures,
    /// Points and tiers by rules as well.
    Everything,
}

/// The group cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHoldOut {
    /// Too large.
    #[error("hold_out.percent is {0}; it must lie between 0 and {MAX_PERCENT}")]
    Percent(u8),
    /// Too long.
    #[error("hold_out.salt has more than 64 characters; use a short word")]
    Salt,
}

impl InvalidHoldOut {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Percent(_) => "hold_out.percent",
            Self::Salt => "hold_out.salt",
        }
    }
}

impl HoldOut {
    /// # Errors
    /// See [`InvalidHoldOut`].
    pub fn validate(&self) -> Result<(), InvalidHoldOut> {
        if self.percent > MAX_PERCENT {
            return Err(InvalidHoldOut::Percent(self.percent));
        }
        if self.salt.chars().count() > 64 { Err(InvalidHoldOut::Salt) } else { Ok(()) }
    }

    /// Whether a customer belongs to the group, and it gets no points by rules either.
    #[must_use]
    pub fn holds_from_points(&self, customer: CustomerId) -> bool {
        self.from == HeldFrom::Everything && self.holds(customer)
    }

    /// Whether a customer belongs to the group.
    #[must_use]
    pub fn holds(&self, customer: CustomerId) -> bool {
        let digest =
            Sha256::new().chain_update(&self.salt).chain_update([0]).chain_update(customer.to_string()).finalize();
        let [first, second, third, fourth, ..]: [u8; 32] = digest.into();
        // A hundredth of four thousand million is far finer than any group of customers.
        let place = u64::from(u32::from_be_bytes([first, second, third, fourth]));
        place * 100 < u64::from(self.percent) << 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(percent: u8, salt: &str) -> Vec<bool> {
        let hold_out = HoldOut { percent, salt: salt.to_owned(), from: HeldFrom::Measures };
        (0..10_000).map(|number: u32| hold_out.holds(CustomerId::derived(&[&number.to_string()]))).collect()
    }

    #[test]
    fn the_group_has_its_size_and_grows_around_itself() {
        let count = |group: &[bool]| group.iter().filter(|held| **held).count();
        let (none, small, large) = (group(0, "a"), group(10, "a"), group(20, "a"));
        assert_eq!(count(&none), 0);
        assert!((900..1_100).contains(&count(&small)), "{}", count(&small));
        assert!(small.iter().zip(&large).all(|(small, large)| !small || *large));
        assert_ne!(small, group(10, "b"));
        assert!(HoldOut { percent: 51, ..HoldOut::default() }.validate().is_err());
    }
}
