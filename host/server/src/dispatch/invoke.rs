//! Asking a plugin about one event and applying what it answers.

use crate::app::{
    AppError,
    callee::{Callee, NoBody},
    effects::{self, Applicable, CallOutcome, Held, NotApplied},
    meters::Meter,
};
use stammgast_domain::{
    call::{CallRecord, CallStory, Fault, Outcome, RecordedCall},
    effect::{self, Effect, Surroundings, first_refused},
    event::Event,
    finding::Provenance,
    plugin::FaultKind,
    tenant::Setup,
    usage::{CallCost, Ending},
};
use stammgast_runtime::{Answer, CallReport, Served, Usage};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// Calls again when the plugin's state changed while it ran.
const STATE_TRIES: u32 = 5;

/// What calling an installation takes.
pub(super) struct Invoker {
    pub(super) callee: Callee,
    /// Whose turn it is in the tenant.
    pub(super) calls: Arc<Semaphore>,
    /// Whose turn it is in the installation.
    pub(super) own_calls: Semaphore,
    /// Counts the calls.
    pub(super) meter: Arc<Meter>,
}

/// How an event is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The plugin is called.
    Call,
    /// The plugin is called, to see whether it works again.
    Trial,
    /// The plugin is out of order, and the host does what the tenant wants done meanwhile.
    StandIn,
}

/// How a delivery ended.
#[derive(Debug)]
pub(super) enum Delivered {
    /// It is dealt with, now or earlier. In shadow, that may have ended in a fault.
    Done(Option<FaultKind>),
    /// The plugin's fault; nothing was applied.
    Failed(Fault, Option<Box<(RecordedCall, CallStory)>>),
    /// The host's failure; nothing was applied, and it is nobody's fault.
    Postponed(String),
    /// The worker was told to stop before the call began.
    Stopped,
}

/// One try of one event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) event: &'a Event,
    /// From 1.
    pub(super) number: u32,
    pub(super) was_held: Held,
    /// Since when nothing holds it up but other calls.
    pub(super) ready: Instant,
}

impl Invoker {
    /// Delivers one event. Never panics and never fails: how it ended is data.
    pub(super) async fn deliver(&self, attempt: Attempt<'_>, setup: &Setup, quit: &CancellationToken) -> Delivered {
        let mut ready = attempt.ready;
        for _ in 0..STATE_TRIES {
            let Some(permit) = self.permit(quit).await else { return Delivered::Stopped };
            let waited = ready.elapsed();
            let (report, served) = match self.ask(attempt.event).await {
                Ok(asked) => asked,
                Err(ended) => return ended,
            };
            // Others may call while this one's effects are applied.
            drop(permit);
            let delivered = self.conclude(attempt, setup, &report).await;
            self.count(delivered.as_ref(), &report, waited);
            // A fault ends the instance, one that is found only now as well.
            if matches!(delivered, None | Some(Delivered::Done(None))) {
                self.callee.keep(served);
            }
            if let Some(delivered) = delivered {
                return delivered;
            }
            ready = Instant::now();
        }
        Delivered::Postponed("the plugin's state changed during every call".to_owned())
    }

    /// Does what a call asks for; `None` where the plugin's state changed while it ran, so that it has to be called again.
    async fn conclude(&self, attempt: Attempt<'_>, setup: &Setup, report: &CallReport) -> Option<Delivered> {
        let Attempt { event, number, was_held, .. } = attempt;
        if self.callee.installation.shadow_of.is_some() {
            return match self.note_shadow(attempt, report, setup).await {
                Ok(fault) => Some(Delivered::Done(fault)),
                Err(NotApplied::StateChanged) => None,
                Err(NotApplied::Fault(fault)) => Some(Delivered::Postponed(fault.message)),
                Err(NotApplied::Failed(error)) => Some(self.failed(event, &error)),
            };
        }
        let outcome = match report.answer.clone() {
            Answer::Effects(effects) => CallOutcome::Effects(effects),
            Answer::Malformed(problem) => CallOutcome::Malformed(problem),
            Answer::Fault(fault) => {
                let recorded = self.callee.recorded(event, number, report, None);
                return Some(Delivered::Failed(fault, recorded.map(Box::new)));
            }
            Answer::HostFailure(message) => return Some(Delivered::Postponed(message)),
        };
        let sampled = self.callee.samples(event).then(|| self.callee.recorded(event, number, report, None));
        let record = self.record(&outcome, report.usage, setup);
        let installation = &self.callee.installation;
        let call = Applicable { installation, event, outcome, record, recorded: sampled.flatten(), was_held };
        match effects::apply(&self.callee.store, &self.callee.app.clock, setup, &call).await {
            Ok(()) => Some(Delivered::Done(None)),
            Err(NotApplied::StateChanged) => None,
            Err(NotApplied::Fault(fault)) => {
                let recorded = self.callee.recorded(event, number, report, Some(fault.clone()));
                Some(Delivered::Failed(fault, recorded.map(Box::new)))
            }
            Err(NotApplied::Failed(error)) => Some(self.failed(event, &error)),
        }
    }

