//! Channel connectors: what did this channel just tell us, and how do we answer there?
//!
//! A connector does no I/O. It reads bytes that the host received and builds requests that the host sends.

mod calls;
mod http;
mod message;
mod pieces;
mod response;
mod signature;

use crate::EventContext;
use serde::de::DeserializeOwned;

#[doc(inline)]
pub use bindings::stammgast::channel::channel_types::{
    AddressKind, Authorization, BasicCredentials, ChannelError, HttpBody, HttpHeader, HttpMethod, HttpRequest,
    HttpResponse, MailRequest, OutgoingMessage, Party, Piece, RawMessage, ReceivedMessage, SecretEncoding, SecretUse,
    SendOutcome, SendRequest, Signature, SignaturePart, SignatureScheme, TryLater,
};
#[doc(hidden)]
pub use calls::Adapter;
pub use calls::{build_send, read_message, read_response};
pub use pieces::{Pieces, percent, secret};

/// A connector of one channel.
pub trait ChannelConnector {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called for every delivery: reads the bytes and hands over the messages in them with [`receive_message`]. A call
    /// may be repeated after a fault, but its effects happen once.
    ///
    /// # Errors
    /// [`ChannelError::Malformed`] where the bytes are no message of this channel: they stay stored, and the text is
    /// shown.
    fn read_message(event: &EventContext, raw: &RawMessage, config: Self::Config) -> Result<(), ChannelError>;

    /// Builds the request that sends a message. No effects and no changes of state may be asked for here. A connector
    /// that does not say how cannot send.
    ///
    /// # Errors
    /// [`ChannelError::Unsupported`] where the channel cannot carry the message.
    fn build_send(message: &OutgoingMessage, config: Self::Config) -> Result<SendRequest, ChannelError> {
        let _ = (message, config);
        Err(ChannelError::Unsupported("this channel cannot send messages".to_owned()))
    }

    /// Says what a response over HTTP means for the message that `build_send` built. No effects and no changes of state
    /// may be asked for here. A connector that does not say goes by the status: [`SendOutcome::by_status`].
    ///
    /// # Errors
    /// The plugin cannot answer: the text is shown.
    fn read_response(
        message: &OutgoingMessage,
        response: &HttpResponse,
        config: Self::Config,
    ) -> Result<SendOutcome, ChannelError> {
        let _ = (message, config);
        Ok(SendOutcome::by_status(response))
    }
}

/// The raw bytes held this message. Needs the grant `channel.receive-message`.
pub fn receive_message(message: ReceivedMessage) {
    #[cfg(target_family = "wasm")]
    bindings::stammgast::channel::effects::receive_message(&message);
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::ReceiveMessage(Box::new(message)));
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/channel"],
        world: "stammgast:channel/channel-connector",
        with: {
            "stammgast:types/types@0.2.1": crate::bindings::stammgast::types::types,
            "stammgast:host/log@0.2.1": crate::bindings::stammgast::host::log,
            "stammgast:host/state@0.2.1": crate::bindings::stammgast::host::state,
            "stammgast:host/lookup@0.2.1": crate::bindings::stammgast::host::lookup,
        },
        additional_derives: [PartialEq, Eq],
        pub_export_macro: true,
        generate_all,
    });
}
