//! Effects that the host would refuse fail the test that asks for them.
#![cfg(all(feature = "loyalty", feature = "quality", feature = "channel", feature = "feedback"))]

use stammgast_sdk::{
    Attachment, Date, Evidence, Points, Reason,
    channel::{ReceivedMessage, receive_message},
    contacts::{self, Message, Purpose},
    feedback::{Item, Kind, open_item},
    loyalty::{earn, earn_decimal, end_eligibility, issue_voucher, make_eligible, propose_no_tier, propose_tier},
    quality::{Severity, raise_finding},
    reminders,
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

fn message() -> Message {
    Message::new(Purpose::Relationship, "delivery", "It is here", "Come and fetch it.")
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
fn points_with_decimals_are_digits_and_at_most_nine_more() {
    let earning = |points: &str| stopped(Host::new(), || earn_decimal("points", points, reason()));
    for points in ["1", "12.5", "0.000000001", "007", "1000000000000", "1000000000000.000000000"] {
        assert_eq!(earning(points), "");
    }
    for points in ["", ".5", "5.", "-1", "+1", "1e3", "1,5", " 1", "1\n", "1.2.3", "1.0000000001", "٣", "NaN"] {
        assert!(earning(points).contains("is no decimal"), "{points}");
    }
    for points in ["0", "0.0", "1000000000000.000000001", "1000000000001", &"9".repeat(5_000)] {
        assert!(earning(points).contains("cannot be earned"), "{points}");
    }
    assert!(stopped(Host::new(), || earn_decimal("Points", "1", reason())).contains("program `Points` is no code"));
}

#[test]
fn tiers_vouchers_rewards_and_reminders_have_codes() {
    let day = Date::new(2028, 2, 29).unwrap();
    let setting = |name: &str, day| stopped(Host::new(), || reminders::set(name, day));
    assert_eq!(stopped(Host::new(), || propose_tier("status", "gold", reason())), "");
    assert!(stopped(Host::new(), || propose_tier("", "gold", reason())).contains("program `` is no code"));
    assert!(stopped(Host::new(), || propose_tier("status", "Gold", reason())).contains("tier `Gold` is no code"));
    assert!(stopped(Host::new(), || propose_tier("status", "gold", Reason::new("a", ""))).contains("reason.text"));
    assert_eq!(stopped(Host::new(), || propose_no_tier("status", reason())), "");
    assert!(stopped(Host::new(), || propose_no_tier("", reason())).contains("program `` is no code"));
    assert!(stopped(Host::new(), || propose_no_tier("status", Reason::new("a", ""))).contains("reason.text"));
    assert_eq!(stopped(Host::new(), || issue_voucher("coffee", reason())), "");
    assert!(stopped(Host::new(), || issue_voucher("a b", reason())).contains("offer `a b` is no code"));
    assert!(stopped(Host::new(), || issue_voucher("coffee", Reason::new("A", "a"))).contains("reason.code"));
    assert_eq!(stopped(Host::new(), || make_eligible("tent", Some(day), reason())), "");
    assert_eq!(stopped(Host::new(), || make_eligible("tent", None, reason())), "");
    assert!(stopped(Host::new(), || make_eligible("a b", None, reason())).contains("reward `a b` is no code"));
    let no_day = Some(Date { day: 30, ..day });
    assert!(stopped(Host::new(), || make_eligible("tent", no_day, reason())).contains("last_day is 2028-02-30"));
    assert_eq!(stopped(Host::new(), || end_eligibility("tent", reason())), "");
    assert!(stopped(Host::new(), || end_eligibility("", reason())).contains("reward `` is no code"));
    assert!(stopped(Host::new(), || end_eligibility("tent", Reason::new("a", ""))).contains("reason.text"));
    assert_eq!(setting(&"n".repeat(64), day), "");
    assert!(setting(&"n".repeat(65), day).contains("is no code"));
    assert!(setting("again", Date { day: 30, ..day }).contains("day is 2028-02-30, which is no day"));
    assert_eq!(stopped(Host::new(), || reminders::cancel("again")), "");
    assert!(stopped(Host::new(), || reminders::cancel("-")).contains("name `-` is no code"));
}

#[test]
fn proposed_messages_have_bounds() {
    let proposing = |message| stopped(Host::new(), || contacts::propose(message, reason()));
    let longest = Message { title: "ü".repeat(300), text: "ü".repeat(10_000), ..message() };
    assert_eq!(proposing(longest.offer("coffee").until(Date::new(2026, 2, 28).unwrap())), "");
    assert!(proposing(Message { topic: "a topic".to_owned(), ..message() }).contains("topic `a topic` is no code"));
    assert!(proposing(Message { title: " ".to_owned(), ..message() }).contains("title is empty"));
    assert!(proposing(Message { title: "ü".repeat(301), ..message() }).contains("title has 301"));
    assert!(proposing(Message { text: String::new(), ..message() }).contains("text is empty"));
    assert!(proposing(Message { text: "ü".repeat(10_001), ..message() }).contains("text has 10001"));
    assert!(proposing(message().offer("Coffee")).contains("offer `Coffee` is no code"));
    let service = Message { purpose: Purpose::Service, ..message() };
    assert_eq!(proposing(service.clone()), "");
    assert!(proposing(service.offer("coffee")).contains("a service message carries no offer"));
    assert!(proposing(message().until(Date { year: 0, month: 1, day: 1 })).contains("last_day is 0000-01-01"));
    assert!(stopped(Host::new(), || contacts::propose(message(), Reason::new("a", ""))).contains("reason.text"));
}

#[test]
fn without_a_customer_there_is_nobody_to_do_anything_for() {
    let acts: [fn(); 9] = [
        || earn_decimal("points", "1", reason()),
        || propose_tier("status", "gold", reason()),
        || propose_no_tier("status", reason()),
        || issue_voucher("coffee", reason()),
        || make_eligible("tent", None, reason()),
        || end_eligibility("tent", reason()),
        || reminders::set("again", Date { year: 2026, month: 1, day: 1 }),
        || reminders::cancel("again"),
        || contacts::propose(message(), reason()),
    ];
    for act in acts {
        assert!(stopped(Host::new().without_customer(), act).starts_with("the event has no customer, so "));
    }
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
