//! Messages that came in, who takes part in them, and messages for a mail server.

use super::{AddressKind, HttpRequest, MailRequest, Party, ReceivedMessage, SendRequest};
use crate::Direction;

impl ReceivedMessage {
    /// A message from the customer that says nothing but this text; set the other fields to what the bytes tell.
    ///
    /// ```
    /// use stammgast_sdk::channel::{Party, ReceivedMessage};
    ///
    /// let message = ReceivedMessage {
    ///     party: Some(Party::email("ada@example.com").named("Ada")),
    ///     subject: Some("A question".to_owned()),
    ///     ..ReceivedMessage::inbound("Is the record in stock?")
    /// };
    /// assert_eq!(message.external_id, None);
    /// ```
    pub fn inbound(text: impl Into<String>) -> Self {
        Self::bare(Direction::Inbound, text.into())
    }

    /// A message to the customer that was written elsewhere, such as a copy of what an agent sent.
    pub fn outbound(text: impl Into<String>) -> Self {
        Self::bare(Direction::Outbound, text.into())
    }

    const fn bare(direction: Direction, text: String) -> Self {
        Self {
            external_id: None,
            direction,
            party: None,
            subject: None,
            text,
            attachments: Vec::new(),
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            agent: None,
            sent_at: None,
        }
    }
}

impl Party {
    /// Somebody with an e-mail address, without display name and angle brackets.
    pub fn email(address: impl Into<String>) -> Self {
        Self::at(AddressKind::Email, address.into())
    }

    /// Somebody with a telephone number and its country code.
    pub fn phone(number: impl Into<String>) -> Self {
        Self::at(AddressKind::Phone, number.into())
    }

    /// Somebody with a name on a social network, such as `@ada@example.social`.
    pub fn handle(handle: impl Into<String>) -> Self {
        Self::at(AddressKind::Handle, handle.into())
    }

    /// Somebody with a chat identifier given by a messaging provider.
    pub fn chat(id: impl Into<String>) -> Self {
        Self::at(AddressKind::Chat, id.into())
    }

    /// The same with a display name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    const fn at(kind: AddressKind, address: String) -> Self {
        Self { name: None, kind, address }
    }
}

impl MailRequest {
    /// A message (RFC 5322, with CRLF line ends) for the tenant's mail server, with its envelope.
    pub fn new<R: Into<String>>(
        mail_from: impl Into<String>,
        recipients: impl IntoIterator<Item = R>,
        message: impl Into<Vec<u8>>,
    ) -> Self {
        let recipients = recipients.into_iter().map(Into::into).collect();
        Self { mail_from: mail_from.into(), recipients, message: message.into() }
    }
}

impl From<MailRequest> for SendRequest {
    fn from(request: MailRequest) -> Self {
        Self::Mail(request)
    }
}

impl From<HttpRequest> for SendRequest {
    fn from(request: HttpRequest) -> Self {
        Self::Http(request)
    }
}
