//! A channel plugin: reads messages that are plain text. The first line says who writes, the rest is the message.
//!
//! Start with [`read`]: it is all that this plugin decides. What stands below it talks with the host.

use bindings::{
    exports::stammgast::channel::{
        inbound::{self, EventContext, RawMessage},
        outbound::{self, OutgoingMessage, SendRequest},
    },
    stammgast::{
        channel::{
            channel_types::{AddressKind, ChannelError, Party, ReceivedMessage},
            effects,
        },
        host::log,
        types::types::Direction,
    },
};
use serde::Deserialize;

/// What a tenant's admin may set. The host has checked it against `config_schema` in `manifest.json`.
#[derive(Deserialize)]
struct Config {
    /// What the first line starts with.
    sender_mark: String,
}

/// Who writes, and what; or what is wrong with the message.
fn read<'m>(message: &'m str, config: &Config) -> Result<(&'m str, &'m str), String> {
    let (first, text) = message.split_once('\n').unwrap_or((message, ""));
    match first.strip_prefix(config.sender_mark.as_str()).map(str::trim) {
        Some(sender) if !sender.is_empty() => Ok((sender, text.trim())),
        _ => Err(format!("the first line must be `{} <e-mail address>`", config.sender_mark)),
    }
}

/// The plugin, as the host calls it.
pub struct Plugin;

impl inbound::Guest for Plugin {
    /// Called for every delivery. What it asks for happens when it has returned `Ok`, and not before.
    fn read_message(_event: EventContext, raw: RawMessage, config: String) -> Result<(), ChannelError> {
        report_panics();
        let config: Config =
            serde_json::from_str(&config).map_err(|error| ChannelError::InvalidConfig(error.to_string()))?;
        let message = String::from_utf8_lossy(&raw.body);
        let (sender, text) = read(&message, &config).map_err(ChannelError::Malformed)?;
        effects::receive_message(&ReceivedMessage {
            direction: Direction::Inbound,
            party: Some(Party { name: None, kind: AddressKind::Email, address: sender.to_owned() }),
            text: text.to_owned(),
            // Plain text says nothing of these.
            external_id: None,
            subject: None,
            attachments: Vec::new(),
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            agent: None,
            sent_at: None,
        });
        Ok(())
    }
}

impl outbound::Guest for Plugin {
    /// Called to build what the channel shall carry. Sending is left to you.
    fn build_send(_message: OutgoingMessage, _config: String) -> Result<SendRequest, ChannelError> {
        Err(ChannelError::Unsupported("this channel cannot send messages".to_owned()))
    }
}

/// A panic ends the call. Its message goes to the host's log, and from there to the dead letter.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| log::write(log::Level::Error, &panic.to_string())));
}

/// The contract in `wit/`, as Rust.
#[allow(unsafe_code, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["wit/types", "wit/host", "wit/channel"],
        world: "stammgast:channel/channel-connector",
        generate_all,
    });

    // Tests run natively, where there is no host to export to.
    #[cfg(target_family = "wasm")]
    use super::Plugin;
    #[cfg(target_family = "wasm")]
    export!(Plugin);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_who_writes() {
        let config: Config = serde_json::from_str(include_str!("../config.json")).unwrap();
        assert_eq!(read("from: ada@example.com\nHello\n", &config), Ok(("ada@example.com", "Hello")));
        assert!(read("Hello", &config).is_err());
    }
}
