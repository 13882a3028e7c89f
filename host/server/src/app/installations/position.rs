//! Where an installation reads the log.

use super::{
    super::{AppError, Ctx, Plan},
    get,
    step::{self, Told},
};
use serde_json::json;
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{Installation, InstallationStatus, Step},
};

/// Lets an installation read the log again after an earlier event. What was done stays done.
///
/// # Errors
/// No such installation, it is enabled, or the log does not reach that far.
pub async fn rewind(ctx: &Ctx, id: InstallationId, position: u64) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == InstallationStatus::Enabled {
        let problem = "disable the installation before you move its cursor".to_owned();
        return Err(AppError::Conflict { code: "installation-enabled", problem });
    }
    let head = *ctx.tenant.log_head().borrow();
    if position > head {
        return Err(AppError::invalid("position", format!("the log ends at {head}; give 0 to {head}")));
    }
    let installation = step::next(ctx, &read);
    let text = format!("`{}` reads the log again after event {position}", read.name);
    let told = Told::new(Step::Moved, text).with(json!({ "position": position }));
    let mut change = step::replace(ctx, &read, &installation, told)?;
    for cursor in ctx.tenant.cursors(id).await? {
        change.set_cursor(&cursor, position)?;
    }
    // What is read again needs no row of its own.
    for event in ctx.tenant.delivered_after(id, position).await? {
        change.remove_delivery(id, event);
    }
    Ok(Plan::done(change, installation))
}
