//! How events reach installations: cursors, and calls that failed.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{InstallationId, Timestamp, call::Fault};
use std::ops::Bound;
use surrealdb::types::{Number, RecordIdKey, Value};

/// How far an installation has read one partition of the log, and who is reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Installation and partition.
    #[serde(skip_serializing)]
    pub id: (InstallationId, u32),
    /// Every event up to this sequence number is done or has a delivery row of its own.
    pub position: u64,
    /// The process that holds the lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// When the lease ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
}

/// Where a delivery stands that did not go through at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryStatus {
    /// It failed and is tried again later.
    Retrying,
    /// It waits behind an earlier event of the same subject that is being retried.
    Waiting,
    /// It failed for good; a person may retry it.
    Dead,
}

impl DeliveryStatus {
    /// The name in rows and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retrying => "retrying",
            Self::Waiting => "waiting",
            Self::Dead => "dead",
        }
    }
}

/// An event that did not get through to an installation at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Installation and event.
    #[serde(skip_serializing)]
    pub id: (InstallationId, u64),
    /// Whom or what the event is about.
    pub subject: String,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// How often it was tried since it is in line.
    pub attempts: u32,
    /// How often it was tried before, when it was given up and retried: tries have numbers that go on.
    #[serde(default)]
    pub tried: u32,
    /// How often the host put it off, because it could not do its part.
    #[serde(default)]
    pub postponed: u32,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// When it first went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_failed_at: Option<Timestamp>,
    /// When the event was recorded.
    pub recorded_at: Timestamp,
}

impl Delivery {
    /// An event that nobody has tried yet, and that waits behind another one of its subject.
    #[must_use]
    pub fn waiting(id: (InstallationId, u64), subject: impl Into<String>, recorded_at: Timestamp) -> Self {
        Self {
            id,
            subject: subject.into(),
            status: DeliveryStatus::Waiting,
            attempts: 0,
            tried: 0,
            postponed: 0,
            next_at: None,
            fault: None,
            first_failed_at: None,
            recorded_at,
        }
    }
}

/// A delivery with the fields that it is found by.
#[derive(Serialize)]
struct DeliveryRow<'a> {
    installation: InstallationId,
    #[serde(flatten)]
    delivery: &'a Delivery,
}

pub(crate) fn key(installation: InstallationId, number: u64) -> RecordIdKey {
    let number = Value::Number(Number::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    composite([text(installation.to_string()), number])
}

/// Every key of one installation.
fn keys_of(table: &'static str, installation: InstallationId) -> surrealdb::types::RecordId {
    let start = composite([text(installation.to_string())]);
    key_range(table, Bound::Included(start), Bound::Excluded(end_of(installation)))
}

/// A key after every key of an installation.
fn end_of(installation: InstallationId) -> RecordIdKey {
    composite([text(format!("{installation}\u{1}"))])
}

impl Change {
    /// A new cursor.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_cursor(&mut self, cursor: &Cursor) -> Result<(), StoreError> {
        self.insert("cursor", key(cursor.id.0, u64::from(cursor.id.1)), cursor)
    }

    /// Sets a cursor and ends its lease, so that whoever held it cannot move it any more. Only for installations that
    /// are disabled.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn set_cursor(&mut self, cursor: &Cursor, position: u64) -> Result<(), StoreError> {
        let free = Cursor { position, holder: None, held_until: None, ..cursor.clone() };
        self.put("cursor", key(cursor.id.0, u64::from(cursor.id.1)), &free)
    }

    /// Removes a cursor.
    pub fn remove_cursor(&mut self, cursor: &Cursor) {
        self.delete("cursor", key(cursor.id.0, u64::from(cursor.id.1)));
    }

    /// Moves a cursor forward, if `holder` still holds it; never back.
    pub fn advance_cursor(&mut self, installation: InstallationId, partition: u32, position: u64, holder: &str) {
        let id = record("cursor", key(installation, u64::from(partition)));
        self.advance(id, position, holder);
    }

    /// Records where a delivery stands.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_delivery(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let row = DeliveryRow { installation: delivery.id.0, delivery };
        self.put("delivery", key(delivery.id.0, delivery.id.1), &row)
    }

    /// Removes a delivery that went through.
    pub fn remove_delivery(&mut self, installation: InstallationId, event: u64) {
        self.delete("delivery", key(installation, event));
    }
}

impl TenantStore {
    /// The cursors of an installation.
    ///
    /// # Errors
    /// The database failed.
    pub async fn cursors(&self, installation: InstallationId) -> Result<Vec<Cursor>, StoreError> {
        let bindings = bind! { "range" => keys_of("cursor", installation) };
        self.database.rows("cursor", "SELECT * FROM $range", bindings).await
    }

