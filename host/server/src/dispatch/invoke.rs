//! Asking a plugin about one event and applying what it answers.

use crate::app::{
    App, AppError,
    effects::{self, Applicable, CallOutcome, Held, KnownCodes, NotApplied},
    facts::{Asked, ChangedFacts, StoredFacts},
    plugins,
};
use stammgast_domain::{
    call::{CallRecord, Fault},
    effect::Effect,
    event::{Event, Fact},
    id::derived_uuid,
    plugin::{FaultKind, Installation, PluginKind},
};
use stammgast_runtime::{Answer, Call, CallLimits, CallReport, Facts, LoadedPlugin, Question, Usage};
use stammgast_store::TenantStore;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// Calls again when the plugin's state changed while it ran.
const STATE_TRIES: u32 = 5;

/// What calling an installation takes.
pub(super) struct Invoker {
    pub(super) app: App,
    pub(super) store: Arc<TenantStore>,
    pub(super) installation: Arc<Installation>,
    pub(super) plugin: Arc<LoadedPlugin>,
    pub(super) calls: Arc<Semaphore>,
    pub(super) limits: CallLimits,
    pub(super) config: String,
}

/// How a delivery ended.
#[derive(Debug)]
pub(super) enum Delivered {
    /// Its effects are applied, now or earlier.
    Done,
    /// The plugin's fault; nothing was applied.
    Failed(Fault),
    /// The host's failure; nothing was applied, and it is nobody's fault.
    Postponed(String),
    /// The worker was told to stop before the call began.
    Stopped,
}

impl Invoker {
    /// Delivers one event. Never panics and never fails: how it ended is data.
    pub(super) async fn deliver(
        &self,
        event: &Event,
        codes: &KnownCodes,
        was_held: Held,
        quit: &CancellationToken,
    ) -> Delivered {
        for _ in 0..STATE_TRIES {
            let Some(permit) = self.permit(quit).await else { return Delivered::Stopped };
            let (outcome, usage) = match self.ask(event).await {
                Ok(answered) => answered,
                Err(ended) => return ended,
            };
            // Others may call while this one's effects are applied.
            drop(permit);
            let record = self.record(&outcome, usage);
            let installation = &self.installation;
            let call = Applicable { installation, event, outcome, record, was_held };
            match effects::apply(&self.store, &self.app.clock, codes, &call).await {
                Ok(()) => return Delivered::Done,
                Err(NotApplied::StateChanged) => {}
                Err(NotApplied::Fault(fault)) => return Delivered::Failed(fault),
                Err(NotApplied::Failed(error)) => return self.failed(event, &error),
            }
        }
        Delivered::Postponed("the plugin's state changed during every call".to_owned())
    }

