//! Days, weekdays and hours, as campaigns are limited to them.

use crate::moment::MINUTES;
use serde::Deserialize;
use stammgast_sdk::Date;
use std::fmt;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(pub Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        date(&text).map(Self).ok_or_else(|| {
            format!(
                "from or to of a campaign is `{text}`, which is no day of the calendar; write one such as 2026-03-01"
            )
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The day of a text such as `2026-03-01`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    Date::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
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
        let (first, end) = (minutes(&from)?, end(&to)?);
        if first < end {
            return Ok(Self { from: (from, first), to: (to, end) });
        }
        Err(format!(
            "hours of a campaign end at {to}, which is not after {from}; for a night write two campaigns, one until \
             24:00 and one from 00:00"
        ))
    }
}

/// The minute at which hours end; midnight is the end of the day, however it is written.
fn end(text: &str) -> Result<i64, String> {
    minutes(text).map(|minute| if minute == 0 { MINUTES } else { minute })
}

/// Minutes since midnight; 24:00 is the end of the day.
fn minutes(text: &str) -> Result<i64, String> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(hour, minute)| Some((digits(hour, 2)?, digits(minute, 2)?)));
    match read {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(hour * 60 + minute),
        Some((24, 0)) => Ok(MINUTES),
        _ => Err(format!("hours of a campaign have `{text}`, which is no time of the day; write one such as 09:30")),
    }
}
