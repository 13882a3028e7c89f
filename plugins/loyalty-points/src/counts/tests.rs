//! Limits hold whatever the order, and the state stays small.

use super::*;
use proptest::{collection::vec, prelude::*};

fn days(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// Wants something on each of these days in their order; gives what was got of it.
fn get(count: &mut Count, wishes: &[(i64, i64)], most: i64, limit: NonZeroU32) -> Vec<i64> {
    let mut got = Vec::new();
    for (day, wanted) in wishes {
        let room = count.room(*day, most, limit).min(*wanted);
        if room > 0 {
            count.add(*day, room, limit);
        }
        got.push(room);
    }
    got
}

/// What was got in the fullest stretch of so many days.
fn fullest(wishes: &[(i64, i64)], got: &[i64], limit: NonZeroU32) -> i64 {
    let within = |first: i64| {
        let stretch = first..first + i64::from(limit.get());
        wishes.iter().zip(got).filter(|((day, _), _)| stretch.contains(day)).map(|(_, got)| got).sum::<i64>()
    };
    wishes.iter().map(|(day, _)| within(*day)).max().unwrap_or_default()
}

#[test]
fn what_is_left_comes_back_once_the_days_have_passed() {
    let wishes = [(100, 6), (101, 6), (106, 6), (107, 6), (108, 6)];
    assert_eq!(get(&mut Count::default(), &wishes, 10, days(7)), [6, 4, 0, 6, 4]);
}

#[test]
fn what_is_told_late_counts_with_what_came_after_it() {
    assert_eq!(get(&mut Count::default(), &[(100, 6), (97, 6), (93, 6), (94, 6)], 10, days(7)), [6, 4, 6, 0]);
    assert_eq!(get(&mut Count::default(), &[(100, 1), (71, 1), (70, 1)], 1, days(30)), [1, 0, 1]);
}

#[test]
fn one_day_is_a_day() {
    let wishes = [(100, 3), (100, 3), (101, 3), (99, 3), (101, 3)];
    assert_eq!(get(&mut Count::default(), &wishes, 5, days(1)), [3, 2, 3, 3, 2]);
}

#[test]
fn what_is_told_after_its_time_was_forgotten_gets_nothing() {
    let mut count = Count::default();
    let daily: Vec<(i64, i64)> = (1_000..1_200).map(|day| (day, 1)).collect();
    get(&mut count, &daily, 10, days(10));
    assert_eq!(get(&mut count, &[(1_100, 1)], 10, days(10)), [0]);
    // Ten days late is early enough.
    assert_eq!(count.room(1_189, 11, days(10)), 1);
}

#[test]
fn a_smaller_limit_leaves_nothing_and_a_larger_one_more() {
    let mut count = Count::default();
    count.add(100, 50, days(30));
    assert_eq!([20, 50, 80].map(|most| count.room(110, most, days(30))), [0, 0, 30]);
}

#[test]
fn the_state_is_read_as_it_was_written() {
    let mut counts = Counts::default();
    counts.of("b").add(100, 5, days(30));
    counts.of("b").add(101, 6, days(30));
    counts.of("a").add(100, 7, days(30));
    let written = counts.written().unwrap();
    assert_eq!(
        String::from_utf8(written.clone()).unwrap(),
        r#"{"a":{"spans":[[100,100,7]]},"b":{"spans":[[100,100,5],[101,101,6]]}}"#
    );
    assert_eq!(Counts::read(Some(&written)).unwrap(), counts);
    assert_eq!(Counts::read(None).unwrap(), Counts::default());
    for foreign in ["", "[1]", r#"{"a":1}"#, "1.5", r#""x""#] {
        assert!(Counts::read(Some(foreign.as_bytes())).is_err(), "{foreign}");
    }
}

#[test]
fn names_that_nobody_counts_are_forgotten() {
    let mut counts = Counts::default();
    for name in ["old", "new"] {
        counts.of(name).add(100, 5, days(30));
    }
    assert_eq!(counts.of("untouched").room(100, 5, days(30)), 5);
    counts.keep(|name| name != "old");
    assert_eq!(counts.0.keys().collect::<Vec<_>>(), ["new"]);
}

#[test]
fn as_many_campaigns_as_there_can_be_fit_in_a_value_of_state() {
    let mut counts = Counts::default();
    for number in 0..30 {
        let count = counts.of(&format!("{number:0>64}"));
        for day in 0..1_000 {
            count.add(2_900_000 + day, 1_000_000_000, days(90));
        }
        assert!(count.spans.len() == MOST_SPANS && count.since.is_some());
    }
    assert!(counts.written().unwrap().len() <= 64 << 10);
}

proptest! {
    #[test]
    fn a_limit_is_never_exceeded_whatever_the_order(
        wishes in vec((0_i64..400, 1_i64..50), 0..300),
        most in 1_i64..200,
        limit in 1_u32..100,
    ) {
        let mut count = Count::default();
        let got = get(&mut count, &wishes, most, days(limit));
        prop_assert!(fullest(&wishes, &got, days(limit)) <= most);
        prop_assert!(count.spans.len() <= MOST_SPANS);
    }

    #[test]
    fn a_month_in_order_gets_all_that_the_limit_leaves(
        mut wishes in vec((0_i64..400, 1_i64..50), 0..300),
        most in 1_i64..200,
        limit in 1_u32..=31,
    ) {
        wishes.sort_by_key(|(day, _)| *day);
        let got = get(&mut Count::default(), &wishes, most, days(limit));
        for (place, (day, wanted)) in wishes.iter().enumerate() {
            let first = day - i64::from(limit) + 1;
            let before = wishes[..place].iter().zip(&got).filter(|((day, _), _)| *day >= first);
            let before: i64 = before.map(|(_, got)| got).sum();
            prop_assert_eq!(got[place], (*wanted).min(most - before));
        }
    }
}
