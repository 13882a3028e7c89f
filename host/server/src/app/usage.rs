//! What calls of plugins cost and how they ended, as this process has counted since its start.

use super::{App, AppError, Ctx, installations, meters::Sight};
use semver::Version;
use stammgast_domain::{InstallationId, TenantId, Timestamp, usage::Figures};

/// What calls of one installation cost and how they ended.
#[derive(Debug, Clone)]
pub struct UsageReport {
    /// Since when they are counted.
    pub since: Timestamp,
    /// Figures by version of the plugin; the one that was called last stands first.
    pub versions: Vec<(Version, Figures)>,
}

/// What calls of an installation cost and how they ended, in this process since its start.
///
/// # Errors
/// No such installation.
pub async fn read(app: &App, ctx: &Ctx, id: InstallationId) -> Result<UsageReport, AppError> {
    installations::read(ctx, id).await?;
    let meter = app.meters.of(ctx.tenant.tenant(), id);
    let mut versions = meter.map(|meter| meter.sight().versions).unwrap_or_default();
    versions.reverse();
    Ok(UsageReport { since: app.meters.since(), versions })
}

/// One installation among all.
#[derive(Debug, Clone)]
pub struct Metered {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its figures.
    pub sight: Sight,
    /// Events after the position at which its worker stands.
    pub behind: Option<u64>,
}

/// The figures of every installation, or of one tenant's.
///
/// # Errors
/// The store failed.
pub async fn metered(app: &App, tenant: Option<&TenantId>) -> Result<Vec<Metered>, AppError> {
    let mut all = Vec::new();
    for (tenant, meter) in app.meters.all(tenant) {
        let Some(store) = app.store.tenant(&tenant).await? else { continue };
        let (sight, head) = (meter.sight(), *store.log_head().borrow());
        let behind = sight.standing.map(|standing| head.saturating_sub(standing.position));
        all.push(Metered { tenant, sight, behind });
    }
    Ok(all)
}
