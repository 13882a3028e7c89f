//! Applying what a plugin asked for: all effects of one call in one transaction with its completion mark.

mod eligibility;
mod messages;
mod outreach;
mod planning;
mod tiers;
mod vouchers;

use super::{AppError, error::duplicate_table};
use crate::clock::Clock;
use planning::{invalid, plan};
use stammgast_domain::{
    call::{CallRecord, CallStory, Fault, RecordedCall},
    effect::Effect,
    event::Event,
    plugin::Installation,
    tenant::Setup,
};
use stammgast_store::{Change, Completion, StoreError, TenantStore};

/// Tries of an application that meets rows which others wrote at the same time.
const TRIES: u32 = 5;

/// A call that ended well, ready to be applied.
pub struct Applicable<'a> {
    /// Who was called.
    pub installation: &'a Installation,
    /// For which event.
    pub event: &'a Event,
    /// What came of it.
    pub outcome: CallOutcome,
    /// What is known of the call.
    pub record: CallRecord,
    /// The call, where it is one of those that are recorded.
    pub recorded: Option<(RecordedCall, CallStory)>,
    /// Whether a delivery row has to go, because the event failed before.
    pub was_held: Held,
}

/// What a call asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOutcome {
    /// These effects.
    Effects(Vec<Effect>),
    /// The raw bytes are no message of the channel.
    Malformed(String),
}

/// Whether an event has a delivery row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It goes through at the first try.
    No,
    /// It failed before, or waited behind one that did.
    Yes,
}

/// Why effects were not applied.
#[derive(Debug, thiserror::Error)]
pub enum NotApplied {
    /// An effect is invalid: the plugin's fault.
    #[error(transparent)]
    Fault(Fault),
    /// The plugin's state changed while it ran: call again.
    #[error("the plugin's state changed while it ran")]
    StateChanged,
    /// The host's failure.
    #[error(transparent)]
    Failed(#[from] AppError),
}

impl From<StoreError> for NotApplied {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Applies a call once, whatever happens around it: a second application of the same event changes nothing.
///
/// # Errors
/// See [`NotApplied`]; then nothing was written.
pub async fn apply(store: &TenantStore, clock: &Clock, setup: &Setup, call: &Applicable<'_>) -> Result<(), NotApplied> {
    let mut tries = 0;
    // What the tenant has decided about what is proposed counts as it is now, not as it was when the call was in line.
    let mut fresh = if is_proposal(&call.outcome) { Some(store.setup().await?) } else { None };
    loop {
        let change = plan(store, clock, fresh.as_ref().unwrap_or(setup), call).await?;
        let Err(error) = store.commit(change).await else { return Ok(()) };
        tries += 1;
        match (&error, duplicate_table(&error)) {
            (_, Some("completion")) => return forget_delivery(store, call).await,
            (_, Some("plugin_state")) => return Err(NotApplied::StateChanged),
            (StoreError::Stale { record }, _) if record.starts_with("plugin_state") => {
                return Err(NotApplied::StateChanged);
            }
            (StoreError::Refused(refused), _) => return Err(invalid(refused)),
            // What was counted meanwhile is seen at the next try.
            (
                StoreError::Duplicate { .. }
                | StoreError::Stale { .. }
                | StoreError::Spent { .. }
                | StoreError::Conflict,
                _,
            ) if tries < TRIES => fresh = Some(store.setup().await?),
            // Others' rows would have been seen by now: the effects collide with one another.
            (_, Some(table)) => {
                return Err(invalid(format!("its effects ask for the same row of {table} more than once")));
            }
            _ => return Err(error.into()),
        }
    }
}

/// Whether a call asks for something that the tenant's policy decides about.
fn is_proposal(outcome: &CallOutcome) -> bool {
    let CallOutcome::Effects(effects) = outcome else { return false };
    let is_one = |effect: &Effect| {
        matches!(
            effect,
            Effect::ProposeTier { .. }
                | Effect::ProposeNoTier { .. }
                | Effect::IssueVoucher { .. }
                | Effect::MakeEligible { .. }
                | Effect::ProposeContact(_)
        )
    };
    effects.iter().any(is_one)
}

/// Notes what a call in shadow asked for, with the changes of its own state; nothing else of it happens.
///
/// # Errors
/// See [`NotApplied`]; then nothing was written.
pub async fn note_shadow(store: &TenantStore, call: &Applicable<'_>) -> Result<(), NotApplied> {
    let Applicable { installation, event, outcome, record, recorded, was_held } = call;
    let mut change = Change::new();
    change.complete(&Completion { id: (installation.id, event.seq), call: record.clone() })?;
    if let Some((record, story)) = recorded {
        change.record_call(&event.event.subject.to_string(), record, story)?;
    }
    if *was_held == Held::Yes {
        change.remove_delivery(installation.id, event.seq);
    }
    let generations = installation.release.state.generations(installation.id);
    let newest = generations.first().map(String::as_str).unwrap_or_default();
    if let CallOutcome::Effects(effects) = outcome {
        for effect in effects {
            if let Effect::SetState(state) = effect {
                change.change_state(newest, state)?;
            }
        }
    }
    match store.commit(change).await {
        Ok(()) => Ok(()),
        Err(error) => match (&error, duplicate_table(&error)) {
            (_, Some("completion")) => forget_delivery(store, call).await,
            (_, Some("plugin_state")) => Err(NotApplied::StateChanged),
            (StoreError::Stale { record }, _) if record.starts_with("plugin_state") => Err(NotApplied::StateChanged),
            _ => Err(error.into()),
        },
    }
}

/// The event was done before: a row that still keeps it in line has to go.
async fn forget_delivery(store: &TenantStore, call: &Applicable<'_>) -> Result<(), NotApplied> {
    let mut change = Change::new();
    if call.was_held == Held::Yes {
        change.remove_delivery(call.installation.id, call.event.seq);
    }
    Ok(store.commit(change).await?)
}
