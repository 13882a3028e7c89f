//! An installation that is ready to be called: how it is asked about an event, and what is recorded of a call.

use super::{App, AppError, facts::StoredFacts, plugins};
use stammgast_domain::{
    call::{CallStory, Fault, RecordedCall},
    case::Expectation,
    event::{Event, Fact},
    id::derived_uuid,
    plugin::{CallLimits, FaultKind, Installation},
};
use stammgast_runtime::{Answer, CallReport, Evaluation, Facts, LoadedPlugin, Served, Time, WarmInstances};
use stammgast_store::TenantStore;
use std::sync::Arc;
use uuid::Uuid;

/// An installation with all that calling it takes.
pub struct Callee {
    /// Everything else.
    pub app: App,
    /// The tenant's.
    pub store: Arc<TenantStore>,
    /// What is called.
    pub installation: Arc<Installation>,
    /// Its component.
    pub plugin: Arc<LoadedPlugin>,
    /// What each call may use.
    pub limits: CallLimits,
    config: String,
    generations: Vec<String>,
    /// Instances that stay for further calls, where the admin opted in.
    warm: Option<WarmInstances>,
}

/// Why an event cannot be put to a plugin.
#[derive(Debug)]
pub enum NoBody {
    /// The raw message is gone.
    Gone(Fault),
    /// The store failed.
    Failed(AppError),
}

impl Callee {
    /// Makes an installation callable.
    ///
    /// # Errors
    /// Its component is missing, was changed on disk, or fits this host no more.
    pub async fn prepare(
        app: &App,
        store: &Arc<TenantStore>,
        installation: &Arc<Installation>,
    ) -> Result<Self, AppError> {
        let release = &installation.release;
        let limits = app.runtime.limits(installation.limits_set, release.limits);
        Ok(Self {
            warm: (limits.reuse_calls > 1).then(|| app.runtime.warm_instances()),
            app: app.clone(),
            store: Arc::clone(store),
            plugin: plugins::loaded(app, &release.digest).await?,
            limits,
            config: release.config.to_string(),
            generations: release.state.generations(installation.id),
            installation: Arc::clone(installation),
        })
    }

    /// Whether an event is one that the installation has to be asked about.
    #[must_use]
    pub fn concerns(installation: &Installation, event: &Event) -> bool {
        let release = &installation.release;
        let fact = &event.event.fact;
        // A shadow is reminded of what the installation beside it asked to be reminded of.
        let reminded = installation.shadow_of.as_ref().map_or(installation.id, |shadowed| shadowed.id);
        let is_own = fact.is_for(Some(reminded));
        is_own && stammgast_runtime::concerns(&release.kinds, &release.events, installation.asked_as(), fact)
    }

    /// The raw bytes that an event delivers, if it delivers some.
    ///
    /// # Errors
    /// They are gone, or the store failed.
    pub async fn body(&self, event: &Event) -> Result<Option<Vec<u8>>, NoBody> {
        let Fact::MessageReceived(message) = &event.event.fact else { return Ok(None) };
        match self.store.message_body(message.id).await {
            Ok(Some(body)) => Ok(Some(body)),
            Ok(None) => Err(NoBody::Gone(Fault::new(FaultKind::Load, "the raw message is gone"))),
            Err(error) => Err(NoBody::Failed(error.into())),
        }
    }

    /// What the installation may read when it is called for an event.
    #[must_use]
    pub fn facts(&self, event: &Event) -> Arc<dyn Facts> {
        Arc::new(StoredFacts {
            store: Arc::clone(&self.store),
            generations: self.generations.clone(),
            until: event.event.recorded_at,
            event: about(&event.event.fact).map(|id| (event.seq, id)),
        })
    }

