//! The small state that installations keep.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    value::{composite, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{CustomerId, InstallationId, effect::StateChange};
use surrealdb::types::RecordIdKey;

/// One value of an installation's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRow {
    /// The value; `None` once it was deleted. The row stays, so that its version never begins anew.
    #[serde(with = "serde_bytes", default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Vec<u8>>,
    /// Counts up with every change.
    pub version: u64,
}

fn state_key(installation: InstallationId, customer: Option<CustomerId>, key: &str) -> RecordIdKey {
    let customer = customer.map(|customer| customer.to_string()).unwrap_or_default();
    composite([text(installation.to_string()), text(customer), text(key)])
}

impl Change {
    /// Changes an installation's state, if it still has the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn change_state(&mut self, installation: InstallationId, change: &StateChange) -> Result<(), StoreError> {
        let key = state_key(installation, change.customer, &change.key);
        let row = StateRow { value: change.value.clone(), version: change.read_version + 1 };
        match change.read_version {
            0 if change.value.is_none() => Ok(()),
            0 => self.insert("plugin_state", key, &row),
            read => self.replace("plugin_state", key, read, &row),
        }
    }
}

impl TenantStore {
    /// One value of an installation's state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plugin_state(
        &self,
        installation: InstallationId,
        customer: Option<CustomerId>,
        key: &str,
    ) -> Result<Option<StateRow>, StoreError> {
        let bindings = bind! { "id" => record("plugin_state", state_key(installation, customer, key)) };
        self.database.row("plugin_state", "SELECT * FROM $id", bindings).await
    }
}
