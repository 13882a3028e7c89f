//! One installation's worker: reads the log ahead, delivers in lanes, holds back what failed, saves its place.

use super::{
    breaker::Breaker,
    delivery,
    held::Held,
    invoke::{Attempt, Delivered, Invoker, Manner},
    lanes::Lanes,
    leases::Leases,
    standing::{self, Verdict},
};
use crate::app::{App, AppError, callee::Callee, effects::Held as HasRow, meters::Meter};
use stammgast_domain::{
    event::Event,
    plugin::{FaultKind, Installation},
    tenant::Setup,
};
use stammgast_store::{Change, Delivery, TenantStore};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// Progress after which the cursors are saved, in events.
const SAVE_EVERY: usize = 512;
/// How long an idle worker waits before it saves: what others commit meanwhile shares one save.
const SAVE_PAUSE: Duration = Duration::from_millis(200);
/// The pause after a failure of the host, before the worker starts anew.
const RESTART_PAUSE: Duration = Duration::from_secs(2);
/// Longer than anything is waited for.
const FAR: Duration = Duration::from_hours(1);

/// What a worker works on.
pub(super) struct Job {
    pub(super) app: App,
    pub(super) store: Arc<TenantStore>,
    pub(super) installation: Arc<Installation>,
    pub(super) calls: Arc<Semaphore>,
    pub(super) meter: Arc<Meter>,
    pub(super) holder: String,
}

enum Ended {
    Stopped,
    LeasesChanged,
}

