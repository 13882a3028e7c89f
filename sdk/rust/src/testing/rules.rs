//! What the host checks of effects and state that needs no knowledge of the tenant.

use super::{Effect, Host, stop};

/// The most points that one effect may give.
#[cfg(feature = "loyalty")]
const MOST_POINTS: crate::Points = 1_000_000_000_000;
/// The most characters of a key of state.
const LONGEST_KEY: usize = 200;
/// The most bytes of a value of state, unless the operator says otherwise.
const LARGEST_VALUE: usize = 64 * 1024;

/// Ends the call where the host would refuse an effect.
pub fn check(effect: &Effect, host: &Host) {
    let _ = host;
    match *effect {
        #[cfg(feature = "loyalty")]
        Effect::Earn { ref program, points, ref reason } => {
            if host.customer.is_none() {
                stop("the event has no customer, so nobody can earn points; look at `event.customer` first");
            }
            if !(1..=MOST_POINTS).contains(&points) {
                stop(&format!("{points} points cannot be earned; 1 to {MOST_POINTS} can"));
            }
            texts::code("program", program);
            texts::reason(reason);
        }
        #[cfg(feature = "quality")]
        Effect::RaiseFinding { ref reason, ref evidence, .. } => {
            texts::reason(reason);
            texts::evidence(evidence.as_ref());
        }
        #[cfg(feature = "feedback")]
        Effect::OpenItem(ref item) => {
            texts::code("department", &item.department);
            texts::code("topic", &item.topic);
            texts::required("title", &item.title, 300);
            texts::reason(&item.reason);
            texts::evidence(item.evidence.as_ref());
        }
        #[cfg(feature = "channel")]
        Effect::ReceiveMessage(ref message) => message::check(message),
    }
}

/// Ends the call where the host would refuse a key.
pub fn check_state_key(key: &str) {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        stop(&format!("a key of state has 1 to {LONGEST_KEY} characters; `{key}` does not"));
    }
}

/// Ends the call where the host would refuse a value.
pub fn check_state_value(key: &str, value: &[u8]) {
    let size = value.len();
    if size > LARGEST_VALUE {
        stop(&format!("state `{key}` would hold {size} bytes; at most {LARGEST_VALUE} fit"));
    }
}

/// Bounds of texts.
mod texts {
    use super::stop;
    use crate::{Evidence, Reason};

    pub fn reason(reason: &Reason) {
        code("reason.code", &reason.code);
        required("reason.text", &reason.text, 1_000);
    }

    pub fn evidence(evidence: Option<&Evidence>) {
        if let Some(Evidence { field, quote }) = evidence {
            code("evidence.field", field);
            at_most("evidence.quote", quote, 500);
        }
    }

    pub fn code(field: &str, text: &str) {
        let first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let other = |c: char| first(c) || matches!(c, '-' | '_' | '.');
        if !text.starts_with(first) || !text.chars().all(other) || text.len() > 64 {
            stop(&format!("{field} `{text}` is no code; write 1 to 64 of `a-z 0-9 - _ .`, first a letter or digit"));
        }
    }

    pub fn required(field: &str, text: &str, limit: usize) {
        if text.trim().is_empty() {
            stop(&format!("{field} is empty; write at least one character"));
        }
        at_most(field, text, limit);
    }

    pub fn at_most(field: &str, text: &str, limit: usize) {
        let length = text.chars().count();
        if length > limit {
            stop(&format!("{field} has {length} characters; at most {limit} fit"));
        }
    }
}

/// Bounds of received messages.
#[cfg(feature = "channel")]
mod message {
    use super::{stop, texts::at_most};
    use crate::channel::ReceivedMessage;

    pub fn check(message: &ReceivedMessage) {
        let optional = [
            ("external-id", &message.external_id, 1_000),
            ("subject", &message.subject, 2_000),
            ("message-id", &message.message_id, 1_000),
            ("agent", &message.agent, 200),
        ];
        for (field, text, limit) in optional {
            at_most(field, text.as_deref().unwrap_or_default(), limit);
        }
        at_most("text", &message.text, 200_000);
        message.attachments.iter().for_each(|attachment| at_most("an attachment's name", &attachment.name, 300));
        let ids = message.in_reply_to.iter().chain(&message.references);
        ids.for_each(|id| at_most("an id of in-reply-to or references", id, 1_000));
        let lists = [
            ("attachments", message.attachments.len()),
            ("in-reply-to", message.in_reply_to.len()),
            ("references", message.references.len()),
        ];
        if let Some((field, length)) = lists.into_iter().find(|(_, length)| *length > 100) {
            stop(&format!("{field} has {length} items; at most 100 fit"));
        }
    }
}
