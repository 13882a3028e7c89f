//! Points for every full currency unit of a purchase, and other points for the lines of one category.
//!
//! Start with [`points`]: it is the rule. What stands below it answers the host.

use serde::Deserialize;
use stammgast_sdk::{
    EventContext, Money, PluginError, Purchase, Reason,
    loyalty::{LoyaltyRules, earn},
};

/// What a tenant's admin may set, as `config_schema` in `manifest.json` describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Code of the program that the points go to.
    program: String,
    /// Points for each full currency unit.
    points_per_unit: i64,
    /// A category that earns other points.
    bonus: Option<Bonus>,
}

/// What the lines of one category earn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bonus {
    /// The category's code.
    category: String,
    /// Points for each full currency unit of its lines.
    points_per_unit: i64,
}

/// How many points a purchase earns; `None` where they cannot be counted in 64 bits.
///
/// Full units count over all lines of a sort together: three lines of 0.50 are one full unit, not none.
fn points(purchase: &Purchase, config: &Config) -> Option<i64> {
    let unit = 10_i64.checked_pow(purchase.amount.minor_digits.into())?;
    let Some(bonus) = config.bonus.as_ref().filter(|_| !purchase.lines.is_empty()) else {
        return (total(purchase)? / unit).checked_mul(config.points_per_unit);
    };
    let mut lines = purchase.lines.iter().filter(|line| line.category.as_ref() == Some(&bonus.category));
    let bonus_minor = lines.try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor))?;
    let rest_minor = total(purchase)?.checked_sub(bonus_minor)?;
    let usual = (rest_minor / unit).checked_mul(config.points_per_unit)?;
    usual.checked_add((bonus_minor / unit).checked_mul(bonus.points_per_unit)?)
}

/// What counts, in minor units: the lines, or the amount where the source tells no lines.
fn total(purchase: &Purchase) -> Option<i64> {
    if purchase.lines.is_empty() {
        return Some(purchase.amount.minor);
    }
    purchase.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor))
}

/// An amount as people write it: `12.50 EUR`, `1200 JPY`.
fn written(amount: &Money) -> String {
    let digits = usize::from(amount.minor_digits);
    let padded = format!("{:0>width$}", amount.minor, width = digits + 1);
    match padded.split_at_checked(padded.len().saturating_sub(digits)) {
        Some((whole, part)) if !part.is_empty() => format!("{whole}.{part} {}", amount.currency),
        _ => format!("{padded} {}", amount.currency),
    }
}

/// The plugin, as the host calls it.
struct Points;

impl LoyaltyRules for Points {
    type Config = Config;

    fn on_purchase(_event: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
        let too_many = || PluginError::Other("the points of this purchase cannot be counted in 64 bits".to_owned());
        let points = points(purchase, &config).ok_or_else(too_many)?;
        if points > 0 {
            let text = format!("{points} points for {}", written(&purchase.amount));
            earn(&config.program, points, Reason::new("purchase", text));
        }
        Ok(())
    }
}

stammgast_sdk::export!(Points: loyalty);

#[cfg(test)]
mod tests;
