//! Congratulations on birthdays and anniversaries, with points, a voucher or a reward.
//!
//! This file is glue between the host and [`rules`], which know nothing of the host and are tested natively.

pub mod config;
pub mod rules;
pub mod text;

use config::{Config, Gift};
use stammgast_sdk::{
    EventContext, PluginError, Reason,
    contacts::{self, Message, Purpose},
    lookup,
    loyalty::{Occasion, OccasionRules, earn, make_eligible},
};
use text::Known;

/// The most characters of a message's title.
const LONGEST_TITLE: usize = 300;
/// The most characters of a message's text.
const LONGEST_TEXT: usize = 10_000;

/// The plugin, as the host calls it.
pub struct LoyaltyBirthday;

impl OccasionRules for LoyaltyBirthday {
    type Config = Config;

    fn on_occasion(_: &EventContext, occasion: &Occasion, config: Config) -> Result<(), PluginError> {
        let Some((day, chosen)) = rules::congratulation(&config, &occasion.kind, occasion.years) else {
            return Ok(());
        };
        let cause = rules::cause(day, occasion.years);
        if let Some(Gift { program, points }) = &chosen.gift {
            earn(program, *points, Reason::new(day.code(), rules::why_points(*points, &cause)));
        }
        let last_day = occasion.day.plus_days(chosen.valid_days.into());
        if let Some(reward) = &chosen.reward {
            make_eligible(reward, last_day, Reason::new(day.code(), rules::why_reward(reward, &cause)));
        }
        let needs_name = chosen.title.needs_name() || chosen.text.needs_name();
        let customer = if needs_name { lookup::customer() } else { None };
        let name = customer.as_ref().and_then(|customer| customer.name.as_deref());
        let known = Known { name, years: occasion.years };
        let (title, text) = (chosen.title.said(known, LONGEST_TITLE), chosen.text.said(known, LONGEST_TEXT));
        let message = Message {
            offer: chosen.offer.clone(),
            last_day,
            ..Message::new(Purpose::Relationship, day.code(), title, text)
        };
        contacts::propose(message, Reason::new(day.code(), rules::why_message(chosen.offer.as_deref(), &cause)));
        Ok(())
    }
}

stammgast_sdk::export!(LoyaltyBirthday: occasions);

#[cfg(test)]
mod tests;
