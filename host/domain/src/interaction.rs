//! Interactions: every contact with a customer, on any channel, in either direction.

use crate::{CustomerId, InteractionId, MessageId, Timestamp, contact_point::Address, text};
use serde::{Deserialize, Serialize};

/// The most characters of text one interaction keeps.
pub const MAX_TEXT: usize = 200_000;
/// The most attachments one interaction names.
pub const MAX_ATTACHMENTS: usize = 100;
/// The most messages of its thread that one interaction names, in each list.
pub const MAX_REFERENCES: usize = 100;
/// The most characters of a message's name in its channel.
const MAX_NAME: usize = 1_000;

/// Which way a contact went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the customer to the company.
    Inbound,
    /// From the company to the customer.
    Outbound,
}

impl Direction {
    /// The name in rows and texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// An attachment's description. The bytes stay in the raw message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name as the sender gave it; may be empty.
    pub name: String,
    /// Media type such as `image/png`.
    pub media_type: String,
    /// Size in bytes after decoding.
    pub size: u64,
}

/// Somebody who took part, as the channel named them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Display name, where the channel gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address in normal form.
    #[serde(flatten)]
    pub address: Address,
}

/// What ties a message to its thread (RFC 5322, section 3.6.4), without angle brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threading {
    /// The message's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Ids of the messages it answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_reply_to: Vec<String>,
    /// Ids of its whole ancestry, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

/// What was said, apart from who said it and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Subject line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What was said, in full, as plain text.
    pub text: String,
    /// Attachments, by description.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The customer's side of the contact, as the channel named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
}

/// What an agent documented about the contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documentation {
    /// Who handled the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What it was about, a code such as `delivery`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// One contact with one customer. Without a customer it waits, visibly, for a person to assign it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// Derived from channel and external id where there is one, otherwise `UUIDv7`.
    pub id: InteractionId,
    /// Whose timeline it stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The channel, a code such as `email` or `phone`.
    pub channel: String,
    /// Which way it went.
    pub direction: Direction,
    /// The contact's name in its channel; the same twice is one interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What was said.
    #[serde(flatten)]
    pub content: Content,
    /// What ties it to its thread.
    #[serde(default)]
    pub threading: Threading,
    /// What an agent documented.
    #[serde(default)]
    pub documentation: Documentation,
    /// The raw message it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// The event for which the connector was called that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl Interaction {
    /// The id of the contact that `channel` calls `external_id`.
    #[must_use]
    pub fn id_for(channel: &str, external_id: &str) -> InteractionId {
        InteractionId::derived(&[channel, external_id])
    }

    /// Checks the interaction's own rules.
    ///
    /// # Errors
    /// A text is blank, too long or no code.
    pub fn validate(&self) -> Result<(), text::InvalidText> {
        text::code("channel", &self.channel)?;
        text::at_most("text", &self.content.text, MAX_TEXT)?;
        text::at_most("subject", self.content.subject.as_deref().unwrap_or_default(), 2_000)?;
        if let Some(external_id) = &self.external_id {
            text::required("external_id", external_id, MAX_NAME)?;
        }
        let party = self.content.party.as_ref().and_then(|party| party.name.as_deref());
        text::at_most("party.name", party.unwrap_or_default(), 300)?;
        at_most("attachments", &self.content.attachments, MAX_ATTACHMENTS)?;
        for attachment in &self.content.attachments {
            text::at_most("attachments.name", &attachment.name, 300)?;
            text::at_most("attachments.media_type", &attachment.media_type, 200)?;
        }
        let Threading { message_id, in_reply_to, references } = &self.threading;
        at_most("threading.in_reply_to", in_reply_to, MAX_REFERENCES)?;
        at_most("threading.references", references, MAX_REFERENCES)?;
        for name in message_id.iter().chain(in_reply_to).chain(references) {
            text::at_most("threading", name, MAX_NAME)?;
        }
        let Documentation { agent, topic, outcome } = &self.documentation;
        if let Some(topic) = topic {
            text::code("documentation.topic", topic)?;
        }
        text::at_most("documentation.agent", agent.as_deref().unwrap_or_default(), 200)?;
        text::at_most("documentation.outcome", outcome.as_deref().unwrap_or_default(), 2_000)
    }
}

/// As for texts, with the number of entries for characters.
fn at_most<T>(field: &'static str, entries: &[T], limit: usize) -> Result<(), text::InvalidText> {
    let length = entries.len();
    if length > limit { Err(text::InvalidText::TooLong { field, length, limit }) } else { Ok(()) }
}

/// Where the raw bytes of an inbound message stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageStatus {
    /// Stored; the connector has not read it yet.
    Received,
    /// Read; its interactions are on their timelines.
    Read,
    /// The connector could not read it; the bytes stay and the error says why.
    Unreadable,
}

/// The raw bytes of one inbound message, as the channel delivered them. Never dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Derived from the channel and the bytes.
    pub id: MessageId,
    /// The channel it came through: an installation's name.
    pub channel: String,
    /// Media type that the deliverer named.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Where it stands.
    pub status: MessageStatus,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was delivered.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}
