//! Partners: other companies that give a program's points, or accept them, and settle for it.

use crate::{Timestamp, ledger::MAX_ENTRY, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most programs that one partner takes part in.
pub const MAX_PROGRAMS: usize = 100;

/// How much of something a partner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerLimits {
    /// The most points of one posting.
    pub per_posting: i64,
    /// The most points of one day, in the tenant's zone.
    pub per_day: i64,
}

/// What a partner may do in a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PartnerTerms {
    /// Giving points; `None` is not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<PartnerLimits>,
    /// Accepting points; `None` is not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<PartnerLimits>,
}

/// Whether a partner takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartnerStatus {
    /// It does.
    #[default]
    Active,
    /// It does not for now; what it did is settled all the same.
    Suspended,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Short name; never changes.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// Whether it takes part.
    pub status: PartnerStatus,
    /// What it may do, by program.
    pub programs: BTreeMap<String, PartnerTerms>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What a caller tells of a partner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartnerDetails {
    /// The name to show.
    pub name: String,
    /// Whether it takes part.
    pub status: PartnerStatus,
    /// What it may do, by program.
    pub programs: BTreeMap<String, PartnerTerms>,
}

/// Why a partner is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPartner {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// More programs than a partner takes part in.
    #[error("programs has {0} entries; at most {MAX_PROGRAMS} fit")]
    TooManyPrograms(usize),
    /// A limit of nothing, an absurd one, or a day that is smaller than a posting.
    #[error(
        "the limits in `{program}` are {per_posting} a posting and {per_day} a day; give 1 to {MAX_ENTRY}, and a day at \
         least as much as a posting"
    )]
    Limits {
        /// The program.
        program: String,
        /// Points of one posting.
        per_posting: i64,
        /// Points of one day.
        per_day: i64,
    },
}

impl InvalidPartner {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::TooManyPrograms(_) | Self::Limits { .. } => "programs",
        }
    }
}

impl PartnerDetails {
    fn validate(&self) -> Result<(), InvalidPartner> {
        text::required("name", &self.name, 200)?;
        if self.programs.len() > MAX_PROGRAMS {
            return Err(InvalidPartner::TooManyPrograms(self.programs.len()));
        }
        for (program, terms) in &self.programs {
            for PartnerLimits { per_posting, per_day } in [terms.issue, terms.accept].into_iter().flatten() {
                if !(1..=MAX_ENTRY).contains(&per_posting) || !(per_posting..=MAX_ENTRY).contains(&per_day) {
                    return Err(InvalidPartner::Limits { program: program.clone(), per_posting, per_day });
                }
            }
        }
        Ok(())
    }
}

impl Partner {
    /// A new partner.
    ///
    /// # Errors
    /// See [`InvalidPartner`].
    pub fn new(code: String, details: PartnerDetails, now: Timestamp) -> Result<Self, InvalidPartner> {
        text::code("code", &code)?;
        details.validate()?;
        let PartnerDetails { name, status, programs } = details;
        Ok(Self { code, name, status, programs, created_at: now, updated_at: now, version: 1 })
    }

    /// This partner with other details.
    ///
    /// # Errors
    /// See [`InvalidPartner`].
    pub fn changed(&self, details: PartnerDetails, now: Timestamp) -> Result<Self, InvalidPartner> {
        details.validate()?;
        let PartnerDetails { name, status, programs } = details;
        let (code, created_at, version) = (self.code.clone(), self.created_at, self.version + 1);
        Ok(Self { code, name, status, programs, created_at, updated_at: now, version })
    }
}
