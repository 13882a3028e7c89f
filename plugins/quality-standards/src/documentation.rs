//! Has the agent written down what others will need?

use crate::{
    config::{Documentation, Field, includes},
    contact::{Contact, Direction, Finding, Severity, blank},
};

/// What is not documented.
#[must_use]
pub fn findings(contact: &Contact<'_>, standard: &Documentation) -> Vec<Finding> {
    let mut found = Vec::new();
    if contact.direction == Direction::Outbound {
        found.extend(reference_missing(contact, standard));
        found.extend(agent_missing(contact));
    }
    if includes(standard.channels.as_ref(), contact.channel) {
        found.extend(standard.fields.iter().filter_map(|field| field_missing(contact, *field)));
    }
    found
}

fn reference_missing(contact: &Contact<'_>, standard: &Documentation) -> Option<Finding> {
    let pattern = standard.reference_pattern.as_ref()?;
    let subject = contact.subject.unwrap_or_default();
    let text = format!("the subject of the answer holds no reference ({pattern})");
    (!pattern.occurs_in(subject))
        .then(|| Finding::new("documentation.reference-missing", Severity::Major, &text, "subject", subject))
}

fn agent_missing(contact: &Contact<'_>) -> Option<Finding> {
    let text = "the answer does not say who wrote it";
    blank(contact.agent).then(|| Finding::new("documentation.agent-missing", Severity::Major, text, "agent", ""))
}

fn field_missing(contact: &Contact<'_>, field: Field) -> Option<Finding> {
    let (name, value) = match field {
        Field::Topic => ("topic", contact.topic),
        Field::Outcome => ("outcome", contact.outcome),
        Field::Agent => ("agent", contact.agent),
    };
    let text = format!("the contact has no documented {name}");
    blank(value).then(|| Finding::new("documentation.field-missing", Severity::Major, &text, name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbound(subject: &str) -> Contact<'_> {
        Contact {
            channel: "email",
            direction: Direction::Outbound,
            subject: Some(subject),
            text: String::new(),
            has_attachments: false,
            agent: Some("Anna Meier"),
            topic: None,
            outcome: None,
        }
    }

    fn found(contact: &Contact<'_>, standard: &str) -> Vec<Finding> {
        findings(contact, &serde_json::from_str(standard).unwrap())
    }

    #[test]
    fn an_answer_needs_a_reference_in_its_subject() {
        let standard = r#"{ "reference_pattern": "SG-[0-9]{4}" }"#;
        assert!(found(&outbound("Re: your order [SG-1234]"), standard).is_empty());
        let missing = found(&outbound("Re: your order"), standard);
        let [finding] = missing.as_slice() else { panic!("{missing:?}") };
        assert_eq!((finding.rule, finding.quote.as_str()), ("documentation.reference-missing", "Re: your order"));
    }

    #[test]
    fn an_answer_needs_its_agent() {
        let contact = Contact { agent: Some(" "), ..outbound("") };
        assert_eq!(
            found(&contact, "{}").iter().map(|finding| finding.rule).collect::<Vec<_>>(),
            ["documentation.agent-missing"]
        );
        let contact = Contact { direction: Direction::Inbound, ..contact };
        assert!(found(&contact, r#"{ "reference_pattern": "SG" }"#).is_empty());
    }

    #[test]
    fn fields_are_needed_on_their_channels_in_either_direction() {
        let standard = r#"{ "fields": ["topic", "outcome", "agent"], "channels": ["phone"] }"#;
        assert!(found(&outbound(""), standard).is_empty());
        for direction in [Direction::Inbound, Direction::Outbound] {
            let contact = Contact { channel: "phone", outcome: Some("refund"), direction, ..outbound("") };
            let missing = found(&contact, standard);
            let [finding] = missing.as_slice() else { panic!("{missing:?}") };
            assert_eq!((finding.rule, finding.field), ("documentation.field-missing", "topic"));
            assert_eq!(finding.text, "the contact has no documented topic");
        }
    }

    #[test]
    fn fields_without_channels_are_needed_everywhere() {
        assert_eq!(found(&outbound(""), r#"{ "fields": ["topic"] }"#).len(), 1);
    }
}
