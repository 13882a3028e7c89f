//! Loyalty rules: what has this customer earned?
//!
//! Each family of events has a trait of its own, and a word for [`crate::export!`]. A plugin implements and exports
//! those of the events that its manifest names, one or several. Each trait names its configuration, which may be the
//! same type for all.
//!
//! | event | trait | word |
//! | --- | --- | --- |
//! | `purchase.recorded` | [`LoyaltyRules`] | `loyalty` |
//! | `occasion.reached` | [`OccasionRules`] | `occasions` |
//! | `activity.recorded` | [`ActivityRules`] | `activities` |
//! | `loyalty.points-posted` | [`PointsRules`] | `points` |
//!
//! All of them may ask for the same: what stands here, and [`crate::reminders`] and [`crate::contacts`].

#[doc(hidden)]
pub mod activities;
#[doc(hidden)]
pub mod bindings;
mod effects;
#[doc(hidden)]
pub mod occasions;
#[doc(hidden)]
pub mod points;
#[doc(hidden)]
pub mod purchases;

#[doc(inline)]
pub use activities::{ActivityRules, on_activity};
#[doc(inline)]
pub use bindings::stammgast::loyalty::loyalty_types::{Activity, Occasion, PointsChange};
pub use effects::{earn, earn_decimal, end_eligibility, issue_voucher, make_eligible, propose_no_tier, propose_tier};
#[doc(inline)]
pub use occasions::{OccasionRules, on_occasion};
#[doc(inline)]
pub use points::{PointsRules, on_points};
#[doc(inline)]
pub use purchases::{LoyaltyRules, on_purchase};
