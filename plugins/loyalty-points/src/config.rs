//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema, so this file checks only what a schema cannot say.

use serde::Deserialize;
use std::{collections::BTreeSet, fmt};

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
    pub bonus_categories: BonusCategories,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            program: "points".to_owned(),
            points_per_unit: 1,
            currencies: None,
            minimum_amount: 0,
            bonus_categories: BonusCategories::default(),
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

/// Bonus categories, each named once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<BonusCategory>")]
pub struct BonusCategories(Vec<BonusCategory>);

impl BonusCategories {
    /// The categories in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &BonusCategory> {
        self.0.iter()
    }
}

impl TryFrom<Vec<BonusCategory>> for BonusCategories {
    type Error = CategoryTwice;

    fn try_from(categories: Vec<BonusCategory>) -> Result<Self, CategoryTwice> {
        let mut seen = BTreeSet::new();
        match categories.iter().find(|bonus| !seen.insert(&bonus.category)) {
            Some(twice) => Err(CategoryTwice(twice.category.clone())),
            None => Ok(Self(categories)),
        }
    }
}

/// A category has two bonuses, and nobody can say which one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryTwice(String);

impl fmt::Display for CategoryTwice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bonus_categories names `{}` twice; keep one of them", self.0)
    }
}

impl std::error::Error for CategoryTwice {}

/// Reads the configuration.
///
/// # Errors
/// It is no JSON, does not fit the schema, or names a category twice.
pub fn parse(json: &str) -> serde_json::Result<Config> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_gives_one_point_a_unit() {
        assert_eq!(parse("{}").unwrap(), Config::default());
    }

    #[test]
    fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        let defaults: serde_json::Map<_, _> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
            .collect();
        assert_eq!(parse(&serde_json::Value::Object(defaults).to_string()).unwrap(), Config::default());
        for example in schema["examples"].as_array().unwrap() {
            parse(&example.to_string()).unwrap();
        }
    }

    #[test]
    fn a_category_named_twice_is_refused_by_name() {
        let bonus = r#"{ "category": "music", "multiplier_percent": 200 }"#;
        let error = parse(&format!(r#"{{ "bonus_categories": [{bonus}, {bonus}] }}"#)).unwrap_err();
        assert!(error.to_string().contains("`music` twice"), "{error}");
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(parse(r#"{ "points": 2 }"#).unwrap_err().to_string().contains("points"));
    }
}
