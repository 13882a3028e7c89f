//! Consent: append only, the newest for a purpose and a channel counts.

use super::Purpose;
use crate::{ConsentId, CustomerId, Timestamp, contact_point::ContactPointKind, text};
use serde::{Deserialize, Serialize};

/// Whether a customer agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentStatus {
    /// Yes.
    Given,
    /// Not, or not any more.
    Withdrawn,
}

/// What a customer said about messages of a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// `UUIDv7`.
    pub id: ConsentId,
    /// Whose.
    pub customer: CustomerId,
    /// For what.
    pub purpose: Purpose,
    /// On which sort of address; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ContactPointKind>,
    /// What was said.
    pub status: ConsentStatus,
    /// Where it was said: a code such as `checkout` or `letter`.
    pub source: String,
    /// The proof: what was shown or said, or where it is filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// When it was said.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// Why a consent is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConsent {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// Said in the future.
    #[error("occurred_at lies in the future; nobody has said that yet")]
    Future,
}

impl InvalidConsent {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Future => "occurred_at",
        }
    }
}

impl Consent {
    /// Checks what a caller tells.
    ///
    /// # Errors
    /// See [`InvalidConsent`].
    pub fn validate(&self) -> Result<(), InvalidConsent> {
        text::code("source", &self.source)?;
        if let Some(proof) = &self.proof {
            text::required("proof", proof, 2_000)?;
        }
        if self.occurred_at > self.recorded_at { Err(InvalidConsent::Future) } else { Ok(()) }
    }
}

/// What counts for a message that goes out on no certain channel: a withdrawal for any channel, otherwise what was said for
/// all of them.
#[must_use]
pub fn on_any_channel(consents: &[Consent], purpose: Purpose) -> Option<ConsentStatus> {
    let on = |channel| newest(consents, purpose, channel).map(|consent| consent.status);
    let withdrawn = consents.iter().any(|consent| on(consent.channel) == Some(ConsentStatus::Withdrawn));
    if withdrawn { Some(ConsentStatus::Withdrawn) } else { on(None) }
}

/// What counts for a purpose: the newest of what was said for all channels and for this one. Of what was said at the same
/// time, a withdrawal counts, otherwise what was recorded last.
#[must_use]
pub fn newest(consents: &[Consent], purpose: Purpose, channel: Option<ContactPointKind>) -> Option<&Consent> {
    let fits = |consent: &&Consent| consent.channel.is_none() || consent.channel == channel;
    let of_purpose = consents.iter().filter(|consent| consent.purpose == purpose).filter(fits);
    of_purpose
        .max_by_key(|consent| (consent.occurred_at, consent.status == ConsentStatus::Withdrawn, consent.recorded_at))
}
