//! Trying a version on the tenant's own past: asked for, followed, stopped, and its report.

mod create;

pub use create::{NamedVersion, NewBacktest, create};

use super::{App, AppError, Ctx, Plan};
use stammgast_domain::{
    TenantId,
    access::Scope,
    backtest::{Backtest, BacktestStatus, EventDifference},
};
use stammgast_store::{Change, CustomerPoints, Page, PageRequest, Rank, Scratch, ScratchDesk, StoreError};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a cancelled back-test is waited for. It stops within a batch, but may be compiling its plugin.
const PATIENCE: Duration = Duration::from_secs(5);

/// Back-tests of this process: where their files lie, and which one runs.
pub struct Backtests {
    folder: PathBuf,
    /// Key that seals what is personal in the files.
    pub master_key: [u8; 32],
    /// Files that are open.
    pub desk: ScratchDesk,
    running: Mutex<HashMap<Uuid, Running>>,
    wanted: Notify,
}

/// One that runs.
struct Running {
    cancel: CancellationToken,
    /// Its end is noted.
    ended: CancellationToken,
}

/// How a running back-test is told to stop.
#[derive(Debug, Clone)]
pub struct Stops {
    cancel: CancellationToken,
    server: CancellationToken,
}

impl Stops {
    /// Whether it has to stop, for whatever reason.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled() || self.server.is_cancelled()
    }

    /// Whether somebody cancelled it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Whether the server stops; then it goes on at the next start.
    #[must_use]
    pub fn server_stops(&self) -> bool {
        self.server.is_cancelled()
    }

    /// Ends when it has to stop.
    pub async fn stopped(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = self.server.cancelled() => {}
        }
    }
}

impl Backtests {
    /// Back-tests whose files lie in a folder.
    #[must_use]
    pub fn new(folder: &Path, master_key: [u8; 32]) -> Self {
        Self {
            folder: folder.to_owned(),
            master_key,
            desk: ScratchDesk::default(),
            running: Mutex::default(),
            wanted: Notify::new(),
        }
    }

    /// The file that a back-test works with.
    #[must_use]
    pub fn path(&self, tenant: &TenantId, id: Uuid) -> PathBuf {
        self.folder.join(tenant.as_str()).join(format!("{id}.redb"))
    }

    /// A back-test begins.
    pub fn begin(&self, id: Uuid, server: &CancellationToken) -> Stops {
        let cancel = CancellationToken::new();
        let running = Running { cancel: cancel.clone(), ended: CancellationToken::new() };
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(id, running);
        Stops { cancel, server: server.clone() }
    }

    /// A back-test has ended.
    pub fn end(&self, id: Uuid) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        running.inspect(|running| running.ended.cancel());
    }

    /// Cancels a running one, and gives it a while to note its end; `false` where it does not run here.
    async fn cancel(&self, id: Uuid) -> bool {
        let ended = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.get(&id).inspect(|running| running.cancel.cancel()).map(|running| running.ended.clone())
        };
        let Some(ended) = ended else { return false };
        let _in_time = tokio::time::timeout(PATIENCE, ended.cancelled()).await;
        true
    }

    /// Ends when a back-test may be waiting.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Tells the runner that there is work.
    pub fn tell(&self) {
        self.wanted.notify_one();
    }
}

/// A report tells of customers and what they bought.
fn see(ctx: &Ctx) -> Result<(), AppError> {
    let scopes =
        [Scope::PluginsRead, Scope::CustomersRead, Scope::PurchasesRead, Scope::InteractionsRead, Scope::LoyaltyRead];
    scopes.into_iter().try_for_each(|scope| ctx.need(scope))
}

/// One back-test.
///
/// # Errors
/// No such back-test.
pub async fn read(ctx: &Ctx, id: Uuid) -> Result<Backtest, AppError> {
    see(ctx)?;
    ctx.tenant.backtest(id).await?.ok_or(AppError::NotFound("back-test"))
}

