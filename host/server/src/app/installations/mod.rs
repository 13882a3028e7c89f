//! A tenant's choice: which plugins run, with which grants and which configuration. One file a use.

mod change;
mod check;
mod create;
mod position;
mod quarantine;
mod read;
mod remove;
mod review;
mod rollback;
mod secrets;
mod shadow;
mod status;
mod step;

pub use change::{Changes, change};
pub use create::{NewInstallation, Start, create};
pub use position::rewind;
pub use quarantine::quarantine;
pub use read::{Progress, history, list, progress, read};
pub use remove::remove;
pub use review::{ConfigChange, KeptSecret, Review, ReviewedOrigin, WebhookChange, review};
pub use rollback::roll_back;
pub use shadow::{ShadowReport, drop_shadow, promote, shadow, shadow_report};
pub use status::{Waiting, disable, enable};

pub(super) use check::{config as check_config, limits as check_limits, plugin as find_plugin};

use super::{App, AppError, Ctx, Notice};
use stammgast_domain::{InstallationId, TenantId, plugin::Installation};

async fn get(ctx: &Ctx, id: InstallationId) -> Result<Installation, AppError> {
    ctx.tenant.installation(id).await?.ok_or(AppError::NotFound("installation"))
}

/// Tells the dispatcher that an installation changed.
pub fn tell(app: &App, tenant: &TenantId, installation: InstallationId) {
    app.notify(Notice::Installation { tenant: tenant.clone(), installation });
}
