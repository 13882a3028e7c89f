//! One installation's worker: reads the log ahead, delivers in lanes, holds back what failed, saves its place.

use super::{
    delivery,
    held::Held,
    invoke::{self, Delivered, Invoker},
    lanes::Lanes,
    leases::Leases,
};
use crate::app::{
    App, AppError,
    effects::{Held as HasRow, KnownCodes},
};
use stammgast_domain::{
    event::{Event, EventType},
    plugin::Installation,
};
use stammgast_store::{Change, Delivery, DeliveryStatus, TenantStore};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// Progress after which the cursors are saved, in events.
const SAVE_EVERY: usize = 512;
/// The pause after a failure of the host, before the worker starts anew.
const RESTART_PAUSE: Duration = Duration::from_secs(2);

/// What a worker works on.
pub(super) struct Job {
    pub(super) app: App,
    pub(super) store: Arc<TenantStore>,
    pub(super) installation: Arc<Installation>,
    pub(super) calls: Arc<Semaphore>,
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
    let invoker = invoke::prepare(&job.app, &job.store, &job.installation, &job.calls).await?;
    let lease = Duration::from_secs(job.app.settings.dispatch.lease_seconds);
    let leases = take_leases(job, lease).await?;
    if leases.is_empty() {
        tokio::select! {
            () = stop.cancelled() => return Ok(Ended::Stopped),
            () = tokio::time::sleep(lease / 2) => return Ok(Ended::LeasesChanged),
        }
    }
    let rows = job.store.deliveries(job.installation.id).await?;
    let rows = rows.into_iter().filter(|row| row.status != DeliveryStatus::Dead && leases.holds(&row.subject));
    let head = job.store.log_head();
    let began_at = *head.borrow();
    let worker = Worker {
        job,
        invoker: Arc::new(invoker),
        codes: Arc::default(),
        read: leases.first_position(),
        held: Held::from_rows(rows.collect()),
        lanes: Lanes::default(),
        tasks: JoinSet::new(),
        unsaved: 0,
        began_at,
        head,
        leases,
    };
    worker.run(stop, lease).await
}

async fn take_leases(job: &Job, lease: Duration) -> Result<Leases, AppError> {
    let millis = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
    Ok(Leases::take(&job.store, job.installation.id, &job.holder, job.app.clock.now(), millis).await?)
}

struct Over {
    subject: String,
    seq: u64,
    before: Option<Delivery>,
    event: Option<Arc<Event>>,
    how: Delivered,
}

