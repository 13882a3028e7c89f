//! Asking a connector to build what its channel shall carry, and what a response means. Nothing is sent here.

use crate::{
    CallLimits, LoadedPlugin, Runtime,
    bindings::channel::{
        ChannelConnector,
        stammgast::channel::channel_types::{AddressKind, ChannelError, OutgoingMessage, Party, SendRequest},
    },
    facts::Facts,
    fault::{Ended, classify},
    fresh::Circumstances,
    host::HostState,
    instance::channel_text,
    request,
    written::Written,
};
use stammgast_domain::{
    CustomerId, Timestamp,
    call::Fault,
    contact_point::{Address, ContactPointKind},
    interaction::Threading,
    plugin::{Capability, FaultKind},
    request::{HttpRequest, HttpResponse, SendOutcome},
};
use std::{collections::BTreeSet, sync::Arc};
use wasmtime::Store;

/// A message that shall be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Id of the interaction that it becomes.
    pub id: String,
    /// Where it goes.
    pub to: Address,
    /// Name of the person or company there.
    pub name: Option<String>,
    /// Who writes, by name.
    pub agent: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Its own id and what it answers.
    pub threading: Threading,
    /// When it is sent; the plugin's clock shows the same.
    pub sent_at: Timestamp,
}

/// What building a message depends on, beside the plugin and the message.
pub struct Building<'a> {
    /// The installation's configuration as JSON.
    pub config: &'a str,
    /// Whom it is about, where that is known.
    pub customer: Option<CustomerId>,
    /// What the installation is granted.
    pub grants: BTreeSet<Capability>,
    /// What the call may use.
    pub limits: CallLimits,
    /// Seed of its random numbers.
    pub seed: u64,
    /// What it may read.
    pub facts: Arc<dyn Facts>,
    /// Takes each line that the plugin writes, once the call has ended.
    pub log: &'a (dyn Fn(&str) + Send + Sync),
}

/// What the host has to do to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Hand a message to a mail server (RFC 5321).
    Mail {
        /// Envelope sender.
        mail_from: String,
        /// Envelope recipients.
        recipients: Vec<String>,
        /// The message (RFC 5322).
        message: Vec<u8>,
    },
    /// Send a request over HTTP, once its secrets are filled in.
    Http(HttpRequest),
}

impl Runtime {
    /// Asks a connector to build the request that sends a message.
    ///
    /// # Errors
    /// The connector's refusal or fault, or the host could not answer it.
    pub async fn build_send(
        &self,
        plugin: &LoadedPlugin,
        message: Outgoing,
        building: Building<'_>,
    ) -> Result<Request, Fault> {
        let may_send = building.grants.contains(&Capability::ChannelSendHttp);
        let size = message.text.len();
        let given = outgoing(message.clone())?;
        let config = building.config;
        let request = self.ask_connector(plugin, message.sent_at, size, building, async |connector, store| {
            connector.stammgast_channel_outbound().call_build_send(store, &given, config).await
        });
        match request.await? {
            SendRequest::Mail(mail) => {
                Ok(Request::Mail { mail_from: mail.mail_from, recipients: mail.recipients, message: mail.message })
            }
            SendRequest::Http(_) if !may_send => {
                let message =
                    format!("it built a request over HTTP, but `{}` is not granted to it", Capability::ChannelSendHttp);
                Err(Fault::new(FaultKind::InvalidEffect, message))
            }
            SendRequest::Http(http) => {
                let http = request::http_request(http);
                http.map(Request::Http).map_err(|error| Fault::new(FaultKind::InvalidEffect, error.to_string()))
            }
        }
    }

    /// Asks a connector what a response means for a message that it built.
    ///
    /// # Errors
    /// The connector's refusal or fault, or the host could not answer it.
    pub async fn read_response(
        &self,
        plugin: &LoadedPlugin,
        message: Outgoing,
        response: HttpResponse,
        building: Building<'_>,
    ) -> Result<SendOutcome, Fault> {
        let size = message.text.len().saturating_add(response.body.len());
        let (given, response) = (outgoing(message.clone())?, request::http_response(response));
        let config = building.config;
        let outcome = self.ask_connector(plugin, message.sent_at, size, building, async |connector, store| {
            connector.stammgast_channel_outbound().call_read_response(store, &given, &response, config).await
        });
        Ok(request::send_outcome(outcome.await?))
    }

    async fn ask_connector<T>(
        &self,
        plugin: &LoadedPlugin,
        at: Timestamp,
        size: usize,
        building: Building<'_>,
        ask: impl AsyncFnOnce(&ChannelConnector, &mut Store<HostState>) -> wasmtime::Result<Result<T, ChannelError>>,
    ) -> Result<T, Fault> {
        let failed = |text: String| Fault::new(FaultKind::Host, text);
        let _slot = self.slots.acquire().await.map_err(|_| failed("the runtime is shutting down".to_owned()))?;
        let Building { config, customer, grants, limits, seed, facts, log } = building;
        if size.saturating_add(config.len()) > limits.input_bytes {
            return Err(failed(format!("the message has more than {} bytes", limits.input_bytes)));
        }
        let circumstances = Circumstances { at, seed, customer, grants, limits, facts };
        let mut store = self.fresh_store(circumstances).map_err(|error| failed(format!("{error:#}")))?;
        let pre = plugin.channel.as_ref().ok_or_else(|| failed("it serves no channel".to_owned()))?;
        let work = async {
            let connector = pre.instantiate_async(&mut store).await?;
            ask(&connector, &mut store).await
        };
        let outcome = tokio::time::timeout(limits.wall, work).await;
        let mut state = store.into_data();
        for line in Written::of(&state).into_lines() {
            log(&line);
        }
        if !state.take_effects().is_empty() {
            let message = "it asked for effects or changed its state while a message was sent; only events may do so";
            return Err(Fault::new(FaultKind::InvalidEffect, message));
        }
        match outcome {
            Err(_elapsed) => {
                let wall = limits.wall.as_millis();
                Err(Fault::new(FaultKind::WallClock, format!("it took longer than {wall} ms")))
            }
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => Err(Fault::new(FaultKind::Refused, channel_text(error))),
            Ok(Err(error)) => Err(match classify(&error) {
                Ended::Fault(fault) => fault,
                Ended::Failure(message) => failed(message),
            }),
        }
    }
}

fn outgoing(message: Outgoing) -> Result<OutgoingMessage, Fault> {
    let Outgoing { id, to, name, agent, subject, text, threading, sent_at } = message;
    let kind = address_kind(to.kind)
        .ok_or_else(|| Fault::new(FaultKind::Refused, "no channel carries messages to a postal address"))?;
    Ok(OutgoingMessage {
        id,
        to: Party { name, kind, address: to.value },
        agent,
        subject,
        text,
        message_id: threading.message_id.unwrap_or_default(),
        in_reply_to: threading.in_reply_to,
        references: threading.references,
        sent_at: sent_at.millis(),
    })
}

const fn address_kind(kind: ContactPointKind) -> Option<AddressKind> {
    match kind {
        ContactPointKind::Email => Some(AddressKind::Email),
        ContactPointKind::Phone => Some(AddressKind::Phone),
        ContactPointKind::Handle => Some(AddressKind::Handle),
        ContactPointKind::Chat => Some(AddressKind::Chat),
        ContactPointKind::Postal => None,
    }
}
