//! One database: queries with bound values, read back as rows.

use crate::{StoreError, value};
use serde::de::DeserializeOwned;
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
