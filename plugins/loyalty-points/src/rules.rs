//! How many points a purchase earns, and the sentence that says why.

use crate::config::Config;
use std::{fmt, iter};

/// What the rules need to know of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase<'a> {
    /// What was paid in all, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code of the currency.
    pub currency: &'a str,
    /// Digits after the decimal sign that the currency has.
    pub minor_digits: u8,
    /// What was bought.
    pub lines: Vec<Line<'a>>,
}

/// One line of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// The product's category.
    pub category: Option<&'a str>,
    /// Minor units of the whole line.
    pub amount_minor: i64,
}

/// Points that a purchase earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// How many; at least 1.
    pub points: i64,
    /// Why, in a sentence for people.
    pub text: String,
}

/// The points do not fit in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the points of this purchase cannot be counted in 64 bits; check points_per_unit and the amount")
    }
}

impl std::error::Error for Overflow {}

/// The most characters that a reason may have.
const LONGEST_TEXT: usize = 1_000;

/// What a purchase earns; `None` where that is nothing.
///
/// Full units count once over the whole purchase, and once over all lines of a bonus category: three lines of
/// 0.50 are one full unit, not none.
///
/// # Errors
/// [`Overflow`]
pub fn earned(purchase: &Purchase<'_>, config: &Config) -> Result<Option<Earned>, Overflow> {
    let currency_earns = |listed: &Vec<String>| listed.iter().any(|code| code == purchase.currency);
    if !config.currencies.as_ref().is_none_or(currency_earns) || purchase.amount_minor < config.minimum_amount {
        return Ok(None);
    }
    let units = full_units(purchase.amount_minor, purchase.minor_digits)?;
    let base = units.checked_mul(config.points_per_unit).ok_or(Overflow)?;
    let bonuses = bonuses(purchase, config)?;
    let points = bonuses.iter().try_fold(base, |sum, (_, more)| sum.checked_add(*more)).ok_or(Overflow)?;
    if points < 1 {
        return Ok(None);
    }
    Ok(Some(Earned { points, text: sentence(units, purchase.currency, config.points_per_unit, &bonuses) }))
}

/// The bonus of each category that earns one.
fn bonuses<'a>(purchase: &Purchase<'_>, config: &'a Config) -> Result<Vec<(&'a str, i64)>, Overflow> {
    let mut found = Vec::new();
    for bonus in config.bonus_categories.iter() {
        let lines = purchase.lines.iter().filter(|line| line.category == Some(bonus.category.as_str()));
        let minor = lines.map(|line| line.amount_minor).try_fold(0_i64, i64::checked_add).ok_or(Overflow)?;
        let usual = full_units(minor, purchase.minor_digits)?.checked_mul(config.points_per_unit).ok_or(Overflow)?;
        let percent = bonus.multiplier_percent.saturating_sub(100);
        let more = usual.checked_mul(percent).ok_or(Overflow)? / 100;
        if more > 0 {
            found.push((bonus.category.as_str(), more));
        }
    }
    Ok(found)
}

/// Full units in an amount of minor units; none in a negative one.
fn full_units(minor: i64, digits: u8) -> Result<i64, Overflow> {
    let unit = 10_i64.checked_pow(u32::from(digits)).ok_or(Overflow)?;
    Ok(minor.max(0) / unit)
}

