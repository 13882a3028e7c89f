//! Completion marks: what stays of each call whose effects were applied, by installation and event.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    delivery::key,
    value::{key_range, record},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{InstallationId, call::CallRecord};
use std::{
    collections::{HashMap, HashSet},
    ops::Bound,
};
use surrealdb::types::Value;

/// A call whose effects were applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Installation and event.
    #[serde(skip_serializing)]
    pub id: (InstallationId, u64),
    /// What is known of the call.
    pub call: CallRecord,
}

/// The ids of completion marks.
fn marks(installation: InstallationId, events: &[u64]) -> Value {
    let ids = events.iter().map(|event| Value::RecordId(record("completion", key(installation, *event))));
    Value::Array(ids.collect::<Vec<Value>>().into())
}

impl Change {
    /// Marks a call as done; a second mark for the same event and installation fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn complete(&mut self, completion: &Completion) -> Result<(), StoreError> {
        self.insert("completion", key(completion.id.0, completion.id.1), completion)
    }
}

impl TenantStore {
    /// Which of these events are done for an installation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn completed(&self, installation: InstallationId, events: &[u64]) -> Result<HashSet<u64>, StoreError> {
        let bindings = bind! { "ids" => marks(installation, events) };
        let done: Vec<(InstallationId, u64)> =
            self.database.rows("completion", "SELECT VALUE id FROM $ids", bindings).await?;
        Ok(done.into_iter().map(|(_, event)| event).collect())
    }

    /// Which of these events an installation dealt with in one of its versions or an earlier one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn completed_until(
        &self,
        installation: InstallationId,
        events: &[u64],
        version: u64,
    ) -> Result<HashSet<u64>, StoreError> {
        let bindings = bind! { "ids" => marks(installation, events) };
        let done: Vec<Completion> = self.database.rows("completion", "SELECT * FROM $ids", bindings).await?;
        Ok(done.into_iter().filter(|mark| mark.call.installation_version <= version).map(|mark| mark.id.1).collect())
    }

    /// The completion mark of one event for one installation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn completion(&self, installation: InstallationId, event: u64) -> Result<Option<Completion>, StoreError> {
        let bindings = bind! { "id" => record("completion", key(installation, event)) };
        self.database.row("completion", "SELECT * FROM $id", bindings).await
    }

    /// What stays of the calls of these installations for one event.
    ///
    /// # Errors
    /// The database failed.
    pub async fn completions_of(
        &self,
        event: u64,
        installations: &[InstallationId],
    ) -> Result<HashMap<InstallationId, CallRecord>, StoreError> {
        let mark = |id: &InstallationId| Value::RecordId(record("completion", key(*id, event)));
        let ids: Vec<Value> = installations.iter().map(mark).collect();
        let marks: Vec<Completion> =
            self.database.rows("completion", "SELECT * FROM $ids", bind! { "ids" => Value::Array(ids.into()) }).await?;
        Ok(marks.into_iter().map(|mark| (mark.id.0, mark.call)).collect())
    }

    /// The first event that an installation has dealt with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn first_completion(&self, installation: InstallationId) -> Result<Option<u64>, StoreError> {
        let (first, last) = (key(installation, 0), key(installation, u64::MAX));
        let range = key_range("completion", Bound::Included(first), Bound::Included(last));
        let first: Option<(InstallationId, u64)> = self
            .database
            .row("completion", "SELECT VALUE id FROM fn::rows($range) LIMIT 1", bind! { "range" => range })
            .await?;
        Ok(first.map(|(_, event)| event))
    }

    /// What came of the calls of an installation for events after one and up to another, by event.
    ///
    /// # Errors
    /// The database failed.
    pub async fn completions_between(
        &self,
        installation: InstallationId,
        after: u64,
        until: u64,
    ) -> Result<HashMap<u64, CallRecord>, StoreError> {
        let range = key_range(
            "completion",
            Bound::Excluded(key(installation, after)),
            Bound::Included(key(installation, until)),
        );
        let rows: Vec<Completion> =
            self.database.rows("completion", "SELECT * FROM $range", bind! { "range" => range }).await?;
        Ok(rows.into_iter().map(|row| (row.id.1, row.call)).collect())
    }
}
