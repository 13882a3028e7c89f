//! The history of installations, and the audit log.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    purchases::timeline_key,
    value::{composite, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{InstallationId, audit::AuditEntry, plugin::HistoryEntry};
use std::ops::Bound;
use surrealdb::types::{Number, RecordIdKey, Value};

#[derive(Serialize)]
struct EntryRow<'a> {
    entry: &'a HistoryEntry,
}

#[derive(Serialize, Deserialize)]
struct AuditRow<A> {
    #[serde(flatten)]
    entry: A,
    timeline_key: String,
}

fn key(installation: InstallationId, version: u64) -> RecordIdKey {
    let version = Number::Int(i64::try_from(version).unwrap_or(i64::MAX));
    composite([text(installation.to_string()), Value::Number(version)])
}

impl Change {
    /// Keeps what an installation is after a step.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn keep_history(&mut self, entry: &HistoryEntry) -> Result<(), StoreError> {
        let installation = &entry.installation;
        self.insert("installation_history", key(installation.id, installation.version), &EntryRow { entry })
    }

    /// Adds an entry to the audit log.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let row = AuditRow { entry, timeline_key: timeline_key(entry.at, entry.id) };
        self.insert("audit", entry.id.to_string(), &row)
    }
}

impl TenantStore {
    /// What became of an installation, newest first; at most `limit`, before a version.
    ///
    /// # Errors
    /// The database failed.
    pub async fn history(
        &self,
        installation: InstallationId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let (first, end) = (key(installation, 0), key(installation, before.unwrap_or(u64::MAX)));
        let bindings = bind! {
            "range" => key_range("installation_history", Bound::Included(first), Bound::Excluded(end)),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let text = "SELECT VALUE entry FROM (SELECT id, entry FROM $range ORDER BY id DESC LIMIT $limit)";
        self.database.rows("installation_history", text, bindings).await
    }

    /// An installation as it was in one of its versions.
    ///
    /// # Errors
    /// The database failed.
    pub async fn installation_then(
        &self,
        installation: InstallationId,
        version: u64,
    ) -> Result<Option<HistoryEntry>, StoreError> {
        let bindings = bind! { "id" => record("installation_history", key(installation, version)) };
        self.database.row("installation_history", "SELECT VALUE entry FROM $id", bindings).await
    }

    /// The audit log, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_log(&self, page: &PageRequest) -> Result<Page<AuditEntry>, StoreError> {
        let rows: Vec<AuditRow<AuditEntry>> = self.newest_rows("audit", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.entry)).collect()))
    }
}
