//! Activities: what customers do beside buying, such as answering a survey.

use crate::{ActivityId, CustomerId, Timestamp, text, time::ImplausibleTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most details of one activity.
pub const MAX_DETAILS: usize = 50;
/// The source of what the host itself records.
pub const HOST: &str = "stammgast";

/// Kinds that only the host records.
pub const OWN_KINDS: [&str; 5] =
    ["referral-made", "referral-accepted", "membership-started", "membership-renewed", "membership-ended"];

/// Something that a customer did, and that is no purchase. Unique by its source and its id there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Derived from `source` and `external_id`.
    pub id: ActivityId,
    /// Who did it.
    pub customer: CustomerId,
    /// What it is, a code such as `survey-answered`.
    pub kind: String,
    /// The system that told of it, a code.
    pub source: String,
    /// Its name in that system.
    pub external_id: String,
    /// Details, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change.
    pub version: u64,
}

/// Why an activity is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActivity {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// It cannot have happened then.
    #[error(transparent)]
    Time(#[from] ImplausibleTime),
    /// Too many details.
    #[error("details has {0} entries; at most {MAX_DETAILS} fit in one activity")]
    TooManyDetails(usize),
    /// A kind or a source that only the host uses.
    #[error("{field} `{given}` is the host's own; choose another")]
    Own {
        /// The field.
        field: &'static str,
        /// What was given.
        given: String,
    },
}

impl InvalidActivity {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Time(_) => "occurred_at",
            Self::TooManyDetails(_) => "details",
            Self::Own { field, .. } => field,
        }
    }
}

impl Activity {
    /// The id of the activity that `source` calls `external_id`.
    #[must_use]
    pub fn id_for(source: &str, external_id: &str) -> ActivityId {
        ActivityId::derived(&[source, external_id])
    }

    /// Checks what a caller tells.
    ///
    /// # Errors
    /// See [`InvalidActivity`].
    pub fn validate(&self) -> Result<(), InvalidActivity> {
        text::code("kind", &self.kind)?;
        text::code("source", &self.source)?;
        text::required("external_id", &self.external_id, 200)?;
        self.occurred_at.has_happened(self.recorded_at)?;
        if OWN_KINDS.contains(&self.kind.as_str()) {
            return Err(InvalidActivity::Own { field: "kind", given: self.kind.clone() });
        }
        if self.source == HOST {
            return Err(InvalidActivity::Own { field: "source", given: self.source.clone() });
        }
        if self.details.len() > MAX_DETAILS {
            return Err(InvalidActivity::TooManyDetails(self.details.len()));
        }
        for (name, value) in &self.details {
            text::code("details", name)?;
            text::at_most("details", value, 1_000)?;
        }
        Ok(())
    }

    /// Whether another telling of the same activity tells the same.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let told = |one: &Self| (one.customer, one.kind.clone(), one.details.clone(), one.occurred_at);
        told(self) == told(other)
    }
}
