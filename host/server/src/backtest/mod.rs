//! Back-tests: a version run over the tenant's past without writing.
//!
//! One at a time works through the log in batches, on threads of its own that give way to everything else. What it
//! works with lies in a scratch file, so that its memory is bounded and a kill costs it a second or two.

mod lane;
mod past;
mod run;
mod side;
mod threads;

use crate::app::{App, AppError, backtests::Stops};
use stammgast_domain::{
    TenantId,
    backtest::{Backtest, BacktestStatus},
};
use std::{io, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long the runner waits before it looks for work again, even if nobody told it anything.
const LOOK_AROUND: Duration = Duration::from_secs(10);

/// Runs back-tests one after another until it is told to stop; one that is cut off goes on at the next start.
///
/// # Errors
/// The threads cannot be started.
pub async fn run(app: App, stop: CancellationToken) -> io::Result<()> {
    let threads = threads::Threads::start(app.settings.backtest.threads)?;
    while !stop.is_cancelled() {
        match next(&app).await {
            Ok(Some((tenant, test))) => work(&app, &threads, &tenant, test, &stop).await,
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
    Ok(())
}

/// The oldest back-test that waits for this server.
async fn next(app: &App) -> Result<Option<(TenantId, Backtest)>, AppError> {
    let mut waiting = Vec::new();
    for tenant in app.store.tenants().await? {
        let Some(store) = app.store.tenant(&tenant.id).await? else { continue };
        let open = store.open_backtests().await?;
        waiting.extend(open.into_iter().filter(|test| test.node == app.node).map(|test| (tenant.id.clone(), test)));
    }
    waiting.sort_by_key(|(_, test)| (test.created_at, test.id));
    Ok(waiting.into_iter().next())
}

async fn work(app: &App, threads: &threads::Threads, tenant: &TenantId, test: Backtest, stop: &CancellationToken) {
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
