//! A tenant's time zone: where days begin and end.

use crate::Timestamp;
use jiff::{
    Span,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// An IANA time zone, such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// The text given names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an IANA time zone; write a name such as Europe/Berlin or UTC")]
pub struct UnknownZone(pub String);

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl Zone {
    /// Coordinated Universal Time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The civil date at a time.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        at.jiff().to_zoned(self.zone.clone()).date()
    }

    /// The time of day at a time.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> Time {
        at.jiff().to_zoned(self.zone.clone()).time()
    }

    /// A time of a day; where clocks leap over it, as much later.
    #[must_use]
    pub fn at(&self, day: Date, time: Time) -> Timestamp {
        let zoned = day.to_datetime(time).to_zoned(self.zone.clone());
        let at = zoned.ok().and_then(|at| Timestamp::from_millis(at.timestamp().as_millisecond()).ok());
        at.unwrap_or(Timestamp::MAX)
    }

    /// When a day begins; where clocks leap over midnight, the first moment after.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Timestamp {
        let start = day.to_zoned(self.zone.clone()).and_then(|midnight| midnight.start_of_day());
        start
            .ok()
            .and_then(|start| Timestamp::from_millis(start.timestamp().as_millisecond()).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// When a day is over: the start of the next one.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Timestamp {
        self.start_of(plus_days(day, 1))
    }
}

/// A date so many days later, kept within the calendar.
#[must_use]
pub fn plus_days(date: Date, days: i64) -> Date {
    date.saturating_add(Span::new().days(days.clamp(-3_000_000, 3_000_000)))
}

/// A date so many months later. A day that the month does not have becomes the month's last.
#[must_use]
pub fn plus_months(date: Date, months: i32) -> Date {
    date.saturating_add(Span::new().months(months.clamp(-100_000, 100_000)))
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(given: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(given).map_err(|_| UnknownZone(given.chars().take(64).collect()))?;
        let name = zone.iana_name().unwrap_or(given).to_owned();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
