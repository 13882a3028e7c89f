//! Write Stammgast plugins in Rust.
//!
//! A plugin is a type that implements the trait of its kind, and one line that exports it:
//!
//! ```
//! # #[cfg(feature = "loyalty")] mod plugin {
//! use stammgast_sdk::{EventContext, PluginError, Purchase, Reason, loyalty};
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     program: String,
//! }
//!
//! struct Points;
//!
//! impl loyalty::LoyaltyRules for Points {
//!     type Config = Config;
//!
//!     fn on_purchase(_: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
//!         let points = purchase.amount.minor / 100;
//!         if points > 0 {
//!             loyalty::earn(&config.program, points, Reason::new("purchase", format!("{points} points")));
//!         }
//!         Ok(())
//!     }
//! }
//!
//! stammgast_sdk::export!(Points: loyalty);
//! # }
//! ```
//!
//! Each kind is a cargo feature and a module: [`loyalty`], [`quality`], [`channel`], [`feedback`]. What the host offers
//! to all of them is in [`log`], [`state`] and [`lookup`]; [`reminders`] and [`contacts`] are for loyalty. What a
//! plugin asks for happens when its call has returned `Ok`, and not before. In native tests the helpers talk to
//! [`testing`].

// A plugin with fewer kinds needs less of what they share, and the links above lead to all of them.
#![cfg_attr(
    not(all(feature = "loyalty", feature = "quality", feature = "channel", feature = "feedback")),
    allow(dead_code, rustdoc::broken_intra_doc_links)
)]

/// What the README shows has to compile.
#[cfg(all(doctest, feature = "loyalty", feature = "channel"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[doc(hidden)]
pub mod bindings;
#[cfg(feature = "channel")]
pub mod channel;
mod config;
#[cfg(feature = "loyalty")]
pub mod contacts;
mod date;
mod export;
#[cfg(feature = "feedback")]
pub mod feedback;
mod host;
pub mod log;
pub mod lookup;
#[cfg(feature = "loyalty")]
pub mod loyalty;
#[cfg(feature = "quality")]
pub mod quality;
mod reason;
#[cfg(feature = "loyalty")]
pub mod reminders;
pub mod state;
#[cfg(not(target_family = "wasm"))]
pub mod testing;

#[doc(inline)]
pub use bindings::stammgast::types::types::{
    Attachment, Date, Direction, EventContext, Evidence, Interaction, Money, PluginError, Points, Purchase,
    PurchaseLine, Reason, Timestamp,
};
pub use config::NoConfig;
