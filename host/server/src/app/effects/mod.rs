//! Applying what a plugin asked for: all effects of one call in one transaction with its completion mark.

use super::{AppError, error::duplicate_table, identity};
use crate::clock::Clock;
use stammgast_domain::{
    CustomerId, InteractionId, Timestamp,
    call::{CallRecord, CallStory, Fault, RecordedCall},
    contact_point::Address,
    effect::{self, Consequence, Effect, ReceivedMessage, Surroundings},
    event::{Cause, Event, Fact, MAX_DEPTH, NewEvent},
    finding::Provenance,
    interaction::{Content, Interaction, Message, MessageStatus},
    ledger::Command,
    plugin::{FaultKind, Installation},
    tenant::Setup,
};
use stammgast_store::{Change, Completion, LedgerOrder, StoreError, TenantStore};
use std::collections::{BTreeMap, HashMap};

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
    loop {
        let change = plan(store, clock, setup, call).await?;
        let Err(error) = store.commit(change).await else { return Ok(()) };
        tries += 1;
        match (&error, duplicate_table(&error)) {
            (_, Some("completion")) => return forget_delivery(store, call).await,
            (_, Some("plugin_state")) => return Err(NotApplied::StateChanged),
            (StoreError::Stale { record }, _) if record.starts_with("plugin_state") => {
                return Err(NotApplied::StateChanged);
            }
            (StoreError::Refused(refused), _) => return Err(invalid(refused)),
            (StoreError::Duplicate { .. } | StoreError::Stale { .. } | StoreError::Conflict, _) if tries < TRIES => {}
            // Others' rows would have been seen by now: the effects collide with one another.
            (_, Some(table)) => {
                return Err(invalid(format!("its effects ask for the same row of {table} more than once")));
            }
            _ => return Err(error.into()),
        }
    }
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

async fn plan(store: &TenantStore, clock: &Clock, setup: &Setup, call: &Applicable<'_>) -> Result<Change, NotApplied> {
    let mut planning = Planning { call, change: Change::new(), now: clock.now(), made: Made::default() };
    let id = (call.installation.id, call.event.seq);
    planning.change.complete(&Completion { id, call: call.record.clone() })?;
    if let Some((record, story)) = &call.recorded {
        planning.change.record_call(&call.event.event.subject.to_string(), record, story)?;
    }
    if call.was_held == Held::Yes {
        planning.change.remove_delivery(id.0, id.1);
    }
    match &call.outcome {
        CallOutcome::Malformed(problem) => {
            planning.message_read(store, MessageStatus::Unreadable, Some(problem)).await?;
        }
        CallOutcome::Effects(effects) => {
            for (index, effect) in effects.iter().enumerate() {
                planning.effect(store, clock, setup, effect, u32::try_from(index).unwrap_or(u32::MAX)).await?;
            }
            planning.message_read(store, MessageStatus::Read, None).await?;
        }
    }
    Ok(planning.change)
}

struct Planning<'a> {
    call: &'a Applicable<'a>,
    change: Change,
    now: Timestamp,
    made: Made,
}

/// What earlier effects of the same call make, which the store cannot know yet.
#[derive(Default)]
struct Made {
    owners: BTreeMap<Address, CustomerId>,
    contacts: HashMap<InteractionId, Content>,
}

fn invalid(error: impl ToString) -> NotApplied {
    NotApplied::Fault(Fault::new(FaultKind::InvalidEffect, error.to_string()))
}

