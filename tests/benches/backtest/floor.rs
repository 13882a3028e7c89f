//! The floor: the events through the store, as a back-test reads them, and bare calls. Nothing is kept or compared, and
//! nothing is added up but the points.

use super::{
    CONFIG, TENANT, THREADS,
    bare::{self, Bare, CpuLimit},
};
use stammgast::{
    app::App,
    clock::Clock,
    config::{Data, Settings},
    server::{self, OperatorKey},
};
use stammgast_domain::{
    TenantId,
    event::{Event, EventType, Fact},
};
use stammgast_runtime::RuntimeSettings;
use std::{path::Path, sync::Arc};

/// Parts of a batch that are worked on side by side, as many as a back-test has.
const LANES: usize = THREADS * 4;

/// A store and a component.
pub struct Floor {
    app: App,
    tenant: TenantId,
    bare: Arc<Bare>,
}

impl Floor {
    /// Opens a data folder that has a database and its keys.
    pub async fn open(folder: &Path, component: &[u8]) -> Self {
        let settings = Settings { data: Data { folder: folder.to_owned() }, ..Settings::default() };
        let concurrent_calls = settings.runtime.concurrent_calls;
        let app = server::open(settings, OperatorKey::Kept, Clock::system()).await.unwrap();
        let settings = RuntimeSettings { concurrent_calls, ..RuntimeSettings::new(None, [0; 32]) };
        let bare = Arc::new(Bare::new(component, &settings, CpuLimit::FuelAndEpochs));
        Self { app, tenant: TENANT.parse().unwrap(), bare }
    }

    /// Reads every purchase and calls the component for it; gives how many and what they earn.
    pub async fn run(&self) -> (u64, i64) {
        let batch = self.app.settings.backtest.batch;
        let store = self.app.store.tenant(&self.tenant).await.unwrap().expect("it was copied");
        let until = *store.log_head().borrow();
        // The next events are read while the ones before are worked on.
        let read = |position| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.events(position, until, &[EventType::PurchaseRecorded], batch).await })
        };
        let (mut ahead, mut counted) = (read(0), (0, 0));
        loop {
            let events: Arc<[Event]> = ahead.await.unwrap().unwrap().into();
            let Some(last) = events.last() else { return counted };
            let days = events.iter().map(|event| event.event.occurred_at);
            assert!(days.is_sorted(), "the log has the purchases by date");
            ahead = read(last.seq);
            for lane in (0..LANES).map(|lane| self.lane(lane, &events)).collect::<Vec<_>>() {
                let (calls, points) = lane.await.unwrap();
                counted = (counted.0 + calls, counted.1 + points);
            }
        }
    }

    fn lane(&self, lane: usize, events: &Arc<[Event]>) -> tokio::task::JoinHandle<(u64, i64)> {
        let (bare, events) = (Arc::clone(&self.bare), Arc::clone(events));
        tokio::spawn(async move {
            let (mut calls, mut points) = (0, 0);
            for event in events.iter().skip(lane).step_by(LANES) {
                let Fact::PurchaseRecorded(purchase) = &event.event.fact else { panic!("only purchases are read") };
                let (context, purchase) = bare::arguments(event, purchase);
                let earned = bare.call(&context, &purchase, CONFIG).await;
                points += earned.iter().map(|(_, points, _)| points).sum::<i64>();
                calls += 1;
            }
            (calls, points)
        })
    }

    /// Closes the store.
    pub async fn close(self) {
        let App { store, .. } = self.app;
        store.shutdown().await.unwrap();
    }
}
