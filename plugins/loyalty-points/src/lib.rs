//! Points for purchases: so many for each full currency unit, more for chosen categories and products and in campaigns;
//! and points for what customers do beside buying.
//!
//! This file is glue between the host and the other modules, which know nothing of the host and are tested natively.

pub mod activities;
pub mod campaigns;
pub mod config;
pub mod counts;
pub mod moment;
pub mod rules;
pub mod why;

use config::Config;
use counts::Counts;
use moment::Moment;
use stammgast_sdk::{
    EventContext, PluginError, Purchase, Reason,
    loyalty::{self, Activity, ActivityRules, LoyaltyRules},
    state,
};

/// The plugin, as the host calls it.
pub struct LoyaltyPoints;

impl LoyaltyRules for LoyaltyPoints {
    type Config = Config;

    fn on_purchase(_: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
        let moment = Moment::of(purchase.occurred_at, config.utc_offset_minutes);
        let purchase = plain(purchase);
        if let Some(earned) = rules::earned(&purchase, &config).map_err(uncountable)? {
            earn(&config, "purchase", earned.points, earned.text);
        }
        let mut gifts = campaigns::gifts(&purchase, moment, &config).map_err(uncountable)?;
        if campaigns::is_any_capped(&gifts) {
            let is_counted = |name: &str| campaigns::is_counted(name, &config);
            counting("campaigns", is_counted, |counts| campaigns::keep_caps(&mut gifts, moment.day, counts))?;
        }
        for gift in gifts.iter().filter(|gift| gift.points > 0) {
            earn(&config, &gift.campaign.name, gift.points, why::sentence(gift, &purchase));
        }
        Ok(())
    }
}

impl ActivityRules for LoyaltyPoints {
    type Config = Config;

    fn on_activity(_: &EventContext, activity: &Activity, config: Config) -> Result<(), PluginError> {
        let Some(rule) = activities::rule(&activity.kind, &config) else { return Ok(()) };
        let day = Moment::of(activity.occurred_at, config.utc_offset_minutes).day;
        let earned = if rule.once_in_days.is_some() {
            let is_counted = |kind: &str| activities::is_counted(kind, &config);
            counting("activities", is_counted, |counts| activities::earned(rule, day, counts))?
        } else {
            activities::earned(rule, day, &mut Counts::default())
        };
        if let Some(earned) = earned {
            earn(&config, &rule.kind, earned.points, earned.text);
        }
        Ok(())
    }
}

/// The purchase, as the rules know it.
fn plain(purchase: &Purchase) -> rules::Purchase<'_> {
    let lines = purchase.lines.iter().map(|line| rules::Line {
        product: &line.product,
        category: line.category.as_deref(),
        quantity: line.quantity,
        amount_minor: line.amount_minor,
    });
    rules::Purchase {
        amount_minor: purchase.amount.minor,
        currency: &purchase.amount.currency,
        minor_digits: purchase.amount.minor_digits,
        lines: lines.collect(),
    }
}

fn uncountable(error: rules::Overflow) -> PluginError {
    PluginError::Other(error.to_string())
}

fn earn(config: &Config, code: &str, points: i64, text: String) {
    loyalty::earn(&config.program, points, Reason::new(code, text));
}

/// Lets a rule count in the customer's state, under a key; names that nobody counts any more are forgotten.
fn counting<R>(
    key: &str,
    is_counted: impl Fn(&str) -> bool,
    rule: impl FnOnce(&mut Counts) -> R,
) -> Result<R, PluginError> {
    let foreign = |error: serde_json::Error| {
        let remedy = "run the version of the plugin that wrote it";
        PluginError::Other(format!("the customer's state `{key}` is not what this version writes: {error}; {remedy}"))
    };
    let before = Counts::read(state::customer().get_bytes(key).as_deref()).map_err(foreign)?;
    let mut counts = before.clone();
    let result = rule(&mut counts);
    counts.keep(is_counted);
    if counts != before {
        state::customer().set_bytes(key, &counts.written().map_err(foreign)?);
    }
    Ok(result)
}

stammgast_sdk::export!(LoyaltyPoints: loyalty, activities);
