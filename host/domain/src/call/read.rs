//! What a running plugin read of the host, kept so that the call can be repeated exactly.

use crate::{
    CustomerId, Points, Timestamp, customer::Customer, interaction::Interaction, program::Zone, purchase::Purchase,
    tier::Standing,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A value of plugin state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateValue {
    /// The value; `None` where there is none, or none any more.
    #[serde(default, with = "super::base64_option", skip_serializing_if = "Option::is_none")]
    pub value: Option<Vec<u8>>,
    /// Counts up with every change, deletions included; 0 where there never was a value.
    #[serde(default)]
    pub version: u64,
    /// Whether it lies in an earlier generation of the state, which never changes any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
}

/// Which part of a customer's past is asked for, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PastPage {
    /// Where the page starts, as an earlier page gave it; at the newest without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How many rows at most.
    pub limit: usize,
}

/// A part of a customer's past, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts; `None` at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Default for Past<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next: None }
    }
}

/// Where a customer stands in a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundTier {
    /// The tier's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The last day on which it holds without being earned again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Whether that day has passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_review: bool,
}

impl FoundTier {
    /// A standing as it is at a time.
    #[must_use]
    pub fn of(standing: &Standing, at: Timestamp, zone: &Zone) -> Self {
        Self {
            code: standing.tier.clone(),
            since: Some(standing.since),
            last_day: standing.last_day,
            in_review: standing.is_in_review(at, zone),
        }
    }
}

/// One answer that the host gave a running plugin. Fields without a grant are not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "kebab-case")]
pub enum Read {
    /// A value of the installation's state.
    State {
        /// The customer it belongs to; without one it is shared by the installation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// The key.
        key: String,
        /// What was found.
        #[serde(flatten)]
        found: StateValue,
    },
    /// How many keys the installation's state has.
    StateKeys {
        /// The customer whose state it is; without one the state that is shared by the installation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// Their number.
        found: usize,
    },
    /// The event's customer.
    Customer {
        /// The customer; `None` where there is none.
        found: Option<Box<Customer>>,
    },
    /// The event's customer's points.
    Points {
        /// The program's code.
        program: String,
        /// The available points.
        found: Points,
    },
    /// The event's customer's tier.
    Tier {
        /// The program's code.
        program: String,
        /// Where the customer stands.
        found: FoundTier,
    },
    /// A page of the event's customer's purchases.
    Purchases {
        /// Which page.
        page: PastPage,
        /// What was found.
        found: Past<Purchase>,
    },
    /// A page of the event's customer's contacts.
    Interactions {
        /// Which page.
        page: PastPage,
        /// What was found.
        found: Past<Interaction>,
    },
}
