//! A loyalty plugin: every purchase earns a fixed number of points.
//!
//! Start with [`earned`]: it is all that this plugin decides. What stands below it talks with the host.

use bindings::{
    exports::stammgast::loyalty::purchase_rules::{EventContext, Guest, PluginError, Purchase},
    stammgast::{host::log, loyalty::effects, types::types::Reason},
};
use serde::Deserialize;

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
pub struct Plugin;

impl Guest for Plugin {
    /// Called for every purchase. What it asks for happens when it has returned `Ok`, and not before.
    fn on_purchase(_event: EventContext, purchase: Purchase, config: String) -> Result<(), PluginError> {
        report_panics();
        let config: Config =
            serde_json::from_str(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        if let Some((points, text)) = earned(&purchase, &config) {
            effects::earn(&config.program, points, &Reason { code: "purchase".to_owned(), text });
        }
        Ok(())
    }
}

/// A panic ends the call. Its message goes to the host's log, and from there to the dead letter.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| log::write(log::Level::Error, &panic.to_string())));
}

/// The contract in `wit/`, as Rust.
#[allow(unsafe_code, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["wit/types", "wit/host", "wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        generate_all,
    });

    // Tests run natively, where there is no host to export to.
    #[cfg(target_family = "wasm")]
    use super::Plugin;
    #[cfg(target_family = "wasm")]
    export!(Plugin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use bindings::stammgast::types::types::Money;

    fn purchase(minor: i64) -> Purchase {
        Purchase {
            id: "a-purchase".to_owned(),
            source: "webshop".to_owned(),
            amount: Money { minor, currency: "EUR".to_owned(), minor_digits: 2 },
            lines: Vec::new(),
            occurred_at: 0,
        }
    }

    #[test]
    fn every_purchase_earns_the_same_but_gifts_earn_nothing() {
        let config: Config = serde_json::from_str(include_str!("../config.json")).unwrap();
        assert_eq!(earned(&purchase(12_50), &config).map(|(points, _)| points), Some(config.points_per_purchase));
        assert_eq!(earned(&purchase(0), &config), None);
    }
}
