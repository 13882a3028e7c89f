//! The rule of the reference plugin `loyalty-points`, from its own sources, with JSON in and out.

#[path = "../../../../plugins/loyalty-points/src/config/mod.rs"]
pub mod config;
#[path = "../../../../plugins/loyalty-points/src/moment.rs"]
pub mod moment;
#[path = "../../../../plugins/loyalty-points/src/rules.rs"]
pub mod rules;

use serde::{Deserialize, Serialize};

/// What the rule is asked: the same that the contract hands to a plugin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// The event.
    pub event: Event,
    /// The purchase that it tells of.
    pub purchase: Purchase,
    /// The configuration, as JSON in a text.
    pub config: String,
}

/// The event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the log.
    pub seq: u64,
    /// Its type.
    pub event_type: String,
    /// When it happened, in milliseconds.
    pub occurred_at: i64,
    /// When it was recorded, in milliseconds.
    pub recorded_at: i64,
    /// The customer it is about.
    pub customer: Option<String>,
}

/// A purchase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Purchase {
    /// Its id.
    pub id: String,
    /// The system that it comes from.
    pub source: String,
    /// What was paid in all.
    pub amount: Money,
    /// What was bought.
    pub lines: Vec<Line>,
    /// When, in milliseconds.
    pub occurred_at: i64,
}

/// An amount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Digits of the minor unit.
    pub minor_digits: u8,
}

/// A line of a purchase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub product: String,
    /// Its category.
    pub category: Option<String>,
    /// How many.
    pub quantity: u32,
    /// Minor units of the whole line.
    pub amount_minor: i64,
}

/// What the purchase earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Postings; none where it earns nothing.
    pub earned: Vec<Earned>,
}

/// A posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    /// Code of the program.
    pub program: String,
    /// How many points.
    pub points: i64,
    /// Why, as a code.
    pub code: String,
    /// Why, in a sentence.
    pub text: String,
}

/// Asks the rule.
///
/// # Errors
/// The configuration cannot be read, or the points cannot be counted; in words.
pub fn answer(asked: &Asked) -> Result<Answer, String> {
    let config: config::Config = serde_json::from_str(&asked.config).map_err(|error| error.to_string())?;
    let lines = asked.purchase.lines.iter().map(|line| rules::Line {
        product: &line.product,
        quantity: line.quantity,
        category: line.category.as_deref(),
        amount_minor: line.amount_minor,
    });
    let purchase = rules::Purchase {
        amount_minor: asked.purchase.amount.minor,
        currency: &asked.purchase.amount.currency,
        minor_digits: asked.purchase.amount.minor_digits,
        lines: lines.collect(),
    };
    let earned = rules::earned(&purchase, &config).map_err(|error| error.to_string())?;
    let posting = |earned: rules::Earned| Earned {
        program: config.program.clone(),
        points: earned.points,
        code: "purchase".to_owned(),
        text: earned.text,
    };
    Ok(Answer { earned: earned.map(posting).into_iter().collect() })
}

/// The plugin, as Extism calls it.
#[cfg(target_family = "wasm")]
mod plugin {
    use super::{Answer, Asked, answer};
    use extism_pdk::{Error, FnResult, Json, plugin_fn};

    /// What has this purchase earned?
    #[plugin_fn]
    pub fn on_purchase(Json(asked): Json<Asked>) -> FnResult<Json<Answer>> {
        Ok(Json(answer(&asked).map_err(Error::msg)?))
    }
}
