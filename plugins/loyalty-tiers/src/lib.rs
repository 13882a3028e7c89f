//! Tiers by status points: whenever the points move, and when a tier's time is over.
//!
//! This file is glue between the host and [`rules`], which know nothing of the host and are tested natively.

pub mod config;
pub mod rules;

use config::Config;
use stammgast_sdk::{
    Date, EventContext, PluginError, Reason, lookup,
    loyalty::{Occasion, OccasionRules, PointsChange, PointsRules, propose_tier},
};
use std::collections::BTreeSet;

/// The plugin, as the host calls it.
pub struct LoyaltyTiers;

impl PointsRules for LoyaltyTiers {
    type Config = Config;

    fn on_points(event: &EventContext, change: &PointsChange, config: Config) -> Result<(), PluginError> {
        if change.program == config.program
            && let Some(today) = rules::day_of(event.occurred_at)
        {
            propose(event, &config, today);
        }
        Ok(())
    }
}

impl OccasionRules for LoyaltyTiers {
    type Config = Config;

    fn on_occasion(event: &EventContext, occasion: &Occasion, config: Config) -> Result<(), PluginError> {
        if occasion.kind == "tier-review" && occasion.program.as_ref() == Some(&config.program) {
            propose(event, &config, occasion.day);
        }
        Ok(())
    }
}

/// Proposes the highest tier whose conditions hold on a day.
fn propose(event: &EventContext, config: &Config, today: Date) {
    // Points between the company and its partners are nobody's.
    if event.customer.is_none() {
        return;
    }
    let points = lookup::points(&config.program);
    let days = match rules::wanted(&config.tiers, points, today) {
        Some(wanted) => rules::purchase_days(lookup::purchases().map(|purchase| purchase.occurred_at), &wanted),
        None => BTreeSet::new(),
    };
    if let Some(proposal) = rules::proposal(&config.tiers, points, today, &days) {
        propose_tier(&config.program, proposal.tier, Reason::new("tier", proposal.text));
    }
}

stammgast_sdk::export!(LoyaltyTiers: occasions, points);

#[cfg(test)]
mod tests;
