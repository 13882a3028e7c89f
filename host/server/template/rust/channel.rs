//! A channel plugin: reads messages that are plain text. The first line says who writes, the rest is the message.
//!
//! Start with [`read`]: it is all that this plugin decides. What stands below it answers the host.

use serde::Deserialize;
use stammgast_sdk::{
    EventContext,
    channel::{ChannelConnector, ChannelError, Party, RawMessage, ReceivedMessage, receive_message},
};

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

/// The plugin, as the host calls it. To send as well, give it `build_send`: the SDK's README says how.
struct Plugin;

impl ChannelConnector for Plugin {
    type Config = Config;

    /// Called for every delivery. What it asks for happens when it has returned `Ok`, and not before.
    fn read_message(_event: &EventContext, raw: &RawMessage, config: Config) -> Result<(), ChannelError> {
        let message = String::from_utf8_lossy(&raw.body);
        let (sender, text) = read(&message, &config).map_err(ChannelError::Malformed)?;
        // Plain text says nothing of subject, thread and time.
        receive_message(ReceivedMessage { party: Some(Party::email(sender)), ..ReceivedMessage::inbound(text) });
        Ok(())
    }
}

stammgast_sdk::export!(Plugin: channel);

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_sdk::{
        channel,
        testing::{self, Effect, Host},
    };

    fn read_message(body: &str) -> (Result<(), ChannelError>, Vec<Effect>) {
        let host = Host::new().without_customer().manifest(include_str!("../manifest.json"));
        let (event, raw) = (testing::event("message.received"), testing::raw_message("text/plain", body));
        let call = || channel::read_message::<Plugin>(&event, &raw, include_str!("../config.json"));
        let (result, recorded) = testing::run(host, call);
        (result, recorded.effects)
    }

    #[test]
    fn the_first_line_says_who_writes() {
        let message =
            ReceivedMessage { party: Some(Party::email("ada@example.com")), ..ReceivedMessage::inbound("Hello") };
        let received = Effect::ReceiveMessage(Box::new(message));
        assert_eq!(read_message("from: ada@example.com\nHello\n"), (Ok(()), vec![received]));
        let problem = "the first line must be `from: <e-mail address>`".to_owned();
        assert_eq!(read_message("Hello"), (Err(ChannelError::Malformed(problem)), vec![]));
    }
}
