//! Recorded calls: kept with what they did, found again, and forgotten after their time.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    newest::Before,
    sealing::open_for,
    value::{composite, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    InstallationId, Timestamp,
    call::{CallStory, Ended, RecordedCall},
};
use std::ops::Bound;
use surrealdb::types::{Number, RecordId, RecordIdKey, Value};

#[derive(Serialize)]
struct NewRow<'a> {
    record: &'a RecordedCall,
    subject: &'a str,
    ended: &'a str,
    recorded_at: Timestamp,
}

#[derive(Deserialize)]
struct Row {
    record: RecordedCall,
    subject: String,
    sealed: serde_bytes::ByteBuf,
}

/// A recorded call as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCall {
    /// What is plain about it.
    pub record: RecordedCall,
    /// What it was told and what it answered; `None` once the subject's data was erased.
    pub story: Option<CallStory>,
}

/// In which order recorded calls come, and where they begin. A call is named by its event and its try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOrder {
    /// As they were made: by event and try.
    OldestFirst {
        /// The call after which they begin; at the first without one.
        after: Option<(u64, u32)>,
    },
    /// The last event and its last try first.
    NewestFirst {
        /// The call before which they begin; at the last without one.
        before: Option<(u64, u32)>,
    },
}

fn key(installation: InstallationId, event: u64, attempt: u64) -> RecordIdKey {
    let number = |number: u64| Value::Number(Number::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    composite([text(installation.to_string()), number(event), number(attempt)])
}

impl Change {
    /// Keeps a recorded call; what is personal is sealed under the subject's key.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_call(&mut self, subject: &str, record: &RecordedCall, story: &CallStory) -> Result<(), StoreError> {
        let unwritable =
            |error| StoreError::Unwritable { table: "call_record", source: serde::ser::Error::custom(error) };
        let personal = serde_json::to_vec(story).map_err(unwritable)?;
        let row = NewRow { record, subject, ended: &record.ended, recorded_at: record.recorded_at };
        let key = key(record.installation, record.event, u64::from(record.attempt));
        self.put_sealed("call_record", key, subject, &row, personal)
    }
}

/// All recorded calls of an installation.
pub(crate) fn calls_of(installation: InstallationId) -> RecordId {
    let end = |event| key(installation, event, 0);
    key_range("call_record", Bound::Included(end(0)), Bound::Excluded(end(u64::MAX)))
}

impl TenantStore {
    /// One recorded call.
    ///
    /// # Errors
    /// The database failed.
    pub async fn call(
        &self,
        installation: InstallationId,
        event: u64,
        attempt: u32,
    ) -> Result<Option<StoredCall>, StoreError> {
        let bindings = bind! { "id" => record("call_record", key(installation, event, u64::from(attempt))) };
        match self.database.row("call_record", "SELECT * FROM $id", bindings).await? {
            Some(row) => self.opened(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Recorded calls of an installation, all or those that ended in one way; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn calls(
        &self,
        installation: InstallationId,
        order: CallOrder,
        ended: Option<Ended>,
        limit: usize,
    ) -> Result<Vec<StoredCall>, StoreError> {
        let only = match ended {
            None => "",
            Some(Ended::Faults) => "WHERE ended NOT IN ['effects', 'malformed']",
            Some(_) => "WHERE ended = $ended",
        };
        let mut bindings = bind! { "ended" => ended.map_or("", Ended::as_str) };
        let rows: Vec<Row> = match order {
            CallOrder::OldestFirst { after } => {
                let start = after.map_or(Bound::Included(key(installation, 0, 0)), |(event, attempt)| {
                    Bound::Excluded(key(installation, event, u64::from(attempt)))
                });
                let end = Bound::Excluded(key(installation, u64::MAX, 0));
                bindings.insert("range", key_range("call_record", start, end));
                bindings.insert("limit", i64::try_from(limit).unwrap_or(i64::MAX));
                let query = format!("SELECT * FROM fn::rows($range) {only} LIMIT $limit");
                self.database.rows("call_record", &query, bindings).await?
            }
            CallOrder::NewestFirst { before } => {
                let before =
                    before.map(|(event, attempt)| Before { event, key: key(installation, event, u64::from(attempt)) });
                let key = |event| key(installation, event, 0);
                self.newest_of_log("call_record", (only, bindings), key, before, limit).await?
            }
        };
        let mut calls = Vec::with_capacity(rows.len());
        for row in rows {
            calls.push(self.opened(row).await?);
        }
        Ok(calls)
    }

    async fn opened(&self, row: Row) -> Result<StoredCall, StoreError> {
        let opened = open_for(&self.database, &self.master, &row.subject, &row.sealed).await?;
        let unreadable =
            |error| StoreError::Unreadable { table: "call_record", source: serde::de::Error::custom(error) };
        let story = opened.map(|story| serde_json::from_slice(&story).map_err(unreadable)).transpose()?;
        Ok(StoredCall { record: row.record, story })
    }

    /// Forgets recorded calls of before a time, at most `limit` of them; gives how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_calls_before(&self, time: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let find = "SELECT VALUE id FROM call_record WHERE recorded_at < $time LIMIT $limit";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.forget_found("call_record", find, bind! { "time" => time.to_string(), "limit" => limit }).await
    }

    /// Forgets recorded calls of an installation beyond so many, at most `limit` of them; gives how many. The oldest go
    /// first, and those that ended in a fault only when all others are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_calls_beyond(
        &self,
        installation: InstallationId,
        most: usize,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let range = bind! { "range" => calls_of(installation) };
        let count = "SELECT count() AS rows FROM $range GROUP ALL";
        let there = self.database.count("call_record", count, range).await?;
        let mut beyond = there.saturating_sub(most).min(limit);
        let mut gone = 0;
        for which in ["WHERE ended IN ['effects', 'malformed']", ""] {
            if beyond == 0 {
                break;
            }
            let find = format!("SELECT VALUE id FROM fn::rows($range) {which} LIMIT $limit");
            let bindings =
                bind! { "range" => calls_of(installation), "limit" => i64::try_from(beyond).unwrap_or(i64::MAX) };
            let found = self.forget_found("call_record", &find, bindings).await?;
            beyond = beyond.saturating_sub(found);
            gone += found;
        }
        Ok(gone)
    }

    /// Deletes the rows whose ids a statement finds; gives how many.
    pub(crate) async fn forget_found(
        &self,
        table: &'static str,
        find: &str,
        bindings: crate::database::Bindings,
    ) -> Result<usize, StoreError> {
        let mut results = self
            .database
            .query(&format!("LET $found = ({find}); DELETE $found RETURN NONE; RETURN array::len($found)"), bindings)
            .await?;
        let gone: Vec<usize> = crate::database::take_rows(table, &mut results, 2)?;
        Ok(gone.first().copied().unwrap_or_default())
    }
}
