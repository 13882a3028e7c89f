//! The configuration, as `config_schema` in `manifest.json` describes it.
//!
//! The host has checked it against the schema; phrases are made here, so that no text without a word is one.

use serde::Deserialize;
use stammgast_words::Phrase;
use std::fmt;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Words that tell what sort of feedback a contact is.
    pub kinds: Vec<KindWords>,
    /// Words that tell what a contact is about.
    pub topics: Vec<TopicWords>,
    /// Who has to hear what.
    pub routes: Vec<Route>,
}

impl Config {
    /// The phrases of a kind.
    #[must_use]
    pub fn words_of_kind(&self, kind: Kind) -> Vec<&Phrase> {
        self.kinds.iter().filter(|listed| listed.kind == kind).flat_map(|listed| &listed.words).collect()
    }

    /// The phrases of a topic.
    #[must_use]
    pub fn words_of_topic(&self, topic: &str) -> Vec<&Phrase> {
        self.topics.iter().filter(|listed| listed.topic == topic).flat_map(|listed| &listed.words).collect()
    }
}

/// A sort of feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something went wrong.
    Complaint,
    /// Something went well.
    Praise,
    /// Something could be better.
    Suggestion,
    /// Something is unclear.
    Question,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Complaint => "complaint",
            Self::Praise => "praise",
            Self::Suggestion => "suggestion",
            Self::Question => "question",
        })
    }
}

/// Words that tell a kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    /// The kind.
    pub kind: Kind,
    /// Its words and phrases.
    pub words: Vec<Phrase>,
}

/// Words that tell a topic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicWords {
    /// The topic's code.
    pub topic: String,
    /// Its words and phrases.
    pub words: Vec<Phrase>,
}

/// Feedback of this kind about this topic goes to this department.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The kind.
    pub kind: Kind,
    /// The topic's code.
    pub topic: String,
    /// The department's code.
    pub department: String,
}

/// Reads the configuration.
///
/// # Errors
/// It is no JSON, does not fit the schema, or holds a phrase without a word.
pub fn parse(json: &str) -> serde_json::Result<Config> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_routes_nothing() {
        assert_eq!(parse("{}").unwrap(), Config::default());
    }

    #[test]
    fn the_schema_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        for example in manifest["config_schema"]["examples"].as_array().unwrap() {
            parse(&example.to_string()).unwrap();
        }
    }

    #[test]
    fn a_phrase_without_a_word_is_refused_by_name() {
        let error = parse(r#"{ "kinds": [{ "kind": "praise", "words": ["great", "!!"] }] }"#).unwrap_err();
        assert!(error.to_string().contains("`!!` is no phrase"), "{error}");
    }

    #[test]
    fn an_unknown_kind_is_refused_by_name() {
        let error = parse(r#"{ "kinds": [{ "kind": "rant", "words": ["great"] }] }"#).unwrap_err();
        assert!(error.to_string().contains("rant"), "{error}");
    }
}
