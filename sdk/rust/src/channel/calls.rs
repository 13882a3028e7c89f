//! The calls of a connector, as the host makes them: with the configuration as JSON.

use super::{
    ChannelConnector, ChannelError, HttpResponse, OutgoingMessage, RawMessage, SendOutcome, SendRequest,
    bindings::exports::stammgast::channel::{inbound, outbound},
};
use crate::{EventContext, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Calls a connector as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the connector's own error.
pub fn read_message<P: ChannelConnector>(
    event: &EventContext,
    raw: &RawMessage,
    config: &str,
) -> Result<(), ChannelError> {
    P::read_message(event, raw, parse(config)?)
}

/// Calls a connector as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the connector's own error.
pub fn build_send<P: ChannelConnector>(message: &OutgoingMessage, config: &str) -> Result<SendRequest, ChannelError> {
    P::build_send(message, parse(config)?)
}

/// Calls a connector as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the connector's own error.
pub fn read_response<P: ChannelConnector>(
    message: &OutgoingMessage,
    response: &HttpResponse,
    config: &str,
) -> Result<SendOutcome, ChannelError> {
    P::read_response(message, response, parse(config)?)
}

fn parse<C: DeserializeOwned>(config: &str) -> Result<C, ChannelError> {
    config::parse(config).map_err(ChannelError::InvalidConfig)
}

/// What the host calls, in the connector's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: ChannelConnector> inbound::Guest for Adapter<P> {
    fn read_message(event: EventContext, raw: RawMessage, config: String) -> Result<(), ChannelError> {
        export::report_panics();
        read_message::<P>(&event, &raw, &config)
    }
}

impl<P: ChannelConnector> outbound::Guest for Adapter<P> {
    fn build_send(message: OutgoingMessage, config: String) -> Result<SendRequest, ChannelError> {
        export::report_panics();
        build_send::<P>(&message, &config)
    }

    fn read_response(
        message: OutgoingMessage,
        response: HttpResponse,
        config: String,
    ) -> Result<SendOutcome, ChannelError> {
        export::report_panics();
        read_response::<P>(&message, &response, &config)
    }
}
