//! Stopping an installation that kept failing, in the host's name.

use super::{
    super::AppError,
    step::{self, By, Told},
};
use crate::clock::Clock;
use serde_json::json;
use stammgast_domain::{
    NoticeId,
    notice::Notice,
    plugin::{Failing, Installation, InstallationStatus, Quarantine, Step},
};
use stammgast_store::{StoreError, TenantStore};

/// Stops an installation that kept failing until an admin decides: its row, its history, the audit log and a notice
/// change together. Tell the dispatcher of it afterwards ([`super::tell`]); calls that run are finished.
///
/// # Errors
/// [`AppError::Outdated`] where the installation has changed since it was read, or is gone: what it is now has not
/// failed yet, and nothing was written.
pub async fn quarantine(
    store: &TenantStore,
    clock: &Clock,
    read: &Installation,
    failing: Failing,
) -> Result<(), AppError> {
    if read.status == InstallationStatus::Quarantined {
        return Ok(());
    }
    let by = By { actor: "host", clock };
    let next = step::next(by, read);
    let quarantine = Quarantine { since: next.updated_at, failing };
    let installation = Installation { status: InstallationStatus::Quarantined, quarantine: Some(quarantine), ..next };
    let text = format!("`{}` is stopped because it kept failing: {}", read.name, quarantine.in_words());
    let told = Told::new(Step::Quarantined, text).with(json!(failing));
    let mut change = step::replace(by, read, &installation, told)?;
    change.notice(&Notice::quarantined(NoticeId::new(clock.new_uuid()), &installation, &quarantine))?;
    match store.commit(change).await {
        Ok(()) => {}
        // The history's row of the next version is there, or the row is not in the version that was read.
        Err(StoreError::Duplicate { .. } | StoreError::Stale { .. }) => return Err(AppError::Outdated("installation")),
        Err(error) => return Err(error.into()),
    }
    tracing::warn!(
        tenant.id = %store.tenant(), plugin.id = %read.plugin, installation.id = %read.id, event.id = failing.event,
        fault = failing.fault.as_str(), "installation quarantined: {}", quarantine.in_words()
    );
    Ok(())
}

#[cfg(test)]
mod tests;
