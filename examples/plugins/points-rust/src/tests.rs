//! The rule, tried natively: what the host would hear.

use super::Points;
use stammgast_sdk::{
    PluginError, Purchase, PurchaseLine, Reason, loyalty,
    testing::{self, Effect, Host, line, purchase},
};

const CONFIG: &str = include_str!("../config.json");

fn call(purchase: &Purchase, config: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let host = Host::new().manifest(include_str!("../manifest.json"));
    let event = testing::event("purchase.recorded");
    let (result, recorded) = testing::run(host, || loyalty::on_purchase::<Points>(&event, purchase, config));
    (result, recorded.effects)
}

fn earned(points: i64, text: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let reason = Reason::new("purchase", text);
    (Ok(()), vec![Effect::Earn { program: "points".to_owned(), points, reason }])
}

fn with_lines(purchase: Purchase, lines: Vec<PurchaseLine>) -> Purchase {
    Purchase { lines, ..purchase }
}

#[test]
fn without_lines_every_full_unit_of_the_amount_earns() {
    assert_eq!(call(&purchase(12_50, "EUR", 2), CONFIG), earned(12, "12 points for 12.50 EUR"));
}

#[test]
fn lines_of_the_bonus_category_earn_their_own_points() {
    let lines = vec![line(Some("music"), 2_50), line(Some("books"), 8_01), line(Some("music"), 2_50), line(None, 99)];
    let bought = with_lines(purchase(14_00, "EUR", 2), lines);
    assert_eq!(call(&bought, CONFIG), earned(9 + 5 * 2, "19 points for 14.00 EUR"));
    let no_bonus = r#"{ "program": "points", "points_per_unit": 3 }"#;
    assert_eq!(call(&bought, no_bonus), earned(14 * 3, "42 points for 14.00 EUR"));
}

#[test]
fn a_currency_without_minor_units_is_written_without_a_point() {
    assert_eq!(call(&purchase(1_200, "JPY", 0), CONFIG), earned(1_200, "1200 points for 1200 JPY"));
    assert_eq!(call(&purchase(1_005, "KWD", 3), CONFIG), earned(1, "1 points for 1.005 KWD"));
}

#[test]
fn less_than_a_full_unit_earns_nothing() {
    assert_eq!(call(&purchase(99, "EUR", 2), CONFIG), (Ok(()), vec![]));
    assert_eq!(call(&purchase(0, "EUR", 2), CONFIG), (Ok(()), vec![]));
    let nothing = r#"{ "program": "points", "points_per_unit": 0 }"#;
    assert_eq!(call(&purchase(12_50, "EUR", 2), nothing), (Ok(()), vec![]));
}

#[test]
fn small_amounts_are_written_with_all_their_digits() {
    let bought = with_lines(purchase(5, "EUR", 2), vec![line(Some("music"), 1_00)]);
    assert_eq!(call(&bought, CONFIG), earned(2, "2 points for 0.05 EUR"));
}

#[test]
fn a_configuration_that_cannot_be_read_is_told_in_a_sentence() {
    for broken in ["{", r#"{ "program": "points" }"#, r#"{ "program": "p", "points_per_unit": 1, "more": 2 }"#] {
        let (result, effects) = call(&purchase(12_50, "EUR", 2), broken);
        assert!(matches!(&result, Err(PluginError::InvalidConfig(text)) if !text.is_empty()), "{result:?}");
        assert_eq!(effects, []);
    }
}

#[test]
fn points_beyond_64_bits_are_an_error_and_not_a_wrong_number() {
    let (result, effects) = call(&with_lines(purchase(1, "EUR", 2), vec![line(None, i64::MAX), line(None, 1)]), CONFIG);
    assert!(matches!(result, Err(PluginError::Other(_))), "{result:?}");
    assert_eq!(effects, []);
}
