//! Secrets of installations, sealed. Names can be listed; values are opened for a request and for nothing else.
//!
//! Every change of a secret moves the version of the row that holds the tenant's key, so that sealing all of them anew
//! meets none that changed meanwhile.

use crate::{
    Change, StoreError, TenantStore,
    database::{Bindings, bind},
    secrets_key::KeyRow,
    value::{composite, key_range, record, text},
    vault::SealingKey,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    InstallationId, Timestamp,
    plugin::Origin,
    secret::{OpenSecret, SecretRecord, SecretValue},
};
use std::{collections::BTreeSet, ops::Bound};
use surrealdb::types::RecordIdKey;

#[derive(Deserialize)]
struct Name((String, String));

#[derive(Serialize, Deserialize)]
pub(crate) struct SecretRow {
    /// Installation and name.
    #[serde(default, skip_serializing)]
    id: (String, String),
    #[serde(with = "serde_bytes")]
    sealed: Vec<u8>,
    origins: BTreeSet<Origin>,
    set_at: Timestamp,
    set_by: String,
}

#[derive(Deserialize)]
struct WithKey {
    secrets: Vec<SecretRow>,
    keys: Vec<KeyRow>,
}

fn key(installation: &str, name: &str) -> RecordIdKey {
    composite([text(installation), text(name)])
}

/// What a value is sealed for: its place, and where it may go. A row that was moved or widened does not open.
fn subject(installation: &str, name: &str, origins: &BTreeSet<Origin>) -> String {
    let origins: Vec<&str> = origins.iter().map(Origin::as_str).collect();
    format!("secret:{installation}:{name}:{}", origins.join(" "))
}

impl SecretRow {
    fn open(&self, key: &SealingKey) -> Result<SecretValue, StoreError> {
        let (installation, name) = &self.id;
        let unopened = || StoreError::SecretUnopened { name: name.clone() };
        let plain = key.open(&subject(installation, name, &self.origins), &self.sealed).ok_or_else(unopened)?;
        let value = String::from_utf8(plain).map_err(|_| unopened())?;
        SecretValue::new(value).map_err(|_| unopened())
    }

    /// Puts the same secret, sealed under another key, into a change.
    pub(crate) fn seal_anew(self, old: &SealingKey, new: &SealingKey, change: &mut Change) -> Result<(), StoreError> {
        let value = self.open(old)?;
        let (installation, name) = &self.id;
        let sealed = sealed(new, (installation, name, &self.origins), &value)?;
        change.put("secret", key(installation, name), &Self { sealed, ..self })
    }
}

fn sealed(
    key: &SealingKey,
    (installation, name, origins): (&str, &str, &BTreeSet<Origin>),
    value: &SecretValue,
) -> Result<Vec<u8>, StoreError> {
    let sealed = key.seal(&subject(installation, name, origins), value.expose().as_bytes());
    sealed.ok_or(StoreError::Unsealed)
}

impl From<SecretRow> for SecretRecord {
    fn from(row: SecretRow) -> Self {
        let SecretRow { id: (_, name), origins, set_at, set_by, .. } = row;
        Self { name, origins, set_at, set_by }
    }
}

impl TenantStore {
    /// The names of an installation's secrets.
    ///
    /// # Errors
    /// The database failed.
    pub async fn secret_names(&self, installation: InstallationId) -> Result<BTreeSet<String>, StoreError> {
        let bindings = bind! { "range" => range(installation) };
        let rows: Vec<Name> = self.database.rows("secret", "SELECT VALUE id FROM $range", bindings).await?;
        Ok(rows.into_iter().map(|Name((_, name))| name).collect())
    }

