//! The audit log.

use super::{AppError, Ctx};
use stammgast_domain::{access::Scope, audit::AuditEntry};
use stammgast_store::{Page, PageRequest};

/// Who changed what in the tenant's setup, newest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, page: &PageRequest) -> Result<Page<AuditEntry>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    Ok(ctx.tenant.audit_log(page).await?)
}