    /// Takes or renews the lease of a partition: a cursor whose lease is free, has ended, or is ours already.
    /// `None` while another process holds it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_cursor(
        &self,
        installation: InstallationId,
        partition: u32,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Cursor>, StoreError> {
        let query = "UPDATE $id SET holder = $holder, held_until = $until \
                     WHERE holder = NONE OR holder = $holder OR held_until < $now RETURN AFTER";
        let bindings = bind! {
            "id" => record("cursor", key(installation, u64::from(partition))),
            "holder" => holder, "now" => now.to_string(), "until" => until.to_string(),
        };
        self.database.row("cursor", query, bindings).await
    }

    /// Renews the lease of a partition that is ours; `false` when it is not ours any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn renew_cursor(
        &self,
        installation: InstallationId,
        partition: u32,
        holder: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = "UPDATE $id SET held_until = $until WHERE holder = $holder RETURN VALUE id";
        let id = record("cursor", key(installation, u64::from(partition)));
        let bindings = bind! { "id" => id, "holder" => holder, "until" => until.to_string() };
        let renewed: Option<(InstallationId, u64)> = self.database.row("cursor", query, bindings).await?;
        Ok(renewed.is_some())
    }

    /// Gives a partition up, so that another process can take it at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_cursor(
        &self,
        installation: InstallationId,
        partition: u32,
        holder: &str,
    ) -> Result<(), StoreError> {
        let query = "UPDATE $id SET holder = NONE, held_until = NONE WHERE holder = $holder RETURN NONE";
        let id = record("cursor", key(installation, u64::from(partition)));
        self.database.query(query, bind! { "id" => id, "holder" => holder }).await.map(|_| ())
    }

    /// Deliveries of an installation that are tried again or wait, in the order of their events. Dead ones are not
    /// among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn deliveries(&self, installation: InstallationId) -> Result<Vec<Delivery>, StoreError> {
        let most = u32::MAX as usize;
        let mut rows = self.standing(installation, DeliveryStatus::Retrying, most).await?;
        rows.extend(self.standing(installation, DeliveryStatus::Waiting, most).await?);
        rows.sort_by_key(|row| row.id.1);
        Ok(rows)
    }

    /// Deliveries of an installation with one status, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(
        &self,
        installation: InstallationId,
        status: DeliveryStatus,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let text = "SELECT * FROM delivery WHERE installation = $installation AND status = $status LIMIT $limit";
        let bindings = bind! {
            "installation" => installation.to_string(), "status" => status.as_str(),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        self.database.rows("delivery", text, bindings).await
    }

    /// Events after `position` that have a delivery row of an installation, whatever its status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delivered_after(&self, installation: InstallationId, position: u64) -> Result<Vec<u64>, StoreError> {
        let (after, end) = (key(installation, position), end_of(installation));
        let bindings = bind! { "range" => key_range("delivery", Bound::Excluded(after), Bound::Excluded(end)) };
        let rows: Vec<(InstallationId, u64)> =
            self.database.rows("delivery", "SELECT VALUE id FROM $range", bindings).await?;
        Ok(rows.into_iter().map(|(_, event)| event).collect())
    }

    /// How many deliveries of an installation have one status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_standing(
        &self,
        installation: InstallationId,
        status: DeliveryStatus,
    ) -> Result<usize, StoreError> {
        let text = "SELECT count() AS rows FROM delivery \
                    WHERE installation = $installation AND status = $status GROUP ALL";
        let bindings = bind! { "installation" => installation.to_string(), "status" => status.as_str() };
        self.database.count("delivery", text, bindings).await
    }

    /// One delivery.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delivery(&self, installation: InstallationId, event: u64) -> Result<Option<Delivery>, StoreError> {
        let bindings = bind! { "id" => record("delivery", key(installation, event)) };
        self.database.row("delivery", "SELECT * FROM $id", bindings).await
    }

    /// Deliveries that failed for good, by installation and event, after one of them; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dead_letters(
        &self,
        after: Option<(InstallationId, u64)>,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let start = after.map_or(Bound::Unbounded, |(installation, event)| Bound::Excluded(key(installation, event)));
        let bindings = bind! {
            "range" => key_range("delivery", start, Bound::Unbounded),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let text = "SELECT * FROM fn::rows($range) WHERE status = 'dead' LIMIT $limit";
        self.database.rows("delivery", text, bindings).await
    }
}
