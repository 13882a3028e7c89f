//! Messages in plain types.

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Display name.
    pub name: Option<String>,
    /// E-mail address.
    pub address: String,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the customer to the company.
    Inbound,
    /// From the company to the customer.
    Outbound,
}

/// An attachment, by description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name as the sender gave it; may be empty.
    pub name: String,
    /// Media type, such as `image/png`.
    pub media_type: String,
    /// Bytes after decoding.
    pub size: usize,
}

/// A message that was read from raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Which way it went.
    pub direction: Direction,
    /// The customer's side.
    pub party: Option<Party>,
    /// Subject line.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// The message's own id.
    pub message_id: Option<String>,
    /// Ids of the messages it answers.
    pub in_reply_to: Vec<String>,
    /// Ids of its whole ancestry, oldest first.
    pub references: Vec<String>,
    /// Who wrote it, where it went out.
    pub agent: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub sent_at: Option<i64>,
    /// Whether text or attachments were left out because they were too many.
    pub is_cut: bool,
}

/// A message that shall be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The customer's side.
    pub to: Party,
    /// Who writes.
    pub agent: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// The id that it shall carry.
    pub message_id: String,
    /// Ids of the messages it answers.
    pub in_reply_to: Vec<String>,
    /// Ids of its whole ancestry, oldest first.
    pub references: Vec<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub sent_at: i64,
}

/// A message for the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Envelope sender.
    pub mail_from: String,
    /// Envelope recipient.
    pub recipient: String,
    /// The message, with CRLF line ends.
    pub message: Vec<u8>,
}
