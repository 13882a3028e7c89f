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
    /// The product's code in the shop.
    pub product: &'a str,
    /// The product's category.
    pub category: Option<&'a str>,
    /// How many pieces.
    pub quantity: u32,
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

/// What a purchase earns, campaigns aside; `None` where that is nothing.
///
/// Full units count once over the whole purchase, and once over all lines of a bonus category: three lines of
/// 0.50 are one full unit, not none.
///
/// # Errors
/// [`Overflow`]
pub fn earned(purchase: &Purchase<'_>, config: &Config) -> Result<Option<Earned>, Overflow> {
    if !may_earn(purchase, config) {
        return Ok(None);
    }
    let units = full_units(purchase.amount_minor, purchase.minor_digits)?;
    let base = usual_points(purchase.amount_minor, purchase, config)?;
    let categories = category_bonuses(purchase, config)?;
    let products = product_bonuses(purchase, config)?;
    let mut bonuses = categories.iter().chain(&products);
    let points = bonuses.try_fold(base, |sum, (_, more)| sum.checked_add(*more)).ok_or(Overflow)?;
    if points < 1 {
        return Ok(None);
    }
    let text = sentence(units, purchase.currency, config.points_per_unit, &categories, &products);
    Ok(Some(Earned { points, text }))
}

/// Whether a purchase may earn anything, by its currency and its amount.
#[must_use]
pub fn may_earn(purchase: &Purchase<'_>, config: &Config) -> bool {
    let currency_earns = |listed: &Vec<String>| listed.iter().any(|code| code == purchase.currency);
    config.currencies.as_ref().is_none_or(currency_earns) && purchase.amount_minor >= config.minimum_amount
}

/// What an amount of a purchase earns without any bonus: points for each full unit.
///
/// # Errors
/// [`Overflow`]
pub fn usual_points(amount_minor: i64, purchase: &Purchase<'_>, config: &Config) -> Result<i64, Overflow> {
    full_units(amount_minor, purchase.minor_digits)?.checked_mul(config.points_per_unit).ok_or(Overflow)
}

/// What is above 100 per cent of some points, rounded down; nothing below.
///
/// # Errors
/// [`Overflow`]
pub fn surplus(points: i64, percent: i64) -> Result<i64, Overflow> {
    let more = points.checked_mul(percent.saturating_sub(100)).ok_or(Overflow)? / 100;
    Ok(more.max(0))
}

/// What lines cost together, in minor units.
///
/// # Errors
/// [`Overflow`]
pub fn amount<'a, 'p: 'a>(lines: impl IntoIterator<Item = &'a Line<'p>>) -> Result<i64, Overflow> {
    lines.into_iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor)).ok_or(Overflow)
}

/// The bonus of each category that earns one.
fn category_bonuses<'a>(purchase: &Purchase<'_>, config: &'a Config) -> Result<Vec<(&'a str, i64)>, Overflow> {
    let mut found = Vec::new();
    for bonus in config.bonus_categories.iter() {
        let minor = amount(purchase.lines.iter().filter(|line| line.category == Some(bonus.category.as_str())))?;
        let more = surplus(usual_points(minor, purchase, config)?, bonus.multiplier_percent)?;
        if more > 0 {
            found.push((bonus.category.as_str(), more));
        }
    }
    Ok(found)
}

/// The bonus of each product that earns one.
fn product_bonuses<'a>(purchase: &Purchase<'_>, config: &'a Config) -> Result<Vec<(&'a str, i64)>, Overflow> {
    let mut found = Vec::new();
    for bonus in config.bonus_products.iter() {
        let lines = purchase.lines.iter().filter(|line| line.product == bonus.product);
        let pieces: i64 = lines.map(|line| i64::from(line.quantity)).sum();
        let more = pieces.checked_mul(bonus.points).ok_or(Overflow)?;
        if more > 0 {
            found.push((bonus.product.as_str(), more));
        }
    }
    Ok(found)
}

/// Full units in an amount of minor units; none in a negative one.
fn full_units(minor: i64, digits: u8) -> Result<i64, Overflow> {
    let unit = 10_i64.checked_pow(u32::from(digits)).ok_or(Overflow)?;
    Ok(minor.max(0) / unit)
}

fn sentence(units: i64, currency: &str, each: i64, categories: &[(&str, i64)], products: &[(&str, i64)]) -> String {
    let points = if each == 1 { "point" } else { "points" };
    let base = format!("{units} full {currency} at {each} {points} each");
    let bonuses = || categories.iter().chain(products);
    let parts = bonuses().map(|(name, more)| format!("{more} more for {name}"));
    let text = iter::once(base.clone()).chain(parts).collect::<Vec<_>>().join("; ");
    if text.chars().count() <= LONGEST_TEXT {
        return text;
    }
    let more = bonuses().fold(0_i64, |sum, (_, more)| sum.saturating_add(*more));
    let sorts = [(categories.len(), "categories"), (products.len(), "products")];
    let sorts = sorts.iter().filter(|(number, _)| *number > 0).map(|(number, sort)| format!("{number} {sort}"));
    format!("{base}; {more} more for {}", sorts.collect::<Vec<_>>().join(" and "))
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
            product: "p",
            category: Some(category),
            quantity: 1,
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
        let lines = vec![Line { product: "p", category, quantity: 1, amount_minor }];
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
        let base = "120 full EUR at 1 point each";
        let text = |categories: &[(&str, i64)], products: &[(&str, i64)]| sentence(120, "EUR", 1, categories, products);
        assert_eq!(text(&parts, &[]), format!("{base}; 120 more for 60 categories"));
        assert_eq!(text(&[], &parts), format!("{base}; 120 more for 60 products"));
        assert_eq!(text(&parts, &[("a", 1), ("b", 1)]), format!("{base}; 122 more for 60 categories and 2 products"));
    }

    #[test]
    fn each_piece_of_a_bonus_product_earns_more() {
        let json = r#"{
            "bonus_categories": [{ "category": "music", "multiplier_percent": 200 }],
            "bonus_products": [{ "product": "cd-1", "points": 5 }, { "product": "cd-2", "points": 7 }]
        }"#;
        let line = |product, quantity| Line { product, category: Some("music"), quantity, amount_minor: 40 };
        let lines = vec![line("cd-1", 2), line("cd-3", 9), line("cd-1", 1)];
        let purchase = Purchase { amount_minor: 120, currency: "EUR", minor_digits: 2, lines };
        let earned = earned(&purchase, &config(json)).unwrap().unwrap();
        assert_eq!(earned.points, 1 + 1 + 3 * 5);
        assert_eq!(earned.text, "1 full EUR at 1 point each; 1 more for music; 15 more for cd-1");
        let gift = Purchase { amount_minor: 0, lines: vec![line("cd-2", 1)], ..purchase };
        assert_eq!(points(&gift, json), 7);
        let paid = r#"{ "minimum_amount": 1, "bonus_products": [{ "product": "cd-2", "points": 7 }] }"#;
        assert_eq!(points(&gift, paid), 0);
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
