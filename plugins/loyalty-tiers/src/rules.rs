//! Which tier a customer should have, and the sentence that says why.

use crate::config::{Tier, Tiers};
use stammgast_sdk::Date;
use std::collections::BTreeSet;

/// The first day of the calendar.
const FIRST_DAY: Date = Date { year: 1, month: 1, day: 1 };
/// Purchases that are looked through at most.
const MOST_PURCHASES: usize = 1_000;

/// The days with a purchase that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Only those within so many months before count.
    pub months: u16,
    /// More of them change nothing.
    pub count: usize,
}

/// A tier that a customer should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The tier's code.
    pub tier: &'a str,
    /// Why, in a sentence for people.
    pub text: String,
}

/// The days with a purchase that decide about a tier; `None` where points alone do.
#[must_use]
pub fn wanted(tiers: &Tiers, points: i64) -> Option<Wanted> {
    // Below a tier that needs points alone, nothing is left to decide.
    let asked = || within_reach(tiers, points).map_while(|tier| tier.purchase_days);
    let count = asked().map(|days| days.count).max()?;
    let months = asked().map(|days| days.months).max()?;
    Some(Wanted { months, count })
}

/// The wanted days until today, among the times of purchases, newest first. It reads no more of them than it needs.
#[must_use]
pub fn purchase_days(times: impl Iterator<Item = i64>, wanted: Wanted, today: Date) -> BTreeSet<Date> {
    let after = months_before(today, wanted.months);
    let mut days = BTreeSet::new();
    for day in times.take(MOST_PURCHASES).filter_map(Date::of) {
        if day <= after || days.len() >= wanted.count {
            break;
        }
        if day <= today {
            days.insert(day);
        }
    }
    days
}

/// The highest tier whose conditions hold, by status points and days with a purchase; `None` where there is none.
#[must_use]
pub fn proposal<'a>(tiers: &'a Tiers, points: i64, today: Date, days: &BTreeSet<Date>) -> Option<Proposal<'a>> {
    let within = |months: u16| {
        let after = months_before(today, months);
        days.iter().filter(|day| **day > after && **day <= today).count()
    };
    let holds = |tier: &&Tier| tier.purchase_days.is_none_or(|asked| within(asked.months) >= asked.count);
    let tier = within_reach(tiers, points).find(holds)?;
    Some(Proposal { tier: &tier.tier, text: sentence(tier, points) })
}

/// Why a customer has no tier, in a sentence for people: what the lowest one needs.
#[must_use]
pub fn why_none(tiers: &Tiers, points: i64) -> Option<String> {
    tiers.highest_first().last().map(|lowest| sentence(lowest, points))
}

/// The tiers that the points are enough for, highest first.
fn within_reach(tiers: &Tiers, points: i64) -> impl Iterator<Item = &Tier> {
    tiers.highest_first().filter(move |tier| points >= tier.points)
}

fn sentence(Tier { tier, points: needed, purchase_days }: &Tier, points: i64) -> String {
    let base = format!("{}; {tier} needs {needed}", counted(points, "status point"));
    match purchase_days {
        None => base,
        Some(asked) => {
            let (days, months) = (counted(asked.count, "day"), counted(asked.months, "month"));
            format!("{base}, and purchases on {days} within {months}")
        }
    }
}

fn counted(number: impl TryInto<i64>, word: &str) -> String {
    let number: i64 = number.try_into().unwrap_or(i64::MAX);
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// The same day so many months earlier. The 31st of a shorter month is its last day.
fn months_before(day: Date, months: u16) -> Date {
    let month = i32::from(day.month).saturating_sub(1).saturating_sub(i32::from(months));
    let year = day.year.saturating_add(month.div_euclid(12));
    let month = u8::try_from(month.rem_euclid(12).saturating_add(1)).unwrap_or(1);
    (1..=day.day).rev().find_map(|last| Date::new(year, month, last)).unwrap_or(FIRST_DAY)
}

#[cfg(test)]
mod tests;
