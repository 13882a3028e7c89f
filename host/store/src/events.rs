//! Reading the event log.

use crate::{
    StoreError, TenantStore,
    database::bind,
    sealing::{StoredEvent, open_events},
    value::{key_range, record},
};
use stammgast_domain::event::{Event, EventType};
use std::ops::Bound;
use surrealdb::types::{RecordIdKey, Value};

fn number(seq: u64) -> RecordIdKey {
    RecordIdKey::Number(i64::try_from(seq).unwrap_or(i64::MAX))
}

impl TenantStore {
    /// Events of these sorts after `after` and up to `until`, in order.
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
        let types: Vec<Value> = types.iter().map(|known| Value::String(known.as_str().to_owned())).collect();
        let range = key_range("event", Bound::Excluded(number(after)), Bound::Included(number(until)));
        let bindings = bind! {
            "range" => range, "types" => Value::Array(types.into()),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let query = "SELECT * FROM fn::rows($range) WHERE type IN $types LIMIT $limit";
        let stored: Vec<StoredEvent> = self.database.rows("event", query, bindings).await?;
        open_events(&self.database, &self.master, stored).await
    }

    /// One event.
    ///
    /// # Errors
    /// The database failed, or the event's personal data cannot be opened.
    pub async fn event(&self, seq: u64) -> Result<Option<Event>, StoreError> {
        let bindings = bind! { "id" => record("event", number(seq)) };
        let stored: Vec<StoredEvent> = self.database.rows("event", "SELECT * FROM $id", bindings).await?;
        Ok(open_events(&self.database, &self.master, stored).await?.into_iter().next())
    }
}
