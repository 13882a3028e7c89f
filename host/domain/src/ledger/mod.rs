//! The loyalty ledger: double entry, append only, in whole points.
//!
//! A transaction moves points between accounts and sums to zero. Nothing is ever changed or deleted: a correction is a
//! new transaction with its own cause. Wallets, lots, redemptions and sales are projections of the entries.
//!
//! [`Books::decide`] is the one door: a [`Command`] and a time go in, transactions come out, or a [`Refused`].

mod account;
mod books;
mod command;
mod due;
mod earn;
mod lots;
mod partner;
mod redeem;
mod redemption;
mod refused;
mod sale;
mod taken_back;
mod transaction;
mod wallet;

pub use account::{Account, Amounts, InvalidAccount, Stage};
pub use books::{Books, LEDGER_RULES, MAX_HOLDS, MAX_WALLET};
pub use command::{
    CancelReturn, Command, Dealing, Earn, Follow, PartnerQuota, ReturnedLine, Reversal, Rounding, SaleLine, SaleTerms,
    Settle, Shortfall, Spend, TakeBackEarning, TakeReturn, Withdraw,
};
pub use lots::{Lot, LotKey, Lots, Phase};
pub use partner::{PartnerAccount, PartnerDay, PartnerId, PartnerSums, Statement};
pub use redemption::{Claim, Part, Redemption, RedemptionStatus, Sink};
pub use refused::Refused;
pub use sale::{Sale, SaleLot, SaleReturn};
pub use taken_back::{Place, TakenBack, TakenPart};
pub use transaction::{Cause, Draft, Entry, InvalidTransaction, Movement, Release, Transaction};
pub use wallet::{Deficit, Due, Wallet, WalletId};

/// The largest number of points that one entry moves.
pub const MAX_ENTRY: i64 = 1_000_000_000_000;
/// The program that every new tenant has.
pub const DEFAULT_PROGRAM: &str = "points";
