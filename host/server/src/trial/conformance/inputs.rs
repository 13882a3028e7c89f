//! Inputs that plugins have to stand: usual, empty, huge, foreign, and at the edges of time.

use super::moments;
use serde_json::{Value, json};
use stammgast_domain::{
    case::Case,
    plugin::{Family, FaultKind, Manifest},
};
use std::collections::BTreeSet;

/// Inputs that show one thing.
pub(super) struct Group {
    pub(super) says: &'static str,
    pub(super) inputs: Vec<Input>,
}

/// One input.
pub(super) struct Input {
    pub(super) case: Case,
    /// What is a fair answer beside effects.
    pub(super) leeway: Leeway,
}

/// How a plugin may answer beside asking for effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leeway {
    /// In no other way.
    Nothing,
    /// With an error of its own.
    Refusal,
    /// With an error of its own, or by ending the call: so do SDKs with state that they cannot read.
    Trap,
}

impl Leeway {
    /// Whether a call may end in such a fault.
    pub(super) const fn allows(self, fault: FaultKind) -> bool {
        match fault {
            FaultKind::Refused => !matches!(self, Self::Nothing),
            FaultKind::Trap => matches!(self, Self::Trap),
            _ => false,
        }
    }
}

/// Letters beyond ASCII: umlauts, a capital ß, emoji of several code points, right to left, combining marks, none at all.
pub(super) const LETTERS: &str = "Größe ÄÖÜ ẞ – „Straße“ 👩‍👩‍👧‍👦 🇩🇪 שלום عربى e\u{301} \u{200b}\u{feff} 漢字 \u{1f600}";

/// Times at which clocks, calendars and zones change: the ends of what can have happened, before 1970, a leap day, and the
/// hours at which Central Europe's clocks are put forward and back.
pub(super) const TIMES: [&str; 8] = [
    "1900-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "2024-02-29T12:00:00.000Z",
    "2026-03-29T00:59:59.999Z",
    "2026-03-29T01:00:00.000Z",
    "2026-10-25T00:30:00.000Z",
    "9999-12-30T00:00:00.000Z",
];

/// The first time that there is: the date of a mail is whatever its sender wrote.
const LONG_AGO: [&str; 1] = ["0001-01-01T00:00:00.000Z"];

/// The groups for every family of events that a manifest names.
pub(super) fn groups(manifest: &Manifest, cases: &[Case]) -> Vec<Group> {
    let given = |case: &Case| Case { expect: None, fuel: None, ..case.clone() };
    let own = cases.iter().map(|case| Input { case: given(case), leeway: Leeway::Refusal });
    let own = Group { says: "the author's own cases give the same answer every time", inputs: own.collect() };
    let mut all: Vec<Group> = (!cases.is_empty()).then_some(own).into_iter().collect();
    let mut families = Family::of(&manifest.kinds, &manifest.events);
    // Both are asked about the same contacts, as one call.
    if families.contains(&Family::Checks) {
        families.remove(&Family::Routes);
    }
    all.extend(families.into_iter().flat_map(about));
    for group in &mut all {
        group.inputs.retain(|input| subscribes(manifest, input));
    }
    all.retain(|group| !group.inputs.is_empty());
    all
}

/// The first input of each family, with the manifest of a plugin that serves its kind alone: where several are asked
/// about one event, an error of the first keeps the others from being asked.
pub(super) fn first_of_each(manifest: &Manifest) -> Vec<(Manifest, Input)> {
    let first = |family: Family| {
        let mut inputs = about(family).into_iter().flat_map(|group| group.inputs);
        let input = inputs.find(|input| subscribes(manifest, input))?;
        Some((Manifest { kinds: BTreeSet::from([family.kind()]), ..manifest.clone() }, input))
    };
    Family::of(&manifest.kinds, &manifest.events).into_iter().filter_map(first).collect()
}

/// The groups about the events of a family.
fn about(family: Family) -> Vec<Group> {
    match family {
        Family::Purchases => purchases(),
        Family::Occasions => moments::occasions(),
        Family::Activities => moments::activities(),
        Family::Points => moments::points(),
        Family::Checks | Family::Routes => contacts(),
        Family::Messages => messages(),
    }
}

/// A plugin need not subscribe to every event of its families.
fn subscribes(manifest: &Manifest, input: &Input) -> bool {
    manifest.events.contains(&input.case.event.event.fact.event_type())
}

