//! Scopes: what a key may do. Roles are sets of scopes.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// One permission that a tenant's key may carry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $variant,
        )*}

        impl Scope {
            /// Every scope there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name as it stands in requests.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $text,)*}
            }
        }
    };
}

scopes! {
    /// Read customers and contact points; timelines need the scopes of what stands on them, too.
    CustomersRead = "customers:read",
    /// Record and change customers and contact points.
    CustomersWrite = "customers:write",
    /// Read purchases.
    PurchasesRead = "purchases:read",
    /// Record purchases.
    PurchasesWrite = "purchases:write",
    /// Read what customers do beside buying.
    ActivitiesRead = "activities:read",
    /// Record what customers do beside buying.
    ActivitiesWrite = "activities:write",
    /// Read interactions and raw messages.
    InteractionsRead = "interactions:read",
    /// Record and assign interactions.
    InteractionsWrite = "interactions:write",
    /// Deliver raw messages to channels.
    ChannelsWrite = "channels:write",
    /// Read programs, accounts, ledger entries and redemptions.
    LoyaltyRead = "loyalty:read",
    /// Create and change programs, and give or take points by hand.
    LoyaltyWrite = "loyalty:write",
    /// Redeem points, as a till does.
    LoyaltyRedeem = "loyalty:redeem",
    /// Give and accept points as a partner, with the partner's own key.
    PartnerTrade = "partner:trade",
    /// Read quality findings.
    QualityRead = "quality:read",
    /// Read departments and feedback items.
    FeedbackRead = "feedback:read",
    /// Create departments and decide on feedback items.
    FeedbackWrite = "feedback:write",
    /// Read plugins, installations and what their calls cost, dead letters, notices and the audit log.
    PluginsRead = "plugins:read",
    /// Enable, configure, disable plugins, retry dead letters and mark notices as seen.
    PluginsWrite = "plugins:write",
    /// Create, list and revoke the tenant's keys.
    KeysWrite = "keys:write",
    /// Change what holds for the tenant as a whole, such as its time zone.
    SettingsWrite = "settings:write",
}

/// The text given names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a scope; known are {}", Scope::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownScope {
    /// The text that was given.
    pub given: String,
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let unknown = || UnknownScope { given: text.chars().take(64).collect() };
        Self::ALL.iter().copied().find(|known| known.as_str() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every scope: what a tenant's first key carries.
#[must_use]
pub fn all_scopes() -> BTreeSet<Scope> {
    Scope::ALL.iter().copied().collect()
}
