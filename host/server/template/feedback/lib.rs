//! A feedback plugin: opens an item for a department when a customer uses one of the configured words.
//!
//! Start with [`word_in`]: it is all that this plugin decides. What stands below it talks with the host.

use bindings::{
    exports::stammgast::feedback::interaction_routes::{EventContext, Guest, Interaction, PluginError},
    stammgast::{
        feedback::effects::{self, Item, Kind},
        host::log,
        types::types::{Direction, Evidence, Reason},
    },
};
use serde::Deserialize;

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
pub struct Plugin;

impl Guest for Plugin {
    /// Called for every contact. What it asks for happens when it has returned `Ok`, and not before.
    fn route_interaction(_event: EventContext, contact: Interaction, config: String) -> Result<(), PluginError> {
        report_panics();
        let config: Config =
            serde_json::from_str(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        if contact.direction == Direction::Outbound {
            return Ok(());
        }
        let subject = contact.subject.as_deref().unwrap_or_default();
        let fields = [("subject", subject), ("text", contact.text.as_str())];
        let found = fields.into_iter().find_map(|(field, text)| Some((field, word_in(text, &config)?)));
        if let Some((field, word)) = found {
            let sentence = format!("the customer speaks of `{word}`");
            let title = if subject.trim().is_empty() { sentence.as_str() } else { subject };
            effects::open_item(&Item {
                department: config.department.clone(),
                kind: Kind::Complaint,
                topic: config.topic.clone(),
                title: title.chars().take(300).collect(),
                reason: Reason { code: "word-found".to_owned(), text: sentence },
                evidence: Some(Evidence { field: field.to_owned(), quote: word.to_owned() }),
            });
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
        path: ["wit/types", "wit/host", "wit/feedback"],
        world: "stammgast:feedback/feedback-routes",
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

    #[test]
    fn whole_words_are_found_in_any_case() {
        let config: Config = serde_json::from_str(include_str!("../config.json")).unwrap();
        assert_eq!(word_in("Where is my PARCEL?", &config), Some("PARCEL"));
        assert_eq!(word_in("Where are my parcels?", &config), None);
    }
}
