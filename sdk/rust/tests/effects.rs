//! Effects that the host would refuse fail the test that asks for them.
#![cfg(all(feature = "loyalty", feature = "quality", feature = "channel", feature = "feedback"))]

use stammgast_sdk::{
    Attachment, Evidence, Points, Reason,
    channel::{ReceivedMessage, receive_message},
    feedback::{Item, Kind, open_item},
    loyalty::earn,
    quality::{Severity, raise_finding},
    testing::{Host, run},
};
use std::panic;

/// What a call is stopped for; empty where it is not.
fn stopped(host: Host, call: impl FnOnce()) -> String {
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| run(host, call)));
    result.err().and_then(|panic| panic.downcast_ref().cloned()).unwrap_or_default()
}

fn reason() -> Reason {
    Reason::new("purchase", "a purchase")
}

#[test]
fn points_have_bounds_and_an_owner() {
    let earning = |points: Points| stopped(Host::new(), || earn("points", points, reason()));
    assert_eq!(earning(1), "");
    assert_eq!(earning(1_000_000_000_000), "");
    for points in [i64::MIN, 0, 1_000_000_000_001] {
        assert!(earning(points).contains("cannot be earned"), "{points}");
    }
    assert!(stopped(Host::new(), || earn("Points", 1, reason())).contains("program `Points` is no code"));
    assert!(stopped(Host::new().without_customer(), || earn("points", 1, reason())).contains("no customer"));
    assert!(stopped(Host::new().granting([]), || earn("points", 1, reason())).contains("`loyalty.earn`"));
}

#[test]
fn reasons_and_evidence_have_bounds() {
    let raising = |reason, evidence| stopped(Host::new(), || raise_finding(Severity::Info, reason, evidence));
    let quoting = |field: &str, quote: String| raising(reason(), Some(Evidence::new(field, quote)));
    assert_eq!(raising(Reason::new("0.a-b_c", "ü".repeat(1_000)), None), "");
    assert_eq!(quoting("text", "ü".repeat(500)), "");
    for code in ["", "Rude", "-rude", "very rude", &"a".repeat(65)] {
        assert!(raising(Reason::new(code, "it is rude"), None).contains("reason.code"), "{code}");
    }
    for text in ["", " \n", &"ü".repeat(1_001)] {
        assert!(raising(Reason::new("rude", text), None).contains("reason.text"), "{text}");
    }
    assert!(quoting("text", "ü".repeat(501)).contains("evidence.quote"));
    assert!(quoting("The text", String::new()).contains("evidence.field"));
}

#[test]
fn items_have_a_title_of_one_line() {
    let item = |title: &str, topic: &str| Item {
        department: "logistics".to_owned(),
        kind: Kind::Question,
        topic: topic.to_owned(),
        title: title.to_owned(),
        reason: reason(),
        evidence: None,
    };
    assert_eq!(stopped(Host::new(), || open_item(item(&"ü".repeat(300), "delivery"))), "");
    assert!(stopped(Host::new(), || open_item(item(&"ü".repeat(301), "delivery"))).contains("title has 301"));
    assert!(stopped(Host::new(), || open_item(item("Late", "the delivery"))).contains("topic"));
}

#[test]
fn messages_have_bounds() {
    let receiving = |message| stopped(Host::new(), || receive_message(message));
    let bare = || ReceivedMessage::outbound("Hello");
    let attachment = |name: usize| Attachment { name: "a".repeat(name), media_type: "image/png".to_owned(), size: 1 };
    assert_eq!(receiving(ReceivedMessage { attachments: vec![attachment(300); 100], ..bare() }), "");
    assert!(receiving(ReceivedMessage { attachments: vec![attachment(1); 101], ..bare() }).contains("101 items"));
    assert!(receiving(ReceivedMessage { attachments: vec![attachment(301)], ..bare() }).contains("name has 301"));
    assert!(receiving(ReceivedMessage { references: vec!["a".repeat(1_001)], ..bare() }).contains("references"));
    assert!(receiving(ReceivedMessage { subject: Some("a".repeat(2_001)), ..bare() }).contains("subject"));
    assert!(receiving(ReceivedMessage::inbound("a".repeat(200_001))).contains("text has 200001"));
}
