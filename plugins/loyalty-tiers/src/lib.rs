//! Tiers by status points: whenever the points move, and when a tier's time is over.
//!
//! This file is glue between the host and [`rules`], which know nothing of the host and are tested natively.

pub mod config;
pub mod rules;

use config::Config;
use stammgast_sdk::{
    Date, EventContext, PluginError, Reason, lookup,
    loyalty::{Occasion, OccasionRules, PointsChange, PointsRules, propose_no_tier, propose_tier},
};

/// The plugin, as the host calls it.
pub struct LoyaltyTiers;

impl PointsRules for LoyaltyTiers {
    type Config = Config;

    fn on_points(event: &EventContext, change: &PointsChange, config: Config) -> Result<(), PluginError> {
        if change.program == config.program
            && let Some(day) = Date::of(event.occurred_at)
        {
            // The points of a purchase that was told late complete what newer purchases began.
            propose(event, &config, |newest| newest.map_or(day, |newest| newest.max(day)));
        }
        Ok(())
    }
}

impl OccasionRules for LoyaltyTiers {
    type Config = Config;

    fn on_occasion(event: &EventContext, occasion: &Occasion, config: Config) -> Result<(), PluginError> {
        if occasion.kind == "tier-review" && occasion.program.as_ref() == Some(&config.program) {
            propose(event, &config, |_| occasion.day);
        }
        Ok(())
    }
}

/// Proposes the highest tier whose conditions hold on a day, which may go by that of the newest purchase; or none.
fn propose(event: &EventContext, config: &Config, day: impl FnOnce(Option<Date>) -> Date) {
    // Points between the company and its partners are nobody's.
    if event.customer.is_none() {
        return;
    }
    let points = lookup::points(&config.program);
    let wanted = rules::wanted(&config.tiers, points);
    let mut times = lookup::purchases().map(|purchase| purchase.occurred_at).peekable();
    let today = day(wanted.and_then(|_| times.peek().copied()).and_then(Date::of));
    let days = wanted.map(|wanted| rules::purchase_days(times, wanted, today)).unwrap_or_default();
    if let Some(proposal) = rules::proposal(&config.tiers, points, today, &days) {
        propose_tier(&config.program, proposal.tier, Reason::new("tier", proposal.text));
    } else if let Some(text) = rules::why_none(&config.tiers, points) {
        propose_no_tier(&config.program, Reason::new("no-tier", text));
    }
}

stammgast_sdk::export!(LoyaltyTiers: occasions, points);

#[cfg(test)]
mod tests;