    /// Asks the plugin about an event, in instances that are to be [kept](Self::keep) if nothing is wrong with its
    /// answer.
    pub async fn ask(&self, event: &Event, body: Option<&[u8]>, facts: Arc<dyn Facts>) -> (CallReport, Served) {
        let Installation { id, release, plugin, .. } = &*self.installation;
        let evaluation = Evaluation {
            event,
            body,
            kinds: &release.kinds,
            name: self.installation.asked_as(),
            config: &self.config,
            grants: &release.grants,
            limits: self.limits,
            time: Time::Real,
            seed: seed(&self.installation, event),
            facts,
        };
        let (report, served) = self.app.runtime.evaluate_in(&self.plugin, &evaluation, self.warm.as_ref()).await;
        for line in &report.log {
            tracing::info!(
                tenant.id = %self.store.tenant(), plugin.id = %plugin, installation.id = %id, event.id = event.seq,
                "plugin: {line}"
            );
        }
        (report, served)
    }

    /// Lets instances wait for the next call.
    pub fn keep(&self, served: Served) {
        if let Some(warm) = &self.warm {
            warm.keep(served);
        }
    }

    /// Whether a call that ends well is one of those that are recorded. The same event gives the same answer.
    #[must_use]
    pub fn samples(&self, event: &Event) -> bool {
        match self.app.settings.records.sample_every {
            0 => false,
            every => seed(&self.installation, event).is_multiple_of(every),
        }
    }

    /// What is recorded of a call. `refused` tells why the host did not apply what it asked for.
    #[must_use]
    pub fn recorded(
        &self,
        event: &Event,
        attempt: u32,
        report: &CallReport,
        refused: Option<Fault>,
    ) -> Option<(RecordedCall, CallStory)> {
        let answer = match &report.answer {
            Answer::Effects(effects) => Expectation::effects(effects),
            Answer::Malformed(problem) => Expectation::Malformed(problem.clone()),
            Answer::Fault(fault) => Expectation::fault(fault.clone()),
            Answer::HostFailure(_) => return None,
        };
        let ended = match (&refused, &answer) {
            (Some(fault), _) => fault.kind.as_str(),
            (None, Expectation::Effects(_)) => "effects",
            (None, Expectation::Malformed(_)) => "malformed",
            (None, Expectation::Fault { kind, .. }) => kind.as_str(),
        };
        let mut story = CallStory { reads: report.reads.clone(), answer, refused, log: report.log.clone() };
        let is_whole = self.cut(&mut story);
        let Installation { id, plugin, release, version, .. } = &*self.installation;
        let record = RecordedCall {
            installation: *id,
            event: event.seq,
            attempt,
            plugin: plugin.clone(),
            version: release.plugin_version.to_string(),
            digest: release.digest,
            installation_version: *version,
            config_version: release.config_version,
            limits: self.limits,
            seed: seed(&self.installation, event),
            fuel: report.usage.fuel,
            memory_bytes: report.usage.memory_bytes,
            duration_us: u64::try_from(report.usage.duration.as_micros()).unwrap_or(u64::MAX),
            ended: ended.to_owned(),
            recorded_at: self.app.clock.now(),
            is_whole,
        };
        Some((record, story))
    }

    /// Keeps a record within its bound: first the log goes, then what it read, then what it asked for.
    fn cut(&self, story: &mut CallStory) -> bool {
        let most = self.app.settings.records.record_kib << 10;
        let size = |story: &CallStory| serde_json::to_vec(story).map_or(usize::MAX, |bytes| bytes.len());
        if size(story) <= most {
            return true;
        }
        story.log.clear();
        if size(story) <= most {
            return true;
        }
        story.reads.clear();
        if size(story) > most {
            story.answer = Expectation::Effects(Vec::new());
        }
        false
    }
}

/// The same event and installation always get the same random numbers, so that a retry is the same call.
fn seed(installation: &Installation, event: &Event) -> u64 {
    let key = derived_uuid("seed", &[&installation.id.to_string(), &event.seq.to_string()]);
    // The database's numbers are signed.
    key.as_u64_pair().0 >> 1
}

/// The purchase or contact that a fact tells of.
fn about(fact: &Fact) -> Option<Uuid> {
    match fact {
        Fact::PurchaseRecorded(purchase) => Some(purchase.id.uuid()),
        fact => fact.interaction().map(|contact| contact.id.uuid()),
    }
}
