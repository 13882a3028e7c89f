//! Notices to customers: points that expire soon, a tier whose time is over, a membership that ends.
//!
//! This file is glue between the host and [`notices`], which know nothing of the host and are tested natively.

pub mod config;
pub mod notices;
pub mod text;

use config::Config;
use notices::{Said, Told};
use stammgast_sdk::{
    EventContext, PluginError, Reason,
    contacts::{self, Message, Purpose},
    loyalty::{Occasion, OccasionRules},
};

/// The plugin, as the host calls it.
pub struct LoyaltyNotices;

impl OccasionRules for LoyaltyNotices {
    type Config = Config;

    fn on_occasion(_: &EventContext, occasion: &Occasion, config: Config) -> Result<(), PluginError> {
        let told = Told {
            kind: &occasion.kind,
            day: occasion.day,
            program: occasion.program.as_deref(),
            points: occasion.points,
            name: occasion.name.as_deref(),
        };
        if let Some(Said { code, topic, title, text, offer, last_day, why }) = notices::said(told, &config) {
            let message = Message::new(Purpose::Relationship, &topic, title, text);
            let message = Message { offer: offer.map(str::to_owned), last_day, ..message };
            contacts::propose(message, Reason::new(code, why));
        }
        Ok(())
    }
}

stammgast_sdk::export!(LoyaltyNotices: occasions);

#[cfg(test)]
mod tests;
