//! What holds for a tenant as a whole.

use super::{AppError, Ctx, Plan};
use stammgast_domain::{Timestamp, access::Scope, program::Zone, tenant::TenantSettings};
use stammgast_store::Change;

/// The tenant's settings; what nobody set is as it is at first.
///
/// # Errors
/// The store failed.
pub async fn read(ctx: &Ctx) -> Result<TenantSettings, AppError> {
    let first = || TenantSettings { zone: Zone::utc(), updated_at: ctx.now(), version: 0 };
    Ok(ctx.tenant.settings().await?.unwrap_or_else(first))
}

/// Changes them. Points that are there keep the times that they were given.
///
/// # Errors
/// No such zone, or another version than expected.
pub async fn update(ctx: &Ctx, expected: Option<u64>, zone: &str) -> Result<Plan<TenantSettings>, AppError> {
    ctx.need(Scope::SettingsWrite)?;
    let zone: Zone = zone.parse().map_err(|error| AppError::invalid("zone", error))?;
    let read = ctx.tenant.settings().await?;
    let version = read.as_ref().map_or(0, |read| read.version);
    if expected.is_some_and(|expected| expected != version) {
        return Err(AppError::Outdated("settings"));
    }
    let settings = TenantSettings { zone, updated_at: ctx.now(), version: version + 1 };
    let mut change = Change::new();
    change.put_settings(read.as_ref(), &settings)?;
    Ok(Plan::done(change, settings))
}

/// When something happens by itself next; in the past where it is due and not done yet.
///
/// # Errors
/// The store failed.
pub async fn next_due(ctx: &Ctx) -> Result<Option<Timestamp>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.next_due().await?)
}
