//! One database: queries with bound values, read back as rows.

use crate::{StoreError, value};
use serde::{Deserialize, de::DeserializeOwned};
use surrealdb::{
    IndexedResults, Surreal,
    engine::{any::Any, local::Db},
    types::{Object, Value},
};

enum Session {
    Embedded(Surreal<Db>),
    Remote(Surreal<Any>),
}

/// A handle that addresses one database and no other.
pub(crate) struct Database {
    name: String,
    session: Session,
}

/// Values bound to the parameters of a query.
pub(crate) type Bindings = Object;

/// Where the results of [`Database::read_together`] begin: the start of the transaction is a result as well.
pub(crate) const FIRST: usize = 1;

/// Builds the bindings of a query: `bind! { "id" => value, … }`.
macro_rules! bind {
    ($($name:literal => $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "no bindings at all is fine")]
        let mut bindings = surrealdb::types::Object::new();
        $(bindings.insert($name, $value);)*
        bindings
    }};
}
pub(crate) use bind;

impl Database {
    pub(crate) fn embedded(name: &str, session: Surreal<Db>) -> Self {
        Self { name: name.to_owned(), session: Session::Embedded(session) }
    }

    pub(crate) fn remote(name: &str, session: Surreal<Any>) -> Self {
        Self { name: name.to_owned(), session: Session::Remote(session) }
    }

    /// Whether other processes may write to it.
    pub(crate) const fn is_remote(&self) -> bool {
        matches!(self.session, Session::Remote(_))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements; all must succeed.
    pub(crate) async fn query(&self, text: &str, bindings: Bindings) -> Result<IndexedResults, StoreError> {
        let mut results = match &self.session {
            Session::Embedded(session) => session.query(text).bind(bindings).await?,
            Session::Remote(session) => session.query(text).bind(bindings).await?,
        };
        match StoreError::from_statements(results.take_errors().into_values()) {
            Some(error) => Err(error),
            None => Ok(results),
        }
    }

    /// Runs statements that only read in one transaction: what they see belongs together, and forty of them take
    /// 7 to 11 ms where each in its own transaction takes 73 ms. The results begin at [`FIRST`].
    pub(crate) async fn read_together(&self, text: &str, bindings: Bindings) -> Result<IndexedResults, StoreError> {
        self.query(&format!("BEGIN;{text};COMMIT;"), bindings).await
    }

    /// The rows of one statement.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        table: &'static str,
        text: &str,
        bindings: Bindings,
    ) -> Result<Vec<T>, StoreError> {
        let mut results = self.query(text, bindings).await?;
        take_rows(table, &mut results, 0)
    }

    /// How many rows a statement counts as `rows`, such as `SELECT count() AS rows FROM … GROUP ALL`.
    pub(crate) async fn count(&self, table: &'static str, text: &str, bindings: Bindings) -> Result<usize, StoreError> {
        #[derive(Deserialize)]
        struct Counted {
            rows: usize,
        }
        let counted: Option<Counted> = self.row(table, text, bindings).await?;
        Ok(counted.map_or(0, |counted| counted.rows))
    }

    /// The first row of one statement.
    pub(crate) async fn row<T: DeserializeOwned>(
        &self,
        table: &'static str,
        text: &str,
        bindings: Bindings,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(table, text, bindings).await?.into_iter().next())
    }
}

/// The rows of the statement at `index`.
pub(crate) fn take_rows<T: DeserializeOwned>(
    table: &'static str,
    results: &mut IndexedResults,
    index: usize,
) -> Result<Vec<T>, StoreError> {
    let rows = match results.take::<Value>(index)? {
        Value::Array(rows) => rows.into_vec(),
        Value::None | Value::Null => Vec::new(),
        one => vec![one],
    };
    rows.into_iter()
        .map(|row| value::from_value(row).map_err(|source| StoreError::Unreadable { table, source }))
        .collect()
}

/// A database in memory after some steps of a schema.
#[cfg(test)]
pub(crate) async fn in_memory(steps: &[crate::migrate::Migration]) -> Database {
    let session = Surreal::new::<surrealdb::engine::local::Mem>(()).await.unwrap();
    session.use_ns("stammgast").use_db("acme").await.unwrap();
    let database = Database::embedded("acme", session);
    crate::migrate::migrate(&database, steps).await.unwrap();
    database
}

/// Asserts that a statement reads an index of a tenant no further than its limit needs: sorted by the index itself,
/// with nothing left to be filtered.
#[cfg(test)]
pub(crate) async fn scans_for(text: &str, bindings: Bindings, index: &str) {
    let database = in_memory(crate::migrate::TENANT).await;
    let plan: Vec<String> = database.rows("plan", &format!("EXPLAIN {text}"), bindings).await.unwrap();
    let plan = plan.concat();
    let scan = plan.lines().find(|line| line.trim_start().starts_with("IndexScan")).unwrap_or_default();
    assert!(scan.contains(index) && scan.contains("limit: "), "{plan}");
    assert!(!["Filter", "Sort", "Limit"].iter().any(|step| plan.contains(&format!("{step} ["))), "{plan}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{migrate::TENANT, value::key_range};
    use std::ops::Bound;
    use surrealdb::types::RecordIdKey;

    #[tokio::test]
    async fn a_range_is_read_only_as_far_as_a_limit_needs() {
        let database = in_memory(TENANT).await;
        let rows = "DEFINE TABLE row; FOR $n IN 0..5000 { CREATE type::record('row', $n) SET n = $n RETURN NONE }";
        database.query(rows, bind! {}).await.unwrap();
        let first = |from: &'static str| {
            let text = format!(
                "SELECT VALUE n FROM {from} WHERE (IF n > 4000 {{ THROW 'read to the end' }} ELSE {{ n > 1 }}) LIMIT 2"
            );
            let range = key_range("row", Bound::Included(RecordIdKey::Number(1)), Bound::Unbounded);
            let database = &database;
            async move { database.rows::<u64>("row", &text, bind! { "range" => range }).await }
        };
        assert_eq!(first("fn::rows($range)").await.unwrap(), [2, 3]);
        // Where this goes well as well, the function is not needed any more.
        assert!(first("$range").await.is_err());
    }
}
