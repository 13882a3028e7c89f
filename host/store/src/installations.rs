//! A tenant's installations of plugins.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use serde::{Deserialize, Serialize};
use stammgast_domain::{InstallationId, plugin::Installation};

#[derive(Serialize)]
struct InstallationRow<'a> {
    name: &'a str,
    installation: &'a Installation,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct NameRow {
    installation: InstallationId,
}

fn row(installation: &Installation) -> InstallationRow<'_> {
    InstallationRow { name: &installation.name, installation, version: installation.version }
}

impl Change {
    /// A new installation; a name that is taken fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_installation(&mut self, installation: &Installation) -> Result<(), StoreError> {
        self.insert("installation", installation.id.to_string(), &row(installation))?;
        self.insert("installation_name", installation.name.as_str(), &NameRow { installation: installation.id })
    }

    /// An installation in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_installation(&mut self, read: &Installation, new: &Installation) -> Result<(), StoreError> {
        self.replace("installation", new.id.to_string(), read.version, &row(new))
    }
}

impl Change {
    /// Removes an installation and frees its name.
    pub fn remove_installation(&mut self, read: &Installation) {
        self.delete("installation", read.id.to_string());
        self.delete("installation_name", read.name.as_str());
    }
}

impl TenantStore {
    /// One installation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installation(&self, id: InstallationId) -> Result<Option<Installation>, StoreError> {
        let bindings = bind! { "id" => record("installation", id.to_string()) };
        self.database.row("installation", "SELECT VALUE installation FROM $id", bindings).await
    }

    /// All installations, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installations(&self) -> Result<Vec<Installation>, StoreError> {
        self.database.rows("installation", "SELECT VALUE installation FROM installation", bind! {}).await
    }
}
