//! What the business means: plain types and pure rules.
//!
//! Nothing in this crate does I/O, reads a clock, draws a random number or waits. Time, identifiers and
//! configuration are arguments, so every rule can be tested by examples and properties alone.

pub mod access;
pub mod audit;
pub mod backtest;
pub mod birthday;
pub mod call;
pub mod case;
pub mod contact_point;
pub mod customer;
pub mod digest;
pub mod effect;
pub mod event;
mod event_json;
pub mod feedback;
pub mod finding;
pub mod id;
pub mod interaction;
pub mod ledger;
pub mod mask;
pub mod money;
pub mod notice;
pub mod partner;
pub mod plugin;
pub mod program;
pub mod purchase;
pub mod purchase_return;
pub mod request;
pub mod secret;
pub mod signature;
pub mod tenant;
pub mod text;
pub mod time;
pub mod usage;

pub use id::{
    CustomerId, FeedbackItemId, FindingId, InstallationId, InteractionId, MessageId, NoticeId, PurchaseId,
    RedemptionId, ReturnId, TransactionId,
};
pub use money::{Currency, Money, Points};
pub use tenant::TenantId;
pub use time::Timestamp;
