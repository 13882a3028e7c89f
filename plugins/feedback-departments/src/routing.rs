//! Which department has to hear of a contact, and why.

use crate::{
    config::{Config, Kind},
    reading::{Found, Reading},
};
use stammgast_words::{one_line, shorten};
use std::collections::BTreeSet;

/// What the rules need to know of a contact that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'a> {
    /// Subject line; may be blank.
    pub subject: &'a str,
    /// What was said, without quoted lines.
    pub text: &'a str,
    /// What it was about, as an agent documented it.
    pub topic: Option<&'a str>,
}

/// One piece of feedback for one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The department's code.
    pub department: String,
    /// What sort of feedback.
    pub kind: Kind,
    /// The topic's code.
    pub topic: String,
    /// A line that says what it is.
    pub title: String,
    /// Why it goes there, in a sentence for people.
    pub text: String,
    /// The field that led there.
    pub field: &'static str,
    /// The sentence that led there.
    pub quote: String,
}

/// The most words that a reason names.
const MOST_WORDS: usize = 12;

/// One item for each route that fits, in the order of the routes; each topic once.
#[must_use]
pub fn items(contact: &Contact<'_>, config: &Config) -> Vec<Item> {
    let reading = Reading::new(contact.subject, contact.text);
    let Some((kind, kind_words)) = kind(&reading, config) else { return Vec::new() };
    let mut topics = BTreeSet::new();
    let mut items = Vec::new();
    for route in config.routes.iter().filter(|route| route.kind == kind) {
        let topic_words = reading.find(&config.words_of_topic(&route.topic));
        let is_topic = !topic_words.is_empty() || contact.topic == Some(&route.topic);
        if !is_topic || !topics.insert(&route.topic) {
            continue;
        }
        let Some(shown) = topic_words.first().or(kind_words.first()) else { continue };
        items.push(Item {
            department: route.department.clone(),
            kind,
            topic: route.topic.clone(),
            title: title(contact),
            text: reason(kind, &route.topic, &topic_words, &kind_words),
            field: shown.field,
            quote: shown.sentence(),
        });
    }
    items
}

/// The kind whose words occur most often; the one that is listed first where several do.
fn kind<'a>(reading: &Reading<'a>, config: &Config) -> Option<(Kind, Vec<Found<'a>>)> {
    let found = config.kinds.iter().map(|listed| (listed.kind, reading.find(&config.words_of_kind(listed.kind))));
    // `max_by_key` takes the last of equals, so the list is read from its end.
    found.filter(|(_, words)| !words.is_empty()).rev().max_by_key(|(_, words)| words.len())
}

fn title(contact: &Contact<'_>) -> String {
    let subject = one_line(contact.subject);
    if subject.is_empty() { one_line(contact.text).chars().take(80).collect() } else { shorten(&subject, 300) }
}

fn reason(kind: Kind, topic: &str, topic_words: &[Found<'_>], kind_words: &[Found<'_>]) -> String {
    let documented = if topic_words.is_empty() { ", as an agent documented" } else { "" };
    let mut named = BTreeSet::new();
    let words = topic_words.iter().chain(kind_words).filter(|found| named.insert(&found.words)).take(MOST_WORDS);
    let words: Vec<String> = words.map(|found| format!("`{}`", found.words)).collect();
    shorten(&format!("{kind} about {topic}{documented}: {}", words.join(", ")), 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use proptest::prelude::*;

    const CONFIG: &str = r#"{
        "kinds": [
            { "kind": "complaint", "words": ["late", "broken", "annoy*"] },
            { "kind": "praise", "words": ["thank*", "great"] }
        ],
        "topics": [
            { "topic": "delivery", "words": ["parcel", "deliver*"] },
            { "topic": "product", "words": ["record*", "turntable"] }
        ],
        "routes": [
            { "kind": "complaint", "topic": "product", "department": "quality" },
            { "kind": "complaint", "topic": "delivery", "department": "logistics" },
            { "kind": "complaint", "topic": "delivery", "department": "management" },
            { "kind": "complaint", "topic": "invoice", "department": "accounting" },
            { "kind": "praise", "topic": "delivery", "department": "logistics" }
        ]
    }"#;

    fn routed(contact: &Contact<'_>) -> Vec<Item> {
        items(contact, &config::parse(CONFIG).unwrap())
    }

    fn departments(subject: &str, text: &str) -> Vec<String> {
        routed(&Contact { subject, text, topic: None }).into_iter().map(|item| item.department).collect()
    }

    #[test]
    fn a_complaint_goes_to_the_department_of_its_topic_and_says_why() {
        let text = "Hello,\nmy parcel came two weeks late. Please check!";
        let [item] = routed(&Contact { subject: "", text, topic: None }).try_into().unwrap();
        assert_eq!(
            (item.department.as_str(), item.kind, item.topic.as_str()),
            ("logistics", Kind::Complaint, "delivery")
        );
        assert_eq!(item.title, "Hello, my parcel came two weeks late. Please check!");
        assert_eq!(item.text, "complaint about delivery: `parcel`, `late`");
        assert_eq!((item.field, item.quote.as_str()), ("text", "my parcel came two weeks late."));
    }

    #[test]
    fn several_topics_open_items_in_the_order_of_the_routes_and_each_topic_once() {
        assert_eq!(departments("Parcel late", "and the records are broken"), ["quality", "logistics"]);
    }

    #[test]
    fn the_kind_with_more_words_wins_and_the_first_listed_among_equals() {
        assert_eq!(departments("", "Thanks, great delivery, only a little late"), ["logistics"]);
        let tie = routed(&Contact { subject: "Thanks", text: "the parcel was late", topic: None });
        assert_eq!(tie.first().unwrap().kind, Kind::Complaint);
    }

    #[test]
    fn without_a_kind_or_a_topic_nothing_is_routed() {
        assert!(departments("Parcel", "when will it come?").is_empty());
        assert!(departments("", "I am annoyed").is_empty());
        assert!(departments("", "").is_empty());
    }

    #[test]
    fn a_documented_topic_counts_like_a_found_one() {
        let contact = Contact { subject: "Bill", text: "Two weeks late!", topic: Some("invoice") };
        let [item] = routed(&contact).try_into().unwrap();
        assert_eq!((item.department.as_str(), item.title.as_str()), ("accounting", "Bill"));
        assert_eq!(item.text, "complaint about invoice, as an agent documented: `late`");
        assert_eq!(item.quote, "Two weeks late!");
    }

    #[test]
    fn a_topic_in_the_subject_is_shown_there() {
        let [item] = routed(&Contact { subject: "Late  parcel", text: "see subject", topic: None }).try_into().unwrap();
        assert_eq!((item.title.as_str(), item.field, item.quote.as_str()), ("Late parcel", "subject", "Late  parcel"));
    }

    proptest! {
        #[test]
        fn what_is_opened_fits_what_the_host_takes(
            subject in "((late|parcel|records?|x{0,40})[ .\n]{1,2}){0,30}",
            text in "((late|parcel|broken|\\PC{0,40})[ .\n]{1,2}){0,60}",
        ) {
            for item in routed(&Contact { subject: &subject, text: &text, topic: Some("invoice") }) {
                prop_assert!((1..=300).contains(&item.title.chars().count()));
                prop_assert!((1..=1_000).contains(&item.text.chars().count()));
                prop_assert!(item.quote.chars().count() <= 300);
            }
        }
    }
}
