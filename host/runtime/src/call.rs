//! One call: a fresh instance, one question, and what came of it.

use crate::{
    CallLimits, LoadedPlugin, Runtime,
    facts::Facts,
    fault::{Ended, classify},
    fresh::Circumstances,
    host::HostState,
    instance::{self, Instance, Refused},
    warm::{Ready, Served, Warm, WarmInstances},
    written::Written,
};
use stammgast_domain::{
    Timestamp,
    activity::Activity,
    call::{Fault, Read},
    effect::Effect,
    event::Event,
    interaction::Interaction,
    ledger::Transaction,
    occasion::Occasion,
    plugin::{Capability, FaultKind},
    purchase::Purchase,
};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use wasmtime::Store;

/// What a plugin is asked.
#[derive(Debug, Clone)]
pub enum Question<'a> {
    /// Loyalty: what has this purchase earned?
    Purchase(&'a Purchase),
    /// Loyalty: what does this day bring?
    Occasion(&'a Occasion),
    /// Loyalty: what has this activity earned?
    Activity(&'a Activity),
    /// Loyalty: what follows from points that moved?
    Points(&'a Transaction),
    /// Quality: does this contact meet the standards?
    Check(&'a Interaction),
    /// Feedback: who has to hear this?
    Route(&'a Interaction),
    /// Channel: what do these bytes say?
    Read {
        /// The bytes.
        body: &'a [u8],
        /// Media type that the deliverer named.
        media_type: &'a str,
        /// When they were received.
        received_at: Timestamp,
    },
}

/// One call of one plugin.
pub struct Call<'a> {
    /// The question.
    pub question: Question<'a>,
    /// The event it is asked for.
    pub event: &'a Event,
    /// The installation's configuration as JSON.
    pub config: &'a str,
    /// What the installation is granted.
    pub grants: BTreeSet<Capability>,
    /// What the call may use.
    pub limits: CallLimits,
    /// Seed of its random numbers; the same event and installation get the same.
    pub seed: u64,
    /// What it may read.
    pub facts: Arc<dyn Facts>,
}

/// What a call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Fuel.
    pub fuel: u64,
    /// Memory in bytes, over all memories.
    pub memory_bytes: u64,
    /// Time by the clock on the wall.
    pub duration: Duration,
    /// Time that it waited before, because the server makes only so many calls at once.
    pub queued: Duration,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Well: these are the effects it asks for.
    Effects(Vec<Effect>),
    /// A connector says that the bytes are no message of its channel.
    Malformed(String),
    /// Badly, by the plugin's fault.
    Fault(Fault),
    /// The host could not answer the plugin; nobody's fault, tried again later.
    HostFailure(String),
}

/// A call's answer and its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReport {
    /// How it ended.
    pub answer: Answer,
    /// What it used.
    pub usage: Usage,
    /// Lines that the plugin logged.
    pub log: Vec<String>,
    /// What the host answered it, in order.
    pub reads: Vec<Read>,
}

impl Runtime {
    /// Calls a plugin in a fresh instance. Never fails: what goes wrong is in the report.
    pub async fn call(&self, plugin: &LoadedPlugin, call: Call<'_>) -> CallReport {
        self.call_in(plugin, call, None, &mut Served::default()).await
    }

    /// Calls a plugin in an instance that waits, or in a fresh one; it is `served` then, if the call goes well.
    pub(crate) async fn call_in(
        &self,
        plugin: &LoadedPlugin,
        call: Call<'_>,
        warm: Option<&WarmInstances>,
        served: &mut Served,
    ) -> CallReport {
        let asked_at = Instant::now();
        let Ok(_slot) = self.slots.acquire().await else {
            return ended(Answer::HostFailure("the runtime is shutting down".to_owned()), Usage::default());
        };
        let started = Instant::now();
        let queued = started.duration_since(asked_at);
        let input = call.config.len() + question_bytes(&call.question);
        if input > call.limits.input_bytes {
            let message =
                format!("the event has {input} bytes; at most {} are handed to a plugin", call.limits.input_bytes);
            return ended(Answer::Fault(Fault::new(FaultKind::Load, message)), Usage { queued, ..Usage::default() });
        }
        let circumstances = Circumstances {
            at: call.event.event.occurred_at,
            seed: call.seed,
            customer: call.event.event.subject.customer(),
            grants: call.grants.clone(),
            limits: call.limits,
            facts: Arc::clone(&call.facts),
        };
        let family = instance::family_of(&call.question);
        let waiting = warm.and_then(|warm| warm.take(family));
        let Ready { mut store, waiting } = match self.ready(waiting, circumstances) {
            Ok(ready) => ready,
            Err(error) => return ended(Answer::HostFailure(format!("{error:#}")), Usage::default()),
        };
        let (instance, calls) = waiting.unzip();
        let asked = async {
            let instance = match instance {
                Some(instance) => instance,
                None => Instance::make(plugin, family, &mut store).await?,
            };
            instance.ask(&mut store, &call).await.map(|answer| (answer, instance))
        };
        let outcome = tokio::time::timeout(call.limits.wall, asked).await;
        let usage = Usage { queued, ..usage(&store, call.limits.fuel, started) };
        let state = store.data_mut();
        let written = Written::of(state);
        let reads = std::mem::take(&mut state.reads);
        let answer = match outcome {
            Err(_elapsed) => {
                let wall = call.limits.wall.as_millis();
                Answer::Fault(Fault::new(FaultKind::WallClock, format!("it took longer than {wall} ms")))
            }
            Ok(Err(error)) => answer_of(&error, written.last()),
            Ok(Ok((answer, instance))) => {
                let answer = match answer {
                    Err(Refused::Malformed(message)) => Answer::Malformed(message),
                    Err(Refused::Plugin(message)) => Answer::Fault(Fault::new(FaultKind::Refused, message)),
                    Ok(()) => Answer::Effects(state.take_effects()),
                };
                if let Some(warm) = warm.filter(|_| !matches!(answer, Answer::Fault(_))) {
                    let calls = calls.unwrap_or_default() + 1;
                    warm.hold(Warm { store, instance, family, served: calls }, call.limits.reuse_calls, served);
                }
                answer
            }
        };
        CallReport { answer, usage, log: written.into_lines(), reads }
    }
}

fn answer_of(error: &wasmtime::Error, last_line: Option<&str>) -> Answer {
    match classify(error) {
        Ended::Fault(fault) => {
            // What the plugin itself said last tells most.
            let last = last_line.map(|line| format!("{line}; ")).unwrap_or_default();
            Answer::Fault(Fault::new(fault.kind, format!("{last}{}", fault.message)))
        }
        Ended::Failure(message) => Answer::HostFailure(message),
    }
}

fn question_bytes(question: &Question<'_>) -> usize {
    match question {
        Question::Purchase(purchase) => purchase.lines.len().saturating_mul(64),
        Question::Activity(activity) => {
            activity.details.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
        }
        Question::Occasion(_) | Question::Points(_) => 256,
        Question::Check(contact) | Question::Route(contact) => contact.content.text.len(),
        Question::Read { body, .. } => body.len(),
    }
}

pub(crate) fn usage(store: &Store<HostState>, fuel: u64, started: Instant) -> Usage {
    Usage {
        fuel: fuel.saturating_sub(store.get_fuel().unwrap_or_default()),
        memory_bytes: store.data().growth.memory_bytes as u64,
        duration: started.elapsed(),
        queued: Duration::ZERO,
    }
}

fn ended(answer: Answer, usage: Usage) -> CallReport {
    CallReport { answer, usage, log: Vec::new(), reads: Vec::new() }
}
