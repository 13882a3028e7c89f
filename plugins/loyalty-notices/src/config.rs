//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema; texts are made here, and what passes the schema and cannot be used all
//! the same is an error that names the field.

use crate::text::{BadText, Placeholder, Text};
use serde::Deserialize;
use std::fmt;

/// The most characters of a message's title.
const LONGEST_TITLE: usize = 300;
/// The most characters of a message's text.
const LONGEST_TEXT: usize = 10_000;
/// The most characters of a name: of a tier, of a plan, of a program.
const LONGEST_NAME: usize = 64;
/// The most characters of a day.
const LONGEST_DAY: usize = 10;
/// The most characters of a number of points.
const LONGEST_POINTS: usize = 13;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct Config {
    /// What is said when points expire soon; nothing where it is absent.
    pub points_expiring: Option<Notice>,
    /// What is said when the time of a tier is over; nothing where it is absent.
    pub tier_review: Option<Notice>,
    /// What is said when a membership ends; nothing where it is absent.
    pub membership_ending: Option<Notice>,
    /// Fewer points than these expire in silence.
    pub at_least_points: i64,
    /// How days are written.
    pub dates: Dates,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// A line that says what it is.
    pub title: Text,
    /// What is said.
    pub text: Text,
    /// Code of the offer whose voucher goes with it.
    pub offer: Option<String>,
}

/// How days are written, shown by the last day of March 2026.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Dates {
    /// Year, month, day.
    #[default]
    #[serde(rename = "2026-03-31")]
    Iso,
    /// Day, month, year.
    #[serde(rename = "31.03.2026")]
    DayFirst,
    /// Month, day, year.
    #[serde(rename = "03/31/2026")]
    MonthFirst,
}

/// The configuration as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    points_expiring: Option<GivenNotice>,
    tier_review: Option<GivenNotice>,
    membership_ending: Option<GivenNotice>,
    #[serde(default = "any_points")]
    at_least_points: i64,
    #[serde(default)]
    dates: Dates,
}

/// A notice as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenNotice {
    title: String,
    text: String,
    offer: Option<String>,
}

const fn any_points() -> i64 {
    1
}

impl TryFrom<Given> for Config {
    type Error = InvalidConfig;

    fn try_from(given: Given) -> Result<Self, InvalidConfig> {
        let Given { points_expiring, tier_review, membership_ending, at_least_points, dates } = given;
        if points_expiring.is_none() && tier_review.is_none() && membership_ending.is_none() {
            return Err(InvalidConfig::Nothing);
        }
        let read = |notice: Option<GivenNotice>, name, placeholders: &[Placeholder]| {
            notice.map(|notice| notice.read(name, placeholders)).transpose()
        };
        let (program, day) = (("program", LONGEST_NAME), ("day", LONGEST_DAY));
        Ok(Self {
            points_expiring: read(points_expiring, "points_expiring", &[("points", LONGEST_POINTS), program, day])?,
            tier_review: read(tier_review, "tier_review", &[("tier", LONGEST_NAME), program, day])?,
            membership_ending: read(membership_ending, "membership_ending", &[("plan", LONGEST_NAME), day])?,
            at_least_points,
            dates,
        })
    }
}

impl GivenNotice {
    /// The same as the rules use it; `name` is its field.
    fn read(self, name: &'static str, placeholders: &[Placeholder]) -> Result<Notice, InvalidConfig> {
        let bad = |field| move |problem| InvalidConfig::Text { name, field, problem };
        Ok(Notice {
            title: Text::new(&self.title, placeholders, LONGEST_TITLE).map_err(bad("title"))?,
            text: Text::new(&self.text, placeholders, LONGEST_TEXT).map_err(bad("text"))?,
            offer: self.offer,
        })
    }
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidConfig {
    /// There is nothing to say.
    Nothing,
    /// A text cannot be used.
    Text {
        /// The notice's field.
        name: &'static str,
        /// The text's field.
        field: &'static str,
        /// Why.
        problem: BadText,
    },
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str(
                "none of points_expiring, tier_review and membership_ending is set, so nothing would be said; set one",
            ),
            Self::Text { name, field, problem } => write!(f, "{name}.{field} {problem}"),
        }
    }
}

impl std::error::Error for InvalidConfig {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Config, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        assert_eq!(schema["properties"]["at_least_points"]["default"], any_points());
        assert_eq!(schema["properties"]["dates"]["default"], "2026-03-31");
        for example in schema["examples"].as_array().unwrap() {
            parse(&example.to_string()).unwrap();
        }
        for name in ["points_expiring", "tier_review", "membership_ending"] {
            parse(&format!(r#"{{ "{name}": {} }}"#, schema["properties"][name]["examples"][0])).unwrap();
        }
        parse(include_str!("../config.json")).unwrap();
    }

    #[test]
    fn what_cannot_work_is_refused_by_its_field() {
        assert!(parse("{}").unwrap_err().contains("none of points_expiring"));
        let plan = r#"{ "membership_ending": { "title": "{points} points", "text": "x" } }"#;
        assert!(parse(plan).unwrap_err().contains("membership_ending.title has `{points}`; write {plan}, {day}"));
        assert!(parse(r#"{ "tier_review": { "title": "x", "texts": "y" } }"#).unwrap_err().contains("texts"));
        assert!(parse(r#"{ "tier_review": { "title": "x", "text": "y" }, "dates": "today" }"#).is_err());
    }
}
