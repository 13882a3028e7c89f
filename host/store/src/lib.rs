//! Where everything is kept: `SurrealDB`, embedded or remote, one database per tenant plus one for control.
//!
//! Writes are gathered into a [`Change`] and committed by [`TenantStore::commit`]: rows and events in one synced
//! transaction. Reads go straight to the database. A [`TenantStore`] can address its own tenant only.

mod activities;
mod aftersales;
mod backtests;
mod calls;
mod change;
mod completions;
mod control;
mod customers;
mod database;
mod delivery;
mod due;
mod engine;
mod error;
mod events;
mod feedback;
mod figures;
mod history;
mod idempotency;
mod installations;
mod interactions;
mod ledger;
mod master;
mod memberships;
mod migrate;
mod newest;
mod notices;
mod occasions;
mod outreach;
mod overview;
mod page;
mod partners;
mod past;
mod plugin_state;
mod programs;
mod purchases;
mod quality;
mod removed;
mod returns;
mod rewards;
mod scratch;
mod sealing;
mod secrets;
mod secrets_key;
mod settings;
mod tally;
mod tenant;
mod tiers;
mod trust;
mod value;
mod vault;
mod vouchers;
mod writer;

pub use calls::{CallOrder, StoredCall};
pub use change::Change;
pub use completions::Completion;
pub use control::{ApiKey, Store};
pub use delivery::{Cursor, Delivery, DeliveryStatus};
pub use due::{Due, DueItem, DueWhat};
pub use error::StoreError;
pub use events::Stretch;
pub use idempotency::StoredAnswer;
pub use ledger::{Discrepancy, LedgerLine, LedgerOrder, Settled, TrialBalance, Verified};
pub use notices::WhichNotices;
pub use occasions::{Calendar, YearlyDay};
pub use overview::Overview;
pub use page::{Page, PageRequest};
pub use programs::AtTheTill;
pub use purchases::timeline_key;
pub use scratch::{
    Batch, CustomerPoints, FactSort, OpenScratch, Rank, Scratch, ScratchDesk, Snapshot, StatePlace, Synced,
};
pub use secrets_key::Wrapping;
pub use settings::{EngineKind, StoreSettings};
pub use tenant::TenantStore;
pub use trust::TrustedKey;
