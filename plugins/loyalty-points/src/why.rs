//! The sentence that says why a campaign gives points: "double points on Saturdays: 12 more".

use crate::{
    campaigns::Gift,
    config::{Campaign, Gives},
    rules::Purchase,
};
use std::iter;

/// The most characters that the goods of a campaign are named with.
const LONGEST_GOODS: usize = 300;

/// Why a campaign gives points for a purchase.
#[must_use]
pub fn sentence(gift: &Gift<'_>, purchase: &Purchase<'_>) -> String {
    let campaign = gift.campaign;
    let what = match campaign.gives {
        Gives::Multiplier { percent: 200 } => "double points".to_owned(),
        Gives::Multiplier { percent: 300 } => "triple points".to_owned(),
        Gives::Multiplier { percent } => format!("{percent} % of the usual points"),
        Gives::Points(_) => "bonus points".to_owned(),
    };
    let when = [weekdays(campaign), hours(campaign), period(campaign)];
    let parts = iter::once(what).chain(goods(campaign, purchase)).chain(when.into_iter().flatten());
    let parts: Vec<String> = parts.collect();
    format!("{}: {} more{}", parts.join(" "), gift.points, cut(gift))
}

/// Which goods, and how much of them.
fn goods(campaign: &Campaign, purchase: &Purchase<'_>) -> Option<String> {
    let least = (campaign.minimum_amount > 0).then(|| format!("at least {}", money(campaign.minimum_amount, purchase)));
    let names: Vec<&str> = campaign.categories.iter().chain(&campaign.products).map(String::as_str).collect();
    let goods = (!names.is_empty()).then(|| list(&names));
    let goods = goods.map(|goods| match goods.chars().count() {
        0..=LONGEST_GOODS => goods,
        _ => format!("{} categories and products", names.len()),
    });
    match (least, goods) {
        (None, None) => None,
        (Some(least), None) => Some(format!("for {least}")),
        (None, Some(goods)) => Some(format!("for {goods}")),
        (Some(least), Some(goods)) => Some(format!("for {least} of {goods}")),
    }
}

fn weekdays(campaign: &Campaign) -> Option<String> {
    let names: Vec<String> = campaign.weekdays.iter().map(|weekday| format!("{weekday:?}s")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| format!("on {}", list(&names)))
}

fn hours(campaign: &Campaign) -> Option<String> {
    campaign.hours.as_ref().map(|hours| format!("between {hours}"))
}

fn period(campaign: &Campaign) -> Option<String> {
    match (&campaign.from, &campaign.to) {
        (None, None) => None,
        (Some(first), None) => Some(format!("since {first}")),
        (None, Some(last)) => Some(format!("until {last}")),
        (Some(first), Some(last)) => Some(format!("from {first} to {last}")),
    }
}

/// What a cap has to do with it.
fn cut(gift: &Gift<'_>) -> String {
    match gift.campaign.cap.filter(|_| gift.points < gift.uncapped) {
        None => String::new(),
        Some(cap) if cap.days.get() == 1 => format!(", as a customer gets at most {} a day", cap.points),
        Some(cap) => format!(", as a customer gets at most {} in {} days", cap.points, cap.days),
    }
}

/// An amount of the purchase's currency, as people write it: `12.50 EUR`, `1200 JPY`.
fn money(minor: i64, purchase: &Purchase<'_>) -> String {
    let digits = usize::from(purchase.minor_digits);
    let padded = format!("{minor:0>width$}", width = digits + 1);
    match padded.split_at_checked(padded.len().saturating_sub(digits)) {
        Some((whole, part)) if !part.is_empty() => format!("{whole}.{part} {}", purchase.currency),
        _ => format!("{padded} {}", purchase.currency),
    }
}

/// Names in a row: `a`, `a and b`, `a, b and c`.
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    /// Why a campaign with these fields gives 12 points where it would give so many without its cap.
    fn why(uncapped: i64, fields: &str, (currency, minor_digits): (&'static str, u8)) -> String {
        let config = config::parse(&format!(r#"{{ "campaigns": [{{ "name": "c", {fields} }}] }}"#)).unwrap();
        let campaign = config.campaigns.iter().next().unwrap();
        let purchase = Purchase { amount_minor: 1_200, currency, minor_digits, lines: Vec::new() };
        sentence(&Gift { campaign, points: 12, uncapped }, &purchase)
    }

    fn plain(fields: &str) -> String {
        why(12, fields, ("EUR", 2))
    }

    #[test]
    fn it_says_what_and_when() {
        assert_eq!(
            plain(r#""multiplier_percent": 200, "weekdays": ["saturday"]"#),
            "double points on Saturdays: 12 more"
        );
        let weekend = r#""multiplier_percent": 300, "weekdays": ["friday", "saturday", "sunday"],
            "hours": { "from": "17:00", "to": "24:00" }, "from": "2026-03-01", "to": "2026-03-31""#;
        assert_eq!(
            plain(weekend),
            "triple points on Fridays, Saturdays and Sundays between 17:00 and 24:00 from 2026-03-01 to 2026-03-31: 12 \
             more"
        );
        assert_eq!(plain(r#""multiplier_percent": 150"#), "150 % of the usual points: 12 more");
        assert_eq!(plain(r#""points": 12, "from": "2026-03-01""#), "bonus points since 2026-03-01: 12 more");
        assert_eq!(plain(r#""points": 12, "to": "2026-03-01""#), "bonus points until 2026-03-01: 12 more");
    }

    #[test]
    fn it_says_what_for() {
        let music = r#""points": 12, "categories": ["music"], "products": ["book-1"]"#;
        assert_eq!(plain(music), "bonus points for music and book-1: 12 more");
        let least = r#""points": 12, "minimum_amount": 2000"#;
        assert_eq!(plain(least), "bonus points for at least 20.00 EUR: 12 more");
        assert_eq!(why(12, least, ("JPY", 0)), "bonus points for at least 2000 JPY: 12 more");
        let cents = r#""points": 12, "minimum_amount": 5, "categories": ["music"]"#;
        assert_eq!(plain(cents), "bonus points for at least 0.05 EUR of music: 12 more");
    }

    #[test]
    fn it_says_what_a_cap_took() {
        let cap = |days: u32| format!(r#""points": 20, "cap": {{ "points": 50, "days": {days} }}"#);
        assert_eq!(why(20, &cap(30), ("EUR", 2)), "bonus points: 12 more, as a customer gets at most 50 in 30 days");
        assert_eq!(why(20, &cap(1), ("EUR", 2)), "bonus points: 12 more, as a customer gets at most 50 a day");
        assert_eq!(plain(&cap(30)), "bonus points: 12 more");
    }

    #[test]
    fn the_longest_fits_what_the_host_takes() {
        let names: Vec<String> = (0..100).map(|number| format!("{number:0>200}")).collect();
        let names = serde_json::to_string(&names).unwrap();
        let fields = format!(
            r#""multiplier_percent": 150, "minimum_amount": 1000000000000, "products": {names}, "categories": {names},
            "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            "hours": {{ "from": "00:00", "to": "24:00" }}, "from": "2026-03-01", "to": "2026-03-31",
            "cap": {{ "points": 1000000000, "days": 36500 }}"#
        );
        let text = why(i64::MAX, &fields, ("EUR", 2));
        assert!(text.contains("of 200 categories and products on Mondays") && text.chars().count() < 600, "{text}");
    }
}
