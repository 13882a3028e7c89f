//! Birthdays: civil dates, of which the year may be unknown.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A day of the year on which somebody was born, with the year where it is known.
///
/// As text it is `1990-05-17`, or `--05-17` without a year (RFC 6350, section 4.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Birthday {
    year: Option<i16>,
    month: i8,
    day: i8,
}

/// The text given is no birthday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no birthday; write a date such as 1990-05-17, or --05-17 where the year is not known")]
pub struct InvalidBirthday(pub String);

/// A year that has every date.
const LEAP: i16 = 2024;
/// Nobody who buys was born before.
const EARLIEST: i16 = 1850;

impl Birthday {
    /// The year of birth, where it is known.
    #[must_use]
    pub const fn year(self) -> Option<i16> {
        self.year
    }

    /// Month and day, such as `05-17`.
    #[must_use]
    pub fn month_day(self) -> String {
        format!("{:02}-{:02}", self.month, self.day)
    }

    /// The first birthday on a date or after it. Who was born on the 29th of February has it on the 28th in other years.
    #[must_use]
    pub fn next_from(self, date: Date) -> Date {
        let this_year = self.in_year(date.year());
        if this_year >= date { this_year } else { self.in_year(date.year().saturating_add(1)) }
    }

    /// The birthday of a year.
    #[must_use]
    pub fn in_year(self, year: i16) -> Date {
        let exact = Date::new(year, self.month, self.day);
        exact.or_else(|_| Date::new(year, self.month, 1).map(Date::last_of_month)).unwrap_or(Date::MAX)
    }

    /// The age that somebody reaches on the birthday of a year, where the year of birth is known.
    #[must_use]
    pub fn age_in(self, year: i16) -> Option<u16> {
        self.year.and_then(|born| u16::try_from(year.saturating_sub(born)).ok())
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "--{:02}-{:02}", self.month, self.day),
        }
    }
}

impl FromStr for Birthday {
    type Err = InvalidBirthday;

    fn from_str(given: &str) -> Result<Self, InvalidBirthday> {
        let invalid = || InvalidBirthday(given.chars().take(32).collect());
        let is_plain = given.len() <= 10 && given.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let (year, rest) = if let Some(rest) = given.strip_prefix("--") {
            (None, rest)
        } else {
            let (year, rest) = given.split_once('-').filter(|(year, _)| year.len() == 4).ok_or_else(invalid)?;
            (Some(year.parse::<i16>().map_err(|_| invalid())?), rest)
        };
        let (month, day) =
            rest.split_once('-').filter(|parts| parts.0.len() == 2 && parts.1.len() == 2).ok_or_else(invalid)?;
        let (month, day) = (month.parse().map_err(|_| invalid())?, day.parse().map_err(|_| invalid())?);
        Date::new(year.unwrap_or(LEAP), month, day).map_err(|_| invalid())?;
        let is_sensible = year.is_none_or(|year| year >= EARLIEST);
        if is_plain && is_sensible { Ok(Self { year, month, day }) } else { Err(invalid()) }
    }
}

impl Serialize for Birthday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Birthday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_birthday_reads_back_and_is_a_date() {
        for text in ["1990-05-17", "--05-17", "--02-29", "2024-02-29"] {
            assert_eq!(text.parse::<Birthday>().unwrap().to_string(), text);
        }
        for wrong in ["2023-02-29", "--13-01", "1990-5-17", "17.05.1990", "1700-01-01", "--5-1", "", "1990-05-17T00"] {
            assert!(wrong.parse::<Birthday>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_leap_day_is_the_last_of_february() {
        let leap: Birthday = "2000-02-29".parse().unwrap();
        assert_eq!(leap.next_from(date(2026, 1, 1)), date(2026, 2, 28));
        assert_eq!(leap.next_from(date(2026, 3, 1)), date(2027, 2, 28));
        assert_eq!(leap.next_from(date(2028, 2, 29)), date(2028, 2, 29));
        assert_eq!((leap.age_in(2026), leap.year()), (Some(26), Some(2000)));
    }
}
