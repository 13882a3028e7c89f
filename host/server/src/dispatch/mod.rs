//! Delivering events to plugins: one supervisor, one worker per enabled installation.
//!
//! A worker follows its tenant's log, keeps each subject's events in order and runs different subjects in
//! parallel. What it does is marked in the same transaction as its effects, so that losing a worker at any moment
//! loses nothing and repeats nothing.

mod ahead;
mod breaker;
mod delivery;
mod held;
mod invoke;
mod lanes;
mod leases;
mod stand_in;
mod standing;
mod worker;

use crate::app::{App, AppError, Notice};
use stammgast_domain::{
    InstallationId, TenantId,
    plugin::{Installation, InstallationStatus},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long the supervisor waits before it looks at everything again, even if nobody told it anything.
const LOOK_AROUND: Duration = Duration::from_secs(15);

type Key = (TenantId, InstallationId);

struct Running {
    version: u64,
    stop: CancellationToken,
    /// Cancelled when its last call has ended, and those of the workers before it.
    ended: CancellationToken,
    task: JoinHandle<()>,
}

/// Keeps the workers in step with the tenants' installations.
struct Supervisor {
    app: App,
    holder: String,
    stop: CancellationToken,
    workers: HashMap<Key, Running>,
    /// Workers that were told to stop and finish their running calls. Nobody waits for them but their successors.
    ending: Vec<(Key, Running)>,
}

/// Delivers events until it is told to stop; then running calls finish and cursors are saved.
pub async fn run(app: App, stop: CancellationToken) {
    let mut notices = app.changes.subscribe();
    let holder = app.clock.new_uuid().to_string();
    let mut supervisor = Supervisor { app, holder, stop: stop.clone(), workers: HashMap::new(), ending: Vec::new() };
    supervisor.look_at_all().await;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            notice = notices.recv() => match notice {
                Ok(Notice::Installation { tenant, installation }) => supervisor.look_at(&tenant, Some(installation)).await,
                Err(_missed) => supervisor.look_at_all().await,
            },
            () = tokio::time::sleep(LOOK_AROUND) => supervisor.look_at_all().await,
        }
    }
    let running = supervisor.workers.drain().map(|(_, worker)| worker.task);
    let ending = supervisor.ending.drain(..).map(|(_, worker)| worker.task);
    for task in running.chain(ending) {
        ended(task).await;
    }
}

async fn ended(worker: JoinHandle<()>) {
    if let Err(error) = worker.await {
        tracing::error!(%error, "a worker ended badly");
    }
}

/// Whether an installation has work: it is called, or the host may stand in for it.
fn works(installation: &Installation) -> bool {
    match installation.status {
        InstallationStatus::Enabled => true,
        InstallationStatus::Quarantined => stand_in::is_possible(installation),
        InstallationStatus::Draft | InstallationStatus::Disabled => false,
    }
}

impl Supervisor {
    async fn look_at_all(&mut self) {
        match self.app.store.tenants().await {
            Ok(tenants) => {
                for tenant in tenants {
                    self.look_at(&tenant.id, None).await;
                }
            }
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "tenants cannot be listed"),
        }
    }

    /// Starts, restarts or stops the workers of a tenant; `restart` names an installation whose rows were changed.
    async fn look_at(&mut self, tenant: &TenantId, restart: Option<InstallationId>) {
        let installations = match self.installations(tenant).await {
            Ok(installations) => installations,
            Err(error) => {
                tracing::error!(tenant.id = %tenant, error = &error as &dyn std::error::Error, "installations cannot be read");
                return;
            }
        };
        // First of all, so that a worker finds its meter.
        self.app.meters.keep(tenant, &installations);
        let working: Vec<Installation> = installations.into_iter().filter(works).collect();
        let wanted: BTreeSet<InstallationId> = working.iter().map(|one| one.id).collect();
        let mine = self.workers.keys().filter(|(owner, _)| owner == tenant);
        let gone: Vec<_> = mine.filter(|(_, id)| !wanted.contains(id)).cloned().collect();
        for key in gone {
            self.stop_worker(&key);
        }
        self.ending.retain(|(_, worker)| !worker.task.is_finished());
        let is_current = |installation: &Installation| {
            let worker = self.workers.get(&(tenant.clone(), installation.id));
            let is_same =
                worker.is_some_and(|worker| worker.version == installation.version && !worker.task.is_finished());
            is_same && restart != Some(installation.id)
        };
        let changed: Vec<Installation> = working.into_iter().filter(|one| !is_current(one)).collect();
        // All of them stop before one begins: what stands beside a shadow ends before the shadow begins.
        for installation in &changed {
            self.stop_worker(&(tenant.clone(), installation.id));
        }
        for installation in changed {
            self.start_worker((tenant.clone(), installation.id), installation).await;
        }
    }

    async fn installations(&self, tenant: &TenantId) -> Result<Vec<Installation>, AppError> {
        match self.app.store.tenant(tenant).await? {
            Some(store) => Ok(store.installations().await?),
            None => Ok(Vec::new()),
        }
    }

    /// Takes no further events; calls that run are finished in the background.
    fn stop_worker(&mut self, key: &Key) {
        if let Some(worker) = self.workers.remove(key) {
            worker.stop.cancel();
            self.ending.push((key.clone(), worker));
        }
    }

    /// The ends that a worker has to wait for. Two workers of one installation would hold the same leases; and a
    /// shadow's copy of the state is whole when the calls have ended that still write to it.
    fn ends_before(&self, (tenant, id): &Key, installation: &Installation) -> Vec<CancellationToken> {
        let shadowed = installation.shadow_of.as_ref().map(|shadowed| shadowed.id);
        let before = |other: InstallationId| other == *id || Some(other) == shadowed;
        let ending = self.ending.iter().filter(|((owner, other), _)| owner == tenant && before(*other));
        ending.map(|(_, worker)| worker.ended.clone()).collect()
    }

    async fn start_worker(&mut self, key: Key, installation: Installation) {
        let Ok(Some(store)) = self.app.store.tenant(&key.0).await else { return };
        let Some(meter) = self.app.meters.of(&key.0, key.1) else { return };
        let calls = self.app.calls.of(&key.0).await;
        let stop = self.stop.child_token();
        let version = installation.version;
        let before = self.ends_before(&key, &installation);
        let job = worker::Job {
            app: self.app.clone(),
            store,
            installation: Arc::new(installation),
            calls,
            meter,
            holder: self.holder.clone(),
        };
        let (own_stop, ended_now) = (stop.clone(), CancellationToken::new());
        let own_end = ended_now.clone().drop_guard();
        let task = tokio::spawn(async move {
            let _own_end = own_end;
            for end in before {
                end.cancelled().await;
            }
            ended(tokio::spawn(worker::run(job, own_stop))).await;
        });
        self.workers.insert(key, Running { version, stop, ended: ended_now, task });
    }
}
