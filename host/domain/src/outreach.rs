//! Messages that rules propose to customers, and whether they are said: consent, limits for each purpose, and hours of
//! rest. All of it is the tenant's to decide, and no plugin gets around it.

use crate::{CustomerId, OutreachId, Timestamp, VoucherId, effect::Reason, finding::Provenance, text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

mod consent;
mod pressure;

pub use consent::{Consent, ConsentStatus, InvalidConsent, newest, on_any_channel};
pub use pressure::{Balance, Cap, ContactPolicy, HeldBack, InvalidContactPolicy, Quiet, Said, Situation, Verdict};

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The customer needs it.
    Service,
    /// It cares for the relationship.
    Relationship,
    /// It sells.
    Selling,
}

impl Purpose {
    /// The name in rows and texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Relationship => "relationship",
            Self::Selling => "selling",
        }
    }
}

/// A message that a rule proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedContact {
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about, a code.
    pub topic: String,
    /// A line that says what it is.
    pub title: String,
    /// What is said.
    pub text: String,
    /// The offer of a voucher that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The last day on which it makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Why.
    pub reason: Reason,
}

impl ProposedContact {
    /// Checks its texts.
    ///
    /// # Errors
    /// A text is blank, too long or no code.
    pub fn validate(&self) -> Result<(), text::InvalidText> {
        text::code("topic", &self.topic)?;
        text::required("title", &self.title, 300)?;
        text::required("text", &self.text, 10_000)
    }

    /// Bytes that it holds in memory, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let offer = self.offer.as_ref().map_or(0, String::len);
        let reason = self.reason.code.len() + self.reason.text.len();
        self.topic.len() + self.title.len() + self.text.len() + offer + reason
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutreachStatus {
    /// It may be said, from its time on.
    Planned,
    /// It is not said.
    HeldBack,
}

/// A message to a customer, said or held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outreach {
    /// Derived from what proposed it.
    pub id: OutreachId,
    /// To whom.
    pub customer: CustomerId,
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about, a code.
    pub topic: String,
    /// A line that says what it is.
    pub title: String,
    /// What is said.
    pub text: String,
    /// The voucher that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<VoucherId>,
    /// What becomes of it.
    pub status: OutreachStatus,
    /// Why it is held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_back: Option<HeldBack>,
    /// From when on it may be said.
    pub not_before: Timestamp,
    /// The last day on which it makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Why it was proposed.
    pub reason: Reason,
    /// Which call of which plugin proposed it; `None` for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// When what led there happened.
    pub occurred_at: Timestamp,
    /// When it was decided.
    pub recorded_at: Timestamp,
    /// Counts up with every change.
    pub version: u64,
}

impl Outreach {
    /// A proposal of somebody, as it was decided: without a voucher.
    #[must_use]
    pub fn decided(
        contact: ProposedContact,
        (id, customer): (OutreachId, CustomerId),
        verdict: Verdict,
        (occurred_at, now): (Timestamp, Timestamp),
    ) -> Self {
        let (status, held_back, not_before) = match verdict {
            Verdict::From(at) => (OutreachStatus::Planned, None, at),
            Verdict::Held(why) => (OutreachStatus::HeldBack, Some(why), now),
        };
        let ProposedContact { purpose, topic, title, text, last_day, reason, .. } = contact;
        Self {
            id,
            customer,
            purpose,
            topic,
            title,
            text,
            voucher: None,
            status,
            held_back,
            not_before,
            last_day,
            reason,
            provenance: None,
            occurred_at,
            recorded_at: now,
            version: 1,
        }
    }

    /// The same, held back although it was planned.
    #[must_use]
    pub fn held(&self, why: HeldBack) -> Self {
        Self { status: OutreachStatus::HeldBack, held_back: Some(why), version: self.version + 1, ..self.clone() }
    }
}
