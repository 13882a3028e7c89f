//! Public keys whose signatures a tenant trusts.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use serde::{Deserialize, Serialize};
use stammgast_domain::{Timestamp, signature::PublicKey};

/// A public key that a tenant trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKey {
    /// Its name in the tenant, a code.
    #[serde(rename = "id", skip_serializing)]
    pub name: String,
    /// The key.
    pub public_key: PublicKey,
    /// Since when it is trusted.
    pub created_at: Timestamp,
}

impl Change {
    /// Trusts a key; a name that is taken fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn trust_key(&mut self, key: &TrustedKey) -> Result<(), StoreError> {
        self.insert("trusted_key", key.name.as_str(), key)
    }

    /// Trusts a key no more.
    pub fn distrust_key(&mut self, name: &str) {
        self.delete("trusted_key", name);
    }
}

impl TenantStore {
    /// The keys that the tenant trusts, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn trusted_keys(&self) -> Result<Vec<TrustedKey>, StoreError> {
        self.database.rows("trusted_key", "SELECT * FROM trusted_key", bind! {}).await
    }

    /// One key that the tenant trusts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn trusted_key(&self, name: &str) -> Result<Option<TrustedKey>, StoreError> {
        self.database.row("trusted_key", "SELECT * FROM $id", bind! { "id" => record("trusted_key", name) }).await
    }
}
