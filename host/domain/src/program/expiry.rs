//! When points are past their time.

use super::{InvalidProgram, within, zone::plus_months};
use jiff::{civil::Date, civil::date};
use serde::{Deserialize, Serialize};

/// The day on which a rolling time ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastDay {
    /// The day itself.
    #[default]
    Day,
    /// The last day of its month.
    Month,
    /// The last day of its quarter.
    Quarter,
    /// The last day of its year.
    Year,
}

/// When points are past their time. Points can be spent through the whole of their last day, in the tenant's zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "after", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// So many months after they were earned.
    Rolling {
        /// Months, 1 to 240. The 31st of a shorter month is its last day.
        months: u16,
        /// Up to the end of what.
        #[serde(default)]
        until: LastDay,
    },
    /// On the same date every year.
    Fixed {
        /// Month of the last day, 1 to 12.
        month: i8,
        /// Day of the last day; the 29th of February is the 28th in other years.
        day: i8,
        /// Points are good for at least so many months, 0 to 240, and expire on the date after that.
        #[serde(default)]
        at_least_months: u16,
    },
    /// All of a customer's points, so many months after the customer last earned or spent any.
    Inactivity {
        /// Months, 1 to 240.
        months: u16,
    },
}

impl Expiry {
    pub(super) fn validate(self) -> Result<(), InvalidProgram> {
        match self {
            Self::Never => Ok(()),
            Self::Rolling { months, .. } | Self::Inactivity { months } => {
                within("expiry.months", i64::from(months), 1, 240)
            }
            Self::Fixed { month, day, at_least_months } => {
                within("expiry.at_least_months", i64::from(at_least_months), 0, 240)?;
                // A leap year has every date that any year has.
                Date::new(2024, month, day).map(drop).map_err(|_| InvalidProgram::NoDate { month, day })
            }
        }
    }

    /// The fewest days for which points are good after the day on which they are earned.
    pub(super) fn at_least_days(self) -> Option<u16> {
        match self {
            Self::Never => None,
            Self::Rolling { months, .. } | Self::Inactivity { months } => Some(months.saturating_mul(28)),
            Self::Fixed { at_least_months, .. } => Some(at_least_months.saturating_mul(28)),
        }
    }

    /// The last day on which points can be spent that are earned, or moved, on a day.
    pub(super) fn last_day(self, earned_on: Date) -> Option<Date> {
        match self {
            Self::Never => None,
            Self::Rolling { months, until } => Some(until.last_day(plus_months(earned_on, i32::from(months)))),
            Self::Inactivity { months } => Some(plus_months(earned_on, i32::from(months))),
            Self::Fixed { month, day, at_least_months } => {
                let least = plus_months(earned_on, i32::from(at_least_months));
                let this_year = in_year(least.year(), month, day);
                Some(if this_year >= least { this_year } else { in_year(least.year().saturating_add(1), month, day) })
            }
        }
    }
}

impl LastDay {
    fn last_day(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Month => day.last_of_month(),
            Self::Quarter => {
                let month = (day.month() + 2) / 3 * 3;
                in_year(day.year(), month, 1).last_of_month()
            }
            Self::Year => day.last_of_year(),
        }
    }
}

/// A date of a year; the 29th of February is the 28th where the year has none.
fn in_year(year: i16, month: i8, day: i8) -> Date {
    let exact = Date::new(year, month, day);
    exact.or_else(|_| Date::new(year, month, 1).map(Date::last_of_month)).unwrap_or(date(9999, 12, 31))
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, Zone};
    use super::*;
    use crate::Timestamp;

    fn last(expiry: Expiry, earned: Date) -> Date {
        expiry.last_day(earned).unwrap()
    }

    #[test]
    fn months_end_where_they_end() {
        let rolling = |months, until| Expiry::Rolling { months, until };
        assert_eq!(last(rolling(1, LastDay::Day), date(2025, 1, 31)), date(2025, 2, 28));
        assert_eq!(last(rolling(12, LastDay::Day), date(2024, 2, 29)), date(2025, 2, 28));
        assert_eq!(last(rolling(12, LastDay::Day), date(1997, 1, 1)), date(1998, 1, 1));
        assert_eq!(last(rolling(12, LastDay::Month), date(2025, 1, 15)), date(2026, 1, 31));
        assert_eq!(last(rolling(6, LastDay::Quarter), date(2025, 8, 15)), date(2026, 3, 31));
        assert_eq!(last(rolling(1, LastDay::Year), date(2025, 12, 1)), date(2026, 12, 31));
    }

    #[test]
    fn a_fixed_date_comes_after_what_is_promised() {
        let fixed = |month, day, at_least_months| Expiry::Fixed { month, day, at_least_months };
        assert_eq!(last(fixed(12, 31, 0), date(2025, 12, 31)), date(2025, 12, 31));
        assert_eq!(last(fixed(3, 31, 0), date(2025, 4, 1)), date(2026, 3, 31));
        assert_eq!(last(fixed(3, 31, 3), date(2025, 1, 1)), date(2026, 3, 31));
        assert_eq!(last(fixed(2, 29, 0), date(2025, 1, 1)), date(2025, 2, 28));
        assert_eq!(last(fixed(2, 29, 0), date(2028, 1, 1)), date(2028, 2, 29));
    }

    #[test]
    fn days_are_those_of_the_tenants_zone() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let policy = Policy {
            pending_days: 14,
            expiry: Expiry::Rolling { months: 12, until: LastDay::Day },
            ..Policy::default()
        };
        // 23:30 UTC is the next day in Berlin; summer time begins in between.
        let earned: Timestamp = "2026-03-20T23:30:00Z".parse().unwrap();
        let terms = policy.terms(earned, &berlin);
        assert_eq!(terms.active_from.to_string(), "2026-04-03T22:00:00.000Z");
        assert_eq!(terms.expires_at.unwrap().to_string(), "2027-03-21T23:00:00.000Z");
        assert_eq!(policy.terms(earned, &Zone::utc()).expires_at.unwrap().to_string(), "2027-03-21T00:00:00.000Z");
    }

    #[test]
    fn what_can_never_be_spent_is_refused() {
        let policy = |pending_days, expiry| Policy { pending_days, expiry, ..Policy::default() }.validate();
        let month = Expiry::Rolling { months: 1, until: LastDay::Day };
        assert!(matches!(policy(28, month), Err(InvalidProgram::ExpiresFirst { .. })));
        assert!(policy(27, month).is_ok());
        assert!(matches!(policy(366, Expiry::Never), Err(InvalidProgram::Range { .. })));
        let no_date = Expiry::Fixed { month: 2, day: 30, at_least_months: 0 };
        assert!(matches!(policy(0, no_date), Err(InvalidProgram::NoDate { .. })));
    }
}
