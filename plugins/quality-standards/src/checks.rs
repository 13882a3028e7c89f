//! All checks in the order in which their findings are reported.

use crate::{
    completeness,
    config::{Config, includes},
    contact::{Contact, Finding},
    documentation, language,
};

/// Every deviation of the contact from the configured standards.
#[must_use]
pub fn findings(contact: &Contact<'_>, config: &Config) -> Vec<Finding> {
    if !includes(config.channels.as_ref(), contact.channel) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(served) = &config.languages {
        found.extend(language::not_served(contact, served));
    }
    if let Some(standard) = &config.completeness {
        found.extend(completeness::findings(contact, standard));
    }
    if let Some(standard) = &config.documentation {
        found.extend(documentation::findings(contact, standard));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, contact::Direction};

    const CONFIG: &str = r#"{
        "languages": ["de", "en"],
        "completeness": {
            "min_words": 100,
            "details": [{ "name": "order number", "words": ["disque*"], "pattern": "KH-[0-9]{6}" }]
        },
        "documentation": { "reference_pattern": "SG-[0-9]{4}", "fields": ["agent", "topic"], "channels": ["email"] }
    }"#;

    fn contact(direction: Direction) -> Contact<'static> {
        let text = "Bonjour, le disque que vous m'avez envoyé la semaine dernière est malheureusement rayé.";
        Contact {
            channel: "email",
            direction,
            subject: None,
            text: text.to_owned(),
            has_attachments: false,
            agent: None,
            topic: Some(" "),
            outcome: None,
        }
    }

    fn rules(contact: &Contact<'_>, config: &str) -> Vec<&'static str> {
        findings(contact, &config::parse(config).unwrap()).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn findings_come_in_the_documented_order() {
        let inbound = [
            "language.not-served",
            "completeness.subject-missing",
            "completeness.text-too-short",
            "completeness.detail-missing",
            "documentation.field-missing",
            "documentation.field-missing",
        ];
        assert_eq!(rules(&contact(Direction::Inbound), CONFIG), inbound);
        let outbound = [
            "documentation.reference-missing",
            "documentation.agent-missing",
            "documentation.field-missing",
            "documentation.field-missing",
        ];
        assert_eq!(rules(&contact(Direction::Outbound), CONFIG), outbound);
    }

    #[test]
    fn an_empty_configuration_and_an_unlisted_channel_raise_nothing() {
        assert!(rules(&contact(Direction::Inbound), "{}").is_empty());
        let phone_only = CONFIG.replacen('{', r#"{ "channels": ["phone"],"#, 1);
        assert!(rules(&contact(Direction::Inbound), &phone_only).is_empty());
    }
}
