//! A quality plugin: raises a finding when one of the configured words occurs in a contact.
//!
//! Start with [`word_in`]: it is all that this plugin decides. What stands below it answers the host.

use serde::Deserialize;
use stammgast_sdk::{
    EventContext, Evidence, Interaction, PluginError, Reason,
    quality::{QualityChecks, Severity, raise_finding},
};

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
#[derive(Deserialize)]
struct Config {
    /// Words to look for, each of letters and digits.
    words: Vec<String>,
}

/// The first word of a text that is one of the configured words, in any case.
fn word_in<'t>(text: &'t str, config: &Config) -> Option<&'t str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let is_configured = |word: &&str| config.words.iter().any(|wanted| wanted.to_lowercase() == word.to_lowercase());
    words.filter(|word| !word.is_empty()).find(is_configured)
}

/// The plugin, as the host calls it.
struct Plugin;

impl QualityChecks for Plugin {
    type Config = Config;

    /// Called for every contact. What it asks for happens when it has returned `Ok`, and not before.
    fn check_interaction(_event: &EventContext, contact: &Interaction, config: Config) -> Result<(), PluginError> {
        for (field, text) in [("subject", contact.subject.as_deref().unwrap_or_default()), ("text", &contact.text)] {
            if let Some(word) = word_in(text, &config) {
                let reason = Reason::new("word-found", format!("the word `{word}` occurs in the {field}"));
                raise_finding(Severity::Info, reason, Some(Evidence::new(field, word)));
            }
        }
        Ok(())
    }
}

stammgast_sdk::export!(Plugin: quality);

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_sdk::{
        quality,
        testing::{self, Effect, Host},
    };

    fn effects(subject: &str, text: &str) -> Vec<Effect> {
        let host = Host::new().manifest(include_str!("../manifest.json"));
        let (event, contact) = (testing::event("interaction.recorded"), testing::interaction(subject, text));
        let call = || quality::check_interaction::<Plugin>(&event, &contact, include_str!("../config.json"));
        let (result, recorded) = testing::run(host, call);
        assert_eq!(result, Ok(()));
        recorded.effects
    }

    #[test]
    fn whole_words_are_found_in_any_case() {
        let finding = Effect::RaiseFinding {
            severity: Severity::Info,
            reason: Reason::new("word-found", "the word `Refund` occurs in the text"),
            evidence: Some(Evidence::new("text", "Refund")),
        };
        assert_eq!(effects("Scratched record", "I want a Refund!"), [finding]);
        assert_eq!(effects("A question", "It is non-refundable."), []);
    }
}
