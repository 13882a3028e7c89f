//! When something happened, by the clock that the configuration goes by.

use stammgast_sdk::Date;

/// The minutes of a day.
pub const MINUTES: i64 = 24 * 60;
/// The milliseconds of a minute.
const MILLIS: i64 = 60_000;

/// A minute of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Minutes since midnight.
    pub minute: i64,
}

impl Moment {
    /// The minute in which a time lies, in milliseconds since 1970-01-01T00:00:00Z, on a clock that is so many minutes
    /// ahead of UTC.
    #[must_use]
    pub fn of(millis: i64, utc_offset_minutes: i32) -> Self {
        let minutes = millis.div_euclid(MILLIS) + i64::from(utc_offset_minutes);
        Self { day: minutes.div_euclid(MINUTES), minute: minutes.rem_euclid(MINUTES) }
    }

    /// The day in the calendar; `None` outside of it.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        self.day.checked_mul(MINUTES * MILLIS).and_then(Date::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: i64, utc_offset_minutes: i32) -> (i64, i64) {
        let Moment { day, minute } = Moment::of(millis, utc_offset_minutes);
        (day, minute)
    }

    #[test]
    fn days_begin_and_end_at_midnight_also_before_1970() {
        let day = MINUTES * MILLIS;
        assert_eq!([0, MILLIS - 1, MILLIS].map(|millis| of(millis, 0)), [(0, 0), (0, 0), (0, 1)]);
        assert_eq!([day - 1, day].map(|millis| of(millis, 0)), [(0, 1_439), (1, 0)]);
        assert_eq!([-1, -day, -day - 1].map(|millis| of(millis, 0)), [(-1, 1_439), (-1, 0), (-2, 1_439)]);
    }

    #[test]
    fn an_offset_moves_midnight() {
        assert_eq!([-7_200_001, -7_200_000].map(|millis| of(millis, 120)), [(-1, 1_439), (0, 0)]);
        assert_eq!([17_999_999, 18_000_000].map(|millis| of(millis, -300)), [(-1, 1_439), (0, 0)]);
    }

    #[test]
    fn a_moment_has_its_day_in_the_calendar() {
        let eve = Moment::of(1_772_322_300_000, 0);
        assert_eq!(eve.date(), Date::new(2026, 2, 28));
        assert_eq!(Moment::of(1_772_322_300_000, 60).date(), Date::new(2026, 3, 1));
        assert_eq!(Moment { day: i64::MAX, ..eve }.date(), None);
    }

    #[test]
    fn the_ends_of_time_have_a_moment() {
        for millis in [i64::MIN, i64::MAX] {
            for offset in [i32::MIN, 0, i32::MAX] {
                assert!((0..MINUTES).contains(&Moment::of(millis, offset).minute));
            }
        }
    }
}
