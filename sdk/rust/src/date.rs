//! Days of the calendar, as occasions, reminders and messages have them.

use crate::{Date, Timestamp};
use std::{cmp::Ordering, fmt};

/// The days of 400 years, after which the calendar repeats itself.
const DAYS_OF_400_YEARS: i64 = 146_097;
/// The number of 1970-01-01, as [`number`] counts.
const FIRST_OF_1970: i64 = 719_468;
/// The milliseconds of a day.
const MILLISECONDS: i64 = 86_400_000;

/// Days are in their order, and print as ISO 8601 writes them:
///
/// ```
/// use stammgast_sdk::Date;
///
/// let day = Date::new(2028, 2, 29).expect("2028 is a leap year");
/// assert_eq!(day.to_string(), "2028-02-29");
/// assert!(Some(day) < day.plus_days(1));
/// ```
impl Date {
    /// A day; `None` where the calendar has no such day in the years 1 to 9999. The host refuses others.
    #[must_use]
    pub const fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if matches!(year, 1..=9_999) && day != 0 && day <= days_in_month(year, month) {
            Some(Self { year, month, day })
        } else {
            None
        }
    }

    /// The day on which a time falls, UTC; `None` past the years 1 to 9999. For another clock, add its offset first.
    ///
    /// ```
    /// use stammgast_sdk::Date;
    ///
    /// let time = 1_772_447_400_000; // 2026-03-02T10:30:00Z
    /// assert_eq!(Date::of(time), Date::new(2026, 3, 2));
    /// assert_eq!(Date::of(-1), Date::new(1969, 12, 31));
    /// ```
    #[must_use]
    pub fn of(time: Timestamp) -> Option<Self> {
        from_number(time.div_euclid(MILLISECONDS) + FIRST_OF_1970)
    }

    /// The day that comes so many days later, or earlier where they are below zero; `None` past the years 1 to 9999.
    ///
    /// ```
    /// use stammgast_sdk::Date;
    ///
    /// let leap_day = Date::new(2028, 2, 29);
    /// assert_eq!(leap_day.and_then(|day| day.plus_days(366)), Date::new(2029, 3, 1));
    /// assert_eq!(leap_day.and_then(|day| day.plus_days(-60)), Date::new(2027, 12, 31));
    /// ```
    #[must_use]
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let day = Self::new(self.year, self.month, self.day)?;
        from_number(number(day) + i64::from(days))
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.year, self.month, self.day).cmp(&(other.year, other.month, other.day))
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// How many days a month has; 0 where there is no such month.
const fn days_in_month(year: i32, month: u8) -> u8 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// The number of a day, from the first of March of the year 0. A year that begins in March has its leap day at its end.
fn number(Date { year, month, day }: Date) -> i64 {
    let from_march = (i64::from(month) + 9) % 12;
    let year = i64::from(year) - i64::from(month < 3);
    let (ages, year) = (year.div_euclid(400), year.rem_euclid(400));
    ages * DAYS_OF_400_YEARS + days_before_year(year) + days_before_month(from_march) + i64::from(day) - 1
}

/// The day of a number.
fn from_number(number: i64) -> Option<Date> {
    let (ages, left) = (number.div_euclid(DAYS_OF_400_YEARS), number.rem_euclid(DAYS_OF_400_YEARS));
    let year = (left - left / 1_460 + left / 36_524 - left / 146_096) / 365;
    let left = left - days_before_year(year);
    let from_march = (5 * left + 2) / 153;
    let day = left - days_before_month(from_march) + 1;
    let (year, month) = if from_march < 10 { (year, from_march + 3) } else { (year + 1, from_march - 9) };
    Date::new(i32::try_from(ages * 400 + year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Days of the years before one, of 400 that begin in March.
const fn days_before_year(year: i64) -> i64 {
    year * 365 + year / 4 - year / 100
}

/// Days of the months before one, from March.
const fn days_before_month(from_march: i64) -> i64 {
    (153 * from_march + 2) / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_that_the_calendar_has() {
        for (year, month, last) in
            [(2026, 2, 28), (2028, 2, 29), (2000, 2, 29), (2100, 2, 28), (4, 2, 29), (9_999, 12, 31)]
        {
            assert_eq!(Date::new(year, month, last), Some(Date { year, month, day: last }));
            assert_eq!(Date::new(year, month, last + 1), None);
        }
        for (year, month, day) in [(0, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 4, 31)]
        {
            assert_eq!(Date::new(year, month, day), None);
        }
    }

    #[test]
    fn days_are_counted_one_by_one_through_the_centuries() {
        let first = Date::new(1_899, 12, 31).unwrap();
        let mut day = first;
        for count in 1..=200_000 {
            let next = day.plus_days(1).unwrap();
            let begins_month = next.day == 1 && day.day == days_in_month(day.year, day.month);
            assert!(next > day && (begins_month || next.day == day.day + 1), "{day}, {next}");
            assert_eq!((first.plus_days(count), next.plus_days(-count)), (Some(next), Some(first)));
            day = next;
        }
        assert_eq!(day.to_string(), "2447-07-31");
    }

    #[test]
    fn a_time_falls_on_its_day_also_before_1970() {
        let first = Date::new(1970, 1, 1);
        assert_eq!([0, MILLISECONDS - 1].map(Date::of), [first; 2]);
        assert_eq!(Date::of(MILLISECONDS), Date::new(1970, 1, 2));
        assert_eq!([-1, -MILLISECONDS].map(Date::of), [Date::new(1969, 12, 31); 2]);
        assert_eq!(Date::of(1_835_438_400_000), Date::new(2028, 2, 29));
        let [begin, end] = [-62_135_596_800_000, 253_402_300_800_000];
        assert_eq!([begin - 1, begin].map(Date::of), [None, Date::new(1, 1, 1)]);
        assert_eq!([end - 1, end].map(Date::of), [Date::new(9_999, 12, 31), None]);
        assert_eq!([i64::MIN, i64::MAX].map(Date::of), [None, None]);
    }

    #[test]
    fn the_calendar_has_a_first_and_a_last_day() {
        let [first, last] = [Date { year: 1, month: 1, day: 1 }, Date { year: 9_999, month: 12, day: 31 }];
        assert_eq!((first.to_string(), last.to_string()), ("0001-01-01".to_owned(), "9999-12-31".to_owned()));
        assert_eq!((first.plus_days(3_652_058), last.plus_days(-3_652_058)), (Some(last), Some(first)));
        assert_eq!((first.plus_days(-1), last.plus_days(1)), (None, None));
        assert_eq!((first.plus_days(i32::MIN), last.plus_days(i32::MAX)), (None, None));
        assert_eq!(Date { year: 2026, month: 2, day: 30 }.plus_days(1), None);
    }
}
