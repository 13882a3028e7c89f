//! A quality plugin: raises a finding when one of the configured words occurs in a contact.
//!
//! Start with [`word_in`]: it is all that this plugin decides. What stands below it talks with the host.

use bindings::{
    exports::stammgast::quality::interaction_checks::{EventContext, Guest, Interaction, PluginError},
    stammgast::{
        host::log,
        quality::effects::{self, Severity},
        types::types::{Evidence, Reason},
    },
};
use serde::Deserialize;

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
pub struct Plugin;

impl Guest for Plugin {
    /// Called for every contact. What it asks for happens when it has returned `Ok`, and not before.
    fn check_interaction(_event: EventContext, contact: Interaction, config: String) -> Result<(), PluginError> {
        report_panics();
        let config: Config =
            serde_json::from_str(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        for (field, text) in [("subject", contact.subject.as_deref().unwrap_or_default()), ("text", &contact.text)] {
            if let Some(word) = word_in(text, &config) {
                let sentence = format!("the word `{word}` occurs in the {field}");
                let reason = Reason { code: "word-found".to_owned(), text: sentence };
                let evidence = Evidence { field: field.to_owned(), quote: word.to_owned() };
                effects::raise_finding(Severity::Info, &reason, Some(&evidence));
            }
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
        path: ["wit/types", "wit/host", "wit/quality"],
        world: "stammgast:quality/quality-checks",
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
        assert_eq!(word_in("I want a Refund!", &config), Some("Refund"));
        assert_eq!(word_in("It is non-refundable.", &config), None);
    }
}
