//! A feedback plugin: opens an item for a department when a customer uses one of the configured words.
//!
//! Start with [`word_in`]: it is all that this plugin decides. What stands below it answers the host.

use serde::Deserialize;
use stammgast_sdk::{
    Direction, EventContext, Evidence, Interaction, PluginError, Reason,
    feedback::{FeedbackRoutes, Item, Kind, open_item},
};

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
#[derive(Deserialize)]
struct Config {
    /// Words that show that the department is meant, each of letters and digits.
    words: Vec<String>,
    /// Code of what it is about.
    topic: String,
    /// Code of the department that has to hear of it.
    department: String,
}

/// The first word of a text that is one of the configured words, in any case.
fn word_in<'t>(text: &'t str, config: &Config) -> Option<&'t str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let is_configured = |word: &&str| config.words.iter().any(|wanted| wanted.to_lowercase() == word.to_lowercase());
    words.filter(|word| !word.is_empty()).find(is_configured)
}

/// The plugin, as the host calls it.
struct Plugin;

impl FeedbackRoutes for Plugin {
    type Config = Config;

    /// Called for every contact. What it asks for happens when it has returned `Ok`, and not before.
    fn route_interaction(_event: &EventContext, contact: &Interaction, config: Config) -> Result<(), PluginError> {
        if contact.direction == Direction::Outbound {
            return Ok(());
        }
        let subject = contact.subject.as_deref().unwrap_or_default();
        let fields = [("subject", subject), ("text", contact.text.as_str())];
        let found = fields.into_iter().find_map(|(field, text)| Some((field, word_in(text, &config)?)));
        if let Some((field, word)) = found {
            let sentence = format!("the customer speaks of `{word}`");
            let title = if subject.trim().is_empty() { sentence.as_str() } else { subject };
            open_item(Item {
                title: title.chars().take(300).collect(),
                department: config.department,
                kind: Kind::Complaint,
                topic: config.topic,
                reason: Reason::new("word-found", sentence),
                evidence: Some(Evidence::new(field, word)),
            });
        }
        Ok(())
    }
}

stammgast_sdk::export!(Plugin: feedback);

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_sdk::{
        feedback,
        testing::{self, Effect, Host},
    };

    fn effects(contact: &Interaction) -> Vec<Effect> {
        let host = Host::new().manifest(include_str!("../manifest.json"));
        let event = testing::event("interaction.recorded");
        let call = || feedback::route_interaction::<Plugin>(&event, contact, include_str!("../config.json"));
        let (result, recorded) = testing::run(host, call);
        assert_eq!(result, Ok(()));
        recorded.effects
    }

    #[test]
    fn whole_words_of_customers_are_found_in_any_case() {
        let item = Item {
            department: "logistics".to_owned(),
            kind: Kind::Complaint,
            topic: "delivery".to_owned(),
            title: "A question".to_owned(),
            reason: Reason::new("word-found", "the customer speaks of `PARCEL`"),
            evidence: Some(Evidence::new("text", "PARCEL")),
        };
        let asked = testing::interaction("A question", "Where is my PARCEL?");
        assert_eq!(effects(&asked), [Effect::OpenItem(item)]);
        assert_eq!(effects(&Interaction { direction: Direction::Outbound, ..asked }), []);
        assert_eq!(effects(&testing::interaction("A question", "Where are my parcels?")), []);
    }
}
