//! Records to start a test with: say what the test is about, and change other fields where they matter.

use crate::{
    Direction, EventContext, Interaction, Money, Purchase, PurchaseLine, Timestamp,
    lookup::{PastInteraction, Tier},
};

/// 2026-01-01T00:00:00Z: when everything happens, unless a test says otherwise.
const NEW_YEAR: Timestamp = 1_767_225_600_000;

/// The event of a call, such as `purchase.recorded`, about the customer of a new [`super::Host`].
#[must_use]
pub fn event(event_type: &str) -> EventContext {
    EventContext {
        seq: 1,
        event_type: event_type.to_owned(),
        occurred_at: NEW_YEAR,
        recorded_at: NEW_YEAR,
        customer: Some("a-customer".to_owned()),
    }
}

/// A purchase without lines: minor units, currency, and the digits that the currency has after its decimal sign.
#[must_use]
pub fn purchase(minor: i64, currency: &str, minor_digits: u8) -> Purchase {
    Purchase {
        id: "a-purchase".to_owned(),
        source: "webshop".to_owned(),
        amount: Money { minor, currency: currency.to_owned(), minor_digits },
        lines: Vec::new(),
        occurred_at: NEW_YEAR,
    }
}

/// A line of a purchase: its category, if it has one, and the minor units of the whole line.
#[must_use]
pub fn line(category: Option<&str>, amount_minor: i64) -> PurchaseLine {
    PurchaseLine { product: "a-product".to_owned(), category: category.map(str::to_owned), quantity: 1, amount_minor }
}

/// An e-mail of the customer with a subject and a text.
#[must_use]
pub fn interaction(subject: &str, text: &str) -> Interaction {
    Interaction {
        id: "a-contact".to_owned(),
        channel: "email".to_owned(),
        direction: Direction::Inbound,
        subject: Some(subject.to_owned()),
        text: text.to_owned(),
        attachments: Vec::new(),
        party: Some("ada@example.com".to_owned()),
        agent: None,
        topic: None,
        outcome: None,
        occurred_at: NEW_YEAR,
    }
}

/// An e-mail of the customer that plugins can look up.
#[must_use]
pub fn past_interaction(subject: &str, text: &str) -> PastInteraction {
    PastInteraction {
        id: "a-past-contact".to_owned(),
        channel: "email".to_owned(),
        direction: Direction::Inbound,
        topic: None,
        outcome: None,
        subject: Some(subject.to_owned()),
        text: Some(text.to_owned()),
        occurred_at: NEW_YEAR,
    }
}

/// A tier that holds for good, by its code.
#[must_use]
pub fn tier(code: &str) -> Tier {
    Tier { code: Some(code.to_owned()), since: Some(NEW_YEAR), last_day: None, in_review: false }
}

/// An occasion on New Year's Day of 2026, such as a `birthday`: set the fields that its kind has.
#[cfg(feature = "loyalty")]
#[must_use]
pub fn occasion(kind: &str) -> crate::loyalty::Occasion {
    crate::loyalty::Occasion {
        kind: kind.to_owned(),
        day: crate::Date { year: 2026, month: 1, day: 1 },
        years: None,
        program: None,
        points: None,
        name: None,
    }
}

/// An activity in the app, such as `survey-answered`, without details.
#[cfg(feature = "loyalty")]
#[must_use]
pub fn activity(kind: &str) -> crate::loyalty::Activity {
    crate::loyalty::Activity {
        id: "an-activity".to_owned(),
        kind: kind.to_owned(),
        source: "app".to_owned(),
        details: Vec::new(),
        occurred_at: NEW_YEAR,
    }
}

/// Points that were earned in a program and can be spent.
#[cfg(feature = "loyalty")]
#[must_use]
pub fn points_change(program: &str, available: crate::Points) -> crate::loyalty::PointsChange {
    crate::loyalty::PointsChange { program: program.to_owned(), movement: "earned".to_owned(), available, pending: 0 }
}

/// Bytes that a channel delivered.
#[cfg(feature = "channel")]
#[must_use]
pub fn raw_message(media_type: &str, body: impl Into<Vec<u8>>) -> crate::channel::RawMessage {
    crate::channel::RawMessage { body: body.into(), media_type: media_type.to_owned(), received_at: NEW_YEAR }
}

/// A message that shall be sent.
#[cfg(feature = "channel")]
#[must_use]
pub fn outgoing_message(to: crate::channel::Party, text: &str) -> crate::channel::OutgoingMessage {
    crate::channel::OutgoingMessage {
        id: "a-contact".to_owned(),
        to,
        agent: None,
        subject: None,
        text: text.to_owned(),
        message_id: "a-contact@example.com".to_owned(),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        sent_at: NEW_YEAR,
    }
}

/// What came back over HTTP.
#[cfg(feature = "channel")]
#[must_use]
pub fn response(status: u16, body: impl Into<Vec<u8>>) -> crate::channel::HttpResponse {
    crate::channel::HttpResponse { status, headers: Vec::new(), body: body.into() }
}
