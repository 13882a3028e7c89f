//! Back-tests: a version run over the tenant's past without writing.
//!
//! One at a time works through the log in batches, on threads of its own that give way to everything else. What it
//! works with lies in a scratch file, so that its memory is bounded and a kill costs it a second or two.

mod lane;
mod past;
mod run;
mod side;
mod threads;

use self::threads::Threads;
use crate::app::{App, AppError, backtests::Stops};
use stammgast_domain::{
    TenantId,
    backtest::{Backtest, BacktestStatus},
};
use stammgast_store::StoreError;
use std::{
    collections::HashMap,
    io,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How long the runner waits before it looks for work again, even if nobody told it anything.
const LOOK_AROUND: Duration = Duration::from_secs(10);

/// Runs back-tests one after another until it is told to stop; one that is cut off goes on at the next start.
///
/// # Errors
/// The threads cannot be started.
pub async fn run(app: App, stop: CancellationToken) -> io::Result<()> {
    let threads = Arc::new(Threads::start(app.settings.backtest.threads)?);
    let place = threads.handle().clone();
    place.spawn(work_on(app, threads, stop)).await.map_err(io::Error::other)
}

async fn work_on(app: App, threads: Arc<Threads>, stop: CancellationToken) {
    let mut served = HashMap::new();
    while !stop.is_cancelled() {
        match waiting(&app).await.map(|tests| next(tests, &served)) {
            Ok(Some((tenant, test))) => {
                work(&app, &threads, &tenant, test, &stop).await;
                served.insert(tenant, Instant::now());
            }
            Ok(None) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = app.backtests.wanted() => {}
                    () = tokio::time::sleep(LOOK_AROUND) => {}
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "back-tests cannot be looked for");
                tokio::time::sleep(LOOK_AROUND).await;
            }
        }
    }
}

/// Back-tests that wait for this server.
async fn waiting(app: &App) -> Result<Vec<(TenantId, Backtest)>, AppError> {
    let mut waiting = Vec::new();
    for tenant in app.store.tenants().await? {
        let Some(store) = app.store.tenant(&tenant.id).await? else { continue };
        let open = store.open_backtests().await?;
        waiting.extend(open.into_iter().filter(|test| test.node == app.node).map(|test| (tenant.id.clone(), test)));
    }
    Ok(waiting)
}

/// The next one: tenants take turns, the one that waited longest first, each with its oldest.
fn next(waiting: Vec<(TenantId, Backtest)>, served: &HashMap<TenantId, Instant>) -> Option<(TenantId, Backtest)> {
    waiting.into_iter().min_by_key(|(tenant, test)| (served.get(tenant).copied(), test.created_at, test.id))
}

async fn work(app: &App, threads: &Threads, tenant: &TenantId, test: Backtest, stop: &CancellationToken) {
    let stops = app.backtests.begin(test.id, stop);
    let id = test.id;
    let ended = match run::Run::prepare(app, tenant, test, threads).await {
        Ok(run) => Arc::new(run).work(&stops).await,
        Err(error) => Err(error),
    };
    app.backtests.end(id);
    match ended {
        Ok(()) => {}
        // It was cancelled, resumed or deleted after it was looked for: what its row says now counts.
        Err(AppError::Store(StoreError::Stale { .. })) => {
            tracing::debug!(tenant.id = %tenant, backtest.id = %id, "a back-test was changed by others");
        }
        Err(error) => {
            tracing::error!(tenant.id = %tenant, backtest.id = %id, error = &error as &dyn std::error::Error, "a back-test failed");
            if let Err(error) = fail(app, tenant, id, &stops, &error).await {
                tracing::error!(tenant.id = %tenant, backtest.id = %id, error = &error as &dyn std::error::Error, "its end cannot be noted");
                tokio::time::sleep(LOOK_AROUND).await;
            }
        }
    }
}

/// Notes that a back-test cannot go on. A store that fails for a moment is no reason: then it is tried again.
async fn fail(app: &App, tenant: &TenantId, id: uuid::Uuid, stops: &Stops, why: &AppError) -> Result<(), AppError> {
    if why.retryable() || stops.server_stops() {
        return Ok(());
    }
    let Some(store) = app.store.tenant(tenant).await? else { return Ok(()) };
    let Some(read) = store.backtest(id).await?.filter(|test| !test.status.is_over()) else { return Ok(()) };
    let error = match why {
        AppError::Refused { problem, .. } | AppError::Invalid { problem, .. } | AppError::Conflict { problem, .. } => {
            problem.clone()
        }
        other => other.to_string(),
    };
    let failed = Backtest {
        status: BacktestStatus::Failed,
        error: Some(error),
        updated_at: app.clock.now(),
        version: read.version + 1,
        ..read.clone()
    };
    let mut change = stammgast_store::Change::new();
    change.replace_backtest(&read, &failed)?;
    Ok(store.commit(change).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stammgast_domain::{Timestamp, digest::Digest};

    fn test(id: u128, created: i64) -> Backtest {
        let candidate =
            json!({"plugin": "a.b", "version": "1.0.0", "digest": Digest::of(b""), "grants": [], "config": {}});
        let at = Timestamp::from_millis(created).unwrap();
        serde_json::from_value(json!({
            "id": uuid::Uuid::from_u128(id), "candidate": candidate, "name": "points", "against": {"against": "nothing"},
            "period": {}, "actor": "key:test", "node": "one", "status": "queued", "position": 0, "until": 9,
            "totals": stammgast_domain::backtest::Totals::default(), "worked_ms": 0, "created_at": at, "updated_at": at,
            "version": 1,
        }))
        .unwrap()
    }

    #[test]
    fn tenants_take_turns_however_many_tests_one_has() {
        let (busy, calm): (TenantId, TenantId) = ("busy".parse().unwrap(), "calm".parse().unwrap());
        let waiting = || vec![(busy.clone(), test(1, 10)), (busy.clone(), test(2, 20)), (calm.clone(), test(3, 30))];
        let mut served = HashMap::new();
        let mut turns = Vec::new();
        for _ in 0..4 {
            let (tenant, test) = next(waiting(), &served).unwrap();
            turns.push(test.id.as_u128());
            served.insert(tenant, Instant::now());
        }
        assert_eq!(turns, [1, 3, 1, 3], "each time the tenant that waited longest, and its oldest");
        assert!(next(Vec::new(), &served).is_none());
    }
}