    /// What is known of an installation's secrets, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn secrets(&self, installation: InstallationId) -> Result<Vec<SecretRecord>, StoreError> {
        Ok(self.rows_of(installation).await?.into_iter().map(SecretRecord::from).collect())
    }

    /// The secrets of an installation with their values.
    ///
    /// # Errors
    /// The tenant's key is wrapped by a key that is not given, a row was tampered with, or the database failed.
    pub async fn open_secrets(&self, installation: InstallationId) -> Result<Vec<OpenSecret>, StoreError> {
        let (rows, key) = self.with_key("$ids", bind! { "ids" => range(installation) }).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.opening_key(key).await?;
        rows.into_iter().map(|row| opened(row, &key)).collect()
    }

    /// One secret of an installation with its value.
    ///
    /// # Errors
    /// The tenant's key is wrapped by a key that is not given, the row was tampered with, or the database failed.
    pub async fn open_secret(
        &self,
        installation: InstallationId,
        name: &str,
    ) -> Result<Option<OpenSecret>, StoreError> {
        let bindings = bind! { "ids" => record("secret", key(&installation.to_string(), name)) };
        let (rows, key) = self.with_key("$ids", bindings).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let key = self.opening_key(key).await?;
        opened(row, &key).map(Some)
    }

    /// Lets a change set a secret, whether or not it was set before. Nothing but its sealed form is in the change.
    ///
    /// # Errors
    /// The tenant's key is wrapped by a key that is not given, or the database failed. The change is stale when
    /// another secret of the tenant changes before it is committed.
    pub async fn put_secret(
        &self,
        change: &mut Change,
        installation: InstallationId,
        secret: &SecretRecord,
        value: &SecretValue,
    ) -> Result<(), StoreError> {
        let installation = installation.to_string();
        let sealing = self.key_for_change(change).await?;
        let SecretRecord { name, origins, set_at, set_by } = secret.clone();
        let sealed = sealed(&sealing, (&installation, &name, &origins), value)?;
        let id = (installation.clone(), name.clone());
        change.put("secret", key(&installation, &name), &SecretRow { id, sealed, origins, set_at, set_by })
    }

    /// Lets a change remove some secrets of an installation that stays.
    ///
    /// # Errors
    /// The database failed. The change is stale when another secret of the tenant changes before it is committed.
    pub async fn remove_secrets(
        &self,
        change: &mut Change,
        installation: InstallationId,
        names: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        if names.is_empty() {
            return Ok(());
        }
        self.touch_key(change).await?;
        for name in names {
            change.delete("secret", key(&installation.to_string(), name));
        }
        Ok(())
    }

    /// Lets a change take all secrets of an installation away with it. None is set meanwhile.
    ///
    /// # Errors
    /// The database failed. The change is stale when a secret of the tenant changes before it is committed.
    pub async fn remove_all_secrets(
        &self,
        change: &mut Change,
        installation: InstallationId,
    ) -> Result<(), StoreError> {
        // Held before they are read: what is set in between makes the change stale.
        self.hold_secrets(change).await?;
        for name in self.secret_names(installation).await? {
            change.delete("secret", key(&installation.to_string(), &name));
        }
        Ok(())
    }

    /// Lets a change narrow the secrets of an installation: they go to these origins at most. Gives what is known of
    /// those that may go to fewer than before.
    ///
    /// # Errors
    /// The tenant's key is wrapped by a key that is not given, a row was tampered with, or the database failed. The
    /// change is stale when a secret of the tenant changes before it is committed.
    pub async fn narrow_secrets(
        &self,
        change: &mut Change,
        installation: InstallationId,
        origins: &BTreeSet<Origin>,
    ) -> Result<Vec<SecretRecord>, StoreError> {
        let held = self.hold_secrets(change).await?;
        let (rows, present) = self.with_key("$ids", bind! { "ids" => range(installation) }).await?;
        let mut wide = rows.into_iter().filter(|row| !row.origins.is_subset(origins)).peekable();
        if wide.peek().is_none() {
            return Ok(Vec::new());
        }
        let held = held.ok_or(StoreError::OtherSecretsKey)?;
        // Sealed anew since it was held: the change is stale.
        if present.is_none_or(|present| present.version != held.version) {
            return Err(StoreError::Conflict);
        }
        let sealing = self.unwrapped(&held)?;
        let mut narrowed = Vec::new();
        for row in wide {
            let value = row.open(&sealing)?;
            let fewer: BTreeSet<Origin> = row.origins.intersection(origins).cloned().collect();
            let (installation, name) = &row.id;
            let (sealed, place) = (sealed(&sealing, (installation, name, &fewer), &value)?, key(installation, name));
            let row = SecretRow { sealed, origins: fewer, ..row };
            change.put("secret", place, &row)?;
            narrowed.push(row.into());
        }
        Ok(narrowed)
    }

    /// Secrets with the row of their key, as they are at one moment: when another key is drawn, it seals all of them
    /// anew.
    pub(crate) async fn with_key(
        &self,
        which: &str,
        mut bindings: Bindings,
    ) -> Result<(Vec<SecretRow>, Option<KeyRow>), StoreError> {
        bindings.insert("key", record("secret_key", "main"));
        // One statement is one transaction.
        let text = format!("RETURN {{ secrets: (SELECT * FROM {which}), keys: (SELECT * FROM $key) }}");
        let read: Option<WithKey> = self.database.row("secret", &text, bindings).await?;
        Ok(read.map_or_else(|| (Vec::new(), None), |read| (read.secrets, read.keys.into_iter().next())))
    }

    async fn rows_of(&self, installation: InstallationId) -> Result<Vec<SecretRow>, StoreError> {
        self.database.rows("secret", "SELECT * FROM $range", bind! { "range" => range(installation) }).await
    }
}

/// All names of one installation: the end is a character past every one that a name may have.
fn range(installation: InstallationId) -> surrealdb::types::RecordId {
    let key = |name: &str| key(&installation.to_string(), name);
    key_range("secret", Bound::Included(key("")), Bound::Excluded(key("~")))
}

fn opened(row: SecretRow, key: &SealingKey) -> Result<OpenSecret, StoreError> {
    let value = row.open(key)?;
    let SecretRow { id: (_, name), origins, .. } = row;
    Ok(OpenSecret { name, value, origins })
}