fn input(name: &str, event: Value, leeway: Leeway) -> Option<Input> {
    let case = json!({ "name": name, "event": event });
    serde_json::from_value(case).ok().map(|case| Input { case, leeway })
}

/// Inputs of named events that show one thing.
pub(super) fn group(
    says: &'static str,
    leeway: Leeway,
    events: impl IntoIterator<Item = (impl AsRef<str>, Value)>,
) -> Group {
    let inputs = events.into_iter().filter_map(|(name, event)| input(name.as_ref(), event, leeway)).collect();
    Group { says, inputs }
}

fn purchase(data: Value) -> Value {
    json!({ "type": "purchase.recorded", "data": data })
}

fn line(category: Option<&str>, minor: i64) -> Value {
    json!({ "product": "p", "category": category, "quantity": 1, "amount_minor": minor })
}

pub(super) fn purchases() -> Vec<Group> {
    let euro = |minor: i64| json!({ "minor": minor, "currency": "EUR" });
    let many: Vec<Value> = (0..500).map(|index| line(Some("music"), index)).collect();
    let sum: i64 = (0..500).sum();
    let at = |time: &&'static str| {
        (
            *time,
            json!({ "type": "purchase.recorded", "occurred_at": time,
        "recorded_at": time, "data": { "amount": euro(1250), "occurred_at": time, "recorded_at": time } }),
        )
    };
    vec![
        group(
            "usual purchases go well",
            Leeway::Nothing,
            vec![
                ("a purchase without lines", purchase(json!({ "amount": euro(1250) }))),
                (
                    "a purchase of three lines",
                    purchase(json!({ "amount": euro(3599),
                "lines": [line(Some("music"), 1500), line(Some("books"), 1099), line(None, 1000)] })),
                ),
            ],
        ),
        group(
            "empty purchases go well",
            Leeway::Nothing,
            vec![
                ("a purchase of nothing", purchase(json!({ "amount": euro(0) }))),
                ("a line of nothing", purchase(json!({ "amount": euro(0), "lines": [line(None, 0)] }))),
                ("a single minor unit", purchase(json!({ "amount": euro(1) }))),
            ],
        ),
        group(
            "huge purchases go well",
            Leeway::Refusal,
            vec![
                ("the largest amount", purchase(json!({ "amount": euro(1_000_000_000_000) }))),
                ("the largest number of lines", purchase(json!({ "amount": euro(sum), "lines": many }))),
            ],
        ),
        group(
            "currencies, categories and sources that it does not know go well",
            Leeway::Refusal,
            vec![
                ("a currency without minor units", purchase(json!({ "amount": { "minor": 1200, "currency": "JPY" } }))),
                ("a currency with three digits", purchase(json!({ "amount": { "minor": 12_345, "currency": "BHD" } }))),
                ("a currency for tests", purchase(json!({ "amount": { "minor": 99, "currency": "XTS" } }))),
                (
                    "an unknown category and source",
                    purchase(json!({ "amount": euro(500), "source": "till-of-tomorrow",
                "lines": [line(Some("zz.unknown-category"), 500)] })),
                ),
            ],
        ),
        group(
            "letters beyond ASCII in purchases go well",
            Leeway::Refusal,
            vec![(
                "a product with umlauts and emoji",
                purchase(json!({ "amount": euro(700), "lines": [
                { "product": LETTERS, "category": "music", "quantity": 1, "amount_minor": 700 }] })),
            )],
        ),
        group("purchases at the edges of time go well", Leeway::Refusal, TIMES.iter().map(at)),
    ]
}

fn contact(data: Value) -> Value {
    json!({ "type": "interaction.recorded", "data": data })
}

