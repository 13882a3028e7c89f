//! The small state that installations keep, in generations: see [`StateLineage`](stammgast_domain::plugin::StateLineage).

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{CustomerId, call::StateValue, effect::StateChange};
use std::{collections::BTreeMap, ops::Bound};
use surrealdb::types::{RecordIdKey, Value};

#[derive(Serialize)]
struct NewRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a serde_bytes::Bytes>,
    version: u64,
}

#[derive(Deserialize)]
struct StateRow {
    id: (String, String, String),
    /// `None` once it was deleted. The row stays, so that its version never begins anew.
    #[serde(with = "serde_bytes", default)]
    value: Option<Vec<u8>>,
    version: u64,
}

#[derive(Deserialize)]
struct KeyRow {
    id: (String, String, String),
    is_live: bool,
}

/// Past every key: the highest character.
const LAST_KEY: &str = "\u{10ffff}";

fn state_key(generation: &str, customer: Option<CustomerId>, key: &str) -> RecordIdKey {
    let customer = customer.map(|customer| customer.to_string()).unwrap_or_default();
    composite([text(generation), text(customer), text(key)])
}

impl Change {
    /// Changes an installation's state in its newest generation, if it still has the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn change_state(&mut self, generation: &str, change: &StateChange) -> Result<(), StoreError> {
        let key = state_key(generation, change.customer, &change.key);
        let row =
            NewRow { value: change.value.as_deref().map(serde_bytes::Bytes::new), version: change.read_version + 1 };
        match change.read_version {
            0 if change.value.is_none() => Ok(()),
            // What lies in an earlier generation never changes: the newest one simply has no row yet.
            read if read == 0 || change.inherited => self.insert("plugin_state", key, &row),
            read => self.replace("plugin_state", key, read, &row),
        }
    }
}

impl TenantStore {
    /// One value of an installation's state, looked for in these generations, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plugin_state(
        &self,
        generations: &[String],
        customer: Option<CustomerId>,
        key: &str,
    ) -> Result<StateValue, StoreError> {
        let ids: Vec<Value> = generations
            .iter()
            .map(|generation| Value::RecordId(record("plugin_state", state_key(generation, customer, key))))
            .collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<StateRow> = self.database.rows("plugin_state", "SELECT * FROM $ids", bindings).await?;
        let found = generations.iter().enumerate().find_map(|(age, generation)| {
            let row = rows.iter().find(|row| row.id.0 == *generation)?;
            Some(StateValue { value: row.value.clone(), version: row.version, inherited: age > 0 })
        });
        Ok(found.unwrap_or_default())
    }

    /// How many keys with a value an installation's state has in these generations, newest first, of a customer or
    /// shared. Of each generation at most `limit` keys are looked at, deleted ones among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plugin_state_keys(
        &self,
        generations: &[String],
        customer: Option<CustomerId>,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let mut newest: BTreeMap<String, bool> = BTreeMap::new();
        for generation in generations {
            let end = |key: &str| state_key(generation, customer, key);
            let range = key_range("plugin_state", Bound::Included(end("")), Bound::Included(end(LAST_KEY)));
            let bindings = bind! { "range" => range, "limit" => i64::try_from(limit).unwrap_or(i64::MAX) };
            let text = "SELECT id, value != NONE AS is_live FROM fn::rows($range) LIMIT $limit";
            let rows: Vec<KeyRow> = self.database.rows("plugin_state", text, bindings).await?;
            for row in rows {
                newest.entry(row.id.2).or_insert(row.is_live);
            }
        }
        Ok(newest.values().filter(|is_live| **is_live).count())
    }
}