    /// Waits for the tenant's turn. Nothing of the event is in memory yet but the event itself.
    async fn permit(&self, quit: &CancellationToken) -> Option<SemaphorePermit<'_>> {
        tokio::select! {
            biased;
            () = quit.cancelled() => None,
            permit = self.calls.acquire() => permit.ok(),
        }
    }

    fn failed(&self, event: &Event, error: &AppError) -> Delivered {
        tracing::error!(
            tenant.id = %self.store.tenant(), installation.id = %self.installation.id, event.id = event.seq,
            error = error as &dyn std::error::Error, "effects could not be applied"
        );
        Delivered::Postponed(error.to_string())
    }

    /// Asks every kind that the event concerns; the answers are one.
    async fn ask(&self, event: &Event) -> Result<(CallOutcome, Usage), Delivered> {
        let body = self.raw_body(event).await?;
        let stored = Arc::new(StoredFacts { store: Arc::clone(&self.store), installation: self.installation.id });
        let mut asked = Asked::default();
        let mut total = Usage::default();
        for question in questions(&self.installation, event, body.as_deref()) {
            let facts = Arc::new(ChangedFacts { stored: Arc::clone(&stored), changes: asked.states.clone() });
            let report = self.call(event, question, facts).await;
            total.fuel = total.fuel.saturating_add(report.usage.fuel);
            total.memory_bytes = total.memory_bytes.max(report.usage.memory_bytes);
            total.duration = total.duration.saturating_add(report.usage.duration);
            match report.answer {
                Answer::Effects(effects) => asked.add(effects),
                Answer::Malformed(problem) => return Ok((CallOutcome::Malformed(problem), total)),
                Answer::Fault(fault) => return Err(Delivered::Failed(fault)),
                Answer::HostFailure(message) => return Err(Delivered::Postponed(message)),
            }
        }
        Ok((CallOutcome::Effects(asked.effects()), total))
    }

    async fn raw_body(&self, event: &Event) -> Result<Option<Vec<u8>>, Delivered> {
        let Fact::MessageReceived(message) = &event.event.fact else { return Ok(None) };
        match self.store.message_body(message.id).await {
            Ok(Some(body)) => Ok(Some(body)),
            Ok(None) => Err(Delivered::Failed(Fault::new(FaultKind::Load, "the raw message is gone"))),
            Err(error) => Err(Delivered::Postponed(error.to_string())),
        }
    }

    async fn call(&self, event: &Event, question: Question<'_>, facts: Arc<dyn Facts>) -> CallReport {
        let call = Call {
            question,
            event,
            config: &self.config,
            grants: self.installation.grants.clone(),
            limits: self.limits,
            seed: seed(&self.installation, event),
            facts,
        };
        let report = self.app.runtime.call(&self.plugin, call).await;
        for line in &report.log {
            tracing::info!(
                tenant.id = %self.store.tenant(), plugin.id = %self.installation.plugin,
                installation.id = %self.installation.id, event.id = event.seq, "plugin: {line}"
            );
        }
        report
    }

    fn record(&self, outcome: &CallOutcome, usage: Usage) -> CallRecord {
        let effects = match outcome {
            CallOutcome::Effects(effects) => effects.iter().filter(|one| !matches!(one, Effect::SetState(_))).count(),
            CallOutcome::Malformed(_) => 0,
        };
        CallRecord {
            plugin: self.installation.plugin.clone(),
            version: self.installation.plugin_version.to_string(),
            digest: self.installation.digest,
            config_version: self.installation.config_version,
            effects: u32::try_from(effects).unwrap_or(u32::MAX),
            fuel: usage.fuel,
            memory_bytes: usage.memory_bytes,
            duration_us: u64::try_from(usage.duration.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// Makes an installation callable.
pub(super) async fn prepare(
    app: &App,
    store: &Arc<TenantStore>,
    installation: &Arc<Installation>,
    calls: &Arc<Semaphore>,
) -> Result<Invoker, AppError> {
    let plugin = plugins::loaded(app, &installation.digest).await?;
    Ok(Invoker {
        app: app.clone(),
        store: Arc::clone(store),
        plugin,
        calls: Arc::clone(calls),
        limits: app.runtime.limits(installation.limits),
        config: installation.config.to_string(),
        installation: Arc::clone(installation),
    })
}

fn questions<'a>(installation: &Installation, event: &'a Event, body: Option<&'a [u8]>) -> Vec<Question<'a>> {
    let serves = |kind| installation.kinds.contains(&kind);
    match &event.event.fact {
        Fact::PurchaseRecorded(purchase) if serves(PluginKind::Loyalty) => vec![Question::Purchase(purchase)],
        Fact::InteractionRecorded(contact) | Fact::InteractionAssigned(contact) => {
            let check = serves(PluginKind::Quality).then_some(Question::Check(contact));
            let route = serves(PluginKind::Feedback).then_some(Question::Route(contact));
            check.into_iter().chain(route).collect()
        }
        Fact::MessageReceived(message) if serves(PluginKind::Channel) && message.channel == installation.name => body
            .map(|body| Question::Read { body, media_type: &message.media_type, received_at: message.recorded_at })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether an event is one that an installation has to be asked about.
pub(super) fn concerns(installation: &Installation, event: &Event) -> bool {
    let subscribed = installation.events.contains(&event.event.fact.event_type());
    subscribed && !questions(installation, event, Some(&[])).is_empty()
}

/// The same event and installation always get the same random numbers, so that a retry is the same call.
fn seed(installation: &Installation, event: &Event) -> u64 {
    let key = derived_uuid("seed", &[&installation.id.to_string(), &event.seq.to_string()]);
    key.as_u64_pair().0
}
