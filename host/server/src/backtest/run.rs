//! One back-test at work: batches of the log, lanes of customers, a place that is saved now and then.

use super::{
    lane::{self, Happened},
    past::{Kept, World},
    side::{BASELINE, CANDIDATE, Side},
    threads::Threads,
};
use crate::app::{App, AppError, backtests::Stops};
use stammgast_domain::{
    TenantId,
    backtest::{Against, Backtest, BacktestStatus, Totals},
    event::{Event, EventType},
    plugin::Capability,
};
use stammgast_store::{Batch, Change, OpenScratch, StoreError, Synced, TenantStore};
use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, task::JoinSet};

/// How often its place is saved for good.
const SAVE: Duration = Duration::from_secs(2);

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
    types: Vec<EventType>,
    kept: Kept,
}

/// Events of a batch, and how far they reach.
struct Stretch {
    events: Vec<Event>,
    happened: Happened,
    position: u64,
    erased: u64,
}

impl Run {
    pub(super) async fn prepare(
        app: &App,
        tenant: &TenantId,
        test: Backtest,
        threads: &Threads,
    ) -> Result<Self, AppError> {
        let store = app.store.tenant(tenant).await?.ok_or(AppError::NotFound("tenant"))?;
        let codes = tokio::try_join!(store.program_codes(), store.department_codes())?;
        let candidate = Side::prepare(app, codes.clone(), CANDIDATE, &test.name, &test.candidate).await?;
        let (baseline, without) = match &test.against {
            Against::Version(other) => (Some(Side::prepare(app, codes, BASELINE, &test.name, other).await?), None),
            Against::Happened { installation, .. } => (None, Some(*installation)),
            Against::Nothing => (None, None),
        };
        let sides = || std::iter::once(&candidate).chain(&baseline);
        let grants: BTreeSet<Capability> = sides().flat_map(|side| side.grants().iter().copied()).collect();
        let one_by_one = grants.contains(&Capability::StateShared);
        let kept = Kept::of(grants, without);
        let asked = sides().flat_map(|side| side.manifest().events.iter().copied());
        let types: BTreeSet<EventType> = asked.chain(wanted(&kept)).collect();
        // State that all customers share makes every event depend on the one before.
        let lanes = if one_by_one { 1 } else { threads.count() * 4 };
        let memory = app.settings.backtest.cache_mib << 20;
        let file = app.backtests.path(tenant, test.id);
        let scratch = app.backtests.desk.open(&file, &app.backtests.master_key, memory)?;
        let types = types.into_iter().collect();
        let threads = threads.handle().clone();
        Ok(Self { app: app.clone(), store, test, candidate, baseline, scratch, threads, lanes, types, kept })
    }