/// Back-tests, newest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, page: &PageRequest) -> Result<Page<Backtest>, AppError> {
    see(ctx)?;
    Ok(ctx.tenant.backtests(page).await?)
}

/// Stops a back-test; what it found so far stays, and it can go on later. One that takes long to stop shows as running
/// until then.
///
/// # Errors
/// No such back-test.
pub async fn cancel(app: &App, ctx: &Ctx, id: Uuid) -> Result<Plan<Backtest>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let test = read(ctx, id).await?;
    if test.status.is_over() {
        return Ok(Plan::existing(test));
    }
    // The one that runs notes its own end.
    if app.backtests.cancel(id).await {
        return Ok(Plan::existing(read(ctx, id).await?));
    }
    moved(ctx, &test, BacktestStatus::Cancelled)
}

/// Lets a back-test that was stopped or could not go on begin where it was.
///
/// # Errors
/// No such back-test.
pub async fn resume(app: &App, ctx: &Ctx, id: Uuid) -> Result<Plan<Backtest>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let test = read(ctx, id).await?;
    if !matches!(test.status, BacktestStatus::Cancelled | BacktestStatus::Failed) {
        return Ok(Plan::existing(test));
    }
    let mut plan = moved(ctx, &Backtest { error: None, ..test }, BacktestStatus::Queued)?;
    plan.answer.node.clone_from(&app.node);
    Ok(plan)
}

fn moved(ctx: &Ctx, read: &Backtest, status: BacktestStatus) -> Result<Plan<Backtest>, AppError> {
    let new = Backtest { status, updated_at: ctx.now(), version: read.version + 1, ..read.clone() };
    let mut change = Change::new();
    change.replace_backtest(read, &new)?;
    Ok(Plan::done(change, new))
}

/// Deletes a back-test that is over, with all that it found.
///
/// # Errors
/// No such back-test, or it is not over.
pub async fn remove(app: &App, ctx: &Ctx, id: Uuid) -> Result<Plan<Backtest>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let test = read(ctx, id).await?;
    if !test.status.is_over() {
        let problem = "cancel the back-test before you delete it".to_owned();
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    match tokio::fs::remove_file(app.backtests.path(ctx.tenant.tenant(), id)).await {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut change = Change::new();
    change.remove_backtest(id);
    Ok(Plan::done(change, test))
}

/// Events with which the two sides dealt differently, by event, after one.
///
/// # Errors
/// No such back-test, or it runs.
pub async fn differences(
    app: &App,
    ctx: &Ctx,
    id: Uuid,
    after: u64,
    limit: usize,
) -> Result<Vec<EventDifference>, AppError> {
    of_file(app, ctx, id, move |scratch| scratch.snapshot()?.differences(after, limit)).await
}

/// Customers by how much their points differ, largest first, each with its place in that order.
///
/// # Errors
/// No such back-test, or it is not done.
pub async fn customers(
    app: &App,
    ctx: &Ctx,
    id: Uuid,
    after: Option<Rank>,
    limit: usize,
) -> Result<Vec<(Rank, CustomerPoints)>, AppError> {
    of_file(app, ctx, id, move |scratch| scratch.snapshot()?.customers(after, limit)).await
}

async fn of_file<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    id: Uuid,
    look: impl FnOnce(&Scratch) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, AppError> {
    let test = read(ctx, id).await?;
    if !test.status.is_over() {
        let problem = "the back-test still runs; its details can be looked at when it is over".to_owned();
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    let path = app.backtests.path(ctx.tenant.tenant(), id);
    if !path.exists() {
        let problem = "its file is not on this server; run the back-test again".to_owned();
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    let (key, memory) = (app.backtests.master_key, app.settings.backtest.cache_mib << 20);
    let desk = app.backtests.desk.clone();
    let work = move || look(&*desk.open(&path, &key, memory)?);
    Ok(tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)??)
}
