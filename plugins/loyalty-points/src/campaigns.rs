//! What campaigns give beside what a purchase earns anyway.

use crate::{
    config::{Campaign, Config, Day, Gives, Weekday},
    counts::Counts,
    moment::Moment,
    rules::{self, Overflow, Purchase},
};

/// What a campaign gives for a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift<'c> {
    /// The campaign.
    pub campaign: &'c Campaign,
    /// How many points it gives.
    pub points: i64,
    /// How many it would give without its cap; at least 1.
    pub uncapped: i64,
}

/// What campaigns give for a purchase, caps aside; in the order of the configuration.
///
/// # Errors
/// [`Overflow`]
pub fn gifts<'c>(purchase: &Purchase<'_>, moment: Moment, config: &'c Config) -> Result<Vec<Gift<'c>>, Overflow> {
    let mut gifts = Vec::new();
    if !rules::may_earn(purchase, config) {
        return Ok(gifts);
    }
    for campaign in config.campaigns.iter().filter(|campaign| holds(campaign, moment)) {
        let amount = amount(campaign, purchase)?;
        // What costs nothing is a gift, and gives none.
        if amount < campaign.minimum_amount.max(1) {
            continue;
        }
        let points = match campaign.gives {
            Gives::Multiplier { percent } => rules::surplus(rules::usual_points(amount, purchase, config)?, percent)?,
            Gives::Points(points) => points,
        };
        if points > 0 {
            gifts.push(Gift { campaign, points, uncapped: points });
        }
    }
    Ok(gifts)
}

/// Whether something may be counted for these gifts.
#[must_use]
pub fn is_any_capped(gifts: &[Gift<'_>]) -> bool {
    gifts.iter().any(|gift| gift.campaign.cap.is_some())
}

/// Whether a campaign of this name counts what it gives.
#[must_use]
pub fn is_counted(name: &str, config: &Config) -> bool {
    config.campaigns.iter().any(|campaign| campaign.name == name && campaign.cap.is_some())
}

/// Cuts gifts of a day down to what their caps leave, perhaps to nothing, and counts what is left of them.
pub fn keep_caps(gifts: &mut [Gift<'_>], day: i64, counts: &mut Counts) {
    for gift in gifts {
        let Some(cap) = gift.campaign.cap else { continue };
        let count = counts.of(&gift.campaign.name);
        gift.points = gift.uncapped.min(count.room(day, cap.points, cap.days));
        if gift.points > 0 {
            count.add(day, gift.points, cap.days);
        }
    }
}

/// Whether a campaign holds at a moment.
fn holds(campaign: &Campaign, moment: Moment) -> bool {
    let Moment { day, minute } = moment;
    let date = moment.date().map(Day);
    campaign.from.is_none_or(|first| date.is_some_and(|date| first <= date))
        && campaign.to.is_none_or(|last| date.is_some_and(|date| date <= last))
        && (campaign.weekdays.is_empty() || campaign.weekdays.contains(&Weekday::of(day)))
        && campaign.hours.as_ref().is_none_or(|hours| hours.hold(minute))
}

/// What the goods of a campaign cost, in minor units: the whole purchase, or the lines of its categories and products.
fn amount(campaign: &Campaign, purchase: &Purchase<'_>) -> Result<i64, Overflow> {
    let Campaign { categories, products, .. } = campaign;
    if categories.is_empty() && products.is_empty() {
        return Ok(purchase.amount_minor);
    }
    rules::amount(purchase.lines.iter().filter(|line| {
        products.iter().any(|product| product == line.product)
            || line.category.is_some_and(|category| categories.iter().any(|listed| listed == category))
    }))
}

#[cfg(test)]
mod tests;
