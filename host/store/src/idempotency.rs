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

    /// Forgets answers given before a time, some at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_answers(&self, before: Timestamp) -> Result<(), StoreError> {
        loop {
            let text = "SELECT VALUE id FROM idempotency WHERE created_at < $before LIMIT 500";
            let old: Vec<String> =
                self.database.rows("idempotency", text, bind! { "before" => before.to_string() }).await?;
            if old.is_empty() {
                return Ok(());
            }
            let mut change = Change::new();
            for key in old {
                change.delete("idempotency", key);
            }
            self.commit(change).await?;
        }
    }
}
