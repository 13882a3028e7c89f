//! Days, weekdays and hours, as campaigns are limited to them.

use serde::Deserialize;
use std::fmt;

/// The number of 1970-01-01, from the first of March of the year 0.
const FIRST_OF_1970: i64 = 719_468;
/// The days of 400 years, after which the calendar repeats itself.
const DAYS_OF_400_YEARS: i64 = 146_097;

/// A day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day {
    text: String,
    number: i64,
}

impl Day {
    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match number(&text) {
            Some(number) => Ok(Self { text, number }),
            None => Err(format!(
                "from or to of a campaign is `{text}`, which is no day of the calendar; write one such as 2026-03-01"
            )),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Days since 1970-01-01; `None` where the text is no day.
fn number(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    if !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    // A year that begins in March has its leap day at its end.
    let from_march = (month + 9) % 12;
    let year = year - i64::from(month < 3);
    let (ages, year) = (year.div_euclid(400), year.rem_euclid(400));
    let before_year = ages * DAYS_OF_400_YEARS + year * 365 + year / 4 - year / 100;
    let before_month = (153 * from_march + 2) / 5;
    Some(before_year + before_month + day - 1 - FIRST_OF_1970)
}

/// How many days a month has; 0 where there is no such month.
const fn days_in_month(year: i64, month: i64) -> i64 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// A number of exactly so many digits.
fn digits(text: &str, length: usize) -> Option<i64> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// The first day of the week.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The last.
    Sunday,
}

impl Weekday {
    /// The weekday of a day that is so many days after 1970-01-01, a Thursday.
    #[must_use]
    pub const fn of(day: i64) -> Self {
        match day.rem_euclid(7) {
            0 => Self::Thursday,
            1 => Self::Friday,
            2 => Self::Saturday,
            3 => Self::Sunday,
            4 => Self::Monday,
            5 => Self::Tuesday,
            _ => Self::Wednesday,
        }
    }
}

/// Hours of a day: from one time, included, to another, excluded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Hours {
    from: (String, i64),
    to: (String, i64),
}

impl Hours {
    /// Whether a minute of the day lies in them; the minutes count from midnight.
    #[must_use]
    pub fn hold(&self, minute: i64) -> bool {
        (self.from.1..self.to.1).contains(&minute)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {}", self.from.0, self.to.0)
    }
}

/// Hours, as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: String,
}

impl TryFrom<Written> for Hours {
    type Error = String;

    fn try_from(Written { from, to }: Written) -> Result<Self, String> {
        let (first, end) = (minutes(&from)?, minutes(&to)?);
        if first < end {
            return Ok(Self { from: (from, first), to: (to, end) });
        }
        Err(format!(
            "hours of a campaign end at {to}, which is not after {from}; for a night write two campaigns, one until \
             24:00 and one from 00:00"
        ))
    }
}

/// Minutes since midnight; 24:00 is the end of the day.
fn minutes(text: &str) -> Result<i64, String> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(hour, minute)| Some((digits(hour, 2)?, digits(minute, 2)?)));
    match read {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(hour * 60 + minute),
        Some((24, 0)) => Ok(24 * 60),
        _ => Err(format!("hours of a campaign have `{text}`, which is no time of the day; write one such as 09:30")),
    }
}
