//! Events that did not get through: seen, and tried again.

use super::{AppError, Ctx, Plan};
use stammgast_domain::{InstallationId, Timestamp, access::Scope};
use stammgast_store::{Change, Delivery, DeliveryStatus, Page, PageRequest};

/// Dead letters that are put in line in one commit.
const AT_ONCE: usize = 500;

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
    let delivery = in_line(read, ctx.now());
    let mut change = Change::new();
    change.put_delivery(&delivery)?;
    Ok(Plan::done(change, delivery))
}

/// Puts every dead letter of an installation in line again, some at once; gives their number. Safe to repeat.
///
/// # Errors
/// No such installation, or the store failed; then some are in line.
pub async fn retry_all(ctx: &Ctx, installation: InstallationId) -> Result<usize, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    ctx.tenant.installation(installation).await?.ok_or(AppError::NotFound("installation"))?;
    let mut retried = 0;
    loop {
        let dead = ctx.tenant.standing(installation, DeliveryStatus::Dead, AT_ONCE).await?;
        if dead.is_empty() {
            return Ok(retried);
        }
        retried += dead.len();
        let mut change = Change::new();
        for delivery in dead {
            change.put_delivery(&in_line(delivery, ctx.now()))?;
        }
        ctx.tenant.commit(change).await?;
    }
}

fn in_line(delivery: Delivery, now: Timestamp) -> Delivery {
    let status = DeliveryStatus::Retrying;
    let tried = delivery.tried.saturating_add(delivery.attempts);
    Delivery { status, attempts: 0, tried, postponed: 0, next_at: Some(now), first_failed_at: None, ..delivery }
}
