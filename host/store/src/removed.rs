//! What removed installations kept for themselves, their state, recorded calls and reminders: deleted afterwards, in steps.

use crate::{
    StoreError, TenantStore,
    calls::calls_of,
    database::bind,
    value::{composite, key_range, keys_between, record, text},
};
use stammgast_domain::InstallationId;
use std::ops::Bound;
use surrealdb::types::RecordId;

/// Removed installations that are looked at in one step.
const AT_ONCE: i64 = 20;

impl TenantStore {
    /// Deletes what removed installations kept, at most about `limit` rows of each; `false` once nothing is left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_removed(&self, limit: usize) -> Result<bool, StoreError> {
        let find = "SELECT VALUE record::id(id) FROM removed_installation LIMIT $limit";
        let removed: Vec<String> =
            self.database.rows("removed_installation", find, bind! { "limit" => AT_ONCE }).await?;
        for name in &removed {
            let gone = match name.parse::<InstallationId>() {
                Ok(installation) => {
                    self.forget_range("call_record", calls_of(installation), limit).await?
                        + self.forget_range("plugin_state", state_of(installation), limit).await?
                        + self.forget_range("reminder", reminders_of(installation), limit).await?
                }
                Err(_no_installation) => 0,
            };
            if gone == 0 {
                let bindings = bind! { "id" => record("removed_installation", name.as_str()) };
                self.database.query("DELETE $id RETURN NONE", bindings).await?;
            }
        }
        Ok(!removed.is_empty())
    }

    async fn forget_range(&self, table: &'static str, range: RecordId, limit: usize) -> Result<usize, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let bindings = bind! { "range" => range, "limit" => limit };
        self.forget_found(table, "SELECT VALUE id FROM fn::rows($range) LIMIT $limit", bindings).await
    }
}

/// The reminders of an installation, for all customers.
fn reminders_of(installation: InstallationId) -> RecordId {
    keys_between("reminder", &format!("{installation}/"), &format!("{installation}0"))
}

/// The state of all generations of an installation: each is named after it, perhaps with a point and a number.
fn state_of(installation: InstallationId) -> RecordId {
    let end = |name: String| Bound::Included(composite([text(name), text(""), text("")]));
    // The sign after the point.
    key_range("plugin_state", end(installation.to_string()), end(format!("{installation}/")))
}
