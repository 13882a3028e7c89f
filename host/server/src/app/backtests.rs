//! Trying a version on the tenant's own past: asked for, followed, stopped, and its report.

use super::{App, AppError, Ctx, Plan, installations};
use serde_json::{Value, json};
use stammgast_domain::{
    InstallationId, TenantId,
    access::Scope,
    audit::AuditEntry,
    backtest::{Against, Backtest, BacktestStatus, Candidate, EventDifference, Period, Totals},
    plugin::{Installation, WantedLimits},
};
use stammgast_store::{Change, CustomerPoints, Page, PageRequest, Rank, Scratch, ScratchDesk, StoreError};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Back-tests of this process: where their files lie, and which one runs.
pub struct Backtests {
    folder: PathBuf,
    /// Key that seals what is personal in the files.
    pub master_key: [u8; 32],
    /// Files that are open.
    pub desk: ScratchDesk,
    running: Mutex<HashMap<Uuid, CancellationToken>>,
    wanted: Notify,
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
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(id, cancel.clone());
        Stops { cancel, server: server.clone() }
    }

    /// A back-test has ended.
    pub fn end(&self, id: Uuid) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Cancels a running one; `false` where it does not run here.
    fn cancel(&self, id: Uuid) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(&id).inspect(|cancel| cancel.cancel()).is_some()
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

/// A version with a configuration, as an admin names it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamedVersion {
    /// Digest, id or `id@version`; left out, what the installation runs.
    pub plugin: Option<String>,
    /// Configuration; left out, the installation's.
    pub config: Option<Value>,
    /// Limits; left out, the installation's.
    pub limits: Option<WantedLimits>,
}

/// A back-test as an admin asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBacktest {
    /// The installation whose version and configuration count where nothing else is said, and what it is compared with.
    pub installation: Option<InstallationId>,
    /// What is tried.
    pub candidate: NamedVersion,
    /// What it is compared with instead of what happened.
    pub against: Option<NamedVersion>,
    /// Which events.
    pub period: Period,
}

/// Asks for a back-test.
///
/// # Errors
/// No such installation or plugin, a configuration is invalid, or there are too many back-tests.
pub async fn create(app: &App, ctx: &Ctx, new: NewBacktest) -> Result<Plan<Backtest>, AppError> {
    see(ctx)?;
    ctx.need(Scope::PluginsWrite)?;
    if let (Some(from), Some(to)) = (new.period.from, new.period.to)
        && from >= to
    {
        return Err(AppError::invalid("to", "the period ends before it begins; give a later time"));
    }
    let installation = match new.installation {
        Some(id) => Some(installations::read(ctx, id).await?),
        None => None,
    };
    let candidate = version(app, "candidate", installation.as_ref(), &new.candidate).await?;
    let against = match (&new.against, &installation) {
        (Some(other), _) => Against::Version(Box::new(version(app, "against", installation.as_ref(), other).await?)),
        (None, Some(one)) => Against::Happened { installation: one.id, name: one.name.clone() },
        (None, None) => Against::Nothing,
    };
    let waiting = ctx.tenant.open_backtests().await?.len();
    ctx.room_for_one(waiting, ("backtests", ctx.bounds.backtests))?;
    let now = ctx.now();
    let name = installation.as_ref().map_or_else(|| "back-test".to_owned(), |one| one.name.clone());
    let test = Backtest {
        id: ctx.new_uuid(),
        candidate,
        name,
        against,
        period: new.period,
        actor: ctx.actor.clone(),
        node: app.node.clone(),
        status: BacktestStatus::Queued,
        position: 0,
        until: *ctx.tenant.log_head().borrow(),
        totals: Totals::default(),
        error: None,
        worked_ms: 0,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let mut change = Change::new();
    change.create_backtest(&test)?;
    let Candidate { plugin, version, .. } = &test.candidate;
    change.audit(&entry(ctx, "backtest.created", &test, format!("{plugin} {version} is tried on the past")))?;
    Ok(Plan::created(change, test))
}

async fn version(
    app: &App,
    field: &str,
    installation: Option<&Installation>,
    named: &NamedVersion,
) -> Result<Candidate, AppError> {
    let plugin = match (&named.plugin, installation) {
        (Some(name), _) => installations::find_plugin(app, name).await?,
        (None, Some(one)) => super::plugins::find(app, &one.release.digest.to_string()).await?,
        (None, None) => {
            let problem = "name a plugin, or an installation whose version counts";
            return Err(AppError::invalid(format!("{field}.plugin"), problem));
        }
    };
    let own = || installation.map(|one| one.release.config.clone());
    let config = named.config.clone().or_else(own).unwrap_or_else(|| json!({}));
    installations::check_config(&plugin.manifest, &config).await.map_err(|error| match error {
        AppError::Invalid { field: at, problem } => AppError::Invalid { field: format!("{field}.{at}"), problem },
        other => other,
    })?;
    let limits = named.limits.or_else(|| installation.map(|one| one.limits_set)).unwrap_or_default();
    installations::check_limits(app, limits)?;
    super::plugins::loaded(app, &plugin.digest).await?;
    Ok(Candidate {
        grants: plugin.manifest.asked(),
        plugin: plugin.manifest.id,
        version: plugin.manifest.version.to_string(),
        digest: plugin.digest,
        config,
        limits,
    })
}

/// A report tells of customers and what they bought.
fn see(ctx: &Ctx) -> Result<(), AppError> {
    let scopes =
        [Scope::PluginsRead, Scope::CustomersRead, Scope::PurchasesRead, Scope::InteractionsRead, Scope::LoyaltyRead];
    scopes.into_iter().try_for_each(|scope| ctx.need(scope))
}

fn entry(ctx: &Ctx, action: &str, test: &Backtest, told: String) -> AuditEntry {
    AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: action.to_owned(),
        object: format!("backtest:{}", test.id),
        text: told,
        details: json!({ "candidate": test.candidate, "against": test.against, "period": test.period }),
    }
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

/// Stops a back-test; what it found so far stays, and it can go on later.
///
/// # Errors
/// No such back-test.
pub async fn cancel(app: &App, ctx: &Ctx, id: Uuid) -> Result<Plan<Backtest>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let test = read(ctx, id).await?;
    // The one that runs notes its own end; until then it shows as running.
    if test.status.is_over() || app.backtests.cancel(id) {
        return Ok(Plan::existing(test));
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
