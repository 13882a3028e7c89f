//! What becomes of an installation's secrets when it changes: they never go further than its requests may.

use super::super::{AppError, Ctx};
use serde_json::json;
use stammgast_domain::{
    audit::AuditEntry,
    plugin::{Installation, PluginKind},
};
use stammgast_store::Change;

/// Where origins are withdrawn, takes them from the secrets as well: whoever grants them again later has not said that
/// the secrets may go there again.
///
/// # Errors
/// A secret cannot be opened, or the store failed.
pub(super) async fn narrow(
    change: &mut Change,
    ctx: &Ctx,
    before: &Installation,
    after: &Installation,
) -> Result<(), AppError> {
    let origins = &after.release.origins;
    if before.release.origins.is_subset(origins) {
        return Ok(());
    }
    for secret in ctx.tenant.narrow_secrets(change, after.id, origins).await? {
        change.audit(&AuditEntry {
            id: ctx.new_uuid(),
            at: ctx.now(),
            actor: ctx.actor.clone(),
            action: "secret.narrowed".to_owned(),
            object: format!("installation:{}", after.id),
            text: format!("the secret `{}` of `{}` goes where its requests may still go", secret.name, after.name),
            details: json!({ "name": secret.name, "origins": secret.origins }),
        })?;
    }
    Ok(())
}

/// Takes all secrets of an installation away with it. Channel connectors alone have any.
///
/// # Errors
/// The store failed.
pub(super) async fn remove(change: &mut Change, ctx: &Ctx, installation: &Installation) -> Result<(), AppError> {
    let may_have = installation.release.kinds.contains(&PluginKind::Channel);
    if may_have || !ctx.tenant.secret_names(installation.id).await?.is_empty() {
        ctx.tenant.remove_all_secrets(change, installation.id).await?;
    }
    Ok(())
}
