//! Looking at installations.

use super::{
    super::{App, AppError, Ctx, meters::BreakerState},
    get,
};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{HistoryEntry, Installation},
};
use stammgast_store::DeliveryStatus;

/// One installation.
///
/// # Errors
/// No such installation.
pub async fn read(ctx: &Ctx, id: InstallationId) -> Result<Installation, AppError> {
    ctx.need(Scope::PluginsRead)?;
    get(ctx, id).await
}

/// All installations, oldest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<Installation>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    Ok(ctx.tenant.installations().await?)
}

/// What became of an installation, newest first.
///
/// # Errors
/// No such installation ever.
pub async fn history(
    ctx: &Ctx,
    id: InstallationId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<HistoryEntry>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    let history = ctx.tenant.history(id, before, limit).await?;
    if history.is_empty() && before.is_none() {
        get(ctx, id).await?;
    }
    Ok(history)
}

/// How far an installation has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sequence number of the newest event.
    pub head: u64,
    /// Every event up to this one is done, held or dead.
    pub position: u64,
    /// Events that are tried again later, or wait behind such a one.
    pub held: usize,
    /// Events that failed for good.
    pub dead: usize,
    /// Whether it is called, as far as this process knows.
    pub breaker: Option<BreakerState>,
}

/// How far an installation has got.
///
/// # Errors
/// No such installation.
pub async fn progress(app: &App, ctx: &Ctx, id: InstallationId) -> Result<Progress, AppError> {
    read(ctx, id).await?;
    let head = *ctx.tenant.log_head().borrow();
    let cursors = ctx.tenant.cursors(id).await?;
    let position = cursors.iter().map(|cursor| cursor.position).min().unwrap_or(head);
    let (retrying, waiting, dead) = tokio::try_join!(
        ctx.tenant.count_standing(id, DeliveryStatus::Retrying),
        ctx.tenant.count_standing(id, DeliveryStatus::Waiting),
        ctx.tenant.count_standing(id, DeliveryStatus::Dead),
    )?;
    let meter = app.meters.of(ctx.tenant.tenant(), id);
    let breaker = meter.and_then(|meter| meter.sight().breaker());
    Ok(Progress { head, position, held: retrying + waiting, dead, breaker })
}
