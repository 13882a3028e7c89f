//! A message to customers who have not bought for longer than is usual for them.
//!
//! This file is glue between the host and [`rules`], which know nothing of the host and are tested natively.

pub mod config;
pub mod rhythm;
pub mod rules;

use config::{Config, Invitation};
use rules::{Answer, LAPSE, LAPSE_AGAIN, Next};
use stammgast_sdk::{
    EventContext, Money, PluginError, Purchase, Reason,
    contacts::{self, Message, Purpose},
    lookup,
    loyalty::{LoyaltyRules, Occasion, OccasionRules},
    reminders,
};

/// The plugin, as the host calls it.
pub struct LoyaltyWinback;

impl LoyaltyRules for LoyaltyWinback {
    type Config = Config;

    fn on_purchase(event: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
        let mut bought = newest();
        // It stands among them, unless it comes late and so many newer ones do.
        if bought.iter().all(|one| one.id != purchase.id) {
            bought.push(purchase.clone());
        }
        match rules::after_purchase(&plain(&bought), purchase.occurred_at, event.recorded_at, &config) {
            Next::Wait(day) => {
                reminders::set(LAPSE, day);
                reminders::cancel(LAPSE_AGAIN);
            }
            Next::Forget => {
                reminders::cancel(LAPSE);
                reminders::cancel(LAPSE_AGAIN);
            }
            Next::Leave => {}
        }
        Ok(())
    }
}

impl OccasionRules for LoyaltyWinback {
    type Config = Config;

    fn on_occasion(_: &EventContext, occasion: &Occasion, config: Config) -> Result<(), PluginError> {
        let Some(name) = occasion.name.as_deref().filter(|_| occasion.kind == "reminder") else {
            return Ok(());
        };
        match rules::reminded(name, occasion.day, &plain(&newest()), &config) {
            Answer::Invite { invitation, why, again } => {
                let Invitation { title, text, offer } = invitation.clone();
                let last_day = occasion.day.plus_days(config.valid_days);
                let message = Message::new(Purpose::Selling, "win-back", title, text);
                contacts::propose(Message { offer, last_day, ..message }, Reason::new("win-back", why));
                if let Some(day) = again {
                    reminders::set(LAPSE_AGAIN, day);
                }
            }
            Answer::Wait(day) => reminders::set(LAPSE, day),
            Answer::Nothing => {}
        }
        Ok(())
    }
}

/// The customer's newest purchases.
fn newest() -> Vec<Purchase> {
    lookup::purchases().take(rhythm::MOST_PURCHASES).collect()
}

/// Purchases as the rules take them.
fn plain(purchases: &[Purchase]) -> Vec<rhythm::Purchase<'_>> {
    let plain = purchases.iter().map(|Purchase { amount: Money { minor, currency, .. }, occurred_at, .. }| {
        rhythm::Purchase { at: *occurred_at, minor: *minor, currency }
    });
    plain.collect()
}

stammgast_sdk::export!(LoyaltyWinback: loyalty, occasions);

#[cfg(test)]
mod tests;
