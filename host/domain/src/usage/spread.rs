//! How long something took, many times over: counted by classes, so that a billion values take no more room than one.

use std::time::Duration;

/// The classes' upper bounds in microseconds: ten a decade, from 10 µs to 10 s. Longer values have a class of their own.
const BOUNDS: [u64; 61] = [
    10, 12, 15, 20, 25, 30, 40, 50, 60, 80, //
    100, 120, 150, 200, 250, 300, 400, 500, 600, 800, //
    1_000, 1_200, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, //
    10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 80_000, //
    100_000, 120_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000, 600_000, 800_000, //
    1_000_000, 1_200_000, 1_500_000, 2_000_000, 2_500_000, //
    3_000_000, 4_000_000, 5_000_000, 6_000_000, 8_000_000, 10_000_000,
];

/// Durations by classes. A percentile lies in the right class, so that it is off by a third at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    classes: [u64; BOUNDS.len()],
    count: u64,
    sum_us: u64,
    most_us: u64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { classes: [0; BOUNDS.len()], count: 0, sum_us: 0, most_us: 0 }
    }
}

impl Spread {
    /// Upper bounds of classes that a coarser view may be made of, in microseconds: three a decade, from 50 µs to 10 s.
    pub const COARSE: [u64; 17] = [
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ];

    /// Counts one value.
    pub fn count(&mut self, value: Duration) {
        let micros = u64::try_from(value.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(class) = self.classes.get_mut(class) {
            *class += 1;
        }
        self.count += 1;
        self.sum_us = self.sum_us.saturating_add(micros);
        self.most_us = self.most_us.max(micros);
    }

    /// How many values there were.
    #[must_use]
    pub const fn values(&self) -> u64 {
        self.count
    }

    /// All values added up.
    #[must_use]
    pub const fn sum(&self) -> Duration {
        Duration::from_micros(self.sum_us)
    }

    /// The largest value.
    #[must_use]
    pub const fn most(&self) -> Duration {
        Duration::from_micros(self.most_us)
    }

    /// How many values were no larger than one of the bounds, in microseconds; between two bounds, than the lower one.
    #[must_use]
    pub fn at_most(&self, bound: u64) -> u64 {
        let within = BOUNDS.iter().zip(&self.classes).take_while(|(upper, _)| **upper <= bound);
        within.map(|(_, count)| count).sum()
    }

    /// The value that so many percent of all values do not exceed, taken as spread evenly within their class; zero where
    /// there are none.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Duration {
        let rank = self.count.saturating_mul(percent.min(100)).div_ceil(100).max(1);
        let (mut lower, mut before) = (0, 0);
        for (upper, count) in BOUNDS.iter().zip(&self.classes) {
            if before + count >= rank {
                let micros = lower + (upper - lower).saturating_mul(rank - before) / count;
                return Duration::from_micros(micros.min(self.most_us));
            }
            (lower, before) = (*upper, before + count);
        }
        self.most()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(micros: impl IntoIterator<Item = u64>) -> Spread {
        let mut spread = Spread::default();
        micros.into_iter().for_each(|micros| spread.count(Duration::from_micros(micros)));
        spread
    }

    #[test]
    fn bounds_ascend_and_hold_the_coarse_ones() {
        assert!(BOUNDS.is_sorted_by(|lower, upper| lower < upper));
        assert!(Spread::COARSE.iter().all(|bound| BOUNDS.contains(bound)));
    }

    #[test]
    fn a_value_on_a_bound_belongs_below_it() {
        let spread = of([50, 51, 100, 20_000_000]);
        assert_eq!((spread.at_most(50), spread.at_most(100), spread.at_most(10_000_000)), (1, 3, 3));
        assert_eq!((spread.values(), spread.most()), (4, Duration::from_secs(20)));
        assert_eq!(spread.sum(), Duration::from_micros(20_000_201));
    }

    #[test]
    fn without_values_every_percentile_is_zero_and_with_one_it_is_that_one_at_most() {
        assert_eq!(of([]).percentile(95), Duration::ZERO);
        assert_eq!(of([0]).percentile(50), Duration::ZERO);
        assert_eq!(of([41]).percentile(50), Duration::from_micros(41));
        assert_eq!(
            of([60_000_000]).percentile(50),
            Duration::from_mins(1),
            "beyond all classes the most is what is known"
        );
    }

    #[test]
    fn half_of_evenly_spread_values_lie_below_their_middle() {
        let spread = of(1..=1_000);
        assert_eq!(spread.percentile(50), Duration::from_micros(500));
        assert_eq!(spread.percentile(95), Duration::from_micros(950));
        assert_eq!(spread.percentile(100), Duration::from_millis(1));
    }

    proptest! {
        #[test]
        fn a_percentile_is_near_the_value_that_it_stands_for(
            mut values in proptest::collection::vec(20_u64..9_000_000, 1..200),
            percent in 1_u64..=100,
        ) {
            let spread = of(values.iter().copied());
            values.sort_unstable();
            let rank = (values.len() as u64 * percent).div_ceil(100);
            let exact = values[usize::try_from(rank).unwrap() - 1];
            let told = u64::try_from(spread.percentile(percent).as_micros()).unwrap();
            prop_assert!(told.abs_diff(exact) <= exact / 3 + 1, "{told} instead of {exact}");
        }
    }
}
