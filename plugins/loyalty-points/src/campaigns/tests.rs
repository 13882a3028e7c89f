//! When campaigns hold, what they are for, what they give, and what never happens.

use super::*;
use crate::{config, rules::Line};
use proptest::{collection::vec, prelude::*};

/// 2026-03-07, a Saturday.
const SATURDAY: i64 = 20_519;
/// The milliseconds of a minute and of a day.
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn config(campaigns: &str) -> Config {
    config::parse(&format!(r#"{{ "points_per_unit": 2, "campaigns": [{campaigns}] }}"#)).unwrap()
}

/// A purchase of lines: product, category and minor units.
fn euros(lines: &[(&'static str, &'static str, i64)]) -> Purchase<'static> {
    let lines: Vec<Line<'static>> = lines
        .iter()
        .map(|(product, category, amount_minor)| Line {
            product,
            category: Some(category),
            quantity: 1,
            amount_minor: *amount_minor,
        })
        .collect();
    Purchase { amount_minor: rules::amount(&lines).unwrap(), currency: "EUR", minor_digits: 2, lines }
}

fn basket() -> Purchase<'static> {
    euros(&[("cd-1", "music", 1_050), ("book-1", "books", 899), ("cd-2", "music", 150)])
}

fn noon(day: i64) -> Moment {
    Moment { day, minute: 12 * 60 }
}

/// Names and points of what campaigns give.
fn given(purchase: &Purchase<'_>, moment: Moment, config: &Config) -> Vec<(String, i64)> {
    let gifts = gifts(purchase, moment, config).unwrap();
    gifts.iter().map(|gift| (gift.campaign.name.clone(), gift.points)).collect()
}

