//! Planning: what each effect brings about, as one change.

use super::{Applicable, CallOutcome, Held, NotApplied};
use crate::clock::Clock;
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId, InteractionId, Timestamp,
    call::Fault,
    contact_point::Address,
    effect::{self, Consequence, Effect, Surroundings},
    eligibility::{Eligibility, EligibilityStatus},
    event::{Cause, Fact, MAX_DEPTH, NewEvent},
    finding::Provenance,
    interaction::{Content, MessageStatus},
    ledger::Command,
    occasion::{MAX_REMINDERS, Reminder},
    outreach::Said,
    plugin::FaultKind,
    tenant::Setup,
    tier::Standing,
};
use stammgast_store::{Change, Completion, LedgerOrder, TenantStore};
use std::collections::{BTreeMap, HashMap};

/// What a call brings about, as one change.
pub(super) async fn plan(
    store: &TenantStore,
    clock: &Clock,
    setup: &Setup,
    call: &Applicable<'_>,
) -> Result<Change, NotApplied> {
    let mut planning = Planning { call, setup, change: Change::new(), now: clock.now(), made: Made::default() };
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
            planning.eligibilities(store).await?;
            planning.reminders(store).await?;
        }
    }
    Ok(planning.change)
}

/// A change in the making.
pub(super) struct Planning<'a> {
    pub(super) call: &'a Applicable<'a>,
    pub(super) setup: &'a Setup,
    pub(super) change: Change,
    pub(super) now: Timestamp,
    pub(super) made: Made,
}

/// What earlier effects of the same call make, which the store cannot know yet.
#[derive(Default)]
pub(super) struct Made {
    pub(super) owners: BTreeMap<Address, CustomerId>,
    pub(super) contacts: HashMap<InteractionId, Content>,
    pub(super) standings: BTreeMap<String, Standing>,
    pub(super) said: Vec<Said>,
    pub(super) vouchers: BTreeMap<String, u64>,
    /// By reward. The last word counts.
    pub(super) eligibilities: BTreeMap<String, Eligibility>,
    /// By name; `None` where one is taken back. The last word counts.
    pub(super) reminders: BTreeMap<String, Option<Reminder>>,
}