    /// Counts a call that has ended, whatever came of it.
    fn count(&self, delivered: Option<&Delivered>, report: &CallReport, waited: Duration) {
        let ending = match (delivered, &report.answer) {
            (None, _) => Ending::StateChanged,
            (Some(Delivered::Failed(fault, _)), _) | (_, Answer::Fault(fault)) => Ending::Fault(fault.kind),
            (Some(Delivered::Done(Some(kind))), _) => Ending::Fault(*kind),
            (_, Answer::HostFailure(_)) => Ending::Fault(FaultKind::Host),
            (_, Answer::Malformed(_)) => Ending::Malformed,
            (_, Answer::Effects(_)) => Ending::Effects,
        };
        let Usage { fuel, memory_bytes, duration, queued } = report.usage;
        let call = CallCost { ending, fuel, memory_bytes, duration, queued: waited.saturating_add(queued) };
        self.meter.count(&self.callee.installation.release.plugin_version, call);
    }

    /// In shadow an event is dealt with whatever comes of it: what it would have done is noted, and nothing is tried again.
    async fn note_shadow(
        &self,
        attempt: Attempt<'_>,
        report: &CallReport,
        setup: &Setup,
    ) -> Result<Option<FaultKind>, NotApplied> {
        let Attempt { event, was_held, .. } = attempt;
        let (outcome, fault) = match &report.answer {
            Answer::Effects(effects) => {
                let refused = self.refused(event, effects, setup);
                (CallOutcome::Effects(if refused.is_some() { Vec::new() } else { effects.clone() }), refused)
            }
            Answer::Malformed(problem) => (CallOutcome::Malformed(problem.clone()), None),
            Answer::Fault(fault) => (CallOutcome::Effects(Vec::new()), Some(fault.clone())),
            Answer::HostFailure(message) => {
                return Err(NotApplied::Fault(Fault::new(FaultKind::Host, message)));
            }
        };
        let is_recorded = fault.is_some() || self.callee.samples(event);
        let refused = fault.clone().filter(|_| matches!(report.answer, Answer::Effects(_)));
        let recorded = is_recorded.then(|| self.callee.recorded(event, 1, report, refused)).flatten();
        let fault = fault.map(|fault| fault.kind);
        let record = CallRecord { fault, ..self.record(&outcome, report.usage, setup) };
        let installation = &self.callee.installation;
        let call = Applicable { installation, event, outcome, record, recorded, was_held };
        effects::note_shadow(&self.callee.store, &call).await?;
        Ok(fault)
    }

    /// Why the host would have refused what a call in shadow asked for.
    fn refused(&self, event: &Event, effects: &[Effect], setup: &Setup) -> Option<Fault> {
        let installation = &self.callee.installation;
        let origin = Provenance {
            installation: installation.id,
            plugin: installation.plugin.clone(),
            version: installation.release.plugin_version.to_string(),
            digest: installation.release.digest,
            config_version: installation.release.config_version,
            event: event.seq,
            effect: 0,
        };
        let around = Surroundings::of(event, setup, event.event.recorded_at);
        let (_, refused) = first_refused(effects, &origin, &around)?;
        Some(Fault::new(FaultKind::InvalidEffect, refused.to_string()))
    }

    /// Waits for the installation's turn, then for the tenant's. Nothing of the event is in memory yet but the event
    /// itself.
    async fn permit(&self, quit: &CancellationToken) -> Option<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let both = async {
            let own = self.own_calls.acquire().await.ok()?;
            Some((own, self.calls.acquire().await.ok()?))
        };
        tokio::select! {
            biased;
            () = quit.cancelled() => None,
            permits = both => permits,
        }
    }

    pub(super) fn failed(&self, event: &Event, error: &AppError) -> Delivered {
        tracing::error!(
            tenant.id = %self.callee.store.tenant(), installation.id = %self.callee.installation.id,
            event.id = event.seq, error = error as &dyn std::error::Error, "effects could not be applied"
        );
        Delivered::Postponed(error.to_string())
    }

    async fn ask(&self, event: &Event) -> Result<(CallReport, Served), Delivered> {
        let body = self.callee.body(event).await.map_err(|error| match error {
            NoBody::Gone(fault) => Delivered::Failed(fault, None),
            NoBody::Failed(error) => Delivered::Postponed(error.to_string()),
        })?;
        Ok(self.callee.ask(event, body.as_deref(), self.callee.facts(event)).await)
    }

    pub(super) fn record(&self, outcome: &CallOutcome, usage: Usage, setup: &Setup) -> CallRecord {
        let outcomes: Vec<Outcome> = match outcome {
            CallOutcome::Effects(effects) => {
                effect::whole(effects.clone(), setup).iter().filter_map(Outcome::of).collect()
            }
            CallOutcome::Malformed(_) => Vec::new(),
        };
        let installation = &self.callee.installation;
        CallRecord {
            plugin: installation.plugin.clone(),
            version: installation.release.plugin_version.to_string(),
            digest: installation.release.digest,
            config_version: installation.release.config_version,
            installation_version: installation.version,
            effects: u32::try_from(outcomes.len()).unwrap_or(u32::MAX),
            outcomes: Some(outcomes),
            malformed: matches!(outcome, CallOutcome::Malformed(_)),
            fault: None,
            fuel: usage.fuel,
            memory_bytes: usage.memory_bytes,
            duration_us: u64::try_from(usage.duration.as_micros()).unwrap_or(u64::MAX),
        }
    }
}
