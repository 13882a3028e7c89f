//! The ledger's rows. The writer loads what a decision needs, lets the domain decide, and saves what became of it.

mod desk;
mod load;
mod lots;
mod order;
mod postings;
mod query;
mod read;
mod rows;
mod save;
mod verify;
mod verify_accounts;

pub(crate) use desk::{Desk, Spoilt};
pub(crate) use order::Rest;
pub(crate) use postings::posting_rows;

pub use order::{LedgerOrder, Settled};
pub use read::{LedgerLine, TrialBalance};
pub use verify::{Discrepancy, Verified};
