//! E-mail: reads what came in (RFC 5322 and MIME) and builds what goes out.
//!
//! This file is glue between the host and [`read`] and [`write`](mod@write), which know nothing of the host and are
//! tested natively.

pub mod address;
pub mod charset;
pub mod config;
pub mod header;
pub mod html;
pub mod message;
pub mod name;
pub mod page;
pub mod parts;
pub mod read;
pub mod sides;
pub mod text;
pub mod write;

/// What the contract in `wit/` looks like in Rust.
#[allow(missing_docs, unsafe_code, clippy::pedantic, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/channel"],
        world: "stammgast:channel/channel-connector",
        generate_all,
    });

    // Natively there is no host to export to: tests call the rules.
    #[cfg(target_family = "wasm")]
    use super::ChannelEmail;
    #[cfg(target_family = "wasm")]
    export!(ChannelEmail);
}

use bindings::{
    exports::stammgast::channel::{
        inbound::{self, EventContext, RawMessage},
        outbound,
    },
    stammgast::{
        channel::{
            channel_types::{
                AddressKind, ChannelError, HttpResponse, MailRequest, OutgoingMessage, Party, ReceivedMessage,
                SendOutcome, SendRequest,
            },
            effects,
        },
        host::log::{self, Level},
        types::types::{Attachment, Direction},
    },
};
use write::CannotBuild;

/// The plugin, as the host calls it.
pub struct ChannelEmail;

impl inbound::Guest for ChannelEmail {
    fn read_message(_: EventContext, raw: RawMessage, config: String) -> Result<(), ChannelError> {
        let message =
            read::read(&raw.body, &parse(&config)?).map_err(|error| ChannelError::Malformed(error.to_string()))?;
        if message.is_cut {
            log::write(
                Level::Warn,
                "a message had more text or attachments than a contact holds; its bytes stay whole",
            );
        }
        effects::receive_message(&received(message));
        Ok(())
    }
}

impl outbound::Guest for ChannelEmail {
    fn build_send(message: OutgoingMessage, config: String) -> Result<SendRequest, ChannelError> {
        if message.to.kind != AddressKind::Email {
            return Err(ChannelError::Unsupported("mail can be sent to e-mail addresses only".to_owned()));
        }
        let mail = write::build(&outgoing(message), &parse(&config)?).map_err(|error| cannot_build(&error))?;
        let (mail_from, recipients) = (mail.mail_from, vec![mail.recipient]);
        Ok(SendRequest::Mail(MailRequest { mail_from, recipients, message: mail.message }))
    }

    /// Mail goes to a mail server, which answers the host.
    fn read_response(_: OutgoingMessage, _: HttpResponse, _: String) -> Result<SendOutcome, ChannelError> {
        Err(ChannelError::Unsupported("mail is not sent over HTTP".to_owned()))
    }
}

fn parse(config: &str) -> Result<config::Config, ChannelError> {
    config::parse(config).map_err(|error| ChannelError::InvalidConfig(error.to_string()))
}

fn cannot_build(error: &CannotBuild) -> ChannelError {
    let text = error.to_string();
    match error {
        CannotBuild::NoSender | CannotBuild::Sender(_) => ChannelError::InvalidConfig(text),
        CannotBuild::Recipient(_) | CannotBuild::MessageId(_) => ChannelError::Unsupported(text),
        CannotBuild::Body(_) => ChannelError::Other(text),
    }
}

fn received(message: message::Incoming) -> ReceivedMessage {
    let attachment =
        |message::Attachment { name, media_type, size }| Attachment { name, media_type, size: size as u64 };
    ReceivedMessage {
        external_id: message.message_id.clone(),
        direction: match message.direction {
            message::Direction::Inbound => Direction::Inbound,
            message::Direction::Outbound => Direction::Outbound,
        },
        party: message.party.map(|message::Party { name, address }| Party { name, kind: AddressKind::Email, address }),
        subject: message.subject,
        text: message.text,
        attachments: message.attachments.into_iter().map(attachment).collect(),
        message_id: message.message_id,
        in_reply_to: message.in_reply_to,
        references: message.references,
        agent: message.agent,
        sent_at: message.sent_at,
    }
}

fn outgoing(message: OutgoingMessage) -> message::Outgoing {
    message::Outgoing {
        to: message::Party { name: message.to.name, address: message.to.address },
        agent: message.agent,
        subject: message.subject,
        text: message.text,
        message_id: message.message_id,
        in_reply_to: message.in_reply_to,
        references: message.references,
        sent_at: message.sent_at,
    }
}
