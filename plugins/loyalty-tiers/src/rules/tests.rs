use super::*;
use proptest::prelude::*;
use std::cmp::Reverse;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
const TODAY: Date = Date { year: 2026, month: 3, day: 31 };

fn tiers() -> Tiers {
    let json = r#"[
        { "tier": "bronze", "points": 1 },
        { "tier": "silver", "points": 100, "purchase_days": { "count": 2, "months": 1 } },
        { "tier": "gold", "points": 500, "purchase_days": { "count": 4, "months": 12 } },
        { "tier": "platinum", "points": 2000 }
    ]"#;
    serde_json::from_str(json).unwrap()
}

fn day(year: i32, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

/// Times so many days before noon of today, newest first.
fn times(days_ago: &[i64]) -> Vec<i64> {
    let noon = 20_543 * DAY + DAY / 2;
    let mut times: Vec<i64> = days_ago.iter().map(|days| noon - days * DAY).collect();
    times.sort_unstable_by_key(|time| Reverse(*time));
    times
}

fn proposed(points: i64, days_ago: &[i64]) -> Option<(String, String)> {
    let tiers = tiers();
    let wanted = wanted(&tiers, points);
    let days = wanted.map(|wanted| purchase_days(times(days_ago).into_iter(), wanted, TODAY)).unwrap_or_default();
    proposal(&tiers, points, TODAY, &days).map(|proposal| (proposal.tier.to_owned(), proposal.text))
}

fn tier(points: i64, days_ago: &[i64]) -> String {
    proposed(points, days_ago).map(|(tier, _)| tier).unwrap_or_default()
}

#[test]
fn months_are_those_of_the_calendar() {
    assert_eq!(months_before(TODAY, 1), day(2026, 2, 28));
    assert_eq!(months_before(TODAY, 3), day(2025, 12, 31));
    assert_eq!(months_before(TODAY, 25), day(2024, 2, 29));
    assert_eq!(months_before(day(2026, 1, 1), 12), day(2025, 1, 1));
    assert_eq!(months_before(day(2, 1, 15), 60), FIRST_DAY);
}

#[test]
fn points_alone_are_enough_where_a_tier_asks_for_no_days() {
    let (tier, text) = proposed(2_001, &[]).unwrap();
    assert_eq!((tier.as_str(), text.as_str()), ("platinum", "2001 status points; platinum needs 2000"));
    let (tier, text) = proposed(1, &[]).unwrap();
    assert_eq!((tier.as_str(), text.as_str()), ("bronze", "1 status point; bronze needs 1"));
    assert_eq!(proposed(0, &[1, 2, 3, 4]), None);
    assert_eq!(proposed(-20, &[]), None);
}

#[test]
fn days_count_once_and_within_their_months() {
    assert_eq!(tier(620, &[0, 0, 1, 40, 40, 300]), "gold");
    assert_eq!(tier(620, &[0, 0, 1, 40, 40, 366]), "silver");
    assert_eq!(tier(620, &[0, 0, 31, 40]), "bronze");
    // A month before the 31st of March is the 28th of February, which does not count any more.
    assert_eq!(tier(100, &[0, 30]), "silver");
    assert_eq!(tier(100, &[0, 31]), "bronze");
    // What was bought after the day does not count.
    assert_eq!(tier(100, &[-1, -2, 0]), "bronze");
}

#[test]
fn the_sentence_says_what_the_tier_needs() {
    let (_, text) = proposed(620, &[0, 1, 2, 3]).unwrap();
    assert_eq!(text, "620 status points; gold needs 500, and purchases on 4 days within 12 months");
    let (_, text) = proposed(100, &[0, 1]).unwrap();
    assert_eq!(text, "100 status points; silver needs 100, and purchases on 2 days within 1 month");
}

#[test]
fn purchases_are_read_where_they_decide_and_no_more_than_needed() {
    assert_eq!(wanted(&tiers(), 2_000), None);
    assert_eq!(wanted(&tiers(), 99), None);
    let asked = wanted(&tiers(), 500).unwrap();
    assert_eq!(asked, Wanted { months: 12, count: 4 });
    let mut read = 0;
    let endless = (0..).map(|days_ago| times(&[days_ago])[0]).inspect(|_| read += 1);
    assert_eq!(purchase_days(endless, asked, TODAY).len(), 4);
    assert_eq!(read, 5);
}

proptest! {
    #[test]
    fn more_points_never_lower_the_tier(
        points in 0_i64..3_000, more in 0_i64..3_000, days in prop::collection::vec(-5_i64..500, 0..12)
    ) {
        let tiers = tiers();
        let rank = |code: String| tiers.highest_first().position(|tier| tier.tier == code);
        let (fewer, more) = (rank(tier(points, &days)), rank(tier(points + more, &days)));
        // The highest is at place 0.
        prop_assert!(fewer.is_none() || more.is_some_and(|place| Some(place) <= fewer));
    }

    #[test]
    fn one_more_purchase_never_lowers_the_tier(
        points in 0_i64..3_000, days in prop::collection::vec(-5_i64..500, 0..12), another in -5_i64..500
    ) {
        let tiers = tiers();
        let rank = |code: String| tiers.highest_first().position(|tier| tier.tier == code);
        let before = rank(tier(points, &days));
        let after = rank(tier(points, &[days, vec![another]].concat()));
        prop_assert!(before.is_none() || after.is_some_and(|place| Some(place) <= before));
    }

    #[test]
    fn reading_no_more_than_needed_decides_as_all_purchases_do(
        points in 0_i64..3_000, days in prop::collection::vec(-5_i64..500, 0..40)
    ) {
        let tiers = tiers();
        let all: BTreeSet<Date> = times(&days).into_iter().filter_map(Date::of).collect();
        let by_all = proposal(&tiers, points, TODAY, &all).map(|proposal| (proposal.tier.to_owned(), proposal.text));
        prop_assert_eq!(proposed(points, &days), by_all);
    }
}
