//! Asking a connector to build what its channel shall carry, and what a response means. Nothing is sent here.

use crate::{
    CallLimits, LoadedPlugin, Runtime, Usage,
    bindings::channel::{
        ChannelConnector,
        stammgast::channel::channel_types::{AddressKind, ChannelError, OutgoingMessage, Party, SendRequest},
    },
    call,
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
use std::{collections::BTreeSet, sync::Arc, time::Instant};
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
}

/// What a connector answered, and what that cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorReport<T> {
    /// The answer; the connector's refusal or fault, or why the host could not ask it.
    pub answer: Result<T, Fault>,
    /// What it used.
    pub usage: Usage,
    /// Lines that it logged.
    pub log: Vec<String>,
}

impl<T> ConnectorReport<T> {
    /// The report of a connector that was not asked.
    fn not_asked(fault: Fault) -> Self {
        Self { answer: Err(fault), usage: Usage::default(), log: Vec::new() }
    }

    /// The same report with what the answer means.
    fn and_then<U>(self, meaning: impl FnOnce(T) -> Result<U, Fault>) -> ConnectorReport<U> {
        ConnectorReport { answer: self.answer.and_then(meaning), usage: self.usage, log: self.log }
    }
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
    /// Asks a connector to build the request that sends a message. Never fails: what goes wrong is in the report.
    pub async fn build_send(
        &self,
        plugin: &LoadedPlugin,
        message: Outgoing,
        building: Building<'_>,
    ) -> ConnectorReport<Request> {
        let may_send = building.grants.contains(&Capability::ChannelSendHttp);
        let config = building.config;
        let asked = self.ask_connector(plugin, message, 0, building, async |connector, store, message| {
            connector.stammgast_channel_outbound().call_build_send(store, message, config).await
        });
        asked.await.and_then(|request| built(request, may_send))
    }

    /// Asks a connector what a response means for a message that it built. Never fails: what goes wrong is in the
    /// report.
    pub async fn read_response(
        &self,
        plugin: &LoadedPlugin,
        message: Outgoing,
        response: HttpResponse,
        building: Building<'_>,
    ) -> ConnectorReport<SendOutcome> {
        let (bytes, response) = (response.body.len(), request::http_response(response));
        let config = building.config;
        let asked = self.ask_connector(plugin, message, bytes, building, async |connector, store, message| {
            connector.stammgast_channel_outbound().call_read_response(store, message, &response, config).await
        });
        asked.await.and_then(|outcome| Ok(request::send_outcome(outcome)))
    }

    /// Asks a connector about a message, with so many bytes of input beside it.
    async fn ask_connector<T>(
        &self,
        plugin: &LoadedPlugin,
        message: Outgoing,
        more_bytes: usize,
        building: Building<'_>,
        ask: impl AsyncFnOnce(
            &ChannelConnector,
            &mut Store<HostState>,
            &OutgoingMessage,
        ) -> wasmtime::Result<Result<T, ChannelError>>,
    ) -> ConnectorReport<T> {
        let failed = |text: String| ConnectorReport::not_asked(Fault::new(FaultKind::Host, text));
        let asked_at = Instant::now();
        let Ok(_slot) = self.slots.acquire().await else {
            return failed("the runtime is shutting down".to_owned());
        };
        let Building { config, customer, grants, limits, seed, facts } = building;
        if message.text.len().saturating_add(more_bytes).saturating_add(config.len()) > limits.input_bytes {
            return failed(format!("the message has more than {} bytes", limits.input_bytes));
        }
        let Some(pre) = plugin.channel.as_ref() else { return failed("it serves no channel".to_owned()) };
        let circumstances = Circumstances { at: message.sent_at, seed, customer, grants, limits, facts };
        let mut store = match self.fresh_store(circumstances) {
            Ok(store) => store,
            Err(error) => return failed(format!("{error:#}")),
        };
        let given = match outgoing(message) {
            Ok(given) => given,
            Err(refused) => return ConnectorReport::not_asked(refused),
        };
        let started = Instant::now();
        let work = async {
            let connector = pre.instantiate_async(&mut store).await?;
            ask(&connector, &mut store, &given).await
        };
        let outcome = tokio::time::timeout(limits.wall, work).await;
        let usage = Usage { queued: started.duration_since(asked_at), ..call::usage(&store, limits.fuel, started) };
        let mut state = store.into_data();
        let log = Written::of(&state).into_lines();
        let asked_for_effects = !state.take_effects().is_empty();
        let answer = match outcome {
            _ if asked_for_effects => {
                let message =
                    "it asked for effects or changed its state while a message was sent; only events may do so";
                Err(Fault::new(FaultKind::InvalidEffect, message))
            }
            Err(_elapsed) => {
                let wall = limits.wall.as_millis();
                Err(Fault::new(FaultKind::WallClock, format!("it took longer than {wall} ms")))
            }
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => Err(Fault::new(FaultKind::Refused, channel_text(error))),
            Ok(Err(error)) => Err(match classify(&error) {
                Ended::Fault(fault) => fault,
                Ended::Failure(message) => Fault::new(FaultKind::Host, message),
            }),
        };
        ConnectorReport { answer, usage, log }
    }
}

/// What the host has to do, where it is allowed.
fn built(request: SendRequest, may_send: bool) -> Result<Request, Fault> {
    match request {
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
