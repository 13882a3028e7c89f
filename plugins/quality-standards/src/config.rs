//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema. Patterns and phrases are made here, and what passes the schema and is
//! none all the same is an error that names it. A part that is left out is not checked.

use crate::{language::Language, pattern::Pattern};
use serde::Deserialize;
use stammgast_words::Phrase;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Codes of the channels to check; every channel where absent.
    pub channels: Option<Vec<String>>,
    /// Languages that the service speaks.
    pub languages: Option<Vec<Language>>,
    /// What a customer's message has to say.
    pub completeness: Option<Completeness>,
    /// What agents have to write down.
    pub documentation: Option<Documentation>,
}

/// What a customer's message has to say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Completeness {
    /// The fewest words of a message without attachments.
    pub min_words: usize,
    /// What has to be said along with certain words.
    pub details: Vec<Detail>,
}

/// Something that has to be said along with certain words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// What it is, in words for people, such as `order number`.
    pub name: String,
    /// Any of them makes it necessary.
    pub words: Vec<Phrase>,
    /// What it looks like.
    pub pattern: Pattern,
}

/// What agents have to write down.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documentation {
    /// What the subject of every answer has to hold.
    pub reference_pattern: Option<Pattern>,
    /// What has to be documented of a contact.
    pub fields: Vec<Field>,
    /// Codes of the channels on which `fields` are needed; every channel where absent.
    pub channels: Option<Vec<String>>,
}

/// Something that an agent documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// What the contact was about.
    Topic,
    /// How it ended.
    Outcome,
    /// Who handled it.
    Agent,
}

/// Reads the configuration.
///
/// # Errors
/// It is no JSON, does not fit the schema, or holds a pattern, phrase or language that cannot be used.
pub fn parse(json: &str) -> serde_json::Result<Config> {
    serde_json::from_str(json)
}

/// Whether a list of channels, which stands for all where it is absent, holds this one.
#[must_use]
pub fn includes(channels: Option<&Vec<String>>, channel: &str) -> bool {
    channels.is_none_or(|listed| listed.iter().any(|code| code == channel))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;

    fn refusal(json: &str) -> String {
        parse(json).unwrap_err().to_string()
    }

    #[test]
    fn the_schema_examples_can_be_read_and_its_languages_are_those_that_can_be_told_apart() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema = &manifest["config_schema"];
        for example in schema["examples"].as_array().unwrap() {
            parse(&example.to_string()).unwrap();
        }
        let listed: Vec<&str> = language::codes().collect();
        assert_eq!(schema["properties"]["languages"]["items"]["enum"], serde_json::json!(listed));
    }

    #[test]
    fn a_bad_pattern_is_refused_by_name() {
        let text = refusal(r#"{ "documentation": { "reference_pattern": "SG-[0-9" } }"#);
        assert!(text.contains("`SG-[0-9` is no regular expression"), "{text}");
        let detail = r#"{ "name": "order number", "words": ["order"], "pattern": "(" }"#;
        let text = refusal(&format!(r#"{{ "completeness": {{ "details": [{detail}] }} }}"#));
        assert!(text.contains("`(` is no regular expression"), "{text}");
    }

    #[test]
    fn a_phrase_without_a_word_is_refused_by_name() {
        let detail = r#"{ "name": "order number", "words": ["*"], "pattern": "KH" }"#;
        let text = refusal(&format!(r#"{{ "completeness": {{ "details": [{detail}] }} }}"#));
        assert!(text.contains("`*` is no phrase"), "{text}");
    }

    #[test]
    fn an_unknown_language_or_field_is_refused_by_name() {
        assert!(refusal(r#"{ "languages": ["tlh"] }"#).contains("`tlh`"));
        assert!(refusal(r#"{ "documentation": { "fields": ["mood"] } }"#).contains("mood"));
        assert!(refusal(r#"{ "tone": {} }"#).contains("tone"));
    }
}
