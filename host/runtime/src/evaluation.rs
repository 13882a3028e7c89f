//! One event, and every kind of a plugin that it concerns, asked one after another as one call.

use crate::{
    Answer, Call, CallLimits, CallReport, LoadedPlugin, Question, Runtime, Time,
    facts::{Facts, FactsFuture},
    warm::{Served, WarmInstances},
};
use futures::FutureExt;
use stammgast_domain::{
    CustomerId, Points,
    call::{FoundTier, Past, PastPage, Read, StateValue},
    customer::Customer,
    effect::{Effect, StateChange},
    event::{Event, EventType, Fact},
    interaction::Interaction,
    plugin::{Capability, PluginKind},
    purchase::Purchase,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

/// Everything that the answer to an event depends on, beside the plugin.
pub struct Evaluation<'a> {
    /// The event.
    pub event: &'a Event,
    /// The raw message's bytes, where the event delivers one.
    pub body: Option<&'a [u8]>,
    /// Kinds that the installation serves.
    pub kinds: &'a BTreeSet<PluginKind>,
    /// The installation's name; a channel's connector is asked about its own channel only.
    pub name: &'a str,
    /// The installation's configuration as JSON.
    pub config: &'a str,
    /// What the installation is granted.
    pub grants: &'a BTreeSet<Capability>,
    /// What each call may use.
    pub limits: CallLimits,
    /// How its time is measured.
    pub time: Time,
    /// Seed of its random numbers.
    pub seed: u64,
    /// What it may read.
    pub facts: Arc<dyn Facts>,
}

impl Runtime {
    /// Asks every kind that the event concerns; the answers are one. A later kind sees the state as an earlier one
    /// changed it. Never fails: what goes wrong is in the report.
    pub async fn evaluate(&self, plugin: &LoadedPlugin, evaluation: &Evaluation<'_>) -> CallReport {
        self.evaluate_in(plugin, evaluation, None).await.0
    }

    /// The same, in instances that stay for further calls where there are some. Those that served this one are kept by
    /// whoever knows that nothing was wrong with it.
    pub async fn evaluate_in(
        &self,
        plugin: &LoadedPlugin,
        evaluation: &Evaluation<'_>,
        warm: Option<&WarmInstances>,
    ) -> (CallReport, Served) {
        let answered = self.ask_all(plugin, evaluation, warm).await;
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        answered
    }

    async fn ask_all(
        &self,
        plugin: &LoadedPlugin,
        evaluation: &Evaluation<'_>,
        warm: Option<&WarmInstances>,
    ) -> (CallReport, Served) {
        let (mut asked, mut served) = (Asked::default(), Served::default());
        let mut whole = CallReport {
            answer: Answer::Effects(Vec::new()),
            usage: crate::Usage::default(),
            log: Vec::new(),
            reads: Vec::new(),
        };
        for question in questions(evaluation.kinds, evaluation.name, &evaluation.event.event.fact, evaluation.body) {
            let facts: Arc<dyn Facts> = if asked.states.is_empty() {
                Arc::clone(&evaluation.facts)
            } else {
                Arc::new(ChangedFacts { stored: Arc::clone(&evaluation.facts), changes: asked.states.clone() })
            };
            let used = whole.usage.fuel;
            let call = Call {
                question,
                event: evaluation.event,
                config: evaluation.config,
                grants: evaluation.grants.clone(),
                limits: evaluation.time.limits(evaluation.limits, used),
                seed: evaluation.seed,
                facts,
            };
            let CallReport { answer, usage, log, reads } = self.call_in(plugin, call, warm, &mut served).await;
            whole.usage.fuel = whole.usage.fuel.saturating_add(usage.fuel);
            whole.usage.memory_bytes = whole.usage.memory_bytes.max(usage.memory_bytes);
            whole.usage.duration = whole.usage.duration.saturating_add(usage.duration);
            whole.usage.queued = whole.usage.queued.saturating_add(usage.queued);
            whole.log.extend(log);
            // What an earlier kind changed is no fact: a repetition makes it again.
            whole.reads.extend(reads.into_iter().filter(|read| !asked.made(read)));
            match evaluation.time.judge(answer, evaluation.limits, used) {
                Answer::Effects(effects) => asked.add(effects),
                ended => return (CallReport { answer: ended, ..whole }, served),
            }
        }
        (CallReport { answer: Answer::Effects(asked.effects()), ..whole }, served)
    }
}

