//! A loyalty plugin: every purchase earns a fixed number of points.
//!
//! Start with [`earned`]: it is all that this plugin decides. What stands below it answers the host.

use serde::Deserialize;
use stammgast_sdk::{
    EventContext, PluginError, Purchase, Reason,
    loyalty::{LoyaltyRules, earn},
};

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
#[derive(Deserialize)]
struct Config {
    /// Code of the program that the points go to.
    program: String,
    /// What every purchase earns.
    points_per_purchase: i64,
}

/// How many points a purchase earns, and why, in a sentence for people. `None` earns nothing.
fn earned(purchase: &Purchase, config: &Config) -> Option<(i64, String)> {
    if purchase.amount.minor == 0 {
        return None;
    }
    let points = config.points_per_purchase;
    Some((points, format!("{points} points for a purchase")))
}

/// The plugin, as the host calls it.
struct Plugin;

impl LoyaltyRules for Plugin {
    type Config = Config;

    /// Called for every purchase. What it asks for happens when it has returned `Ok`, and not before.
    fn on_purchase(_event: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
        if let Some((points, text)) = earned(purchase, &config) {
            earn(&config.program, points, Reason::new("purchase", text));
        }
        Ok(())
    }
}

stammgast_sdk::export!(Plugin: loyalty);

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_sdk::{
        loyalty,
        testing::{self, Effect, Host},
    };

    fn effects(minor: i64) -> Vec<Effect> {
        let host = Host::new().manifest(include_str!("../manifest.json"));
        let (event, purchase) = (testing::event("purchase.recorded"), testing::purchase(minor, "EUR", 2));
        let call = || loyalty::on_purchase::<Plugin>(&event, &purchase, include_str!("../config.json"));
        let (result, recorded) = testing::run(host, call);
        assert_eq!(result, Ok(()));
        recorded.effects
    }

    #[test]
    fn every_purchase_earns_the_same_but_gifts_earn_nothing() {
        let reason = Reason::new("purchase", "10 points for a purchase");
        assert_eq!(effects(12_50), [Effect::Earn { program: "points".to_owned(), points: 10, reason }]);
        assert_eq!(effects(0), []);
    }
}
