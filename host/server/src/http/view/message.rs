//! Raw messages.

use super::super::schema;
use serde::Serialize;
use stammgast_domain::{
    MessageId, Timestamp,
    interaction::{Message, MessageStatus},
    request::HttpRequest,
};
use stammgast_runtime::Request;
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

/// What the host would do to send a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SendRequest)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RequestView {
    /// Hand a message to a mail server (RFC 5321).
    Mail {
        /// Envelope sender.
        mail_from: String,
        /// Envelope recipients.
        recipients: Vec<String>,
        /// The message as it would go out (RFC 5322); bytes that are no UTF-8 are shown as U+FFFD.
        message: String,
    },
    /// Send a request over HTTP. Secrets are named, and never there.
    Http {
        /// The request.
        #[schema(value_type = Object)]
        request: Box<HttpRequest>,
    },
}

impl From<Request> for RequestView {
    fn from(request: Request) -> Self {
        match request {
            Request::Http(request) => Self::Http { request: Box::new(request) },
            Request::Mail { mail_from, recipients, message } => {
                Self::Mail { mail_from, recipients, message: String::from_utf8_lossy(&message).into_owned() }
            }
        }
    }
}