/// Whether an event is one that an installation has to be asked about.
#[must_use]
pub fn concerns(kinds: &BTreeSet<PluginKind>, events: &BTreeSet<EventType>, name: &str, fact: &Fact) -> bool {
    events.contains(&fact.event_type()) && !questions(kinds, name, fact, Some(&[])).is_empty()
}

fn questions<'a>(
    kinds: &BTreeSet<PluginKind>,
    name: &str,
    fact: &'a Fact,
    body: Option<&'a [u8]>,
) -> Vec<Question<'a>> {
    let serves = |kind| kinds.contains(&kind);
    match fact {
        Fact::PurchaseRecorded(purchase) if serves(PluginKind::Loyalty) => vec![Question::Purchase(purchase)],
        Fact::OccasionReached(occasion) if serves(PluginKind::Loyalty) => vec![Question::Occasion(occasion)],
        Fact::ActivityRecorded(activity) if serves(PluginKind::Loyalty) => vec![Question::Activity(activity)],
        // What partners settle among themselves is nobody's points.
        Fact::PointsPosted(transaction) if serves(PluginKind::Loyalty) => {
            let is_somebodys = fact.subject().customer().is_some();
            is_somebodys.then_some(Question::Points(transaction)).into_iter().collect()
        }
        Fact::InteractionRecorded(contact) | Fact::InteractionAssigned(contact) => {
            let check = serves(PluginKind::Quality).then_some(Question::Check(contact));
            let route = serves(PluginKind::Feedback).then_some(Question::Route(contact));
            check.into_iter().chain(route).collect()
        }
        Fact::MessageReceived(message) if serves(PluginKind::Channel) && message.channel == name => body
            .map(|body| Question::Read { body, media_type: &message.media_type, received_at: message.recorded_at })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Changes of state by owner and key.
type StateChanges = BTreeMap<(Option<CustomerId>, String), StateChange>;

/// What several calls for one event asked for, as if one call had. A later change of a key replaces an earlier one.
#[derive(Debug, Default)]
struct Asked {
    effects: Vec<Effect>,
    states: StateChanges,
}

impl Asked {
    fn add(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::SetState(change) => {
                    self.states.insert((change.customer, change.key.clone()), change);
                }
                other => self.effects.push(other),
            }
        }
    }

    fn made(&self, read: &Read) -> bool {
        match read {
            Read::State { customer, key, .. } => self.states.contains_key(&(*customer, key.clone())),
            _ => false,
        }
    }

    /// All effects, changes of state last.
    fn effects(self) -> Vec<Effect> {
        self.effects.into_iter().chain(self.states.into_values().map(Effect::SetState)).collect()
    }
}

/// Facts as a later call for the same event sees them: with the state as earlier calls changed it.
struct ChangedFacts {
    stored: Arc<dyn Facts>,
    changes: StateChanges,
}

impl Facts for ChangedFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        match self.changes.get(&(customer, key.to_owned())) {
            Some(change) => {
                let seen = StateValue {
                    value: change.value.clone(),
                    version: change.read_version,
                    inherited: change.inherited,
                };
                async move { Ok(seen) }.boxed()
            }
            None => self.stored.state(customer, key),
        }
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        // What earlier calls for the event added counts from the next event on: a call may do no harm in between.
        self.stored.state_keys(customer)
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        self.stored.customer(id)
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, Points> {
        self.stored.points(program, customer)
    }

    fn tier<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        self.stored.tier(program, customer)
    }

    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        self.stored.purchases(customer, page)
    }

    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        self.stored.interactions(customer, page)
    }
}
