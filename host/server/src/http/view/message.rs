//! Raw messages.

use super::super::schema;
use serde::Serialize;
use stammgast_domain::{
    MessageId, Timestamp,
    interaction::{Message, MessageStatus},
};
use utoipa::ToSchema;

/// The record of one inbound message. Its bytes are kept and can be fetched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// Derived from the channel and the bytes.
    #[schema(value_type = Uuid)]
    id: MessageId,
    /// The channel it came through: an installation's name.
    #[schema(examples("email"))]
    channel: String,
    /// Media type that the deliverer named.
    #[schema(examples("message/rfc822"))]
    media_type: String,
    /// Size in bytes.
    size: u64,
    /// Where it stands.
    #[schema(value_type = schema::MessageStatus)]
    status: MessageStatus,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// When it was delivered.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let Message { id, channel, media_type, size, status, error, recorded_at, .. } = message;
        Self { id, channel, media_type, size, status, error, recorded_at }
    }
}
