//! Interactions, and the timeline they stand on.

use super::{super::schema, purchase::PurchaseView};
use crate::app::interactions::TimelineEntry;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, InteractionId, MessageId, Timestamp,
    contact_point::ContactPointKind,
    interaction::{Attachment, Content, Direction, Documentation, Interaction, Party, Threading},
};
use utoipa::ToSchema;

/// One contact with one customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interaction)]
pub struct InteractionView {
    /// Derived from channel and external id where there is one.
    #[schema(value_type = Uuid)]
    id: InteractionId,
    /// Whose timeline it stands on; without a customer it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// The channel, a code.
    #[schema(examples("phone"))]
    channel: String,
    /// Which way it went.
    #[schema(value_type = schema::Direction)]
    direction: Direction,
    /// The contact's name in its channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// Subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What was said, as plain text.
    text: String,
    /// Attachments, by description.
    attachments: Vec<AttachmentView>,
    /// The customer's side of the contact, as the channel named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<PartyView>,
    /// What ties it to its thread.
    threading: ThreadingView,
    /// What an agent documented.
    documentation: DocumentationView,
    /// The raw message it was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    message: Option<MessageId>,
    /// The event for which the connector was called that read it: `GET /v1/events/{event}/calls` tells how.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// An attachment's description. The bytes stay in the raw message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// File name as the sender gave it; may be empty.
    name: String,
    /// Media type.
    #[schema(examples("image/png"))]
    media_type: String,
    /// Size in bytes after decoding.
    size: u64,
}

/// Somebody who took part, as the channel named them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Party)]
pub struct PartyView {
    /// Display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What sort of address.
    #[schema(value_type = schema::ContactPointKind)]
    kind: ContactPointKind,
    /// The address in normal form.
    value: String,
}

/// What ties a message to its thread (RFC 5322, section 3.6.4).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Threading)]
pub struct ThreadingView {
    /// The message's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    /// Ids of the messages it answers.
    in_reply_to: Vec<String>,
    /// Ids of its whole ancestry, oldest first.
    references: Vec<String>,
}

/// What an agent documented about a contact.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Documentation)]
#[serde(deny_unknown_fields)]
pub struct DocumentationView {
    /// Who handled the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// What it was about, a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(examples("delivery"))]
    topic: Option<String>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

/// One entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TimelineView {
    /// A contact.
    Interaction(Box<InteractionView>),
    /// A purchase.
    Purchase(Box<PurchaseView>),
}

impl From<Interaction> for InteractionView {
    fn from(contact: Interaction) -> Self {
        let Content { subject, text, attachments, party } = contact.content;
        Self {
            id: contact.id,
            customer: contact.customer,
            channel: contact.channel,
            direction: contact.direction,
            external_id: contact.external_id,
            subject,
            text,
            attachments: attachments.into_iter().map(AttachmentView::from).collect(),
            party: party.map(PartyView::from),
            threading: contact.threading.into(),
            documentation: contact.documentation.into(),
            message: contact.message,
            event: contact.event,
            occurred_at: contact.occurred_at,
            recorded_at: contact.recorded_at,
            version: contact.version,
        }
    }
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        let Attachment { name, media_type, size } = attachment;
        Self { name, media_type, size }
    }
}

impl From<Party> for PartyView {
    fn from(party: Party) -> Self {
        Self { name: party.name, kind: party.address.kind, value: party.address.value }
    }
}

impl From<Threading> for ThreadingView {
    fn from(threading: Threading) -> Self {
        let Threading { message_id, in_reply_to, references } = threading;
        Self { message_id, in_reply_to, references }
    }
}

impl From<Documentation> for DocumentationView {
    fn from(documentation: Documentation) -> Self {
        let Documentation { agent, topic, outcome } = documentation;
        Self { agent, topic, outcome }
    }
}

impl From<DocumentationView> for Documentation {
    fn from(documentation: DocumentationView) -> Self {
        let DocumentationView { agent, topic, outcome } = documentation;
        Self { agent, topic, outcome }
    }
}

impl From<TimelineEntry> for TimelineView {
    fn from(entry: TimelineEntry) -> Self {
        match entry {
            TimelineEntry::Interaction(contact) => Self::Interaction(Box::new(contact.into())),
            TimelineEntry::Purchase(purchase) => Self::Purchase(Box::new(purchase.into())),
        }
    }
}
