//! What is said of an occasion, and the sentence that says why.

use crate::config::{Config, Dates, Notice};
use stammgast_sdk::Date;

/// The most characters of a topic.
const LONGEST_TOPIC: usize = 64;

/// What an occasion tells, as the rules take it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its kind, such as `points-expiring`.
    pub kind: &'a str,
    /// The last day of the points, of the tier, of the membership.
    pub day: Date,
    /// The program.
    pub program: Option<&'a str>,
    /// How many points.
    pub points: Option<i64>,
    /// The tier or the plan.
    pub name: Option<&'a str>,
}

/// What is to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'c> {
    /// The code of its reason: the occasion's kind.
    pub code: &'static str,
    /// Its topic: the kind and what it is about, so that each is said.
    pub topic: String,
    /// A line that says what it is.
    pub title: String,
    /// What is said.
    pub text: String,
    /// Code of the offer whose voucher goes with it.
    pub offer: Option<&'c str>,
    /// The last day on which it makes sense.
    pub last_day: Option<Date>,
    /// Why, in a sentence for people.
    pub why: String,
}

/// What is said of an occasion; `None` where nothing is.
#[must_use]
pub fn said<'c>(told: Told<'_>, config: &'c Config) -> Option<Said<'c>> {
    let Told { kind, day, program, points, name } = told;
    let written = written(day, config.dates);
    let (notice, code, about, last_day, values, why): (&Notice, _, _, _, _, _) = match kind {
        "points-expiring" => {
            let (points, program) = (points?, program?);
            if points < config.at_least_points {
                return None;
            }
            let values = vec![("points", points.to_string()), ("program", program.to_owned()), ("day", written)];
            let why = format!("{points} points of {program} expire after {day}");
            (config.points_expiring.as_ref()?, "points-expiring", program, Some(day), values, why)
        }
        "tier-review" => {
            let (tier, program) = (name?, program?);
            let values = vec![("tier", tier.to_owned()), ("program", program.to_owned()), ("day", written)];
            let why = format!("The time of the tier {tier} of {program} ended on {day}");
            (config.tier_review.as_ref()?, "tier-review", program, None, values, why)
        }
        "membership-ending" => {
            let plan = name?;
            let values = vec![("plan", plan.to_owned()), ("day", written)];
            let why = format!("The membership {plan} ends on {day}");
            (config.membership_ending.as_ref()?, "membership-ending", plan, Some(day), values, why)
        }
        _ => return None,
    };
    let Notice { title, text, offer } = notice;
    Some(Said {
        code,
        topic: format!("{code}.{about}").chars().take(LONGEST_TOPIC).collect(),
        title: title.filled(&values),
        text: text.filled(&values),
        offer: offer.as_deref(),
        last_day,
        why,
    })
}

/// A day as customers read it.
fn written(Date { year, month, day }: Date, dates: Dates) -> String {
    match dates {
        Dates::Iso => format!("{year:04}-{month:02}-{day:02}"),
        Dates::DayFirst => format!("{day:02}.{month:02}.{year:04}"),
        Dates::MonthFirst => format!("{month:02}/{day:02}/{year:04}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(more: &str) -> Config {
        let notice = |title: &str| format!(r#"{{ "title": "{title}", "text": "x", "offer": "coffee" }}"#);
        let points = notice("{points} of {program} until {day}");
        let (tier, plan) = (notice("{tier} of {program}, {day}"), notice("{plan}, {day}"));
        let json =
            format!(r#"{{ "points_expiring": {points}, "tier_review": {tier}, "membership_ending": {plan}{more} }}"#);
        serde_json::from_str(&json).unwrap()
    }

    fn told<'a>(kind: &'a str, name: Option<&'a str>) -> Told<'a> {
        let day = Date::new(2026, 3, 1).unwrap();
        Told { kind, day, program: Some("points"), points: Some(120), name }
    }

    fn title(told: Told<'_>, config: &Config) -> Option<String> {
        said(told, config).map(|said| said.title)
    }

    #[test]
    fn each_occasion_has_its_values() {
        let config = config("");
        let points = said(told("points-expiring", None), &config).unwrap();
        assert_eq!((points.title.as_str(), points.offer), ("120 of points until 2026-03-01", Some("coffee")));
        assert_eq!((points.topic.as_str(), points.last_day), ("points-expiring.points", Date::new(2026, 3, 1)));
        assert_eq!(title(told("tier-review", Some("gold")), &config).unwrap(), "gold of points, 2026-03-01");
        assert_eq!(said(told("tier-review", Some("gold")), &config).unwrap().last_day, None);
        assert_eq!(title(told("membership-ending", Some("club")), &config).unwrap(), "club, 2026-03-01");
    }

    #[test]
    fn days_are_written_as_customers_read_them() {
        for (dates, written) in [("31.03.2026", "01.03.2026"), ("03/31/2026", "03/01/2026")] {
            let config = config(&format!(r#", "dates": "{dates}""#));
            assert_eq!(title(told("membership-ending", Some("club")), &config).unwrap(), format!("club, {written}"));
        }
    }

    #[test]
    fn few_points_other_occasions_and_what_is_not_configured_are_passed_over() {
        let config = config(r#", "at_least_points": 121"#);
        assert_eq!(title(told("points-expiring", None), &config), None);
        for kind in ["birthday", "anniversary", "reminder", "a-day-of-tomorrow"] {
            assert_eq!(title(told(kind, Some("x")), &config), None);
        }
        let tiers: Config = serde_json::from_str(r#"{ "tier_review": { "title": "x", "text": "y" } }"#).unwrap();
        assert_eq!(title(told("points-expiring", None), &tiers), None);
        assert_eq!(title(told("membership-ending", Some("club")), &tiers), None);
    }
}