impl Planning<'_> {
    async fn effect(
        &mut self,
        store: &TenantStore,
        clock: &Clock,
        setup: &Setup,
        effect: &Effect,
        index: u32,
    ) -> Result<(), NotApplied> {
        let Applicable { installation, event, record, .. } = self.call;
        if !installation.release.grants.contains(&effect.capability()) {
            return Err(invalid(effect::InvalidEffect::NotGranted(effect.capability())));
        }
        let provenance = Provenance {
            installation: installation.id,
            plugin: record.plugin.clone(),
            version: record.version.clone(),
            digest: record.digest,
            config_version: record.config_version,
            event: event.seq,
            effect: index,
        };
        let around = Surroundings::of(event, setup, self.now);
        match effect::consequence_of(effect, provenance, &around).map_err(invalid)? {
            Consequence::Fact(fact) => return self.fact(*fact),
            Consequence::Ledger(command) => return self.order(command),
            Consequence::Rows => {}
        }
        match effect {
            Effect::ReceiveMessage(message) => self.receive(store, clock, message, index).await,
            Effect::SetState(state) => {
                let generations = installation.release.state.generations(installation.id);
                let newest = generations.first().map(String::as_str).unwrap_or_default();
                Ok(self.change.change_state(newest, state)?)
            }
            Effect::Earn { .. } | Effect::RaiseFinding { .. } | Effect::OpenFeedback { .. } => Ok(()),
        }
    }

    fn fact(&mut self, fact: Fact) -> Result<(), NotApplied> {
        match &fact {
            Fact::FindingRaised(finding) => self.change.raise_finding(finding)?,
            Fact::FeedbackOpened(item) => self.change.open_feedback(item)?,
            Fact::InteractionRecorded(contact) => self.change.record_interaction(contact)?,
            _ => {}
        }
        self.tell(fact)
    }

    /// Leaves something to the ledger, which decides when the change is committed.
    fn order(&mut self, command: Command) -> Result<(), NotApplied> {
        let (actor, cause, depth) = self.follows()?;
        self.change.order(LedgerOrder { command, now: self.now, actor, cause: Some(cause), depth });
        Ok(())
    }

    /// In whose name, from what, and how deep a consequence of this call follows.
    fn follows(&self) -> Result<(String, Cause, u8), NotApplied> {
        let Applicable { installation, event, .. } = self.call;
        let depth = event.event.depth.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(invalid(format!("effects have followed from one another {MAX_DEPTH} times; the chain is cut")));
        }
        let cause = Cause { event: event.seq, installation: installation.id };
        Ok((format!("installation:{}", installation.id), cause, depth))
    }

    /// Adds the event that tells of a fact which followed from this call.
    fn tell(&mut self, fact: Fact) -> Result<(), NotApplied> {
        let (actor, cause, depth) = self.follows()?;
        let event = self.call.event;
        self.change.event(NewEvent {
            subject: fact.subject(),
            occurred_at: fact.occurred_at().unwrap_or(event.event.occurred_at),
            recorded_at: self.now,
            actor,
            cause: Some(cause),
            depth,
            fact,
        });
        Ok(())
    }

    async fn receive(
        &mut self,
        store: &TenantStore,
        clock: &Clock,
        message: &ReceivedMessage,
        index: u32,
    ) -> Result<(), NotApplied> {
        let Fact::MessageReceived(raw) = &self.call.event.event.fact else {
            return Err(invalid(effect::InvalidEffect::NoMessage));
        };
        let known = identity::recognise(store, clock, message.party.as_ref(), self.now, &self.made.owners).await?;
        let content = Content {
            subject: message.subject.clone(),
            text: message.text.clone(),
            attachments: message.attachments.clone(),
            party: known.party.clone(),
        };
        let Some((id, external_id)) = self.name_of(store, raw, message, &content, index).await? else {
            return Ok(());
        };
        let contact = self.contact(raw, message, id, external_id, known.customer, content);
        contact.validate().map_err(invalid)?;
        self.made.contacts.insert(id, contact.content.clone());
        self.made.owners.extend(known.party.map(|party| party.address).zip(known.customer));
        self.change.extend(known.change);
        for fact in known.facts {
            self.tell(fact)?;
        }
        self.fact(Fact::InteractionRecorded(contact))
    }

    /// The id under which a message is recorded, or `None` where it was recorded before. Senders do give one name to
    /// different messages: another one under a known name gets the raw message's own.
    async fn name_of(
        &self,
        store: &TenantStore,
        raw: &Message,
        message: &ReceivedMessage,
        content: &Content,
        index: u32,
    ) -> Result<Option<(InteractionId, String)>, NotApplied> {
        let own = format!("raw:{}/{index}", raw.id);
        let given = message.external_id.clone().filter(|name| !name.trim().is_empty());
        for name in given.into_iter().chain([own]) {
            let id = Interaction::id_for(&self.call.installation.name, &name);
            let recorded = match self.made.contacts.get(&id) {
                Some(made) => Some(made.clone()),
                None => store.interaction(id).await?.map(|contact| contact.content),
            };
            match recorded {
                None => return Ok(Some((id, name))),
                Some(recorded) if recorded == *content => return Ok(None),
                Some(_) => {}
            }
        }
        Ok(None)
    }

    fn contact(
        &self,
        raw: &Message,
        message: &ReceivedMessage,
        id: InteractionId,
        external_id: String,
        customer: Option<CustomerId>,
        content: Content,
    ) -> Interaction {
        Interaction {
            id,
            customer,
            channel: self.call.installation.name.clone(),
            direction: message.direction,
            external_id: Some(external_id),
            content,
            threading: message.threading.clone(),
            documentation: message.documentation.clone(),
            message: Some(raw.id),
            event: Some(self.call.event.seq),
            occurred_at: message.sent_at.unwrap_or(raw.recorded_at),
            recorded_at: self.now,
            version: 1,
        }
    }

    /// Marks the raw message that the call was about, if it was about one.
    async fn message_read(
        &mut self,
        store: &TenantStore,
        status: MessageStatus,
        problem: Option<&String>,
    ) -> Result<(), NotApplied> {
        let Fact::MessageReceived(raw) = &self.call.event.event.fact else { return Ok(()) };
        let Some(read) = store.message(raw.id).await? else { return Ok(()) };
        let error = problem.map(|problem| problem.chars().take(1_000).collect());
        let marked = Message { status, error, version: read.version + 1, ..read.clone() };
        Ok(self.change.replace_message(&read, &marked)?)
    }
}
