//! Reading the event log.

use crate::{
    StoreError, TenantStore,
    database::bind,
    sealing::{StoredEvent, open_events},
    value::{key_range, record},
};
use stammgast_domain::event::{Event, EventType};
use std::ops::Bound;
use surrealdb::types::{RecordId, RecordIdKey, Value};

/// A part of the log, without what can no longer be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Its events, in order.
    pub events: Vec<Event>,
    /// Events that were left out, because the personal data of their subjects was erased.
    pub erased: u64,
    /// How far it reaches: every event of these sorts up to this one is in it.
    pub end: u64,
}

fn number(seq: u64) -> RecordIdKey {
    RecordIdKey::Number(i64::try_from(seq).unwrap_or(i64::MAX))
}

/// The record ids of events after one and up to another.
pub(crate) fn events_between(after: u64, until: u64) -> RecordId {
    key_range("event", Bound::Excluded(number(after)), Bound::Included(number(until)))
}

impl TenantStore {
    /// Events of these sorts after `after` and up to `until`, in order; at most `limit`.
    ///
    /// # Errors
    /// The database failed, or an event's personal data cannot be opened.
    pub async fn events(
        &self,
        after: u64,
        until: u64,
        types: &[EventType],
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let stored = self.stored_events(after, until, types, limit).await?;
        open_events(&self.database, &self.master, stored).await?.collect()
    }

    /// The same without those whose personal data was erased.
    ///
    /// # Errors
    /// The database failed, or an event is unreadable for another reason.
    pub async fn stretch(
        &self,
        after: u64,
        until: u64,
        types: &[EventType],
        limit: usize,
    ) -> Result<Stretch, StoreError> {
        let stored = self.stored_events(after, until, types, limit).await?;
        let end = stored.last().filter(|_| stored.len() >= limit).map_or(until, StoredEvent::seq);
        let (mut events, mut erased) = (Vec::with_capacity(stored.len()), 0);
        for opened in open_events(&self.database, &self.master, stored).await? {
            match opened {
                Ok(event) => events.push(event),
                Err(StoreError::Sealed { .. }) => erased += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(Stretch { events, erased, end })
    }

    /// One event.
    ///
    /// # Errors
    /// The database failed, or the event's personal data cannot be opened.
    pub async fn event(&self, seq: u64) -> Result<Option<Event>, StoreError> {
        let bindings = bind! { "id" => record("event", number(seq)) };
        let stored: Vec<StoredEvent> = self.database.rows("event", "SELECT * FROM $id", bindings).await?;
        open_events(&self.database, &self.master, stored).await?.next().transpose()
    }

    async fn stored_events(
        &self,
        after: u64,
        until: u64,
        types: &[EventType],
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let types: Vec<Value> = types.iter().map(|known| Value::String(known.as_str().to_owned())).collect();
        let bindings = bind! {
            "range" => events_between(after, until), "types" => Value::Array(types.into()),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let query = "SELECT * FROM fn::rows($range) WHERE type IN $types LIMIT $limit";
        self.database.rows("event", query, bindings).await
    }
}
