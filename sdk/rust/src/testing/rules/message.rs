//! Bounds of received messages.

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
