//! Events that did not get through: seen, and tried again.

use super::{AppError, Ctx, Plan};
use stammgast_domain::{InstallationId, access::Scope};
use stammgast_store::{Change, Delivery, DeliveryStatus, Page, PageRequest};

/// Deliveries that failed for good, by installation and event.
///
/// # Errors
/// The page starts after something that is no delivery.
pub async fn dead_letters(ctx: &Ctx, page: &PageRequest) -> Result<Page<Delivery>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    let after = page.after.as_deref().map(place).transpose()?;
    let rows = ctx.tenant.dead_letters(after, page.limit.saturating_add(1)).await?;
    Ok(page.cut(rows.into_iter().map(|row| (format!("{}/{}", row.id.0, row.id.1), row)).collect()))
}

fn place(key: &str) -> Result<(InstallationId, u64), AppError> {
    let parts = key.split_once('/').and_then(|(id, event)| Some((id.parse().ok()?, event.parse().ok()?)));
    parts.ok_or_else(|| AppError::invalid("cursor", "it is no cursor of this list; send `next_cursor` as it came"))
}

/// One delivery.
///
/// # Errors
/// No such delivery.
pub async fn read(ctx: &Ctx, installation: InstallationId, event: u64) -> Result<Delivery, AppError> {
    ctx.need(Scope::PluginsRead)?;
    ctx.tenant.delivery(installation, event).await?.ok_or(AppError::NotFound("delivery"))
}

/// Puts a dead letter in line again, with all its tries.
///
/// # Errors
/// No such delivery, or it is not dead.
pub async fn retry(ctx: &Ctx, installation: InstallationId, event: u64) -> Result<Plan<Delivery>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let missing = AppError::NotFound("delivery");
    let read = ctx.tenant.delivery(installation, event).await?.ok_or(missing)?;
    if read.status != DeliveryStatus::Dead {
        let problem = "the delivery is in line already; it is tried again by itself".to_owned();
        return Err(AppError::Conflict { code: "delivery-in-line", problem });
    }
    let delivery = Delivery {
        status: DeliveryStatus::Retrying,
        attempts: 0,
        next_at: Some(ctx.now()),
        first_failed_at: None,
        ..read
    };
    let mut change = Change::new();
    change.put_delivery(&delivery)?;
    Ok(Plan::done(change, delivery))
}
