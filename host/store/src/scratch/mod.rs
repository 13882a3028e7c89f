//! Scratch files: what a back-test works with, beside the database. redb, because it is one file, needs no other
//! process, keeps its memory within a bound, and survives being killed between two batches.
//!
//! Values that may be personal are sealed under the master key; the file goes with its back-test.

mod desk;
mod read;
mod write;

pub use desk::{OpenScratch, ScratchDesk};
pub use read::{CustomerPoints, Rank, Snapshot};
pub use write::{Batch, StatePlace, Synced};

use crate::{StoreError, vault::SealingKey};
use redb::{Builder, Database, ReadableDatabase, TableDefinition};
use std::{fs, path::Path};

/// Side, customer (or nothing), key: a sealed value of simulated state.
const STATE: TableDefinition<'_, (u8, &str, &str), &[u8]> = TableDefinition::new("state");
/// Sort of fact, owner, order: the event that tells of it.
const FACTS: TableDefinition<'_, (u8, &str, &str), u64> = TableDefinition::new("facts");
/// Side, customer, program: points by then.
const BALANCES: TableDefinition<'_, (u8, &str, &str), i64> = TableDefinition::new("balances");
/// Customer: points on both sides, by program, as JSON.
const POINTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("points");
/// How much points differ, largest first, and whose.
const RANKS: TableDefinition<'_, (u64, &str), ()> = TableDefinition::new("ranks");
/// Event: how the sides dealt with it, as JSON.
const DIFFERENCES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("differences");
/// One row: how far the file has got, as JSON.
const PLACE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("place");

/// What a fact of the past is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FactSort {
    /// A customer as it was last told of.
    Customer = 0,
    /// A purchase of a customer.
    Purchase = 1,
    /// A contact of a customer.
    Interaction = 2,
    /// A customer's tier in a program.
    Tier = 3,
}

/// A scratch file.
pub struct Scratch {
    database: Database,
    seal: SealingKey,
}

pub(crate) fn failed(error: impl Into<redb::Error>) -> StoreError {
    StoreError::Scratch(Box::new(error.into()))
}

impl Scratch {
    /// Opens a scratch file, or makes it. `memory` bounds its cache in bytes.
    ///
    /// # Errors
    /// The file cannot be used.
    fn open(path: &Path, master_key: &[u8; 32], memory: usize) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            let unusable = |source| StoreError::File { path: folder.display().to_string(), source };
            fs::create_dir_all(folder).map_err(unusable)?;
        }
        let mut builder = Builder::new();
        builder.set_cache_size(memory);
        let database = builder.create(path).map_err(failed)?;
        let scratch = Self { database, seal: SealingKey::new(master_key) };
        scratch.make_tables()?;
        Ok(scratch)
    }

    /// What is in the file now; later batches do not change it.
    ///
    /// # Errors
    /// The file failed.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot::new(self.database.begin_read().map_err(failed)?, self.seal.clone()))
    }
}
