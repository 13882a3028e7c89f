//! Verifying the ledger, a part at a time.

use crate::app::{AppError, Ctx};
use stammgast_domain::access::Scope;
use stammgast_store::{PageRequest, Verified};

/// Rebuilds some wallets and their lots from the entries, and compares. Gives where the next part starts.
///
/// # Errors
/// The store failed.
pub async fn wallets(ctx: &Ctx, page: &PageRequest) -> Result<(Verified, Option<String>), AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.verify_wallets(page).await?)
}

/// Rebuilds accounts of the company and of partners from their entries, some at a time, and compares. Gives where the next
/// part starts.
///
/// # Errors
/// The store failed.
pub async fn accounts(ctx: &Ctx, page: &PageRequest) -> Result<(Verified, Option<String>), AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.verify_accounts(page.after.as_deref(), page.limit).await?)
}

/// Compares some postings of the log with their rows. Gives where the next part starts.
///
/// # Errors
/// The store failed.
pub async fn log(ctx: &Ctx, after: u64, limit: usize) -> Result<(Verified, Option<u64>), AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.verify_log(after, limit).await?)
}
