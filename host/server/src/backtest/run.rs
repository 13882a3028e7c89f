//! One back-test at work: batches of the log, lanes of customers, a place that is saved now and then.

use super::{
    lane::{self, Happened},
    past::{Kept, World},
    side::{BASELINE, CANDIDATE, Side},
    threads::Threads,
};
use crate::app::{App, AppError, backtests::Stops};
use stammgast_domain::{
    InstallationId, TenantId,
    backtest::{Against, Backtest, BacktestStatus, Totals},
    event::{Event, EventType},
    plugin::Capability,
};
use stammgast_store::{Batch, Change, OpenScratch, StoreError, Stretch, Synced, TenantStore};
use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::Semaphore, task::JoinSet};

/// How often its place is saved for good.
const SAVE: Duration = Duration::from_secs(2);
/// How long it works before others have their turn.
const SLICE: Duration = Duration::from_mins(1);
/// Events of the first batch.
const FIRST: usize = 64;
/// How long a batch takes about.
const MOMENT: Duration = Duration::from_millis(250);
/// Entries of a history that are read at once.
const HISTORY: usize = 100;

/// A back-test with all that it works with.
pub(super) struct Run {
    pub(super) app: App,
    pub(super) store: Arc<TenantStore>,
    pub(super) test: Backtest,
    pub(super) candidate: Side,
    pub(super) baseline: Option<Side>,
    scratch: OpenScratch,
    threads: Handle,
    lanes: usize,
    /// Lanes that may work at once: never so many that live calls find no place.
    calls: Arc<Semaphore>,
    types: Vec<EventType>,
    kept: Kept,
}

/// A part of the log, and what an installation did with it.
struct Part {
    stretch: Stretch,
    happened: Happened,
}

impl Run {
    pub(super) async fn prepare(
        app: &App,
        tenant: &TenantId,
        test: Backtest,
        threads: &Threads,
    ) -> Result<Self, AppError> {
        let store = app.store.tenant(tenant).await?.ok_or(AppError::NotFound("tenant"))?;
        let setup = Arc::new(store.setup().await?);
        let candidate = Side::prepare(app, Arc::clone(&setup), CANDIDATE, &test, &test.candidate).await?;
        let (baseline, events) = match &test.against {
            Against::Version(other) => {
                (Some(Side::prepare(app, setup, BASELINE, &test, other).await?), BTreeSet::new())
            }
            Against::Happened { installation, .. } => (None, ever_called_for(&store, *installation).await?),
            Against::Nothing => (None, BTreeSet::new()),
        };
        let sides = || std::iter::once(&candidate).chain(&baseline);
        let grants: BTreeSet<Capability> = sides().flat_map(|side| side.grants().iter().copied()).collect();
        let one_by_one = grants.contains(&Capability::StateShared);
        let kept = Kept::of(grants, test.installation, test.period);
        let asked = sides().flat_map(|side| side.manifest().events.iter().copied());
        let types: BTreeSet<EventType> = asked.chain(wanted(&kept)).chain(events).collect();
        // State that all customers share makes every event depend on the one before.
        let lanes = if one_by_one { 1 } else { threads.count() * 4 };
        let memory = app.settings.backtest.cache_mib << 20;
        let file = app.backtests.path(tenant, test.id);
        let scratch = app.backtests.desk.open(&file, &app.backtests.master_key, memory)?;
        let types = types.into_iter().collect();
        let places = (app.settings.runtime.concurrent_calls as usize / 2).clamp(1, threads.count() * 2);
        let (calls, threads) = (Arc::new(Semaphore::new(places)), threads.handle().clone());
        let app = app.clone();
        Ok(Self { app, store, test, candidate, baseline, scratch, threads, lanes, calls, types, kept })
    }

    /// Works until the end, until its turn is over, or until it is told to stop.
    pub(super) async fn work(self: Arc<Self>, stops: &Stops) -> Result<(), AppError> {
        let (mut position, mut totals) = self.scratch.snapshot()?.place()?;
        let mut row = self.note(&self.test, BacktestStatus::Running, position, totals.clone(), 0).await?;
        let (mut saved, mut began) = (Instant::now(), Instant::now());
        let mut size = FIRST.min(self.app.settings.backtest.batch);
        let mut ahead = Arc::clone(&self).read_ahead(position, size);
        let slice = Instant::now();
        while position < self.test.until && slice.elapsed() < SLICE && !stops.is_stopped() {
            let (batch_began, calls_before) = (Instant::now(), self.app.runtime.evaluations());
            let part = ahead.await.map_err(std::io::Error::other)??;
            let end = part.stretch.end;
            ahead = Arc::clone(&self).read_ahead(end, size);
            let batch = tokio::select! {
                batch = Arc::clone(&self).lanes_of(part) => batch?,
                () = stops.stopped() => break,
            };
            position = end;
            size = self.next_size(size, batch_began.elapsed());
            let live = self.app.runtime.evaluations() - calls_before > self.calls_of(&batch.totals);
            let synced = if saved.elapsed() >= SAVE { Synced::Now } else { Synced::Later };
            totals = self.scratch.write(&batch, position, self.app.settings.backtest.differences, synced)?;
            if synced == Synced::Now {
                let worked = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                row = self.note(&row, BacktestStatus::Running, position, totals.clone(), worked).await?;
                (saved, began) = (Instant::now(), Instant::now());
            }
            if live {
                self.give_way(batch_began.elapsed(), stops).await;
            }
        }
        ahead.abort();
        let worked = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        // The last steps are on disk for good before anybody is told of them.
        self.scratch.write(&Batch::default(), position, 0, Synced::Now)?;
        let status = if position >= self.test.until {
            totals.customers_differing = self.scratch.rank()?;
            BacktestStatus::Done
        } else if stops.is_cancelled() {
            BacktestStatus::Cancelled
        } else {
            BacktestStatus::Running
        };
        self.note(&row, status, position, totals, worked).await?;
        Ok(())
    }