pub(super) fn invalid(error: impl ToString) -> NotApplied {
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
        let consequence = effect::consequence_of(effect, provenance.clone(), &around).map_err(invalid)?;
        if self.is_held_out(effect) {
            return Ok(());
        }
        match consequence {
            Consequence::Fact(fact) => return self.fact(*fact),
            Consequence::Ledger(command) => return self.order(command),
            Consequence::Nothing => return Ok(()),
            Consequence::Rows => {}
        }
        match effect {
            Effect::ReceiveMessage(message) => self.receive(store, clock, message, index).await,
            Effect::ProposeTier { program, tier, reason } => {
                self.propose_tier(store, program, Some(tier), reason, &provenance).await
            }
            Effect::ProposeNoTier { program, reason } => {
                self.propose_tier(store, program, None, reason, &provenance).await
            }
            Effect::IssueVoucher { offer, reason } => {
                self.issue_voucher(store, clock, offer, reason, &provenance).await.map(drop)
            }
            Effect::MakeEligible { reward, last_day, reason } => {
                self.say_eligible(reward, EligibilityStatus::Eligible, *last_day, reason, &provenance)
            }
            Effect::EndEligibility { reward, reason } => {
                self.say_eligible(reward, EligibilityStatus::Ended, None, reason, &provenance)
            }
            Effect::ProposeContact(contact) => self.propose_contact(store, clock, contact, provenance).await,
            Effect::SetReminder { name, day } => self.remind(name, *day),
            Effect::CancelReminder { name } => {
                self.made.reminders.insert(name.clone(), None);
                Ok(())
            }
            Effect::SetState(state) => {
                let generations = installation.release.state.generations(installation.id);
                let newest = generations.first().map(String::as_str).unwrap_or_default();
                Ok(self.change.change_state(newest, state)?)
            }
            Effect::Earn { .. }
            | Effect::EarnDecimal { .. }
            | Effect::RaiseFinding { .. }
            | Effect::OpenFeedback { .. } => Ok(()),
        }
    }

    /// The event's customer.
    pub(super) fn customer(&self) -> Result<CustomerId, NotApplied> {
        self.call.event.event.subject.customer().ok_or_else(|| invalid(effect::InvalidEffect::NoCustomer))
    }

    /// Whether rules do this for nobody of the customer's group, so that what they do can be measured.
    fn is_held_out(&self, effect: &Effect) -> bool {
        let hold_out = &self.setup.hold_out;
        let Some(customer) = self.call.event.event.subject.customer() else { return false };
        match effect {
            Effect::IssueVoucher { .. } | Effect::MakeEligible { .. } => hold_out.holds(customer),
            Effect::Earn { .. }
            | Effect::EarnDecimal { .. }
            | Effect::ProposeTier { .. }
            | Effect::ProposeNoTier { .. } => hold_out.holds_from_points(customer),
            // What is proposed to be said is written down, and held back.
            _ => false,
        }
    }

    fn remind(&mut self, name: &str, day: Date) -> Result<(), NotApplied> {
        let (at, (_, _, depth)) = (self.setup.zone.start_of(day), self.follows()?);
        let reminder = Reminder {
            installation: self.call.installation.id,
            customer: self.customer()?,
            name: name.to_owned(),
            day,
            at,
            version: self.call.event.seq,
            depth: if at > self.now { 0 } else { depth },
        };
        self.made.reminders.insert(name.to_owned(), Some(reminder));
        Ok(())
    }

    /// Writes down what is left of the reminders, as far as one installation may have them for one customer.
    async fn reminders(&mut self, store: &TenantStore) -> Result<(), NotApplied> {
        if self.made.reminders.is_empty() {
            return Ok(());
        }
        let (installation, customer) = (self.call.installation.id, self.customer()?);
        let there = store.reminders_of(installation, customer, MAX_REMINDERS).await?;
        let kept = there.iter().filter(|reminder| !self.made.reminders.contains_key(&reminder.name)).count();
        let set = self.made.reminders.values().flatten().count();
        if set > 0 && kept + set > MAX_REMINDERS {
            return Err(invalid(format!(
                "it would have {} reminders for this customer, and {MAX_REMINDERS} are the most; use fewer names",
                kept + set
            )));
        }
        for (name, reminder) in std::mem::take(&mut self.made.reminders) {
            match reminder {
                Some(reminder) => self.change.set_reminder(&reminder)?,
                None => self.change.cancel_reminder(&Reminder::key_of(installation, customer, &name)),
            }
        }
        Ok(())
    }

    pub(super) fn fact(&mut self, fact: Fact) -> Result<(), NotApplied> {
        match &fact {
            Fact::FindingRaised(finding) => self.change.raise_finding(finding)?,
            Fact::FeedbackOpened(item) => self.change.open_feedback(item)?,
            Fact::InteractionRecorded(contact) => self.change.record_interaction(contact)?,
            _ => {}
        }
        self.tell(fact)
    }

    /// Leaves something to the ledger, which decides when the change is committed.
    pub(super) fn order(&mut self, command: Command) -> Result<(), NotApplied> {
        let (actor, cause, depth) = self.follows()?;
        self.change.order(LedgerOrder { command, now: self.now, actor, cause: Some(cause), depth });
        Ok(())
    }

    /// In whose name, from what, and how deep a consequence of this call follows.
    pub(super) fn follows(&self) -> Result<(String, Cause, u8), NotApplied> {
        let Applicable { installation, event, .. } = self.call;
        let depth = event.event.depth.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(invalid(format!("effects have followed from one another {MAX_DEPTH} times; the chain is cut")));
        }
        let cause = Cause { event: event.seq, installation: installation.id };
        Ok((format!("installation:{}", installation.id), cause, depth))
    }

    /// Adds the event that tells of a fact which followed from this call.
    pub(super) fn tell(&mut self, fact: Fact) -> Result<(), NotApplied> {
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
}
