use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// 2026-01-01, as a number of days.
const NEW_YEAR: i64 = 20_454;

fn config(settings: &Value) -> Config {
    let mut config = json!({ "title": "x", "text": "y" });
    for (name, value) in settings.as_object().unwrap() {
        config[name] = value.clone();
    }
    serde_json::from_str(&config.to_string()).unwrap()
}

/// A purchase of 10.00 EUR so many days after New Year.
fn on(day: i64) -> Purchase<'static> {
    Purchase { at: (NEW_YEAR + day) * DAY + DAY / 2, minor: 10_00, currency: "EUR" }
}

fn planned(days: &[i64], settings: &Value) -> Option<Plan> {
    let purchases: Vec<Purchase<'_>> = days.iter().copied().map(on).collect();
    plan(&purchases, &config(settings))
}

/// Days to wait, and the day on which they are over, counted from New Year.
fn waited(days: &[i64], settings: &Value) -> Option<(i32, Date)> {
    planned(days, settings).map(|plan| (plan.wait, plan.due))
}

fn day(number: i64) -> Date {
    Date::of((NEW_YEAR + number) * DAY).unwrap()
}

#[test]
fn twice_the_usual_gap_is_waited() {
    assert_eq!(waited(&[0, 20, 40, 61], &json!({})), Some((40, day(61 + 40))));
    // One long pause changes little, and several purchases of a day are one.
    assert_eq!(waited(&[0, 20, 20, 20, 40, 240], &json!({})), Some((40, day(240 + 40))));
    // Gaps of 20 and 25: 22.5 days, 45 in all; at 150 % 33.75, which is 34.
    assert_eq!(waited(&[0, 20, 45], &json!({})), Some((45, day(45 + 45))));
    assert_eq!(waited(&[0, 20, 45], &json!({ "factor_percent": 150 })), Some((34, day(45 + 34))));
}

#[test]
fn the_wait_has_its_bounds() {
    assert_eq!(waited(&[0, 1, 2], &json!({})), Some((30, day(2 + 30))));
    assert_eq!(waited(&[0, 400, 800], &json!({})), Some((365, day(800 + 365))));
    assert_eq!(waited(&[0, 400, 800], &json!({ "at_most_days": 700 })), Some((700, day(1_500))));
    assert_eq!(waited(&[0, 1, 2], &json!({ "at_least_days": 1 })), Some((2, day(4))));
}

#[test]
fn new_customers_have_a_time_of_their_own_or_are_left_in_peace() {
    assert_eq!(waited(&[0], &json!({})), Some((90, day(90))));
    assert_eq!(waited(&[0, 7], &json!({ "new_customer_days": 10 })), Some((10, day(17))));
    assert_eq!(waited(&[0, 20], &json!({ "min_purchase_days": 2 })), Some((40, day(60))));
    assert_eq!(waited(&[0, 7], &json!({ "new_customer_days": 0 })), None);
    assert_eq!(waited(&[], &json!({})), None);
}

#[test]
fn who_spent_less_is_left_in_peace() {
    let least = |minor: i64, currency: &str| json!({ "min_spent": { "minor": minor, "currency": currency } });
    assert!(planned(&[0, 20, 40], &least(30_00, "EUR")).is_some());
    assert_eq!(planned(&[0, 20, 40], &least(30_01, "EUR")), None);
    assert_eq!(planned(&[0, 20, 40], &least(1, "CHF")), None);
    // Older than the newest hundred, and too much for 64 bits.
    let many: Vec<i64> = (0..101).collect();
    assert!(planned(&many, &least(100_000, "EUR")).is_some());
    assert_eq!(planned(&many, &least(100_001, "EUR")), None);
    let huge = Purchase { minor: i64::MAX, ..on(0) };
    assert!(plan(&[huge, huge], &config(&least(1, "EUR"))).is_some());
}