    /// Reads the next events while the ones before are worked on.
    fn read_ahead(self: Arc<Self>, position: u64, size: usize) -> tokio::task::JoinHandle<Result<Part, AppError>> {
        let threads = self.threads.clone();
        threads.spawn(async move { self.part_after(position, size).await })
    }

    async fn part_after(&self, position: u64, size: usize) -> Result<Part, AppError> {
        let until = self.test.until;
        if position >= until {
            return Ok(Part {
                stretch: Stretch { events: Vec::new(), erased: 0, end: until },
                happened: Happened::new(),
            });
        }
        let stretch = self.store.stretch(position, until, &self.types, size).await?;
        let happened = match &self.test.against {
            Against::Happened { installation, .. } => {
                self.store.completions_between(*installation, position, stretch.end).await?
            }
            _ => Happened::new(),
        };
        Ok(Part { stretch, happened })
    }

    /// Works through a stretch: each customer's events in order, different customers side by side.
    async fn lanes_of(self: Arc<Self>, part: Part) -> Result<Batch, AppError> {
        let Part { stretch, happened } = part;
        let mut lanes: HashMap<u64, Vec<Event>> = HashMap::new();
        for event in stretch.events {
            let mut hasher = DefaultHasher::new();
            event.event.subject.hash(&mut hasher);
            lanes.entry(hasher.finish() % self.lanes as u64).or_default().push(event);
        }
        let before = Arc::new(self.scratch.snapshot()?);
        let happened = Arc::new(happened);
        let mut tasks = JoinSet::new();
        for events in lanes.into_values() {
            let (run, happened) = (Arc::clone(&self), Arc::clone(&happened));
            let world = World::new(Arc::clone(&self.store), Arc::clone(&before), self.kept.clone());
            let calls = Arc::clone(&self.calls);
            let work = async move {
                let _turn = calls.acquire().await.map_err(std::io::Error::other)?;
                lane::work(&run, world, events, &happened).await
            };
            tasks.spawn_on(work, &self.threads);
        }
        let mut whole = Batch::default();
        while let Some(lane) = tasks.join_next().await {
            whole.add(lane.map_err(std::io::Error::other)??);
        }
        whole.differences.sort_by_key(|difference| difference.event);
        whole.totals.erased += stretch.erased;
        Ok(whole)
    }

    /// How many events the next batch has: as many as take a moment, so that it is soon told where the test stands.
    fn next_size(&self, size: usize, took: Duration) -> usize {
        let most = self.app.settings.backtest.batch;
        match took {
            quick if quick < MOMENT => (size * 2).min(most),
            slow if slow > MOMENT * 4 => (size / 2).max(1),
            _ => size.min(most),
        }
    }

    /// How many calls of its own a back-test made, by its totals.
    fn calls_of(&self, totals: &Totals) -> u64 {
        let baseline = if self.baseline.is_some() { totals.baseline.calls } else { 0 };
        totals.candidate.calls + baseline
    }

    /// Where plugins were called for live events meanwhile, a back-test rests: it works its share of the time at most.
    async fn give_way(&self, worked: Duration, stops: &Stops) {
        let share = self.app.settings.backtest.share_percent.min(100);
        let rest = worked * (100 - share) / share.max(1);
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = stops.stopped() => {}
        }
    }

    /// Saves where it stands. [`StoreError::Stale`] where somebody changed or deleted it, or another run is at it: this
    /// one's word does not count any more.
    async fn note(
        &self,
        read: &Backtest,
        status: BacktestStatus,
        position: u64,
        totals: Totals,
        worked_ms: u64,
    ) -> Result<Backtest, AppError> {
        let new = Backtest {
            status,
            position,
            totals,
            worked_ms: read.worked_ms.saturating_add(worked_ms),
            updated_at: self.app.clock.now(),
            version: read.version + 1,
            ..read.clone()
        };
        let mut change = Change::new();
        change.replace_backtest(read, &new)?;
        self.store.commit(change).await?;
        Ok(new)
    }
}

/// Sorts of events that any release of an installation was called for.
async fn ever_called_for(store: &TenantStore, id: InstallationId) -> Result<BTreeSet<EventType>, StoreError> {
    let (mut types, mut before) = (BTreeSet::new(), None);
    loop {
        let entries = store.history(id, before, HISTORY).await?;
        types.extend(entries.iter().flat_map(|entry| entry.installation.release.events.iter().copied()));
        let Some(oldest) = entries.last().filter(|_| entries.len() == HISTORY) else { return Ok(types) };
        before = Some(oldest.installation.version);
    }
}

/// Sorts of events that tell of what may be looked up.
fn wanted(kept: &Kept) -> Vec<EventType> {
    let groups: [(Capability, &[EventType]); 5] = [
        (Capability::LookupCustomer, &[EventType::CustomerCreated, EventType::CustomerUpdated]),
        (Capability::LookupPoints, &[EventType::PointsPosted]),
        (Capability::LookupTier, &[EventType::TierChanged]),
        (Capability::LookupPurchases, &[EventType::PurchaseRecorded]),
        (Capability::LookupInteractions, &[EventType::InteractionRecorded, EventType::InteractionAssigned]),
    ];
    groups.into_iter().filter(|(lookup, _)| kept.has(*lookup)).flat_map(|(_, types)| types).copied().collect()
}
