//! Points for purchases: so many for each full currency unit, and more for chosen categories.
//!
//! This file is glue between the host and [`rules`], which know nothing of the host and are tested natively.

pub mod config;
pub mod rules;

/// What the contract in `wit/` looks like in Rust.
#[allow(missing_docs, unsafe_code, clippy::pedantic, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        generate_all,
    });

    // Natively there is no host to export to: tests call the rules.
    #[cfg(target_family = "wasm")]
    use super::LoyaltyPoints;
    #[cfg(target_family = "wasm")]
    export!(LoyaltyPoints);
}

use bindings::{
    exports::stammgast::loyalty::purchase_rules::{EventContext, Guest, PluginError, Purchase},
    stammgast::{loyalty::effects, types::types::Reason},
};

/// The plugin, as the host calls it.
pub struct LoyaltyPoints;

impl Guest for LoyaltyPoints {
    fn on_purchase(_: EventContext, purchase: Purchase, config: String) -> Result<(), PluginError> {
        let config = config::parse(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        let lines = purchase
            .lines
            .iter()
            .map(|line| rules::Line { category: line.category.as_deref(), amount_minor: line.amount_minor });
        let purchase = rules::Purchase {
            amount_minor: purchase.amount.minor,
            currency: &purchase.amount.currency,
            minor_digits: purchase.amount.minor_digits,
            lines: lines.collect(),
        };
        let earned = rules::earned(&purchase, &config).map_err(|error| PluginError::Other(error.to_string()))?;
        if let Some(earned) = earned {
            effects::earn(&config.program, earned.points, &Reason { code: "purchase".to_owned(), text: earned.text });
        }
        Ok(())
    }
}
