//! One side of a back-test: a version that is called for events of the past.

use super::past::{PastFacts, World};
use crate::app::{App, AppError, plugins};
use stammgast_domain::{
    InstallationId, Points,
    backtest::{Backtest, Candidate, Cost, Dealt},
    call::{Outcome, StateValue},
    digest::Digest,
    effect::{self, Effect, Surroundings},
    event::{Event, Fact},
    finding::Provenance,
    id::derived_uuid,
    plugin::{CallLimits, Capability, FaultKind, Manifest},
    tenant::Setup,
};
use stammgast_runtime::{Answer, Evaluation, LoadedPlugin, Runtime, Time, concerns};
use std::{collections::BTreeSet, sync::Arc};

/// The tried version.
pub(super) const CANDIDATE: u8 = 0;
/// The version that it is compared with.
pub(super) const BASELINE: u8 = 1;

/// A version that can be called.
pub(super) struct Side {
    number: u8,
    name: String,
    /// The installation whose reminders it gets.
    stands_for: Option<InstallationId>,
    manifest: Manifest,
    plugin: Arc<LoadedPlugin>,
    runtime: Arc<Runtime>,
    grants: BTreeSet<Capability>,
    config: String,
    limits: CallLimits,
    setup: Arc<Setup>,
}

/// How a side dealt with an event.
pub(super) struct Answered {
    pub(super) dealt: Dealt,
    pub(super) cost: Cost,
    /// What it asked for, whole; for comparing texts.
    pub(super) effects: Vec<Effect>,
}

impl Side {
    pub(super) async fn prepare(
        app: &App,
        setup: Arc<Setup>,
        number: u8,
        test: &Backtest,
        candidate: &Candidate,
    ) -> Result<Self, AppError> {
        let kept = app.store.plugin(&candidate.digest).await?.ok_or_else(|| AppError::Refused {
            code: "component-changed",
            problem: format!(
                "{} {} was taken from this server; the operator has to install it again",
                candidate.plugin, candidate.version
            ),
        })?;
        Ok(Self {
            number,
            name: test.name.clone(),
            stands_for: test.installation,
            plugin: plugins::loaded(app, &candidate.digest).await?,
            runtime: Arc::clone(&app.runtime),
            grants: candidate.grants.clone(),
            config: candidate.config.to_string(),
            limits: app.runtime.limits(candidate.limits, kept.manifest.limits),
            manifest: kept.manifest,
            setup,
        })
    }

    /// Whether it has to be asked about a fact.
    pub(super) fn concerns(&self, fact: &Fact) -> bool {
        fact.is_for(self.stands_for) && concerns(&self.manifest.kinds, &self.manifest.events, &self.name, fact)
    }

    pub(super) const fn grants(&self) -> &BTreeSet<Capability> {
        &self.grants
    }

    pub(super) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Calls it for an event, and lets the simulated world follow.
    pub(super) async fn ask(
        &self,
        world: &Arc<World>,
        event: &Event,
        body: Option<&[u8]>,
    ) -> Result<Answered, AppError> {
        let facts = Arc::new(PastFacts::new(Arc::clone(world), self.number, event.event.recorded_at));
        let evaluation = Evaluation {
            event,
            body,
            kinds: &self.manifest.kinds,
            name: &self.name,
            config: &self.config,
            grants: &self.grants,
            limits: self.limits,
            time: Time::Real,
            seed: derived_uuid("back-test", &[&self.name, &event.seq.to_string()]).as_u64_pair().0 >> 1,
            facts: Arc::clone(&facts) as Arc<dyn stammgast_runtime::Facts>,
        };
        let report = self.runtime.evaluate(&self.plugin, &evaluation).await;
        let cost = Cost {
            fuel: report.usage.fuel,
            memory_bytes: report.usage.memory_bytes,
            duration_us: u64::try_from(report.usage.duration.as_micros()).unwrap_or(u64::MAX),
        };
        let (dealt, effects) = match report.answer {
            Answer::Effects(effects) => {
                if let Some(kind) = self.wrong(event, &effects) {
                    (Dealt::Fault(kind), Vec::new())
                } else {
                    let whole = effect::whole(effects, &self.setup);
                    (Dealt::Outcomes(whole.iter().filter_map(Outcome::of).collect()), whole)
                }
            }
            Answer::Malformed(_) => (Dealt::Malformed, Vec::new()),
            Answer::Fault(fault) => (Dealt::Fault(fault.kind), Vec::new()),
            Answer::HostFailure(message) => return Err(AppError::File(std::io::Error::other(message))),
        };
        self.follow(world, event, &effects);
        Ok(Answered { dealt, cost, effects })
    }

    /// What the host would refuse.
    fn wrong(&self, event: &Event, effects: &[Effect]) -> Option<FaultKind> {
        let around = Surroundings::of(event, &self.setup, event.event.recorded_at);
        effect::first_refused(effects, &self.origin(event.seq), &around).map(|_| FaultKind::InvalidEffect)
    }

    fn origin(&self, event: u64) -> Provenance {
        Provenance {
            installation: InstallationId::derived(&["back-test"]),
            plugin: self.manifest.id.clone(),
            version: self.manifest.version.to_string(),
            digest: Digest::of(b""),
            config_version: 1,
            event,
            effect: 0,
        }
    }

    /// State and points as they would be now.
    fn follow(&self, world: &World, event: &Event, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::SetState(change) => {
                    let value =
                        StateValue { value: change.value.clone(), version: change.read_version + 1, inherited: false };
                    world.set_state((self.number, change.customer, change.key.clone()), value);
                }
                Effect::Earn { program, points: Points(points), .. } => {
                    if let Some(customer) = event.event.subject.customer().filter(|_| self.looks_at_points()) {
                        world.add_balance((self.number, customer, program.clone()), *points);
                    }
                }
                _ => {}
            }
        }
    }

    fn looks_at_points(&self) -> bool {
        self.grants.contains(&Capability::LookupPoints)
    }
}
