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
        // It stands among the newest, unless it comes late and so many newer ones do.
        let mut others = newest();
        others.retain(|one| one.id != purchase.id);
        match rules::after_purchase(&plain(&others), plain_one(purchase), event.recorded_at, &config) {
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
    purchases.iter().map(plain_one).collect()
}

fn plain_one(purchase: &Purchase) -> rhythm::Purchase<'_> {
    let Money { minor, currency, .. } = &purchase.amount;
    rhythm::Purchase { at: purchase.occurred_at, minor: *minor, currency }
}

stammgast_sdk::export!(LoyaltyWinback: loyalty, occasions);

#[cfg(test)]
mod tests;
