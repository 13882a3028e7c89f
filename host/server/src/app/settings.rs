//! What holds for a tenant as a whole.

use super::{AppError, Ctx, Plan, audit};
use stammgast_domain::{
    Timestamp, access::Scope, hold_out::HoldOut, outreach::ContactPolicy, program::Zone, referral::ReferralPolicy,
    tenant::TenantSettings,
};
use stammgast_store::Change;

/// The tenant's settings; what nobody set is as it is at first.
///
/// # Errors
/// The store failed.
pub async fn read(ctx: &Ctx) -> Result<TenantSettings, AppError> {
    let first = || TenantSettings { updated_at: ctx.now(), ..TenantSettings::default() };
    Ok(ctx.tenant.settings().await?.unwrap_or_else(first))
}

/// What is to hold for a tenant as a whole. What nobody names stays as it is.
#[derive(Debug, Clone)]
pub struct NewSettings {
    /// Where days begin and end.
    pub zone: String,
    /// What holds for messages to customers.
    pub contact: Option<ContactPolicy>,
    /// How many customers get nothing.
    pub hold_out: Option<HoldOut>,
    /// What holds for referrals.
    pub referral: Option<ReferralPolicy>,
}

/// Changes them. Points that are there keep the times that they were given.
///
/// # Errors
/// No such zone, a value is refused, or another version than expected.
pub async fn update(ctx: &Ctx, expected: Option<u64>, new: NewSettings) -> Result<Plan<TenantSettings>, AppError> {
    ctx.need(Scope::SettingsWrite)?;
    let zone: Zone = new.zone.parse().map_err(|error| AppError::invalid("zone", error))?;
    let read = ctx.tenant.settings().await?;
    let TenantSettings { contact, hold_out, referral, .. } = read.clone().unwrap_or_default();
    let (contact, hold_out) = (new.contact.unwrap_or(contact), new.hold_out.unwrap_or(hold_out));
    let referral = new.referral.unwrap_or(referral);
    referral.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    contact.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    hold_out.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    let version = read.as_ref().map_or(0, |read| read.version);
    if expected.is_some_and(|expected| expected != version) {
        return Err(AppError::Outdated("settings"));
    }
    let settings = TenantSettings { zone, contact, hold_out, referral, updated_at: ctx.now(), version: version + 1 };
    let mut change = Change::new();
    change.put_settings(read.as_ref(), &settings)?;
    let before = read.unwrap_or_default();
    audit::note_setup(ctx, &mut change, ("settings", ctx.tenant.tenant().as_str()), Some(&before), &settings)?;
    Ok(Plan::done(change, settings))
}

/// When something happens by itself next; in the past where it is due and not done yet.
///
/// # Errors
/// The store failed.
pub async fn next_due(ctx: &Ctx) -> Result<Option<Timestamp>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    let zone = ctx.tenant.settings().await?.unwrap_or_default().zone;
    let next_day = ctx.tenant.calendar().await?.map(|calendar| zone.start_of(calendar.next_day));
    Ok(ctx.tenant.next_due().await?.into_iter().chain(next_day).min())
}
