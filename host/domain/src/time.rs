//! Points in time (UTC, milliseconds) and civil dates.

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, signed, between the years 0001 and 9999.
///
/// As text it is RFC 3339 in UTC with exactly three digits of fraction, so that its text sorts like the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text given is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a time; write RFC 3339 with a zone, such as 2026-03-01T09:30:00Z, between the years 0001 and 9999"
)]
pub struct InvalidTime(pub String);

/// The time given is none at which something can have happened that is told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("occurred_at is {given}; what is told now has happened between {first} and {last}, so correct the time")]
pub struct ImplausibleTime {
    /// What was given.
    pub given: Timestamp,
    /// The first that may be.
    pub first: Timestamp,
    /// The last that may be: a day from now.
    pub last: Timestamp,
}

impl Timestamp {
    /// 0001-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-30T00:00:00.000Z, a day inside the range so that every zone can show it.
    pub const MAX: Self = Self(253_402_128_000_000);

    /// 1900-01-01T00:00:00.000Z: nothing that is told here happened before.
    pub const EARLIEST: Self = Self(-2_208_988_800_000);

    /// Whether something that is told now can have happened then. Clocks differ, so a day to come is let pass.
    ///
    /// # Errors
    /// It lies further in the future, or before 1900.
    pub fn has_happened(self, now: Self) -> Result<(), ImplausibleTime> {
        const DAY: i64 = 86_400_000;
        let (given, first, last) = (self, Self::EARLIEST, now.plus_millis(DAY));
        if (first..=last).contains(&given) { Ok(()) } else { Err(ImplausibleTime { given, first, last }) }
    }

    /// # Errors
    /// Outside the years 0001 to 9999.
    pub fn from_millis(millis: i64) -> Result<Self, InvalidTime> {
        let time = Self(millis);
        if time < Self::MIN || time > Self::MAX { Err(InvalidTime(millis.to_string())) } else { Ok(time) }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This time moved by `millis`, kept within [`Timestamp::MIN`] and [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis)).clamp(Self::MIN, Self::MAX)
    }

    /// The start of a civil date in UTC.
    ///
    /// # Errors
    /// Outside the years 0001 to 9999.
    pub fn from_date(date: Date) -> Result<Self, InvalidTime> {
        let zoned = date.to_zoned(TimeZone::UTC).map_err(|_| InvalidTime(date.to_string()))?;
        Self::from_millis(zoned.timestamp().as_millisecond())
    }

    pub(crate) fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.jiff())
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let invalid = || InvalidTime(text.chars().take(64).collect());
        let time: jiff::Timestamp = text.parse().map_err(|_| invalid())?;
        Self::from_millis(time.as_millisecond()).map_err(|_| invalid())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_utc_with_three_digits() {
        let time: Timestamp = "2026-03-01T10:30:00.5+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-03-01T09:30:00.500Z");
        assert!("2026-03-01".parse::<Timestamp>().is_err());
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    proptest! {
        #[test]
        fn text_round_trips_and_sorts_like_the_time(
            a in Timestamp::MIN.0..=Timestamp::MAX.0,
            b in Timestamp::MIN.0..=Timestamp::MAX.0,
        ) {
            let (a, b) = (Timestamp(a), Timestamp(b));
            prop_assert_eq!(a.to_string().parse::<Timestamp>().unwrap(), a);
            prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
        }
    }
}
