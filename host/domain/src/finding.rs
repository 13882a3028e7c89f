//! Quality findings: what a check found in one record, with its evidence and its origin.

use crate::{CustomerId, FindingId, InstallationId, InteractionId, Timestamp, digest::Digest};
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be put right.
    Minor,
    /// Must be put right.
    Major,
    /// Must be put right at once.
    Critical,
}

impl Severity {
    /// The name in rows and texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// Where in the record a finding shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The field, such as `subject` or `text`.
    pub field: String,
    /// The words that show it; may be empty where something is missing.
    pub quote: String,
}

/// Which call of which plugin decided something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The installation that was called.
    pub installation: InstallationId,
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: Digest,
    /// Version of the configuration it ran with.
    pub config_version: u64,
    /// Sequence number of the event it was called for.
    pub event: u64,
    /// Place of the effect among the effects of that call, from 0.
    pub effect: u32,
}

impl Provenance {
    /// Plugin and version in one word: `stammgast.loyalty-points@0.1.0`.
    #[must_use]
    pub fn rule_version(&self) -> String {
        format!("{}@{}", self.plugin, self.version)
    }

    /// What makes the effect unique: the event, the installation and the effect's place. The plugin's version is
    /// not part of it, so that a redelivery after an upgrade changes nothing.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("event:{}/installation:{}/effect:{}", self.event, self.installation, self.effect)
    }
}

/// One deviation from the tenant's standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Derived from the event, the installation and the effect's place.
    pub id: FindingId,
    /// The interaction that was checked.
    pub interaction: InteractionId,
    /// The customer it was with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The rule that was broken, a code such as `language.not-served`.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence for people.
    pub text: String,
    /// Where it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Which call found it.
    pub provenance: Provenance,
    /// When the checked contact happened.
    pub occurred_at: Timestamp,
    /// When it was found.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}