struct Worker<'a> {
    job: &'a Job,
    invoker: Arc<Invoker>,
    codes: Arc<KnownCodes>,
    leases: Leases,
    held: Held,
    lanes: Lanes<Arc<Event>>,
    tasks: JoinSet<Over>,
    read: u64,
    /// The newest event when it began.
    began_at: u64,
    unsaved: usize,
    head: watch::Receiver<u64>,
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
                self.save().await?;
                self.release().await;
                return Ok(ending.unwrap_or(Ended::Stopped));
            }
            if self.tasks.is_empty() {
                self.save().await?;
            }
            let due = self.next_due();
            tokio::select! {
                () = stop.cancelled(), if ending.is_none() => ending = Some(Ended::Stopped),
                Some(over) = self.tasks.join_next() => self.over(over.map_err(std::io::Error::other)?).await?,
                moved = self.head.changed(), if ending.is_none() && self.has_room() => {
                    if moved.is_err() {
                        ending = Some(Ended::Stopped);
                    }
                }
                () = sleep_until(due), if ending.is_none() => {}
                () = sleep_until(renew_at) => {
                    renew_at = Instant::now() + lease / 3;
                    if self.renew(lease).await? && ending.is_none() {
                        ending = Some(Ended::LeasesChanged);
                    }
                }
            }
            if self.unsaved >= SAVE_EVERY {
                self.save().await?;
            }
        }
    }

    fn has_room(&self) -> bool {
        let settings = &self.job.app.settings.dispatch;
        self.lanes.len() * 2 < settings.window.max(2) && self.held.len() < settings.held_events
    }

    /// Reads events ahead while there is room for them.
    async fn read_ahead(&mut self) -> Result<(), AppError> {
        let head = *self.head.borrow_and_update();
        while self.has_room() && self.read < head {
            let limit = self.job.app.settings.dispatch.window;
            let types: Vec<EventType> = self.job.installation.events.iter().copied().collect();
            let events = self.job.store.events(self.read, head, &types, limit).await?;
            self.codes = Arc::new(self.known_codes().await?);
            let full = events.len() == limit;
            let last = events.last().map(|event| event.seq);
            let done = self.done_before(&events).await?;
            for event in events {
                let subject = event.event.subject.to_string();
                let wanted = self.leases.wants(&subject, event.seq) && !done.contains(&event.seq);
                if wanted && invoke::concerns(&self.job.installation, &event) {
                    let partition = self.leases.partition_of(&subject);
                    self.lanes.push(&subject, partition, event.seq, Arc::new(event));
                }
            }
            self.read = if full { last.unwrap_or(head) } else { head };
        }
        Ok(())
    }

    /// Which of these events were done before this worker began: after a crash or a rewind it reads them again. The
    /// marks keep them from being applied twice; looking first spares the calls.
    async fn done_before(&self, events: &[Event]) -> Result<HashSet<u64>, AppError> {
        let old: Vec<u64> = events.iter().map(|event| event.seq).filter(|seq| *seq <= self.began_at).collect();
        if old.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(self.job.store.completed(self.job.installation.id, &old).await?)
    }

    async fn known_codes(&self) -> Result<KnownCodes, AppError> {
        let (programs, departments) =
            tokio::try_join!(self.job.store.program_codes(), self.job.store.department_codes())?;
        Ok(KnownCodes { programs, departments })
    }

    /// Starts every event whose subject is free; one whose subject is held back gets a row and waits.
    async fn start_ready(&mut self) -> Result<(), AppError> {
        let mut change = Change::new();
        let mut waiting = Vec::new();
        while let Some((subject, seq, event)) = self.lanes.next() {
            if self.held.holds(&subject) {
                let delivery = delivery::waiting(self.job.installation.id, &event, &subject);
                change.put_delivery(&delivery)?;
                waiting.push(delivery);
                self.lanes.done(&subject, seq);
                continue;
            }
            let (invoker, codes) = (Arc::clone(&self.invoker), Arc::clone(&self.codes));
            let delivery = async move {
                let how = invoker.deliver(&event, &codes, HasRow::No).await;
                Over { subject, seq, before: None, event: Some(event), how }
            };
            self.tasks.spawn_on(delivery, self.job.app.runtime.threads());
        }
        self.job.store.commit(change).await?;
        for delivery in waiting {
            self.held.put(delivery);
        }
        Ok(())
    }

    /// Starts held-back events whose time has come.
    async fn start_due(&mut self) -> Result<(), AppError> {
        let due = self.held.take_due(self.job.app.clock.now());
        if due.is_empty() {
            return Ok(());
        }
        self.codes = Arc::new(self.known_codes().await?);
        for before in due {
            let seq = before.id.1;
            let Some(event) = self.job.store.event(seq).await? else {
                self.held.remove(&before.subject, seq);
                self.held.ran(&before.subject);
                continue;
            };
            let (invoker, codes) = (Arc::clone(&self.invoker), Arc::clone(&self.codes));
            let delivery = async move {
                let how = invoker.deliver(&event, &codes, HasRow::Yes).await;
                Over { subject: before.subject.clone(), seq, before: Some(before), event: None, how }
            };
            self.tasks.spawn_on(delivery, self.job.app.runtime.threads());
        }
        Ok(())
    }

    /// Notes how a delivery ended.
    async fn over(&mut self, over: Over) -> Result<(), AppError> {
        let Over { subject, seq, before, event, how } = over;
        let had_row = before.is_some();
        let id = self.job.installation.id;
        let before = before.or_else(|| event.as_deref().map(|event| delivery::waiting(id, event, &subject)));
        let now = self.job.app.clock.now();
        let after = match (how, before) {
            (Delivered::Failed(fault), Some(before)) => {
                tracing::warn!(
                    tenant.id = %self.job.store.tenant(), plugin.id = %self.job.installation.plugin,
                    installation.id = %id, event.id = seq, fault = fault.kind.as_str(), "plugin call failed: {}", fault.message
                );
                Some(delivery::failed(before, fault, now, &self.job.app.settings.dispatch))
            }
            (Delivered::Postponed(why), Some(before)) => {
                tracing::warn!(tenant.id = %self.job.store.tenant(), installation.id = %id, event.id = seq, "postponed: {why}");
                Some(delivery::postponed(before, now))
            }
            _ => None,
        };
        match after {
            None if had_row => self.held.remove(&subject, seq),
            None => {}
            Some(delivery) => {
                let mut change = Change::new();
                change.put_delivery(&delivery)?;
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
        Ok(())
    }

    fn next_due(&self) -> Instant {
        let now = self.job.app.clock.now();
        let far = Duration::from_hours(1);
        let wait = self
            .held
            .next_due()
            .map_or(far, |due| Duration::from_millis(u64::try_from(due.millis() - now.millis()).unwrap_or_default()));
        Instant::now() + wait.min(far)
    }

    /// Saves how far each partition has got.
    async fn save(&mut self) -> Result<(), AppError> {
        self.unsaved = 0;
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

    /// Renews the leases; `true` when this process now holds other partitions than before.
    async fn renew(&self, lease: Duration) -> Result<bool, AppError> {
        let renewed = take_leases(self.job, lease).await?;
        Ok(!renewed.partitions().eq(self.leases.partitions()))
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
