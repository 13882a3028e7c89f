//! Numbers that are counted in the transaction that makes them true, up to a bound.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use serde::Deserialize;
use std::collections::BTreeMap;
use surrealdb::types::{Object, RecordIdKey, Value};

#[derive(Deserialize)]
struct Row {
    id: String,
    count: i64,
}

impl Change {
    /// Counts `by` more, or fewer below zero. Past `most` the whole change fails as [`StoreError::Spent`].
    pub fn count(&mut self, key: &str, by: i64, most: Option<u64>) {
        let mut count = Object::new();
        count.insert("id", Value::RecordId(record("tally", RecordIdKey::String(key.to_owned()))));
        count.insert("by", by);
        count.insert("most", most.map_or(i64::MAX, |most| i64::try_from(most).unwrap_or(i64::MAX)));
        self.counts.push(Value::Object(count));
    }
}

impl TenantStore {
    /// How many were counted under these keys; what nobody counted is not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tallies(&self, keys: &[String]) -> Result<BTreeMap<String, i64>, StoreError> {
        let ids: Vec<Value> = keys.iter().map(|key| Value::RecordId(record("tally", key.as_str()))).collect();
        let rows: Vec<Row> =
            self.database.rows("tally", "SELECT * FROM $ids", bind! { "ids" => Value::Array(ids.into()) }).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.count)).collect())
    }
}
