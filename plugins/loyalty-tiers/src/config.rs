//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema, so this file checks only what a schema cannot say.

use serde::Deserialize;
use std::{collections::BTreeSet, fmt};

/// The most days of a month.
const DAYS_OF_A_MONTH: usize = 31;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Code of the program of status points that has the tiers.
    #[serde(default = "usual_program")]
    pub program: String,
    /// What each tier needs.
    pub tiers: Tiers,
}

fn usual_program() -> String {
    "status".to_owned()
}

/// What a tier needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The tier's code.
    pub tier: String,
    /// Status points.
    pub points: i64,
    /// Days with a purchase; points alone are enough where it is absent.
    pub purchase_days: Option<PurchaseDays>,
}

/// Days with a purchase that a tier needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseDays {
    /// At least so many different days.
    pub count: usize,
    /// Within so many months before.
    pub months: u16,
}

/// Tiers from the lowest to the highest, each named once, with points that rise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Tier>")]
pub struct Tiers(Vec<Tier>);

impl Tiers {
    /// The tiers from the highest to the lowest.
    pub fn highest_first(&self) -> impl Iterator<Item = &Tier> {
        self.0.iter().rev()
    }
}

impl TryFrom<Vec<Tier>> for Tiers {
    type Error = InvalidTiers;

    fn try_from(tiers: Vec<Tier>) -> Result<Self, InvalidTiers> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = tiers.iter().find(|tier| !seen.insert(&tier.tier)) {
            return Err(InvalidTiers::Twice(twice.tier.clone()));
        }
        let mut neighbours = tiers.iter().zip(tiers.iter().skip(1));
        if let Some((lower, higher)) = neighbours.find(|(lower, higher)| lower.points >= higher.points) {
            return Err(InvalidTiers::NotRising { lower: lower.clone(), higher: higher.clone() });
        }
        for Tier { tier, purchase_days, .. } in &tiers {
            if let Some(asked) = purchase_days.filter(|asked| asked.count > asked.most()) {
                return Err(InvalidTiers::TooManyDays { tier: tier.clone(), asked });
            }
        }
        Ok(Self(tiers))
    }
}

impl PurchaseDays {
    /// No customer has more days with a purchase than there are days.
    fn most(self) -> usize {
        usize::from(self.months).saturating_mul(DAYS_OF_A_MONTH)
    }
}

/// Tiers that cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidTiers {
    /// A tier stands there twice, and nobody can say what it needs.
    Twice(String),
    /// A tier needs no more points than the one below it, which nobody would ever have then.
    NotRising {
        /// The tier that stands first.
        lower: Tier,
        /// The tier that follows it.
        higher: Tier,
    },
    /// A tier asks for more days than its months have.
    TooManyDays {
        /// The tier's code.
        tier: String,
        /// What it asks for.
        asked: PurchaseDays,
    },
}

impl fmt::Display for InvalidTiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice(tier) => write!(f, "tiers names `{tier}` twice; keep one of them"),
            Self::NotRising { lower, higher } => write!(
                f,
                "tiers: `{}` needs {} points and follows `{}` with {}; list the lowest tier first, and let the points \
                 rise",
                higher.tier, higher.points, lower.tier, lower.points
            ),
            Self::TooManyDays { tier, asked } => write!(
                f,
                "tiers: `{tier}` has purchase_days.count {}, and purchase_days.months {} has {} days at most; lower \
                 the count or raise the months",
                asked.count,
                asked.months,
                asked.most()
            ),
        }
    }
}

impl std::error::Error for InvalidTiers {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Config, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn refusal(tiers: &str) -> String {
        parse(&format!(r#"{{ "tiers": [{tiers}] }}"#)).unwrap_err()
    }

    #[test]
    fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        assert_eq!(schema["properties"]["program"]["default"], usual_program());
        for example in schema["examples"].as_array().unwrap() {
            assert_eq!(parse(&example.to_string()).unwrap().program, "status");
        }
        parse(include_str!("../config.json")).unwrap();
    }

    #[test]
    fn a_tier_named_twice_is_refused_by_name() {
        let text = refusal(r#"{ "tier": "gold", "points": 1 }, { "tier": "gold", "points": 2 }"#);
        assert!(text.contains("tiers names `gold` twice; keep one of them"), "{text}");
    }

    #[test]
    fn points_that_do_not_rise_are_refused_with_both_tiers() {
        for points in [100, 99] {
            let text =
                refusal(&format!(r#"{{ "tier": "silver", "points": 100 }}, {{ "tier": "gold", "points": {points} }}"#));
            let expected =
                format!("tiers: `gold` needs {points} points and follows `silver` with 100; list the lowest");
            assert!(text.contains(&expected), "{text}");
        }
    }

    #[test]
    fn more_days_than_the_months_have_are_refused() {
        let tier = |count: u16| {
            let days = format!(r#"{{ "count": {count}, "months": 2 }}"#);
            format!(r#"{{ "tier": "gold", "points": 1, "purchase_days": {days} }}"#)
        };
        let text = refusal(&tier(63));
        assert!(text.contains("purchase_days.count 63, and purchase_days.months 2 has 62 days at most"), "{text}");
        parse(&format!(r#"{{ "tiers": [{}] }}"#, tier(62))).unwrap();
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(refusal(r#"{ "tier": "gold", "point": 1 }"#).contains("point"));
        assert!(parse(r#"{ "tiers": [], "tier": "gold" }"#).unwrap_err().contains("`tier`"));
    }
}
