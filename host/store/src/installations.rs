//! A tenant's installations of plugins.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use serde::{Deserialize, Serialize};
use stammgast_domain::{InstallationId, plugin::Installation};
use surrealdb::types::Object;

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
    /// Removes an installation and frees its name. What it kept for itself is deleted afterwards
    /// ([`TenantStore::forget_removed`]).
    pub fn remove_installation(&mut self, read: &Installation) {
        self.insert_object("removed_installation", read.id.to_string(), Object::new());
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

    /// The installation of this name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installation_named(&self, name: &str) -> Result<Option<Installation>, StoreError> {
        let bindings = bind! { "id" => record("installation_name", name) };
        let row: Option<NameRow> = self.database.row("installation_name", "SELECT * FROM $id", bindings).await?;
        match row {
            Some(NameRow { installation }) => self.installation(installation).await,
            None => Ok(None),
        }
    }

    /// All installations, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installations(&self) -> Result<Vec<Installation>, StoreError> {
        self.database.rows("installation", "SELECT VALUE installation FROM installation", bind! {}).await
    }
}
