//! Answers that were given to requests with an `Idempotency-Key`.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use serde::{Deserialize, Serialize};
use stammgast_domain::Timestamp;

/// An answer as it was given, and the digest of the request it answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// Digest of method, path and body.
    pub request: String,
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
    /// When it was given.
    pub created_at: Timestamp,
}

impl Change {
    /// Keeps the answer with the change that it reports; the same key a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn keep_answer(&mut self, key: &str, answer: &StoredAnswer) -> Result<(), StoreError> {
        self.insert("idempotency", key, answer)
    }
}

impl TenantStore {
    /// The answer that was given under a key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answer(&self, key: &str) -> Result<Option<StoredAnswer>, StoreError> {
        self.database.row("idempotency", "SELECT * FROM $id", bind! { "id" => record("idempotency", key) }).await
    }

    /// Deletes answers given before a time, at most `limit`; gives how many. Not in the turn of other changes, which would
    /// wait for it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_answers(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let find = "SELECT VALUE id FROM idempotency WHERE created_at < $before LIMIT $limit";
        self.forget_found("idempotency", find, bind! { "before" => before.to_string(), "limit" => limit }).await
    }
}