pub(super) fn contacts() -> Vec<Group> {
    let attachment =
        |index: usize| json!({ "name": format!("{index}.pdf"), "media_type": "application/pdf", "size": 7 });
    let attachments: Vec<Value> = (0..100).map(attachment).collect();
    let long = |word: &str| word.repeat(200_000 / word.chars().count());
    let at = |time: &&'static str| {
        (
            *time,
            json!({ "type": "interaction.recorded", "occurred_at": time,
        "recorded_at": time, "data": { "text": "Hello", "occurred_at": time, "recorded_at": time } }),
        )
    };
    vec![
        group(
            "usual contacts go well",
            Leeway::Nothing,
            vec![
                (
                    "an e-mail that came in",
                    contact(json!({ "subject": "Late", "text": "Dear all,\nwhere is my parcel?\n\nAda" })),
                ),
                (
                    "an answer that went out",
                    contact(json!({ "direction": "outbound", "subject": "Re: Late",
                "text": "Dear Ada,\nit arrives tomorrow.", "documentation": { "agent": "Jo", "topic": "delivery" } })),
                ),
                ("a contact that was assigned", json!({ "type": "interaction.assigned", "data": { "text": "Hello" } })),
            ],
        ),
        group(
            "empty contacts go well",
            Leeway::Nothing,
            vec![
                ("no text at all", contact(json!({ "text": "" }))),
                ("blanks and line breaks alone", contact(json!({ "subject": " ", "text": " \n\t\r\n " }))),
                ("a contact without a customer", contact(json!({ "text": "Hello", "customer": null }))),
            ],
        ),
        group(
            "huge contacts go well",
            Leeway::Refusal,
            vec![
                ("200,000 characters in one word", contact(json!({ "text": long("a") }))),
                ("200,000 characters in many words", contact(json!({ "text": long("Where is my parcel? ") }))),
                ("200,000 characters in many lines", contact(json!({ "text": long("> quoted\n") }))),
                ("100 attachments", contact(json!({ "text": "see there", "attachments": attachments }))),
            ],
        ),
        group(
            "channels, topics and outcomes that it does not know go well",
            Leeway::Refusal,
            vec![
                ("an unknown channel", contact(json!({ "channel": "carrier-pigeon", "text": "Hello" }))),
                (
                    "an unknown topic and outcome",
                    contact(json!({ "text": "Hello",
                "documentation": { "agent": "Jo", "topic": "zz.unknown", "outcome": "zz.unknown" } })),
                ),
            ],
        ),
        group(
            "letters beyond ASCII in contacts go well",
            Leeway::Refusal,
            vec![
                (
                    "umlauts, emoji and right to left",
                    contact(json!({ "subject": LETTERS, "text": LETTERS.repeat(20) })),
                ),
                ("an emoji alone", contact(json!({ "text": "\u{1f600}" }))),
            ],
        ),
        group("contacts at the edges of time go well", Leeway::Refusal, LONG_AGO.iter().chain(&TIMES).map(at)),
    ]
}

fn messages() -> Vec<Group> {
    let message = |name: &str, body: Vec<u8>| {
        let event = json!({ "type": "message.received", "data": { "size": body.len() } });
        input(name, event, Leeway::Refusal).map(|made| Input { case: Case { body: Some(body), ..made.case }, ..made })
    };
    let group = |says, bodies: Vec<(&str, Vec<u8>)>| Group {
        says,
        inputs: bodies.into_iter().filter_map(|(name, body)| message(name, body)).collect(),
    };
    let all_bytes: Vec<u8> = (0..=255_u8).cycle().take(64 << 10).collect();
    vec![
        group(
            "empty bytes are read or said to be malformed",
            vec![("one line break", b"\n".to_vec()), ("one zero byte", vec![0]), ("an empty object", b"{}".to_vec())],
        ),
        group(
            "bytes that are no message are said to be malformed",
            vec![
                ("every byte there is", all_bytes),
                ("broken UTF-8", vec![0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82]),
                ("JSON that breaks off", b"{\"text\": \"Hel".to_vec()),
                ("deeply nested JSON", "[".repeat(100_000).into_bytes()),
                ("a header without an end", b"Subject: ".repeat(10_000)),
            ],
        ),
        group(
            "huge bytes go well",
            vec![
                (
                    "5 MiB of text",
                    b"From: ada@example.com\r\n\r\n"
                        .iter()
                        .copied()
                        .chain(b"Hello \n".iter().copied().cycle().take(5 << 20))
                        .collect(),
                ),
                ("1 MiB of zero bytes", vec![0; 1 << 20]),
            ],
        ),
        group(
            "letters beyond ASCII in messages go well",
            vec![
                (
                    "umlauts, emoji and right to left",
                    format!("from: ada@example.com\nSubject: {LETTERS}\n\n{LETTERS}").into_bytes(),
                ),
                ("Latin-1", b"from: ada@example.com\n\nGr\xfc\xdfe".to_vec()),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_a_whole_event() {
        let texts = [purchases(), contacts(), messages()];
        let counted: usize = texts.iter().flatten().map(|group| group.inputs.len()).sum();
        assert_eq!(counted, 1 + 2 + 3 + 2 + 4 + 1 + 8 + 3 + 3 + 4 + 2 + 2 + 8 + 3 + 5 + 2 + 2);
    }
}
