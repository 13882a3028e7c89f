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

/// What happens with events that waited while an installation was stopped, by whomever.
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
    let text = |read: &Installation| format!("`{}` is stopped; its events wait", read.name);
    set(ctx, id, InstallationStatus::Disabled, Step::Disabled, text).await
}

/// Starts an installation, for the first time or again, out of its quarantine, too. For a draft, events since its making
/// are what waits.
///
/// # Errors
/// No such installation.
pub async fn enable(ctx: &Ctx, id: InstallationId, waiting: Waiting) -> Result<Plan<Installation>, AppError> {
    let text = |read: &Installation| {
        let freed = if read.quarantine.is_some() { "let out of its quarantine and " } else { "" };
        let what = match waiting {
            Waiting::Run => "run",
            Waiting::Skip => "skipped",
        };
        format!("`{}` is {freed}called; what waited is {what}", read.name)
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
    text: impl Fn(&Installation) -> String,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == status {
        return Ok(Plan::existing(read));
    }
    let installation = Installation { status, quarantine: None, ..step::next(ctx, &read) };
    let change = step::replace(ctx, &read, &installation, Told::new(step, text(&read)))?;
    Ok(Plan::done(change, installation))
}
