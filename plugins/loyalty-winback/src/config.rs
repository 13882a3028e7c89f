//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema, so this file checks only what a schema cannot say, and that what belongs
//! together is there.

use serde::Deserialize;
use std::fmt;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct Config {
    /// How long to wait, in per cent of the customer's rhythm.
    pub factor_percent: i64,
    /// The fewest days to wait; no more than the most.
    pub at_least_days: i32,
    /// The most days to wait.
    pub at_most_days: i32,
    /// From so many days with a purchase on, a customer has a rhythm.
    pub min_purchase_days: usize,
    /// How long to wait with fewer days; for ever where it is 0.
    pub new_customer_days: i32,
    /// Who spent less is left in peace.
    pub min_spent: Option<Spent>,
    /// What is said first.
    pub first: Invitation,
    /// What is said later.
    pub second: Option<Second>,
    /// So many days later a message still makes sense.
    pub valid_days: i32,
}

/// Money that was spent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// A message that asks a customer to come back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// A line that says what it is.
    pub title: String,
    /// What is said.
    pub text: String,
    /// Code of the offer whose voucher goes with it.
    pub offer: Option<String>,
}

/// A second message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// So many days after the first.
    pub after_days: i32,
    /// The message.
    pub invitation: Invitation,
}

/// The configuration as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    title: String,
    text: String,
    offer: Option<String>,
    #[serde(default = "usual::valid_days")]
    valid_days: i32,
    #[serde(default = "usual::factor_percent")]
    factor_percent: i64,
    at_least_days: Option<i32>,
    #[serde(default = "usual::at_most_days")]
    at_most_days: i32,
    #[serde(default = "usual::min_purchase_days")]
    min_purchase_days: usize,
    #[serde(default = "usual::new_customer_days")]
    new_customer_days: i32,
    min_spent: Option<Spent>,
    second_after_days: Option<i32>,
    second: Option<Invitation>,
}

/// What counts where nothing is written.
mod usual {
    pub(super) const fn valid_days() -> i32 {
        14
    }

    pub(super) const fn factor_percent() -> i64 {
        200
    }

    pub(super) const fn at_least_days() -> i32 {
        30
    }

    pub(super) const fn at_most_days() -> i32 {
        365
    }

    pub(super) const fn min_purchase_days() -> usize {
        3
    }

    pub(super) const fn new_customer_days() -> i32 {
        90
    }
}

impl Config {
    /// The fewest days from a purchase on after which the message may be said, however little is known.
    #[must_use]
    pub fn shortest_wait(&self) -> i32 {
        let Self { at_least_days, new_customer_days, .. } = *self;
        if new_customer_days == 0 { at_least_days } else { new_customer_days.min(at_least_days) }
    }
}

impl TryFrom<Given> for Config {
    type Error = InvalidConfig;

    fn try_from(given: Given) -> Result<Self, InvalidConfig> {
        let Given { title, text, offer, at_most_days, .. } = given;
        let at_least_days = given.at_least_days.unwrap_or_else(|| usual::at_least_days().min(at_most_days));
        if at_least_days > at_most_days {
            return Err(InvalidConfig::Bounds { at_least_days, at_most_days });
        }
        let second = match (given.second_after_days, given.second) {
            (Some(after_days), Some(invitation)) => Some(Second { after_days, invitation }),
            (None, None) => None,
            _ => return Err(InvalidConfig::HalfASecond),
        };
        Ok(Self {
            factor_percent: given.factor_percent,
            at_least_days,
            at_most_days,
            min_purchase_days: given.min_purchase_days,
            new_customer_days: given.new_customer_days,
            min_spent: given.min_spent,
            first: Invitation { title, text, offer },
            second,
            valid_days: given.valid_days,
        })
    }
}

/// A configuration that cannot work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidConfig {
    /// The fewest days are more than the most.
    Bounds {
        /// The fewest.
        at_least_days: i32,
        /// The most.
        at_most_days: i32,
    },
    /// A second message without its time, or the other way round.
    HalfASecond,
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounds { at_least_days, at_most_days } => write!(
                f,
                "at_least_days is {at_least_days} and at_most_days is {at_most_days}; lower the first or raise the \
                 second"
            ),
            Self::HalfASecond => {
                f.write_str("second and second_after_days belong together; give both, or neither for no second message")
            }
        }
    }
}

impl std::error::Error for InvalidConfig {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(json: &Value) -> Result<Config, String> {
        serde_json::from_str(&json.to_string()).map_err(|error| error.to_string())
    }

    fn with(field: &str, value: Value) -> Value {
        let mut config = json!({ "title": "x", "text": "y" });
        config[field] = value;
        config
    }

    #[test]
    fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
        let manifest: Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        let mut config = json!({ "title": "x", "text": "y" });
        let least = parse(&config).unwrap();
        for (name, property) in schema["properties"].as_object().unwrap() {
            if let Some(default) = property.get("default") {
                config[name] = default.clone();
            }
        }
        assert_eq!(config.as_object().unwrap().len(), 7);
        assert_eq!(parse(&config).unwrap(), least);
        for example in schema["examples"].as_array().unwrap() {
            parse(example).unwrap();
        }
        parse(&serde_json::from_str(include_str!("../config.json")).unwrap()).unwrap();
    }

    #[test]
    fn bounds_that_leave_nothing_between_them_are_refused() {
        let text = parse(&with("at_least_days", json!(366))).unwrap_err();
        assert!(text.contains("at_least_days is 366 and at_most_days is 365; lower the first"), "{text}");
        parse(&with("at_least_days", json!(365))).unwrap();
    }

    #[test]
    fn the_fewest_days_are_30_and_no_more_than_the_most() {
        assert_eq!(parse(&json!({ "title": "x", "text": "y" })).unwrap().at_least_days, 30);
        for (at_most, at_least) in [(20, 20), (30, 30), (31, 30)] {
            let config = parse(&with("at_most_days", json!(at_most))).unwrap();
            assert_eq!((config.at_least_days, config.at_most_days), (at_least, at_most));
        }
    }

    #[test]
    fn the_shortest_wait_is_that_of_new_customers_where_it_is_shorter() {
        let shortest = |days: i32| parse(&with("new_customer_days", json!(days))).unwrap().shortest_wait();
        assert_eq!([0, 1, 29, 30, 90].map(shortest), [30, 1, 29, 30, 30]);
    }

    #[test]
    fn a_second_message_and_its_time_belong_together() {
        let second = json!({ "title": "x", "text": "y" });
        for half in [with("second_after_days", json!(30)), with("second", second.clone())] {
            let text = parse(&half).unwrap_err();
            assert!(text.contains("second and second_after_days belong together"), "{text}");
        }
        let mut whole = with("second", second);
        whole["second_after_days"] = json!(30);
        assert_eq!(parse(&whole).unwrap().second.unwrap().after_days, 30);
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(parse(&with("factor", json!(2))).unwrap_err().contains("factor"));
        assert!(parse(&with("min_spent", json!({ "major": 50 }))).unwrap_err().contains("major"));
    }
}
