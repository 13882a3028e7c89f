//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema, so this module checks only what a schema cannot say.

mod campaign;
mod once;
mod time;

pub use campaign::{Campaign, Cap, Gives};
pub use once::{Named, Once, Twice};
pub use time::{Day, Hours, Weekday};

use serde::Deserialize;
use std::num::NonZeroU32;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Code of the program that the points go to.
    pub program: String,
    /// Points for each full currency unit; 1 to 10,000.
    pub points_per_unit: i64,
    /// ISO 4217 codes of the currencies that earn; every currency where absent.
    pub currencies: Option<Vec<String>>,
    /// Minor units; smaller purchases earn nothing.
    pub minimum_amount: i64,
    /// Categories that earn more.
    pub bonus_categories: Once<BonusCategory>,
    /// Products that earn more.
    pub bonus_products: Once<BonusProduct>,
    /// Minutes by which the clock of campaigns and activities is ahead of UTC.
    pub utc_offset_minutes: i32,
    /// Times in which purchases earn more.
    pub campaigns: Once<Campaign>,
    /// What customers earn points for beside buying.
    pub activities: Once<Activity>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            program: "points".to_owned(),
            points_per_unit: 1,
            currencies: None,
            minimum_amount: 0,
            bonus_categories: Once::default(),
            bonus_products: Once::default(),
            utc_offset_minutes: 0,
            campaigns: Once::default(),
            activities: Once::default(),
        }
    }
}

/// A category that earns more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BonusCategory {
    /// The category's code.
    pub category: String,
    /// What it earns in per cent of the usual: 200 is double.
    pub multiplier_percent: i64,
}

impl Named for BonusCategory {
    const LIST: &'static str = "bonus_categories";

    fn name(&self) -> &str {
        &self.category
    }
}

/// A product that earns more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BonusProduct {
    /// The product's code in the shop.
    pub product: String,
    /// Points for each piece, beside the usual.
    pub points: i64,
}

impl Named for BonusProduct {
    const LIST: &'static str = "bonus_products";

    fn name(&self) -> &str {
        &self.product
    }
}

/// An activity that earns points.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// What it is: a code such as `survey-answered`.
    pub kind: String,
    /// How many points.
    pub points: i64,
    /// It earns once in so many days; every time where absent.
    pub once_in_days: Option<NonZeroU32>,
}

impl Named for Activity {
    const LIST: &'static str = "activities";

    fn name(&self) -> &str {
        &self.kind
    }
}

/// Reads a configuration as the SDK does.
#[cfg(test)]
pub(crate) fn parse(json: &str) -> serde_json::Result<Config> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests;
