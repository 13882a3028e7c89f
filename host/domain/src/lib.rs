//! What the business means: plain types and pure rules.
//!
//! Nothing in this crate does I/O, reads a clock, draws a random number or waits. Time, identifiers and
//! configuration are arguments, so every rule can be tested by examples and properties alone.

pub mod access;
pub mod activity;
pub mod audit;
pub mod backtest;
pub mod birthday;
pub mod call;
pub mod case;
pub mod contact_point;
pub mod customer;
pub mod digest;
pub mod effect;
pub mod eligibility;
pub mod event;
mod event_json;
pub mod feedback;
pub mod figures;
pub mod finding;
pub mod hold_out;
pub mod id;
pub mod interaction;
pub mod ledger;
pub mod mask;
pub mod membership;
pub mod money;
pub mod notice;
pub mod occasion;
pub mod outreach;
pub mod partner;
pub mod plugin;
pub mod program;
pub mod purchase;
pub mod purchase_return;
pub mod referral;
pub mod request;
pub mod reward;
pub mod secret;
pub mod signature;
pub mod tenant;
pub mod text;
pub mod tier;
pub mod time;
pub mod usage;
pub mod voucher;
pub mod warranty;

pub use id::{
    ActivityId, ConsentId, CustomerId, FeedbackItemId, FindingId, InstallationId, InteractionId, MessageId, NoticeId,
    OutreachId, PurchaseId, RedemptionId, ReturnId, TransactionId, VoucherId, WarrantyId,
};
pub use money::{Currency, Money, Points};
pub use tenant::TenantId;
pub use time::Timestamp;
