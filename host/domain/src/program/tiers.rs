//! Tiers of a program: which there are, how long one holds, and how it is lost.

use super::{Expiry, InvalidProgram, plus_days, within};
use crate::{ledger::MAX_ENTRY, text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most tiers of one program.
pub const MAX_LEVELS: u8 = 20;
/// The longest grace, in days.
pub const MAX_GRACE_DAYS: u16 = 365;

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierLevel {
    /// Short name, a code such as `gold`.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// Status points without which nobody gets it, whatever a plugin proposes.
    #[serde(default)]
    pub at_least: i64,
}

/// What becomes of a tier that was not earned again when its grace is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Downgrade {
    /// The next lower tier, for another period.
    #[default]
    Step,
    /// None.
    Out,
}

/// The tiers of a program of status points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierPolicy {
    /// The tiers, lowest first.
    pub levels: Vec<TierLevel>,
    /// How long a tier holds after the day on which it was earned.
    #[serde(default)]
    pub validity: Expiry,
    /// Days after that in which it still holds and can be earned again.
    #[serde(default)]
    pub grace_days: u16,
    /// What becomes of it then.
    #[serde(default)]
    pub downgrade: Downgrade,
}

impl TierPolicy {
    /// How high a tier is: 1 for the lowest, 0 for none. `None` where there is no such tier.
    #[must_use]
    pub fn rank(&self, tier: Option<&str>) -> Option<usize> {
        let Some(tier) = tier else { return Some(0) };
        self.levels.iter().position(|level| level.code == tier).map(|place| place + 1)
    }

    /// The tier of a rank; `None` for rank 0 and for ranks that are none.
    #[must_use]
    pub fn level(&self, rank: usize) -> Option<&TierLevel> {
        rank.checked_sub(1).and_then(|place| self.levels.get(place))
    }

    /// The last day on which a tier holds that is earned on a day; `None` is for good.
    #[must_use]
    pub fn last_day(&self, earned_on: Date) -> Option<Date> {
        self.validity.last_day(earned_on)
    }

    /// The last day of the grace after a tier's last day.
    #[must_use]
    pub fn grace_until(&self, last_day: Date) -> Date {
        plus_days(last_day, i64::from(self.grace_days))
    }

    pub(super) fn validate(&self) -> Result<(), InvalidProgram> {
        let count = i64::try_from(self.levels.len()).unwrap_or(i64::MAX);
        within("tiers.levels", count, 1, i64::from(MAX_LEVELS))?;
        let (mut codes, mut least) = (BTreeSet::new(), -1);
        for TierLevel { code, name, at_least } in &self.levels {
            text::code("tiers.levels.code", code)?;
            text::required("tiers.levels.name", name, 100)?;
            within("tiers.levels.at_least", *at_least, 0, MAX_ENTRY)?;
            if !codes.insert(code) {
                return Err(InvalidProgram::TierTwice(code.clone()));
            }
            if *at_least < least {
                return Err(InvalidProgram::TierOrder(code.clone()));
            }
            least = *at_least;
        }
        within("tiers.grace_days", i64::from(self.grace_days), 0, i64::from(MAX_GRACE_DAYS))?;
        match self.validity.validate() {
            Ok(()) if matches!(self.validity, Expiry::Inactivity { .. }) => Err(InvalidProgram::TierInactivity),
            Err(InvalidProgram::Range { given, least, most, .. }) => {
                Err(InvalidProgram::Range { field: "tiers.validity", given, least, most })
            }
            other => other,
        }
    }
}
