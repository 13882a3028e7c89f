//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema; texts are made here, and what passes the schema and cannot be used all
//! the same is an error that names the field.

use crate::text::{BadText, Text};
use serde::Deserialize;
use std::fmt;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct Config {
    /// What is said and given on a birthday; nothing where it is absent.
    pub birthday: Option<Congratulation>,
    /// What is said and given on an anniversary; nothing where it is absent.
    pub anniversary: Option<Congratulation>,
}

/// What is said and given on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Congratulation {
    /// Only so many years count; all where it is absent.
    pub years: Option<Vec<u32>>,
    /// Points.
    pub gift: Option<Gift>,
    /// Code of the offer whose voucher goes with the message.
    pub offer: Option<String>,
    /// Code of the reward that the customer may claim from then on, to the last day of the message.
    pub reward: Option<String>,
    /// A line that says what the message is.
    pub title: Text,
    /// What is said.
    pub text: Text,
    /// So many days later it still makes sense.
    pub valid_days: u16,
}

/// Points that are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// Code of the program that they go to.
    pub program: String,
    /// How many.
    pub points: i64,
}

/// The configuration as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    birthday: Option<GivenDay>,
    anniversary: Option<GivenDay>,
}

/// A day as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenDay {
    years: Option<Vec<u32>>,
    offer: Option<String>,
    reward: Option<String>,
    program: Option<String>,
    points: Option<i64>,
    title: String,
    title_if_unknown: Option<String>,
    text: String,
    text_if_unknown: Option<String>,
    #[serde(default = "usual_days")]
    valid_days: u16,
}

const fn usual_days() -> u16 {
    14
}

impl TryFrom<Given> for Config {
    type Error = InvalidConfig;

    fn try_from(Given { birthday, anniversary }: Given) -> Result<Self, InvalidConfig> {
        if birthday.is_none() && anniversary.is_none() {
            return Err(InvalidConfig::Nothing);
        }
        if birthday.as_ref().is_some_and(|day| day.years.is_some()) {
            return Err(InvalidConfig::YearsOfBirthday);
        }
        let birthday = birthday.map(|day| day.read("birthday")).transpose()?;
        let anniversary = anniversary.map(|day| day.read("anniversary")).transpose()?;
        Ok(Self { birthday, anniversary })
    }
}

impl GivenDay {
    /// The same as the rules use it; `day` is its field.
    fn read(self, day: &'static str) -> Result<Congratulation, InvalidConfig> {
        let Self { years, offer, reward, valid_days, .. } = self;
        let bad = |field| move |problem| InvalidConfig::Text { day, field, problem };
        let gift = match (self.program, self.points) {
            (Some(program), Some(points)) => Some(Gift { program, points }),
            (None, None) => None,
            _ => return Err(InvalidConfig::HalfAGift(day)),
        };
        let title = Text::new(self.title, self.title_if_unknown).map_err(bad("title"))?;
        let text = Text::new(self.text, self.text_if_unknown).map_err(bad("text"))?;
        Ok(Congratulation { years, gift, offer, reward, title, text, valid_days })
    }
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidConfig {
    /// There is nothing to do.
    Nothing,
    /// Years are chosen where all count.
    YearsOfBirthday,
    /// Points without a program, or the other way round.
    HalfAGift(&'static str),
    /// A text cannot be used.
    Text {
        /// The day's field.
        day: &'static str,
        /// The text's field.
        field: &'static str,
        /// Why.
        problem: BadText,
    },
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("neither birthday nor anniversary is set, so nothing would happen; set one"),
            Self::YearsOfBirthday => {
                f.write_str("birthday.years cannot be set, since every birthday counts; leave it out")
            }
            Self::HalfAGift(day) => {
                write!(f, "{day}.program and {day}.points belong together; give both, or neither for no points")
            }
            Self::Text { day, field, problem } => write!(f, "{day}.{field} {problem}"),
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

    fn refusal(json: &str) -> String {
        parse(json).unwrap_err()
    }

    #[test]
    fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        for day in ["birthday", "anniversary"] {
            let day = &schema["properties"][day];
            assert_eq!(day["properties"]["valid_days"]["default"], usual_days());
            parse(&format!(r#"{{ "anniversary": {} }}"#, day["examples"][0])).unwrap();
        }
        for example in schema["examples"].as_array().unwrap() {
            assert_eq!(parse(&example.to_string()).unwrap().birthday.unwrap().valid_days, usual_days());
        }
        parse(include_str!("../config.json")).unwrap();
    }

    #[test]
    fn a_configuration_without_a_day_is_refused() {
        assert!(refusal("{}").contains("neither birthday nor anniversary is set"));
    }

    #[test]
    fn points_and_their_program_belong_together() {
        for half in [r#""points": 5"#, r#""program": "points""#] {
            let text = refusal(&format!(r#"{{ "birthday": {{ "title": "x", "text": "y", {half} }} }}"#));
            assert!(text.contains("birthday.program and birthday.points belong together"), "{text}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_used_is_refused_by_its_field() {
        let text = refusal(r#"{ "birthday": { "title": "x", "text": "For {name}" } }"#);
        assert!(text.contains("birthday.text has a placeholder and no alternative"), "{text}");
        let text = refusal(r#"{ "anniversary": { "title": "{year}", "title_if_unknown": "x", "text": "y" } }"#);
        assert!(text.contains("anniversary.title has `{year}`, which is no placeholder"), "{text}");
    }

    #[test]
    fn years_are_chosen_for_anniversaries_alone() {
        let day = r#"{ "title": "x", "text": "y", "years": [5, 10] }"#;
        let anniversary = parse(&format!(r#"{{ "anniversary": {day} }}"#)).unwrap().anniversary.unwrap();
        assert_eq!(anniversary.years, Some(vec![5, 10]));
        assert!(refusal(&format!(r#"{{ "birthday": {day} }}"#)).contains("birthday.years cannot be set"));
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(refusal(r#"{ "birthdays": {} }"#).contains("birthdays"));
        assert!(refusal(r#"{ "birthday": { "title": "x", "texts": "y" } }"#).contains("texts"));
    }
}