#[test]
fn the_sentence_says_since_when_and_what_is_usual() {
    let why = |days: &[i64], settings: Value| planned(days, &settings).unwrap().why();
    assert_eq!(
        why(&[-40, -20, 0], json!({})),
        "No purchase since 2026-01-01 for 40 days or more; the usual gap is 20 days"
    );
    assert_eq!(
        why(&[-3, -2, 0], json!({ "at_least_days": 1 })),
        "No purchase since 2026-01-01 for 3 days or more; the usual gap is 1.5 days"
    );
    assert_eq!(
        why(&[-2, -1, 0], json!({ "factor_percent": 100, "at_least_days": 1 })),
        "No purchase since 2026-01-01 for 1 day or more; the usual gap is 1 day"
    );
    assert_eq!(
        why(&[0], json!({})),
        "No purchase since 2026-01-01 for 90 days or more; too few purchases for a usual gap"
    );
}

#[test]
fn at_the_end_of_the_calendar_nobody_is_waited_for() {
    let last = Purchase { at: 253_402_214_400_000, ..on(0) };
    assert_eq!(Date::of(last.at), Date::new(9_999, 12, 31));
    assert_eq!(plan(&[last], &config(&json!({}))), None);
    assert_eq!(plan(&[Purchase { at: i64::MAX, ..on(0) }], &config(&json!({}))), None);
}

/// Purchases at any hour of some days.
fn purchases(most: usize) -> impl Strategy<Value = Vec<Purchase<'static>>> {
    let one = (0..2_000 * DAY, -5_00_i64..50_000, prop::sample::select(vec!["EUR", "CHF"]));
    let purchase = one.prop_map(|(at, minor, currency)| Purchase { at: NEW_YEAR * DAY + at, minor, currency });
    prop::collection::vec(purchase, 1..most)
}

proptest! {
    #[test]
    fn the_wait_lies_within_its_bounds(
        bought in purchases(150), factor in 100_i64..=1_000, at_least in 1_i32..400, more in 0_i32..400
    ) {
        let at_most = at_least + more;
        let settings =
            json!({ "factor_percent": factor, "at_least_days": at_least, "at_most_days": at_most });
        let plan = plan(&bought, &config(&settings)).unwrap();
        let bounds = if plan.rhythm.is_some() { at_least..=at_most } else { 90..=90 };
        prop_assert!(bounds.contains(&plan.wait), "{plan:?}");
        prop_assert_eq!(plan.last.plus_days(plan.wait), Some(plan.due));
        prop_assert_eq!(Some(plan.last), bought.iter().filter_map(|one| Date::of(one.at)).max());
    }

    #[test]
    fn the_order_of_the_purchases_changes_nothing(
        (bought, shuffled) in purchases(150).prop_flat_map(|bought| (Just(bought.clone()), Just(bought).prop_shuffle()))
    ) {
        let config = config(&json!({ "min_spent": { "minor": 10_000, "currency": "EUR" } }));
        prop_assert_eq!(plan(&bought, &config), plan(&shuffled, &config));
    }

    #[test]
    fn more_purchases_of_a_day_change_nothing(bought in purchases(40), again in any::<prop::sample::Index>()) {
        let config = config(&json!({}));
        let another = Purchase { minor: 1, ..*again.get(&bought) };
        let more = [bought.clone(), vec![another, another]].concat();
        prop_assert_eq!(plan(&more, &config), plan(&bought, &config));
    }

    #[test]
    fn an_even_rhythm_is_found(gap in 1_i64..300, times in 3_usize..50, factor in 100_i64..=1_000) {
        let days: Vec<i64> = (0..).step_by(usize::try_from(gap).unwrap()).take(times).collect();
        let settings = json!({ "factor_percent": factor, "at_least_days": 1, "at_most_days": 3_650 });
        let expected = (gap * factor).div_euclid(100) + i64::from(gap * factor % 100 > 0);
        let plan = planned(&days, &settings).unwrap();
        prop_assert_eq!(i64::from(plan.wait), expected.min(3_650));
    }

    #[test]
    fn a_larger_factor_never_waits_shorter(bought in purchases(60), factor in 100_i64..900, more in 0_i64..100) {
        let wait = |factor: i64| plan(&bought, &config(&json!({ "factor_percent": factor }))).unwrap().wait;
        prop_assert!(wait(factor) <= wait(factor + more));
    }
}