    /// Works until the end, or until it is told to stop.
    pub(super) async fn work(self: Arc<Self>, stops: &Stops) -> Result<(), AppError> {
        let (mut position, mut totals) = self.scratch.snapshot()?.place()?;
        let mut row = self.note(&self.test, BacktestStatus::Running, position, totals.clone(), 0).await?;
        let (mut saved, mut began) = (Instant::now(), Instant::now());
        let mut ahead = Arc::clone(&self).read_ahead(position);
        while position < self.test.until {
            if stops.is_stopped() {
                ahead.abort();
                break;
            }
            let batch_began = Instant::now();
            let stretch = ahead.await.map_err(std::io::Error::other)??;
            let next = stretch.position;
            ahead = Arc::clone(&self).read_ahead(next);
            let mut batch = Arc::clone(&self).lanes_of(stretch).await?;
            batch.totals.customers_differing = 0;
            position = next;
            let synced = if saved.elapsed() >= SAVE { Synced::Now } else { Synced::Later };
            totals = self.scratch.write(&batch, position, self.app.settings.backtest.differences, synced)?;
            if synced == Synced::Now {
                let worked = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                row = self.note(&row, BacktestStatus::Running, position, totals.clone(), worked).await?;
                (saved, began) = (Instant::now(), Instant::now());
            }
            self.give_way(batch_began.elapsed(), stops).await;
        }
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
    fn read_ahead(self: Arc<Self>, position: u64) -> tokio::task::JoinHandle<Result<Stretch, AppError>> {
        let threads = self.threads.clone();
        threads.spawn(async move { self.stretch(position).await })
    }

    async fn stretch(&self, position: u64) -> Result<Stretch, AppError> {
        let limit = self.app.settings.backtest.batch;
        let until = self.test.until;
        if position >= until {
            return Ok(Stretch { events: Vec::new(), happened: Happened::new(), position, erased: 0 });
        }
        let (events, erased) = match self.store.events(position, until, &self.types, limit).await {
            Ok(events) => (events, None),
            Err(StoreError::Sealed { .. }) => self.without_erased(position, limit).await?,
            Err(error) => return Err(error.into()),
        };
        let end = match erased {
            Some((_, end)) => end,
            None if events.len() == limit => events.last().map_or(until, |event| event.seq),
            None => until,
        };
        let happened = match &self.test.against {
            Against::Happened { installation, .. } => {
                self.store.completions_between(*installation, position, end).await?
            }
            _ => Happened::new(),
        };
        Ok(Stretch { events, happened, position: end, erased: erased.map_or(0, |(erased, _)| erased) })
    }

    /// The same events one by one, so that those whose personal data was erased are left out and counted.
    async fn without_erased(&self, position: u64, limit: usize) -> Result<(Vec<Event>, Option<(u64, u64)>), AppError> {
        let (mut events, mut erased) = (Vec::new(), 0);
        let end = position.saturating_add(limit as u64).min(self.test.until);
        for seq in position + 1..=end {
            match self.store.events(seq - 1, seq, &self.types, 1).await {
                Ok(found) => events.extend(found),
                Err(StoreError::Sealed { .. }) => erased += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok((events, Some((erased, end))))
    }

    /// Works through a stretch: each customer's events in order, different customers side by side.
    async fn lanes_of(self: Arc<Self>, stretch: Stretch) -> Result<Batch, AppError> {
        let mut lanes: HashMap<u64, Vec<Event>> = HashMap::new();
        for event in stretch.events {
            let mut hasher = DefaultHasher::new();
            event.event.subject.hash(&mut hasher);
            lanes.entry(hasher.finish() % self.lanes as u64).or_default().push(event);
        }
        let before = Arc::new(self.scratch.snapshot()?);
        let happened = Arc::new(stretch.happened);
        let mut tasks = JoinSet::new();
        for events in lanes.into_values() {
            let (run, happened) = (Arc::clone(&self), Arc::clone(&happened));
            let world = World::new(Arc::clone(&self.store), Arc::clone(&before), self.kept.clone());
            let work = async move { lane::work(&run, world, events, &happened).await };
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

    /// While calls for live events run, a back-test rests so that it works its share of the time at most.
    async fn give_way(&self, worked: Duration, stops: &Stops) {
        let share = self.app.settings.backtest.share_percent;
        if share >= 100 || self.app.runtime.idle() {
            return;
        }
        let rest = worked * (100 - share) / share.max(1);
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = stops.stopped() => {}
        }
    }

    /// Saves where it stands.
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
        match self.store.commit(change).await {
            Ok(()) => Ok(new),
            // Somebody deleted it, or another run is at it: this one's word does not count any more.
            Err(StoreError::Stale { .. }) => Err(AppError::NotFound("back-test")),
            Err(error) => Err(error.into()),
        }
    }
}

/// Sorts of events that tell of what may be looked up.
fn wanted(kept: &Kept) -> Vec<EventType> {
    let groups: [(Capability, &[EventType]); 4] = [
        (Capability::LookupCustomer, &[EventType::CustomerCreated, EventType::CustomerUpdated]),
        (Capability::LookupPoints, &[EventType::PointsPosted]),
        (Capability::LookupPurchases, &[EventType::PurchaseRecorded]),
        (Capability::LookupInteractions, &[EventType::InteractionRecorded, EventType::InteractionAssigned]),
    ];
    groups.into_iter().filter(|(lookup, _)| kept.has(*lookup)).flat_map(|(_, types)| types).copied().collect()
}
