//! Statements that are run in one go, and their rows.

use crate::{
    StoreError,
    database::{Database, FIRST, take_rows},
};
use serde::de::DeserializeOwned;
use surrealdb::types::{Object, RecordId, Value};

/// Statements that are run in one go.
#[derive(Default)]
pub(super) struct Query {
    text: String,
    bindings: Object,
    /// How many there are.
    pub(super) statements: usize,
}

impl Query {
    /// Rows by their record ids. Gives the statement's place, or `None` where there is nothing to read.
    pub(super) fn add(&mut self, ids: impl Iterator<Item = RecordId>) -> Option<usize> {
        let ids: Vec<Value> = ids.map(Value::RecordId).collect();
        if ids.is_empty() {
            return None;
        }
        let place = self.next();
        self.text.push_str(&format!("SELECT * FROM $of_{place};"));
        self.bindings.insert(format!("of_{place}"), Value::Array(ids.into()));
        Some(place)
    }

    /// Rows of a range, in order.
    pub(super) fn range(&mut self, range: RecordId, limit: Option<usize>) -> usize {
        let place = self.next();
        let limit = limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        self.text.push_str(&format!("SELECT * FROM fn::rows($of_{place}){limit};"));
        self.bindings.insert(format!("of_{place}"), Value::RecordId(range));
        place
    }

    const fn next(&mut self) -> usize {
        self.statements += 1;
        self.statements - 1
    }

    /// Runs them all.
    pub(super) async fn run(self, database: &Database) -> Result<Results, StoreError> {
        if self.statements == 0 {
            return Ok(Results(None));
        }
        Ok(Results(Some(database.read_together(&self.text, self.bindings).await?)))
    }
}

/// What came of them.
pub(super) struct Results(Option<surrealdb::IndexedResults>);

impl Results {
    /// The rows of the statement at a place, if there is one.
    pub(super) fn rows<T: DeserializeOwned>(
        &mut self,
        table: &'static str,
        place: Option<usize>,
    ) -> Result<Vec<T>, StoreError> {
        match (&mut self.0, place) {
            (Some(results), Some(place)) => take_rows(table, results, place + FIRST),
            _ => Ok(Vec::new()),
        }
    }
}
