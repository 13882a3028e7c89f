//! How often a customer buys, and until when the next purchase is waited for.

use crate::config::Config;
use stammgast_sdk::Date;
use std::{cmp::Reverse, collections::BTreeSet, fmt};

/// Purchases that are looked at: the newest so many.
pub const MOST_PURCHASES: usize = 100;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What matters of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purchase<'a> {
    /// When it was bought, in milliseconds since 1970, UTC.
    pub at: i64,
    /// What was paid, in minor units.
    pub minor: i64,
    /// ISO 4217 code of the currency.
    pub currency: &'a str,
}

/// Until when the next purchase is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The day of the newest purchase.
    pub last: Date,
    /// How often the customer buys; `None` where nobody can tell yet.
    pub rhythm: Option<Rhythm>,
    /// Days from the newest purchase on.
    pub wait: i32,
    /// The day on which they are over.
    pub due: Date,
}

/// The usual gap between two days with a purchase: the median of all gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rhythm {
    /// Twice the gap in days, so that it is whole.
    half_days: i64,
}

/// Until when the next purchase is waited for, in whatever order the purchases stand; `None` where it is not.
#[must_use]
pub fn plan(purchases: &[Purchase<'_>], config: &Config) -> Option<Plan> {
    let mut newest = purchases.to_vec();
    newest.sort_unstable_by_key(|purchase| Reverse(*purchase));
    newest.truncate(MOST_PURCHASES);
    if !spent_enough(&newest, config) {
        return None;
    }
    let days: BTreeSet<i64> = newest.iter().map(|purchase| purchase.at.div_euclid(DAY)).collect();
    let rhythm = if days.len() >= config.min_purchase_days { Rhythm::of(&days) } else { None };
    let wait = rhythm.map_or(config.new_customer_days, |rhythm| rhythm.wait(config));
    let last = Date::of(newest.first()?.at)?;
    let due = last.plus_days(wait).filter(|_| wait > 0)?;
    Some(Plan { last, rhythm, wait, due })
}

impl Plan {
    /// Why the customer is missed, in a sentence for people.
    #[must_use]
    pub fn why(&self) -> String {
        let gap = self.rhythm.map_or_else(
            || "too few purchases for a usual gap".to_owned(),
            |rhythm| format!("the usual gap is {rhythm}"),
        );
        format!("No purchase since {} for {} or more; {gap}", self.last, days(self.wait))
    }
}

impl Rhythm {
    /// The rhythm of days, by their numbers; `None` where there is no gap.
    fn of(days: &BTreeSet<i64>) -> Option<Self> {
        let neighbours = days.iter().zip(days.iter().skip(1));
        let mut gaps: Vec<i64> = neighbours.map(|(earlier, later)| later.saturating_sub(*earlier)).collect();
        gaps.sort_unstable();
        // The two in the middle, which are one where their number is odd.
        let lower = gaps.get(gaps.len().checked_sub(1)? / 2)?;
        let upper = gaps.get(gaps.len() / 2)?;
        Some(Self { half_days: lower.saturating_add(*upper) })
    }

    /// Days to wait, rounded up and within the bounds.
    fn wait(self, config: &Config) -> i32 {
        let per_200_days = self.half_days.saturating_mul(config.factor_percent);
        let days = per_200_days.saturating_add(199) / 200;
        i32::try_from(days).unwrap_or(i32::MAX).max(config.at_least_days).min(config.at_most_days)
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.half_days % 2 == 0 { "" } else { ".5" };
        let word = if self.half_days == 2 { "day" } else { "days" };
        write!(f, "{}{half} {word}", self.half_days / 2)
    }
}

/// So many days, for people.
#[must_use]
pub fn days(number: i32) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

fn spent_enough(purchases: &[Purchase<'_>], config: &Config) -> bool {
    config.min_spent.as_ref().is_none_or(|least| {
        let counted = purchases.iter().filter(|purchase| purchase.currency == least.currency);
        counted.fold(0_i64, |sum, purchase| sum.saturating_add(purchase.minor)) >= least.minor
    })
}

#[cfg(test)]
mod tests;