fn sentence(units: i64, currency: &str, each: i64, bonuses: &[(&str, i64)]) -> String {
    let points = if each == 1 { "point" } else { "points" };
    let base = format!("{units} full {currency} at {each} {points} each");
    let parts = bonuses.iter().map(|(category, more)| format!("{more} more for {category}"));
    let text = iter::once(base.clone()).chain(parts).collect::<Vec<_>>().join("; ");
    if text.chars().count() <= LONGEST_TEXT {
        return text;
    }
    let more = bonuses.iter().fold(0_i64, |sum, (_, more)| sum.saturating_add(*more));
    format!("{base}; {more} more for {} categories", bonuses.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn config(json: &str) -> Config {
        crate::config::parse(json).unwrap()
    }

    fn euros(lines: &[(&'static str, i64)]) -> Purchase<'static> {
        let line = |(category, amount_minor): &(&'static str, i64)| Line {
            category: Some(category),
            amount_minor: *amount_minor,
        };
        Purchase {
            amount_minor: lines.iter().map(|(_, minor)| minor).sum(),
            currency: "EUR",
            minor_digits: 2,
            lines: lines.iter().map(line).collect(),
        }
    }

    fn points(purchase: &Purchase<'_>, json: &str) -> i64 {
        earned(purchase, &config(json)).unwrap().map_or(0, |earned| earned.points)
    }

    #[test]
    fn full_units_count_over_the_purchase_and_not_per_line() {
        assert_eq!(points(&euros(&[("music", 650), ("books", 649)]), "{}"), 12);
        assert_eq!(points(&euros(&[("music", 99)]), "{}"), 0);
        assert_eq!(points(&euros(&[]), "{}"), 0);
    }

    #[test]
    fn a_bonus_is_rounded_down_over_all_lines_of_its_category() {
        let music = r#"{ "bonus_categories": [{ "category": "music", "multiplier_percent": 200 }] }"#;
        let earned =
            earned(&euros(&[("music", 250), ("books", 801), ("music", 249)]), &config(music)).unwrap().unwrap();
        assert_eq!(earned.points, 13 + 4);
        assert_eq!(earned.text, "13 full EUR at 1 point each; 4 more for music");
        let odd =
            r#"{ "points_per_unit": 3, "bonus_categories": [{ "category": "music", "multiplier_percent": 150 }] }"#;
        assert_eq!(points(&euros(&[("music", 100)]), odd), 3 + 1);
    }

    #[test]
    fn the_text_names_points_in_the_plural_and_no_bonus_of_nothing() {
        let json =
            r#"{ "points_per_unit": 2, "bonus_categories": [{ "category": "music", "multiplier_percent": 100 }] }"#;
        let earned = earned(&euros(&[("music", 1200)]), &config(json)).unwrap().unwrap();
        assert_eq!((earned.points, earned.text.as_str()), (24, "12 full EUR at 2 points each"));
    }

    #[test]
    fn only_listed_currencies_and_large_enough_purchases_earn() {
        assert_eq!(points(&euros(&[("music", 1000)]), r#"{ "currencies": ["CHF"] }"#), 0);
        assert_eq!(points(&euros(&[("music", 1000)]), r#"{ "currencies": ["CHF", "EUR"] }"#), 10);
        assert_eq!(points(&euros(&[("music", 999)]), r#"{ "minimum_amount": 1000 }"#), 0);
        assert_eq!(points(&euros(&[("music", 1000)]), r#"{ "minimum_amount": 1000 }"#), 10);
    }

    #[test]
    fn a_currency_without_minor_units_earns_by_its_unit() {
        let yen = Purchase { amount_minor: 1200, currency: "JPY", minor_digits: 0, lines: Vec::new() };
        assert_eq!(points(&yen, "{}"), 1200);
    }

    #[test]
    fn the_largest_purchase_at_the_highest_rates_can_be_counted() {
        let category = Some("music");
        let amount_minor = 1_000_000_000_000;
        let lines = vec![Line { category, amount_minor }];
        let yen = Purchase { amount_minor, currency: "JPY", minor_digits: 0, lines };
        let highest = r#"{
            "points_per_unit": 10000,
            "bonus_categories": [{ "category": "music", "multiplier_percent": 1000 }]
        }"#;
        assert_eq!(points(&yen, highest), 100_000_000_000_000_000);
    }

    #[test]
    fn points_that_cannot_be_counted_are_an_error() {
        let huge = config(&format!(r#"{{ "points_per_unit": {} }}"#, i64::MAX));
        assert_eq!(earned(&euros(&[("music", 200)]), &huge), Err(Overflow));
        let odd = Purchase { amount_minor: 1, currency: "XXX", minor_digits: 19, lines: Vec::new() };
        assert_eq!(earned(&odd, &Config::default()), Err(Overflow));
    }

    #[test]
    fn a_text_with_too_many_parts_sums_them_up() {
        let names: Vec<String> = (0..60).map(|n| format!("category-with-a-long-name-{n}")).collect();
        let parts: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 2)).collect();
        assert_eq!(sentence(120, "EUR", 1, &parts), "120 full EUR at 1 point each; 120 more for 60 categories");
    }

    proptest! {
        #[test]
        fn a_larger_purchase_never_earns_less(minor in 0_i64..1_000_000_000, more in 0_i64..1_000_000) {
            let json = r#"{ "bonus_categories": [{ "category": "music", "multiplier_percent": 175 }] }"#;
            let less = points(&euros(&[("music", minor)]), json);
            prop_assert!(points(&euros(&[("music", minor + more)]), json) >= less);
        }

        #[test]
        fn splitting_a_line_changes_nothing(first in 0_i64..100_000, second in 0_i64..100_000) {
            let json = r#"{ "bonus_categories": [{ "category": "music", "multiplier_percent": 300 }] }"#;
            let whole = points(&euros(&[("music", first + second)]), json);
            prop_assert_eq!(points(&euros(&[("music", first), ("music", second)]), json), whole);
        }
    }
}
