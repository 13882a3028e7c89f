//! The event log, and how much of everything there is.

use super::{AppError, Ctx};
use stammgast_domain::{
    access::Scope,
    event::{Event, EventType},
};
use stammgast_store::Overview;

/// What it takes to see everything of a tenant.
const EVERYTHING: [Scope; 6] = [
    Scope::CustomersRead,
    Scope::PurchasesRead,
    Scope::InteractionsRead,
    Scope::LoyaltyRead,
    Scope::QualityRead,
    Scope::FeedbackRead,
];

/// Events after a place in the log, in order; at most `limit`.
///
/// # Errors
/// The store failed, or the personal data of an event cannot be opened.
pub async fn list(ctx: &Ctx, after: u64, limit: usize) -> Result<Vec<Event>, AppError> {
    EVERYTHING.into_iter().try_for_each(|scope| ctx.need(scope))?;
    let head = *ctx.tenant.log_head().borrow();
    Ok(ctx.tenant.events(after, head, EventType::ALL, limit).await?)
}

/// Counts and sums over the whole tenant.
///
/// # Errors
/// The store failed.
pub async fn overview(ctx: &Ctx) -> Result<Overview, AppError> {
    EVERYTHING.into_iter().try_for_each(|scope| ctx.need(scope))?;
    Ok(ctx.tenant.overview().await?)
}
