//! The section `store`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `rocksdb://PATH`, `surrealkv://PATH`, `mem://` or `ws://HOST:PORT`; empty means `RocksDB` in the data folder.
    pub url: String,
    /// User of a remote database.
    pub user: Option<String>,
    /// Password of a remote database; better given as `STAMMGAST_STORE__PASSWORD`.
    pub password: Option<String>,
    /// Entries of the definition cache; about 100 a tenant.
    pub definition_cache: usize,
    /// MiB of `RocksDB`'s block cache.
    pub block_cache_mib: u64,
    /// Rows that one commit gathers at most.
    pub commit_rows: usize,
    /// MiB of raw messages after which a commit gathers no more.
    pub commit_mib: usize,
    /// Changes that may wait for a commit, per tenant.
    pub commit_queue: usize,
    /// Tries of a transaction that meets a conflict.
    pub conflict_tries: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: String::new(),
            user: None,
            password: None,
            definition_cache: 200_000,
            block_cache_mib: 256,
            commit_rows: 4_000,
            commit_mib: 8,
            commit_queue: 4_096,
            conflict_tries: 12,
        }
    }
}

impl Store {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("store.definition_cache", self.definition_cache as u64, 1_000, 100_000_000),
            bound("store.block_cache_mib", self.block_cache_mib, 16, 1 << 20),
            bound("store.commit_rows", self.commit_rows as u64, 1, 100_000),
            bound("store.commit_mib", self.commit_mib as u64, 1, 1_024),
            bound("store.commit_queue", self.commit_queue as u64, 1, 1_000_000),
            bound("store.conflict_tries", u64::from(self.conflict_tries), 1, 100),
        ]
    }
}
