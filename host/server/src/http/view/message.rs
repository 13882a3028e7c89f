//! Raw messages.

use super::super::schema;
use crate::app::sending::{Performed, SendResult};
use serde::Serialize;
use stammgast_domain::{
    MessageId, Timestamp,
    interaction::{Message, MessageStatus},
    request::{HttpRequest, HttpResponse, SendOutcome},
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

/// What came of a test message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SendTrial)]
pub struct TrialView {
    /// What the connector built. Secrets are named, and never there.
    request: RequestView,
    /// What the other side answered, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<ResponseView>,
    /// What that means.
    result: ResultView,
}

/// An answer over HTTP. Wherever a secret stood in it, `[secret]` stands instead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SendResponse)]
struct ResponseView {
    /// Status code.
    #[schema(examples(200))]
    status: u16,
    /// Header names in lower case, and their values.
    headers: Vec<(String, String)>,
    /// The body as text; bytes that are no UTF-8 are shown as U+FFFD.
    body: String,
}

/// What became of a test message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SendResult)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum ResultView {
    /// The other side took it.
    Sent {
        /// The id that it gave the message.
        #[serde(skip_serializing_if = "Option::is_none")]
        external_id: Option<String>,
    },
    /// Not now.
    Later {
        /// Why.
        reason: String,
        /// Milliseconds to wait at least.
        #[serde(skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
    },
    /// The other side will not take it.
    Rejected {
        /// Why.
        reason: String,
    },
    /// There was an answer that the connector could not read.
    Unread {
        /// Why.
        reason: String,
    },
    /// The request may not be sent, or found no answer.
    Failed {
        /// Why.
        reason: String,
        /// Whether the other side may have taken it all the same.
        may_have_arrived: bool,
    },
    /// The host does not send such requests.
    NotSent {
        /// Why.
        reason: String,
    },
}

impl From<Performed> for TrialView {
    fn from(performed: Performed) -> Self {
        let Performed { request, response, result } = performed;
        Self { request: request.into(), response: response.map(ResponseView::from), result: result.into() }
    }
}

impl From<HttpResponse> for ResponseView {
    fn from(response: HttpResponse) -> Self {
        let HttpResponse { status, headers, body } = response;
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl From<SendResult> for ResultView {
    fn from(result: SendResult) -> Self {
        match result {
            SendResult::Read(SendOutcome::Sent { external_id }) => Self::Sent { external_id },
            SendResult::Read(SendOutcome::Later { reason, after_ms }) => Self::Later { reason, after_ms },
            SendResult::Read(SendOutcome::Rejected { reason }) => Self::Rejected { reason },
            SendResult::Unread(fault) => {
                Self::Unread { reason: format!("{} ({})", fault.message, fault.kind.as_str()) }
            }
            SendResult::Failed(error) => {
                Self::Failed { may_have_arrived: error.may_have_arrived(), reason: error.to_string() }
            }
            SendResult::NotSent(reason) => Self::NotSent { reason },
        }
    }
}
