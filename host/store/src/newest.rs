//! The newest rows of what is kept in the order of the log. `SurrealDB` reads a range of keys forwards alone, and all of it
//! where it has to sort: so the log is gone through backwards in stretches, and the rows of each are turned round.

use crate::{
    StoreError, TenantStore,
    database::{Bindings, bind},
    value::key_range,
};
use serde::de::DeserializeOwned;
use std::ops::Bound;
use surrealdb::types::RecordIdKey;

/// Events among which the newest rows are looked for first; further back it is four times as many each time.
const STRETCH: u64 = 500;
/// The most rows that are read at once, unless one event has more.
const AT_ONCE: i64 = 1_000;

/// A place in the log before which rows are looked for.
#[derive(Debug)]
pub(crate) struct Before {
    /// The event whose rows may be among them.
    pub(crate) event: u64,
    /// The key before which they are.
    pub(crate) key: RecordIdKey,
}

impl TenantStore {
    /// The newest rows of a table before a place, newest first; at most `limit`. `key` gives the smallest key of an event's
    /// rows, and `only` narrows them by a condition whose values are bound in `bindings`.
    pub(crate) async fn newest_of_log<R: DeserializeOwned>(
        &self,
        table: &'static str,
        (only, bindings): (&str, Bindings),
        key: impl Fn(u64) -> RecordIdKey,
        before: Option<Before>,
        limit: usize,
    ) -> Result<Vec<R>, StoreError> {
        let last = || Before { event: *self.log_head().borrow(), key: key(u64::MAX) };
        let Before { event, key: mut end } = before.unwrap_or_else(last);
        let (mut upto, mut stretch) = (event.saturating_add(1), STRETCH);
        let query = format!("SELECT * FROM fn::rows($range) {only} LIMIT $limit");
        let mut newest: Vec<R> = Vec::new();
        while upto > 0 && newest.len() < limit {
            let from = upto.saturating_sub(stretch);
            let first = key(from);
            let most = if stretch > 1 { AT_ONCE } else { i64::MAX };
            let range = key_range(table, Bound::Included(first.clone()), Bound::Excluded(end.clone()));
            let mut bindings = bindings.clone();
            bindings.extend(bind! { "range" => range, "limit" => most });
            let rows: Vec<R> = self.database.rows(table, &query, bindings).await?;
            if i64::try_from(rows.len()).is_ok_and(|read| read == most) {
                stretch = (stretch / 4).max(1);
                continue;
            }
            newest.extend(rows.into_iter().rev());
            (end, upto, stretch) = (first, from, stretch.saturating_mul(4));
        }
        newest.truncate(limit);
        Ok(newest)
    }
}
