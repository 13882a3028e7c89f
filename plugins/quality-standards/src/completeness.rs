//! Does a customer's message say what an agent needs to answer it?

use crate::{
    config::{Completeness, Detail},
    contact::{Contact, Direction, Finding, Severity, blank},
};
use stammgast_words::{Word, words};

/// What a message from a customer lacks; answers are not checked.
#[must_use]
pub fn findings(contact: &Contact<'_>, standard: &Completeness) -> Vec<Finding> {
    if contact.direction == Direction::Outbound {
        return Vec::new();
    }
    let subject = Field::new("subject", contact.subject.unwrap_or_default());
    let text = Field::new("text", &contact.text);
    let mut found = Vec::new();
    found.extend(subject_missing(contact));
    found.extend(text_too_short(contact, text.words.len(), standard.min_words));
    let fields = [subject, text];
    found.extend(standard.details.iter().filter_map(|detail| detail_missing(detail, &fields)));
    found
}

/// A field of the contact, cut into words once.
struct Field<'a> {
    name: &'static str,
    text: &'a str,
    words: Vec<Word<'a>>,
}

impl<'a> Field<'a> {
    fn new(name: &'static str, text: &'a str) -> Self {
        Self { name, text, words: words(text).collect() }
    }
}

fn subject_missing(contact: &Contact<'_>) -> Option<Finding> {
    let text = "the message has no subject";
    blank(contact.subject).then(|| Finding::new("completeness.subject-missing", Severity::Minor, text, "subject", ""))
}

fn text_too_short(contact: &Contact<'_>, words: usize, min_words: usize) -> Option<Finding> {
    let text = format!("the text has {words} words, fewer than {min_words}, and nothing is attached");
    (words < min_words && !contact.has_attachments)
        .then(|| Finding::new("completeness.text-too-short", Severity::Minor, &text, "text", contact.text.trim()))
}

fn detail_missing(detail: &Detail, fields: &[Field<'_>]) -> Option<Finding> {
    if fields.iter().any(|field| detail.pattern.occurs_in(field.text)) {
        return None;
    }
    let (field, word) = fields.iter().find_map(|field| {
        let found = detail.words.iter().filter_map(|phrase| phrase.matches(&field.words).next());
        let first = found.min_by_key(|found| found.start)?;
        Some((field.name, field.text.get(first.start..first.end)?))
    })?;
    let Detail { name, pattern, .. } = detail;
    let text = format!("the message mentions `{word}` but gives no {name} ({pattern})");
    Some(Finding::new("completeness.detail-missing", Severity::Minor, &text, field, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbound<'a>(subject: Option<&'a str>, text: &str) -> Contact<'a> {
        Contact {
            channel: "email",
            direction: Direction::Inbound,
            subject,
            text: text.to_owned(),
            has_attachments: false,
            agent: None,
            topic: None,
            outcome: None,
        }
    }

    fn standard() -> Completeness {
        serde_json::from_str(
            r#"{ "min_words": 4, "details": [
                { "name": "order number", "words": ["parcel", "scratch*"], "pattern": "KH-[0-9]{6}" }
            ] }"#,
        )
        .unwrap()
    }

    fn rules(contact: &Contact<'_>) -> Vec<&'static str> {
        findings(contact, &standard()).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_message_without_a_subject_is_incomplete() {
        assert_eq!(rules(&inbound(None, "one two three four")), ["completeness.subject-missing"]);
        assert_eq!(rules(&inbound(Some(" \t"), "one two three four")), ["completeness.subject-missing"]);
        assert!(rules(&inbound(Some("Hello"), "one two three four")).is_empty());
    }

    #[test]
    fn a_short_text_is_incomplete_unless_something_is_attached() {
        let mut contact = inbound(Some("Hello"), "it's see-through, broken!");
        assert_eq!(rules(&contact), ["completeness.text-too-short"]);
        contact.has_attachments = true;
        assert!(rules(&contact).is_empty());
    }

    #[test]
    fn a_missing_detail_is_shown_by_the_first_word_that_makes_it_necessary() {
        let found = findings(&inbound(Some("Damage"), "Deep Scratches on the parcel"), &standard());
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((finding.field, finding.quote.as_str()), ("text", "Scratches"));
        assert_eq!(finding.text, "the message mentions `Scratches` but gives no order number (KH-[0-9]{6})");
    }

    #[test]
    fn a_detail_may_stand_in_the_subject_or_in_the_text() {
        assert!(rules(&inbound(Some("Order KH-123456"), "the record has scratches")).is_empty());
        assert!(rules(&inbound(Some("Scratches"), "my order was KH-123456")).is_empty());
        assert_eq!(rules(&inbound(Some("Scratches"), "my order was KH-12345")), ["completeness.detail-missing"]);
    }

    #[test]
    fn answers_are_not_checked() {
        let contact = Contact { direction: Direction::Outbound, ..inbound(None, "scratch") };
        assert!(rules(&contact).is_empty());
    }
}
