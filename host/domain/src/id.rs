//! Identifiers: one type a kind of row, so that a customer's id can never stand where a purchase's belongs.
//!
//! An id is either a `UUIDv7` (RFC 9562, given by the caller) or derived from the key that makes its row
//! unique, so that the same fact told twice meets itself instead of becoming a second row.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text given is not an identifier of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {kind} id; give the UUID that the server returned for it")]
pub struct InvalidId {
    /// What kind of row the id should have named.
    pub kind: &'static str,
    /// The text that was given.
    pub given: String,
}

/// A `UUIDv8` (RFC 9562, section 5.8) made of the SHA-256 of length-prefixed parts: equal parts give equal ids,
/// and `["ab", "c"]` differs from `["a", "bc"]`.
#[must_use]
pub fn derived_uuid(domain: &str, parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in std::iter::once(&domain).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that the caller made, usually a UUIDv7.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id that belongs to a natural key: equal parts, equal id.
            #[must_use]
            pub fn derived(parts: &[&str]) -> Self {
                Self(derived_uuid($kind, parts))
            }

            /// The UUID itself.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| InvalidId { kind: $kind, given: text.chars().take(64).collect() })
            }
        }
    )*};
}

ids! {
    /// A customer: person, organisation or prospect.
    CustomerId = "customer";
    /// One contact on any channel, in either direction.
    InteractionId = "interaction";
    /// The raw bytes of one inbound message, as the channel delivered them.
    MessageId = "message";
    /// One purchase.
    PurchaseId = "purchase";
    /// Something that a customer did beside buying.
    ActivityId = "activity";
    /// What a customer said about messages.
    ConsentId = "consent";
    /// One message to a customer that a rule proposed.
    OutreachId = "outreach";
    /// One voucher.
    VoucherId = "voucher";
    /// One warranty on something that was bought.
    WarrantyId = "warranty";
    /// One ledger transaction.
    TransactionId = "transaction";
    /// One redemption of points.
    RedemptionId = "redemption";
    /// One return of a purchase, whole or in part.
    ReturnId = "return";
    /// One quality finding.
    FindingId = "finding";
    /// One feedback item for a department.
    FeedbackItemId = "feedback item";
    /// One tenant's use of a plugin with one configuration.
    InstallationId = "installation";
    /// Something that a tenant's admins should look at.
    NoticeId = "notice";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_depend_on_every_part_and_its_borders() {
        let id = CustomerId::derived(&["ab", "c"]);
        assert_eq!(id, CustomerId::derived(&["ab", "c"]));
        assert_ne!(id, CustomerId::derived(&["a", "bc"]));
        assert_ne!(id.uuid(), PurchaseId::derived(&["ab", "c"]).uuid());
        assert_eq!(id.uuid().get_version_num(), 8);
    }

    #[test]
    fn an_id_that_is_no_uuid_is_refused_by_kind() {
        let error = "nonsense".parse::<PurchaseId>().unwrap_err();
        assert!(error.to_string().contains("purchase id"), "{error}");
    }
}
