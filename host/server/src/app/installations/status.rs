//! Starting and stopping an installation.

use super::{
    super::{AppError, Ctx, Plan, plan::Outcome},
    get,
    step::{self, Told},
};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{Installation, InstallationStatus, Step},
};

/// What happens with events that waited while an installation was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// They are run.
    Run,
    /// They are skipped for good.
    Skip,
}

/// Stops an installation: no new call starts, running ones finish, its events wait.
///
/// # Errors
/// No such installation.
pub async fn disable(ctx: &Ctx, id: InstallationId) -> Result<Plan<Installation>, AppError> {
    let text = |name: &str| format!("`{name}` is stopped; its events wait");
    set(ctx, id, InstallationStatus::Disabled, Step::Disabled, text).await
}

/// Stops an installation that kept failing, in the host's name.
///
/// # Errors
/// No such installation.
pub async fn quarantine(ctx: &Ctx, id: InstallationId, why: &str) -> Result<Plan<Installation>, AppError> {
    let text = |name: &str| format!("`{name}` is stopped because it kept failing: {why}");
    set(ctx, id, InstallationStatus::Quarantined, Step::Quarantined, text).await
}

/// Starts an installation, for the first time or again. For a draft, events since its making are what waits.
///
/// # Errors
/// No such installation.
pub async fn enable(ctx: &Ctx, id: InstallationId, waiting: Waiting) -> Result<Plan<Installation>, AppError> {
    let text = |name: &str| match waiting {
        Waiting::Run => format!("`{name}` is called; what waited is run"),
        Waiting::Skip => format!("`{name}` is called; what waited is skipped"),
    };
    let mut plan = set(ctx, id, InstallationStatus::Enabled, Step::Enabled, text).await?;
    // While it is enabled nothing waits: its worker owns the cursors.
    if waiting == Waiting::Skip && plan.outcome != Outcome::Existing {
        let head = *ctx.tenant.log_head().borrow();
        for cursor in ctx.tenant.cursors(id).await? {
            plan.change.set_cursor(&cursor, head)?;
        }
        // Dead letters wait for nothing: they stay until somebody looks at them.
        for delivery in ctx.tenant.deliveries(id).await? {
            plan.change.remove_delivery(id, delivery.id.1);
        }
    }
    Ok(plan)
}

async fn set(
    ctx: &Ctx,
    id: InstallationId,
    status: InstallationStatus,
    step: Step,
    text: impl Fn(&str) -> String,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == status {
        return Ok(Plan::existing(read));
    }
    let installation = Installation { status, ..step::next(ctx, &read) };
    let change = step::replace(ctx, &read, &installation, Told::new(step, text(&read.name)))?;
    Ok(Plan::done(change, installation))
}
