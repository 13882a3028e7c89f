//! Secrets of installations, sealed. Names can be listed; values are opened for a request and for nothing else.

use crate::{
    StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, text},
};
use serde::Deserialize;
use stammgast_domain::InstallationId;
use std::{collections::BTreeSet, ops::Bound};

#[derive(Deserialize)]
struct Name((String, String));

impl TenantStore {
    /// The names of an installation's secrets.
    ///
    /// # Errors
    /// The database failed.
    pub async fn secret_names(&self, installation: InstallationId) -> Result<BTreeSet<String>, StoreError> {
        let key = |name: &str| composite([text(installation.to_string()), text(name)]);
        // The end of all names of one installation: a character past every one that a name may have.
        let range = key_range("secret", Bound::Included(key("")), Bound::Excluded(key("~")));
        let rows: Vec<Name> =
            self.database.rows("secret", "SELECT VALUE id FROM $range", bind! { "range" => range }).await?;
        Ok(rows.into_iter().map(|Name((_, name))| name).collect())
    }
}
