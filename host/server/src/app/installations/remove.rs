//! Removing an installation. What it did stays done and explained; what it kept is deleted.

use super::{
    super::{AppError, Ctx, Plan},
    get, secrets,
    step::{self, Told},
};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{Installation, InstallationStatus, Step},
};
use stammgast_store::Change;

/// Removes an installation: its row, its name, its place in the log, what it was waiting for and its secrets. Its marks
/// of what was done, its history and the audit log stay. State and call records are deleted in the background.
///
/// # Errors
/// No such installation, or it is enabled.
pub async fn remove(ctx: &Ctx, id: InstallationId) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == InstallationStatus::Enabled {
        let problem = "disable the installation before you remove it".to_owned();
        return Err(AppError::Conflict { code: "installation-enabled", problem });
    }
    let shadows = ctx.tenant.installations().await?;
    if let Some(shadow) =
        shadows.iter().find(|other| other.shadow_of.as_ref().is_some_and(|shadowed| shadowed.id == id))
    {
        let problem = format!("`{}` runs in its shadow; drop that first", shadow.name);
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    let removed = step::next(ctx, &read);
    let mut change = Change::new();
    change.remove_installation(&read);
    for cursor in ctx.tenant.cursors(id).await? {
        change.remove_cursor(&cursor);
    }
    for event in ctx.tenant.delivered_after(id, 0).await? {
        change.remove_delivery(id, event);
    }
    secrets::remove(&mut change, ctx, &read).await?;
    let text = format!("`{}`, which ran {} {}, is removed", read.name, read.plugin, read.release.plugin_version);
    step::note(&mut change, ctx, &removed, Told::new(Step::Removed, text))?;
    Ok(Plan::done(change, removed))
}
