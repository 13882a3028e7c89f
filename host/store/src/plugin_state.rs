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
    /// The value.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
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
        let value = change.value.clone().unwrap_or_default();
        let row = StateRow { value, version: change.read_version + 1 };
        if change.read_version == 0 {
            return if change.value.is_some() { self.insert("plugin_state", key, &row) } else { Ok(()) };
        }
        self.replace("plugin_state", key.clone(), change.read_version, &row)?;
        if change.value.is_none() {
            self.delete("plugin_state", key);
        }
        Ok(())
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
