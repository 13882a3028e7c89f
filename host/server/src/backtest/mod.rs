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
