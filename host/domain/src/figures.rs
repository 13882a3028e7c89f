//! Figures: what the program does, in numbers. Retention and repeat rate by cohort, with and without rules.

use crate::{CustomerId, hold_out::HoldOut};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A calendar month, such as `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// How many months later another one is; below zero where it is earlier.
    #[must_use]
    pub fn until(self, later: Self) -> i32 {
        let count = |month: Self| i32::from(month.year) * 12 + i32::from(month.month);
        count(later) - count(self)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Customers who bought for the first time in one month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohort {
    /// How many.
    pub customers: u64,
    /// Those who bought on at least two days.
    pub repeated: u64,
    /// Those who bought so many months later, from the first month on: at least to the last month that is looked at.
    pub bought: Vec<u64>,
}

/// Days on which customers bought.
#[derive(Debug, Clone, Default)]
pub struct Shoppers(BTreeMap<CustomerId, Shopper>);

/// What matters of one customer's days: it grows with the months, and not with the purchases.
#[derive(Debug, Clone)]
struct Shopper {
    first: Date,
    came_back: bool,
    months: BTreeSet<Month>,
}

/// Cohorts of those who get what rules do, and of those who do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// With rules.
    pub with_rules: BTreeMap<Month, Cohort>,
    /// The hold-out group.
    pub held_out: BTreeMap<Month, Cohort>,
}

impl Shoppers {
    /// Takes in that a customer bought on a day.
    pub fn bought(&mut self, customer: CustomerId, day: Date) {
        let fresh = || Shopper { first: day, came_back: false, months: BTreeSet::new() };
        let shopper = self.0.entry(customer).or_insert_with(fresh);
        shopper.came_back |= day != shopper.first;
        shopper.first = shopper.first.min(day);
        shopper.months.insert(Month::of(day));
    }

    /// Cohorts whose first month lies between two, both included, with so many months each at most. What nobody bought in
    /// is there as well, to the last month or to that of today.
    #[must_use]
    pub fn retention(
        &self,
        (first, last): (Month, Month),
        today: Month,
        months: usize,
        hold_out: &HoldOut,
    ) -> Retention {
        let mut retention = Retention::default();
        for (customer, Shopper { first: first_day, came_back, months: bought }) in &self.0 {
            let begun = Month::of(*first_day);
            if begun < first || begun > last {
                continue;
            }
            let is_held = hold_out.holds(*customer);
            let group = if is_held { &mut retention.held_out } else { &mut retention.with_rules };
            let cohort = group.entry(begun).or_default();
            cohort.customers += 1;
            cohort.repeated += u64::from(*came_back);
            let offsets = bought.iter().filter_map(|month| usize::try_from(begun.until(*month)).ok());
            for offset in offsets.filter(|offset| *offset < months) {
                if cohort.bought.len() <= offset {
                    cohort.bought.resize(offset + 1, 0);
                }
                if let Some(count) = cohort.bought.get_mut(offset) {
                    *count += 1;
                }
            }
        }
        let Retention { with_rules, held_out } = &mut retention;
        for (begun, cohort) in with_rules.iter_mut().chain(held_out) {
            let shown = usize::try_from(begun.until(last.min(today)) + 1).unwrap_or_default().min(months);
            cohort.bought.resize(shown.max(cohort.bought.len()), 0);
        }
        retention
    }
}

/// A share with four digits, such as `0.2500`, rounded to the nearest; `None` where there is nothing to share.
#[must_use]
pub fn share(part: i64, of: i64) -> Option<String> {
    if of <= 0 {
        return None;
    }
    let (part, of) = (i128::from(part), i128::from(of));
    let scaled = (part.abs() * 20_000 + of).div_euclid(of * 2);
    let sign = if part < 0 && scaled > 0 { "-" } else { "" };
    Some(format!("{sign}{}.{:04}", scaled / 10_000, scaled % 10_000))
}

/// What became of a program's points in a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flows {
    /// Points that were given, by the program and by partners.
    pub given: i64,
    /// Points that were spent; less what came back.
    pub redeemed: i64,
    /// Points that were not spent in time; less what came back.
    pub expired: i64,
    /// Points that were taken back or withdrawn; less what was put back in place.
    pub taken_back: i64,
}

/// One of [`Flows`], as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// Points that were given.
    Given,
    /// Points that were spent.
    Redeemed,
    /// Points that were not spent in time.
    Expired,
    /// Points that were taken back.
    TakenBack,
}

impl Flow {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Given, Self::Redeemed, Self::Expired, Self::TakenBack];

    /// The name in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
            Self::TakenBack => "taken-back",
        }
    }
}

impl Flows {
    /// Adds to one of them.
    pub const fn add(&mut self, flow: Flow, points: i64) {
        let sum = match flow {
            Flow::Given => &mut self.given,
            Flow::Redeemed => &mut self.redeemed,
            Flow::Expired => &mut self.expired,
            Flow::TakenBack => &mut self.taken_back,
        };
        *sum = sum.saturating_add(points);
    }

    /// One of them.
    #[must_use]
    pub const fn get(&self, flow: Flow) -> i64 {
        match flow {
            Flow::Given => self.given,
            Flow::Redeemed => self.redeemed,
            Flow::Expired => self.expired,
            Flow::TakenBack => self.taken_back,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_cohort_counts_customers_and_not_purchases() {
        let mut shoppers = Shoppers::default();
        let [ada, ben, cai] = ["ada", "ben", "cai"].map(|name| CustomerId::derived(&[name]));
        for (customer, bought) in [
            (ada, "2026-01-05"),
            (ada, "2026-01-05"),
            (ada, "2026-03-01"),
            (ada, "2026-03-20"),
            (ben, "2026-01-31"),
            (cai, "2026-02-01"),
            (cai, "2026-02-02"),
        ] {
            shoppers.bought(customer, day(bought));
        }
        let period = (Month::of(day("2026-01-01")), Month::of(day("2026-12-01")));
        let today = Month::of(day("2026-04-02"));
        let retention = shoppers.retention(period, today, 12, &HoldOut::default());
        let january = &retention.with_rules[&Month::of(day("2026-01-01"))];
        assert_eq!((january.customers, january.repeated, january.bought.as_slice()), (2, 1, [2, 0, 1, 0].as_slice()));
        let february = &retention.with_rules[&Month::of(day("2026-02-01"))];
        assert_eq!((february.customers, february.repeated, february.bought.as_slice()), (1, 1, [1, 0, 0].as_slice()));
        // To the last month, where that is earlier; what was bought later is there all the same.
        let early = shoppers.retention((period.0, Month::of(day("2026-02-01"))), today, 12, &HoldOut::default());
        let bought = early.with_rules.values().map(|cohort| cohort.bought.clone()).collect::<Vec<_>>();
        assert_eq!(bought, [vec![2, 0, 1], vec![1]]);
        assert!(retention.held_out.is_empty());
        let halved = HoldOut { percent: 50, ..HoldOut::default() };
        let both = shoppers.retention(period, today, 12, &halved);
        let sum = |group: &BTreeMap<Month, Cohort>| group.values().map(|cohort| cohort.customers).sum::<u64>();
        assert_eq!(sum(&both.with_rules) + sum(&both.held_out), 3);
        assert_eq!(Month::of(day("2025-11-30")).until(Month::of(day("2026-02-01"))), 3);
    }

    #[test]
    fn a_share_of_nothing_is_none_and_others_are_rounded() {
        assert_eq!(share(1, 0), None);
        for (part, of, wanted) in [
            (1, 4, "0.2500"),
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (0, 5, "0.0000"),
            (-1, 4, "-0.2500"),
            (7, 5, "1.4000"),
        ] {
            assert_eq!(share(part, of).unwrap(), wanted);
        }
    }
}