/// Works until it is told to stop; a failure of the host makes it start anew after a pause.
pub(super) async fn run(job: Job, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match work(&job, &stop).await {
            Ok(Ended::Stopped) => return,
            Ok(Ended::LeasesChanged) => Duration::from_millis(100),
            Err(error) => {
                tracing::error!(
                    tenant.id = %job.store.tenant(), installation.id = %job.installation.id,
                    error = &error as &dyn std::error::Error, "the worker starts anew after a failure"
                );
                RESTART_PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn work(job: &Job, stop: &CancellationToken) -> Result<Ended, AppError> {
    let callee = Callee::prepare(&job.app, &job.store, &job.installation).await?;
    let (calls, meter) = (Arc::clone(&job.calls), Arc::clone(&job.meter));
    let invoker = Invoker { callee, calls, own_calls: Semaphore::new(job.own_calls()), meter };
    let lease = Duration::from_secs(job.app.settings.dispatch.lease_seconds);
    let leases = job.take_leases().await?;
    if leases.is_empty() {
        job.meter.stand(None);
        tokio::select! {
            () = stop.cancelled() => return Ok(Ended::Stopped),
            () = tokio::time::sleep(lease / 2) => return Ok(Ended::LeasesChanged),
        }
    }
    let rows = job.held_rows(&leases).await?;
    let head = job.store.log_head();
    let began_at = *head.borrow();
    let rowed = job.store.delivered_after(job.installation.id, leases.first_position()).await?;
    let worker = Worker {
        job,
        invoker: Arc::new(invoker),
        setup: Arc::new(job.setup().await?),
        read: leases.first_position(),
        held: Held::from_rows(rows),
        lanes: Lanes::default(),
        tasks: JoinSet::new(),
        unsaved: 0,
        save_at: None,
        began_at,
        rowed: rowed.into_iter().collect(),
        head,
        leases,
        quit: stop.child_token(),
        breaker: job.breaker(),
        last_fault: None,
        dead_letter_told: standing::is_dead_letter_told(job).await?,
    };
    worker.run(stop, lease).await
}

impl Job {
    fn lease_millis(&self) -> i64 {
        i64::try_from(self.app.settings.dispatch.lease_seconds).unwrap_or(i64::MAX).saturating_mul(1_000)
    }

    /// Calls that may run at once.
    fn own_calls(&self) -> usize {
        let Installation { release, limits_set, .. } = &*self.installation;
        let most = self.app.settings.dispatch.installation_calls;
        let wanted = release.limits.under(*limits_set).concurrent_calls;
        wanted.map_or(most, |wanted| usize::try_from(wanted).unwrap_or(most).clamp(1, most))
    }

    async fn take_leases(&self) -> Result<Leases, AppError> {
        let (id, now) = (self.installation.id, self.app.clock.now());
        Ok(Leases::take(&self.store, id, &self.holder, now, self.lease_millis()).await?)
    }
}

struct Over {
    subject: String,
    seq: u64,
    before: Option<Delivery>,
    event: Option<Arc<Event>>,
    manner: Manner,
    how: Delivered,
}

pub(super) struct Worker<'a> {
    pub(super) job: &'a Job,
    pub(super) setup: Arc<Setup>,
    pub(super) leases: Leases,
    pub(super) held: Held,
    pub(super) lanes: Lanes<Arc<Event>>,
    pub(super) read: u64,
    /// The newest event when it began.
    pub(super) began_at: u64,
    /// Events up to that one that have a row of their own, dead letters among them: not to be read as new.
    pub(super) rowed: HashSet<u64>,
    pub(super) head: watch::Receiver<u64>,
    pub(super) breaker: Breaker,
    /// The last of its faults, and at which event.
    pub(super) last_fault: Option<(FaultKind, u64)>,
    /// Whether admins were told of a dead letter since it last worked.
    pub(super) dead_letter_told: bool,
    invoker: Arc<Invoker>,
    tasks: JoinSet<Over>,
    unsaved: usize,
    save_at: Option<Instant>,
    /// Cancelled when it ends, for whatever reason: deliveries that have not begun stay open.
    quit: CancellationToken,
}

impl Worker<'_> {
    async fn run(mut self, stop: &CancellationToken, lease: Duration) -> Result<Ended, AppError> {
        let mut renew_at = Instant::now() + lease / 3;
        let mut ending = None;
        loop {
            if ending.is_none() {
                self.read_ahead().await?;
                self.start_ready().await?;
                self.start_due().await?;
            } else if self.tasks.is_empty() {
                self.show_standing();
                self.save().await?;
                self.release().await;
                return Ok(ending.unwrap_or(Ended::Stopped));
            }
            if self.tasks.is_empty() && self.save_at.is_none() && self.has_moved() {
                self.save_at = Some(Instant::now() + SAVE_PAUSE);
            }
            self.show_standing();
            let (due, save_at) = (self.next_due(), self.save_at.unwrap_or_else(|| Instant::now() + FAR));
            tokio::select! {
                () = stop.cancelled(), if ending.is_none() => ending = Some(Ended::Stopped),
                Some(over) = self.tasks.join_next() => {
                    let verdict = self.over(over.map_err(std::io::Error::other)?).await?;
                    if verdict == Verdict::GiveUp {
                        ending = Some(Ended::Stopped);
                    }
                }
                moved = self.head.changed(), if ending.is_none() && self.has_room() => {
                    if moved.is_err() {
                        ending = Some(Ended::Stopped);
                    }
                }
                () = sleep_until(due), if ending.is_none() => {}
                () = sleep_until(save_at) => self.save().await?,
                // While it ends, its leases run out by themselves: the cursors may be set anew meanwhile.
                () = sleep_until(renew_at), if ending.is_none() => {
                    renew_at = Instant::now() + lease / 3;
                    if self.renew().await? {
                        ending = Some(Ended::LeasesChanged);
                    }
                }
            }
            if ending.is_some() {
                self.quit.cancel();
            }
            if self.unsaved >= SAVE_EVERY {
                self.save().await?;
            }
        }
    }

    /// Starts every event whose subject is free; one whose subject is held back gets a row and waits.
    async fn start_ready(&mut self) -> Result<(), AppError> {
        let mut change = Change::new();
        let mut waiting = Vec::new();
        while let Some(manner) = self.manner() {
            let Some((subject, seq, event)) = self.lanes.next() else { break };
            if self.held.holds(&subject) {
                let delivery = delivery::waiting(self.job.installation.id, &event, &subject);
                change.put_delivery(&delivery)?;
                waiting.push(delivery);
                self.lanes.done(&subject, seq);
                continue;
            }
            if manner == Manner::Trial {
                // It may have failed for want of a program or a department that is there by now.
                self.setup = Arc::new(self.job.setup().await?);
            }
            self.start(manner, (subject, seq), None, event);
        }
        self.job.store.commit(change).await?;
        for delivery in waiting {
            self.held.put(delivery);
        }
        Ok(())
    }

    /// Starts held-back events whose time has come, as far as there is room.
    async fn start_due(&mut self) -> Result<(), AppError> {
        let Some(manner) = self.manner() else { return Ok(()) };
        let room = if manner == Manner::Trial { self.room().min(1) } else { self.room() };
        let due = self.held.take_due(self.now(), room);
        if due.is_empty() {
            return Ok(());
        }
        self.setup = Arc::new(self.setup().await?);
        for before in due {
            let seq = before.id.1;
            let Some(event) = self.job.store.event(seq).await? else {
                self.held.remove(&before.subject, seq);
                self.held.ran(&before.subject);
                continue;
            };
            self.start(manner, (before.subject.clone(), seq), Some(before), Arc::new(event));
        }
        Ok(())
    }

    fn start(&mut self, manner: Manner, place: (String, u64), before: Option<Delivery>, event: Arc<Event>) {
        if manner == Manner::Trial {
            self.breaker.try_one();
        }
        let ((subject, seq), ready) = (place, Instant::now());
        let (invoker, setup, quit) = (Arc::clone(&self.invoker), Arc::clone(&self.setup), self.quit.clone());
        let has_row = if before.is_some() { HasRow::Yes } else { HasRow::No };
        let tries = before.as_ref().map_or(0, |before| before.tried.saturating_add(before.attempts));
        let number = tries.saturating_add(1);
        let delivery = async move {
            let attempt = Attempt { event: &event, number, was_held: has_row, ready };
            let how = match manner {
                Manner::StandIn => invoker.stand_in(attempt, &setup).await,
                Manner::Call | Manner::Trial => invoker.deliver(attempt, &setup, &quit).await,
            };
            Over { subject, seq, before, event: Some(event), manner, how }
        };
        self.tasks.spawn_on(delivery, self.job.app.runtime.threads());
    }

    /// Notes how a delivery ended.
    async fn over(&mut self, over: Over) -> Result<Verdict, AppError> {
        let Over { subject, seq, before, event, manner, how } = over;
        let verdict = self.judge(manner, seq, &how).await?;
        let had_row = before.is_some();
        let id = self.job.installation.id;
        let before = before.or_else(|| event.as_deref().map(|event| delivery::waiting(id, event, &subject)));
        let (now, settings) = (self.job.app.clock.now(), &self.job.app.settings.dispatch);
        let mut change = Change::new();
        let after = match (how, before) {
            // It never began: it stays open, and whoever comes next delivers it.
            (Delivered::Stopped, _) => return Ok(verdict),
            (Delivered::Failed(fault, recorded), Some(before)) => {
                if let Some((record, story)) = recorded.as_deref() {
                    change.record_call(&subject, record, story)?;
                }
                tracing::warn!(
                    tenant.id = %self.job.store.tenant(), plugin.id = %self.job.installation.plugin,
                    installation.id = %id, event.id = seq, fault = fault.kind.as_str(), "plugin call failed: {}", fault.message
                );
                Some(delivery::failed(before, fault, now, settings))
            }
            (Delivered::Postponed(why), Some(before)) => {
                tracing::warn!(tenant.id = %self.job.store.tenant(), installation.id = %id, event.id = seq, "postponed: {why}");
                Some(delivery::postponed(before, &why, now, settings))
            }
            _ => None,
        };
        match after {
            None if had_row => self.held.remove(&subject, seq),
            None => {}
            Some(delivery) => {
                change.put_delivery(&delivery)?;
                self.tell_dead_letter(&delivery, &mut change).await?;
                self.job.store.commit(change).await?;
                self.held.put(delivery);
            }
        }
        if had_row {
            self.held.ran(&subject);
        } else {
            self.lanes.done(&subject, seq);
        }
        self.unsaved += 1;
        Ok(verdict)
    }

    /// How many more deliveries may be under way.
    fn room(&self) -> usize {
        self.job.app.settings.dispatch.window.saturating_sub(self.tasks.len())
    }

    /// When the next held-back delivery can start. Without room, the end of another one comes first.
    fn next_due(&self) -> Instant {
        let now = self.now();
        let next = match self.manner() {
            _ if self.room() == 0 => None,
            Some(_) => [self.held.next_due(), self.opens_at()].into_iter().flatten().min(),
            None => self.opens_at(),
        };
        let wait = next
            .map_or(FAR, |due| Duration::from_millis(u64::try_from(due.millis() - now.millis()).unwrap_or_default()));
        Instant::now() + wait.min(FAR)
    }

    fn has_moved(&self) -> bool {
        self.leases.partitions().any(|partition| self.leases.lags(partition, self.lanes.position(partition, self.read)))
    }

    /// Saves how far each partition has got.
    async fn save(&mut self) -> Result<(), AppError> {
        self.unsaved = 0;
        self.save_at = None;
        let mut change = Change::new();
        let partitions: Vec<u32> = self.leases.partitions().collect();
        for partition in partitions {
            let position = self.lanes.position(partition, self.read);
            if self.leases.advance(partition, position) {
                change.advance_cursor(self.job.installation.id, partition, position, &self.job.holder);
            }
        }
        Ok(self.job.store.commit(change).await?)
    }

    /// Renews the leases and looks for deliveries that another process put in line again; `true` when this process
    /// now holds other partitions than before.
    async fn renew(&mut self) -> Result<bool, AppError> {
        let Job { store, installation, holder, .. } = self.job;
        let millis = self.job.lease_millis();
        if self.leases.renew(store, installation.id, holder, self.job.app.clock.now(), millis).await? {
            return Ok(true);
        }
        for row in self.job.store.deliveries(self.job.installation.id).await? {
            if self.leases.holds(&row.subject) {
                self.held.add(row);
            }
        }
        Ok(false)
    }

    async fn release(&self) {
        for partition in self.leases.partitions() {
            let released = self.job.store.release_cursor(self.job.installation.id, partition, &self.job.holder).await;
            if let Err(error) = released {
                tracing::debug!(error = &error as &dyn std::error::Error, "a lease ends by itself instead");
            }
        }
    }
}