/// What a single campaign gives for the basket on Saturday at noon.
fn gives(fields: &str) -> i64 {
    let given = given(&basket(), noon(SATURDAY), &config(&format!(r#"{{ "name": "c", {fields} }}"#)));
    given.first().map_or(0, |(_, points)| *points)
}

#[test]
fn a_share_is_of_the_usual_points_of_what_the_campaign_is_for() {
    assert_eq!(gives(r#""multiplier_percent": 200"#), 20 * 2);
    assert_eq!(gives(r#""multiplier_percent": 150"#), 20);
    assert_eq!(gives(r#""multiplier_percent": 200, "categories": ["music"]"#), 12 * 2);
    assert_eq!(gives(r#""multiplier_percent": 105, "categories": ["music"]"#), 1);
    assert_eq!(gives(r#""multiplier_percent": 101, "categories": ["music"]"#), 0);
    assert_eq!(gives(r#""multiplier_percent": 200, "products": ["book-1", "cd-2"]"#), 10 * 2);
    assert_eq!(gives(r#""multiplier_percent": 200, "categories": ["music"], "products": ["cd-1", "book-1"]"#), 20 * 2);
    assert_eq!(gives(r#""multiplier_percent": 200, "categories": ["films"]"#), 0);
}

#[test]
fn points_are_given_once_a_purchase() {
    assert_eq!(gives(r#""points": 50"#), 50);
    assert_eq!(gives(r#""points": 50, "categories": ["music"]"#), 50);
    assert_eq!(gives(r#""points": 50, "products": ["cd-3"]"#), 0);
}

#[test]
fn the_least_is_for_what_the_campaign_is_for() {
    assert_eq!(gives(r#""points": 50, "minimum_amount": 2099"#), 50);
    assert_eq!(gives(r#""points": 50, "minimum_amount": 2100"#), 0);
    assert_eq!(gives(r#""points": 50, "minimum_amount": 1200, "categories": ["music"]"#), 50);
    assert_eq!(gives(r#""points": 50, "minimum_amount": 1201, "categories": ["music"]"#), 0);
}

#[test]
fn it_holds_on_its_days_and_in_its_hours() {
    for (fields, holds) in [
        (r#""weekdays": ["saturday"]"#, true),
        (r#""weekdays": ["friday", "sunday"]"#, false),
        (r#""from": "2026-03-07", "to": "2026-03-07""#, true),
        (r#""from": "2026-03-08""#, false),
        (r#""to": "2026-03-06""#, false),
        (r#""hours": { "from": "12:00", "to": "12:01" }"#, true),
        (r#""hours": { "from": "11:00", "to": "12:00" }"#, false),
        (r#""weekdays": ["saturday"], "hours": { "from": "12:01", "to": "24:00" }"#, false),
    ] {
        assert_eq!(gives(&format!(r#""points": 50, {fields}"#)) > 0, holds, "{fields}");
    }
}

#[test]
fn campaigns_add_up_in_the_order_of_the_configuration() {
    let config = config(
        r#"{ "name": "z", "multiplier_percent": 200 }, { "name": "no", "points": 5, "to": "2026-03-06" },
        { "name": "a", "multiplier_percent": 300, "categories": ["music"] }, { "name": "m", "points": 7 }"#,
    );
    let given = given(&basket(), noon(SATURDAY), &config);
    assert_eq!(given, [("z".to_owned(), 40), ("a".to_owned(), 48), ("m".to_owned(), 7)]);
}

#[test]
fn what_earns_nothing_and_gifts_get_nothing() {
    let json = r#"{ "currencies": ["CHF"], "campaigns": [{ "name": "c", "points": 5 }] }"#;
    assert!(given(&basket(), noon(SATURDAY), &config::parse(json).unwrap()).is_empty());
    let json = r#"{ "minimum_amount": 2100, "campaigns": [{ "name": "c", "points": 5 }] }"#;
    assert!(given(&basket(), noon(SATURDAY), &config::parse(json).unwrap()).is_empty());
    let gift = euros(&[("cd-1", "music", 0)]);
    assert!(given(&gift, noon(SATURDAY), &config(r#"{ "name": "c", "points": 5 }"#)).is_empty());
}

#[test]
fn a_cap_cuts_and_counts_only_what_has_one() {
    let config = config(
        r#"{ "name": "capped", "points": 30, "cap": { "points": 50, "days": 7 } }, { "name": "free", "points": 30 }"#,
    );
    let mut counts = Counts::default();
    let mut buy = |day: i64| -> Vec<i64> {
        let mut gifts = gifts(&basket(), noon(day), &config).unwrap();
        assert!(is_any_capped(&gifts));
        keep_caps(&mut gifts, day, &mut counts);
        gifts.iter().map(|gift| gift.points).collect()
    };
    assert_eq!(buy(SATURDAY), [30, 30]);
    assert_eq!(buy(SATURDAY + 1), [20, 30]);
    assert_eq!(buy(SATURDAY + 6), [0, 30]);
    assert_eq!(buy(SATURDAY + 7), [30, 30]);
    // Told late, it counts with the days after it.
    assert_eq!(buy(SATURDAY - 5), [0, 30]);
    assert_eq!(buy(SATURDAY - 6), [20, 30]);
    assert!(is_counted("capped", &config) && !is_counted("free", &config) && !is_counted("other", &config));
    counts.keep(|name| is_counted(name, &config));
    assert!(counts.written().unwrap().starts_with(br#"{"capped":"#));
}

#[test]
fn points_that_cannot_be_counted_are_an_error() {
    let purchase = euros(&[("cd-1", "music", i64::MAX)]);
    let config = config(r#"{ "name": "c", "multiplier_percent": 1000 }"#);
    assert_eq!(gifts(&purchase, noon(SATURDAY), &config), Err(Overflow));
}

/// Campaigns of every sort; which of them hold depends on the purchase.
const SORTS: [&str; 6] = [
    r#"{ "name": "a", "multiplier_percent": 175, "categories": ["music"] }"#,
    r#"{ "name": "b", "multiplier_percent": 200, "weekdays": ["saturday", "sunday"] }"#,
    r#"{ "name": "c", "points": 20, "minimum_amount": 2000, "cap": { "points": 50, "days": 5 } }"#,
    r#"{ "name": "d", "multiplier_percent": 101, "hours": { "from": "12:00", "to": "18:00" } }"#,
    r#"{ "name": "e", "multiplier_percent": 300, "products": ["cd-1"], "cap": { "points": 30, "days": 1 } }"#,
    r#"{ "name": "f", "points": 1, "from": "2026-03-01", "to": "2026-03-09" }"#,
];

fn line() -> impl Strategy<Value = (&'static str, &'static str, i64)> {
    let goods = prop::sample::select(vec![("cd-1", "music"), ("cd-2", "music"), ("book-1", "books")]);
    (goods, 0_i64..5_000).prop_map(|((product, category), minor)| (product, category, minor))
}

fn time() -> impl Strategy<Value = Moment> {
    (SATURDAY - 10..SATURDAY + 10, 0_i64..1_440).prop_map(|(day, minute)| Moment { day, minute })
}

/// `HH:MM`.
fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

proptest! {
    #[test]
    fn no_campaign_ever_lowers_what_a_purchase_earns(
        purchases in vec((vec(line(), 0..6), time()), 0..12),
        sorts in prop::sample::subsequence(SORTS.to_vec(), 0..=SORTS.len()),
    ) {
        let (with, without) = (config(&sorts.join(", ")), config(""));
        let mut counts = Counts::default();
        for (lines, moment) in purchases {
            let purchase = euros(&lines);
            prop_assert_eq!(rules::earned(&purchase, &with), rules::earned(&purchase, &without));
            let mut gifts = gifts(&purchase, moment, &with).unwrap();
            keep_caps(&mut gifts, moment.day, &mut counts);
            prop_assert!(gifts.iter().all(|gift| (0..=gift.uncapped).contains(&gift.points)));
        }
    }

    #[test]
    fn a_cap_is_never_exceeded_whatever_the_order_of_purchases(
        purchases in vec((vec(line(), 0..6), time()), 0..40),
    ) {
        let config = config(&SORTS.join(", "));
        let mut counts = Counts::default();
        let mut got: Vec<(String, i64, i64)> = Vec::new();
        for (lines, moment) in purchases {
            let mut gifts = gifts(&euros(&lines), moment, &config).unwrap();
            keep_caps(&mut gifts, moment.day, &mut counts);
            got.extend(gifts.iter().map(|gift| (gift.campaign.name.clone(), moment.day, gift.points)));
        }
        for campaign in config.campaigns.iter() {
            let Some(cap) = campaign.cap else { continue };
            for first in SATURDAY - 10..SATURDAY + 10 {
                let stretch = first..first + i64::from(cap.days.get());
                let of = got.iter().filter(|(name, day, _)| *name == campaign.name && stretch.contains(day));
                prop_assert!(of.map(|(_, _, points)| points).sum::<i64>() <= cap.points);
            }
        }
    }

    #[test]
    fn splitting_a_line_changes_nothing(
        lines in vec(line(), 1..6),
        moment in time(),
        share in 0_i64..=100,
    ) {
        let config = config(&SORTS.join(", "));
        let whole = euros(&lines);
        let (product, category, minor) = lines[0];
        let part = minor * share / 100;
        let mut split = lines.clone();
        split[0] = (product, category, part);
        split.push((product, category, minor - part));
        prop_assert_eq!(given(&euros(&split), moment, &config), given(&whole, moment, &config));
    }

    #[test]
    fn days_begin_and_end_to_the_millisecond_on_the_configured_clock(offset in -720_i32..=840, days in 0_i64..30) {
        let from = "2026-03-07";
        let to = if days == 0 { from.to_owned() } else { format!("2026-04-{days:02}") };
        let config = config(&format!(r#"{{ "name": "c", "points": 5, "from": "{from}", "to": "{to}" }}"#));
        // April begins 25 days later.
        let last = if days == 0 { SATURDAY } else { SATURDAY + 24 + days };
        let start = SATURDAY * DAY - i64::from(offset) * MINUTE;
        let end = (last + 1) * DAY - i64::from(offset) * MINUTE;
        let holds = |millis: i64| !given(&basket(), Moment::of(millis, offset), &config).is_empty();
        prop_assert_eq!([start - 1, start, end - 1, end].map(holds), [false, true, true, false]);
    }

    #[test]
    fn hours_begin_and_end_to_the_millisecond(
        from in 0_i64..1_440,
        length in 1_i64..=1_440,
        day in -1_000_i64..30_000,
    ) {
        let to = (from + length).min(1_440);
        let hours = format!(r#"{{ "from": "{}", "to": "{}" }}"#, clock(from), clock(to));
        let config = config(&format!(r#"{{ "name": "c", "points": 5, "hours": {hours} }}"#));
        let holds = |millis: i64| !given(&basket(), Moment::of(millis, 0), &config).is_empty();
        let (start, end) = (day * DAY + from * MINUTE, day * DAY + to * MINUTE);
        let is_whole_day = to - from == 1_440;
        prop_assert_eq!([start - 1, start, end - 1, end].map(holds), [is_whole_day, true, true, is_whole_day]);
    }
}
