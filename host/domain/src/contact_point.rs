//! Contact points: the addresses under which a customer is reached and recognised.

use crate::{CustomerId, Timestamp, text};
use serde::{Deserialize, Serialize};

/// What sort of address a contact point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactPointKind {
    /// An e-mail address (RFC 5321), compared without regard to case.
    Email,
    /// A telephone number in E.164 form.
    Phone,
    /// A postal address in one line.
    Postal,
    /// A name on a social network, such as `@ada@example.social`.
    Handle,
    /// A chat identifier given by a messaging provider.
    Chat,
}

impl ContactPointKind {
    /// The name used in texts and identifiers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Postal => "postal",
            Self::Handle => "handle",
            Self::Chat => "chat",
        }
    }
}

/// Why a value is no contact point of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContactPoint {
    /// Not an e-mail address.
    #[error("`{0}` is not an e-mail address; write it as name@example.com without a display name")]
    Email(String),
    /// Not a telephone number.
    #[error("`{0}` is not a telephone number; write it with its country code, such as +49 30 901820")]
    Phone(String),
    /// Blank or too long.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
}

/// An address in normal form: two spellings of one address are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// What sort of address.
    pub kind: ContactPointKind,
    /// The value in normal form: lower-case e-mail, E.164 telephone number, single-spaced text.
    pub value: String,
}

impl Address {
    /// Brings a value into the normal form of its kind.
    ///
    /// # Errors
    /// The value is not an address of this kind.
    pub fn parse(kind: ContactPointKind, given: &str) -> Result<Self, InvalidContactPoint> {
        let shown = || given.chars().take(80).collect::<String>();
        let single_spaced = given.split_whitespace().collect::<Vec<_>>().join(" ");
        text::required("value", &single_spaced, 500)?;
        let value = match kind {
            ContactPointKind::Email => {
                let options = email_address::Options::default().without_display_text();
                email_address::EmailAddress::parse_with_options(&single_spaced, options)
                    .map_err(|_| InvalidContactPoint::Email(shown()))?
                    .as_str()
                    .to_lowercase()
            }
            ContactPointKind::Phone => {
                let number = phonenumber::parse(None, &single_spaced)
                    .ok()
                    .filter(phonenumber::is_valid)
                    .ok_or_else(|| InvalidContactPoint::Phone(shown()))?;
                number.format().mode(phonenumber::Mode::E164).to_string()
            }
            ContactPointKind::Handle => single_spaced.to_lowercase(),
            ContactPointKind::Postal | ContactPointKind::Chat => single_spaced,
        };
        Ok(Self { kind, value })
    }

    /// The key that makes an address unique in a tenant.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.value)
    }
}

/// An address that belongs to a customer. A tenant has at most one live owner per address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// The address in normal form.
    #[serde(flatten)]
    pub address: Address,
    /// The value as it was given.
    pub given: String,
    /// The owner.
    pub customer: CustomerId,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl ContactPoint {
    /// # Errors
    /// The value is not an address of this kind.
    pub fn new(
        customer: CustomerId,
        kind: ContactPointKind,
        given: &str,
        now: Timestamp,
    ) -> Result<Self, InvalidContactPoint> {
        let address = Address::parse(kind, given)?;
        Ok(Self { address, given: given.trim().to_owned(), customer, created_at: now, version: 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(kind: ContactPointKind, given: &str) -> Result<String, InvalidContactPoint> {
        Address::parse(kind, given).map(|address| address.value)
    }

    #[test]
    fn spellings_of_one_address_are_equal() {
        assert_eq!(normal(ContactPointKind::Email, " Ada.Lovelace@Example.COM ").unwrap(), "ada.lovelace@example.com");
        assert_eq!(normal(ContactPointKind::Phone, "+49 (0)30 901820").unwrap(), "+4930901820");
        assert_eq!(normal(ContactPointKind::Phone, "+49 30/901820").unwrap(), "+4930901820");
        assert_eq!(normal(ContactPointKind::Postal, "Am  Ring 1,\n10115 Berlin").unwrap(), "Am Ring 1, 10115 Berlin");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_remedy() {
        for bad in ["", "ada", "ada@", "Ada <ada@example.com>", "a b@example.com"] {
            assert!(normal(ContactPointKind::Email, bad).is_err(), "{bad}");
        }
        for bad in ["030 901820", "+49 1", "call me"] {
            let error = normal(ContactPointKind::Phone, bad).unwrap_err().to_string();
            assert!(error.contains("country code"), "{error}");
        }
    }
}
