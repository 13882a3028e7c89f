//! Where the data lives and how much memory the database may use.

use crate::StoreError;
use std::fmt;

/// Settings of the store. Every number is a bound.
#[derive(Clone)]
pub struct StoreSettings {
    /// `rocksdb://PATH`, `surrealkv://PATH`, `mem://` or `ws://HOST:PORT`.
    pub url: String,
    /// User for a remote database.
    pub user: Option<String>,
    /// Password for a remote database.
    pub password: Option<String>,
    /// Entries of the embedded database's definition cache; about 5 a table and tenant.
    pub definition_cache: usize,
    /// Bytes of the embedded `RocksDB`'s block cache.
    pub block_cache: u64,
    /// Rows that one commit may gather from waiting changes.
    pub commit_rows: usize,
    /// Bytes of raw messages after which a commit gathers no more waiting changes.
    pub commit_bytes: usize,
    /// Changes that may wait for a commit, per tenant; more wait at the door.
    pub commit_queue: usize,
    /// Tries of a transaction that meets a conflict.
    pub conflict_tries: u32,
    /// The 32-byte key that wraps the data keys.
    pub master_key: [u8; 32],
    /// The 32-byte key that wraps the keys of tenants' secrets.
    pub secrets_key: [u8; 32],
    /// The key before it, while tenants' keys are wrapped anew.
    pub previous_secrets_key: Option<[u8; 32]>,
}

/// Neither the keys nor the password are shown.
impl fmt::Debug for StoreSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreSettings").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The engines that can hold the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Embedded, on disk; the default.
    RocksDb,
    /// Embedded, on disk, without C++.
    SurrealKv,
    /// Embedded, in memory; gone at the end of the process.
    Memory,
    /// A `SurrealDB` server or cluster.
    Remote,
}

impl EngineKind {
    /// Which engine a URL asks for.
    ///
    /// # Errors
    /// The URL's scheme is none that this program knows.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("rocksdb") => Ok(Self::RocksDb),
            Some("surrealkv") => Ok(Self::SurrealKv),
            Some("mem") => Ok(Self::Memory),
            Some("ws" | "wss") => Ok(Self::Remote),
            _ => Err(StoreError::Url(format!(
                "`{url}` names no database; write rocksdb://PATH, surrealkv://PATH, mem:// or ws://HOST:PORT"
            ))),
        }
    }
}
