//! Where a plugin's decision comes from, and the words that led to it.

use serde::Serialize;
use stammgast_domain::{
    InstallationId,
    digest::Digest,
    finding::{Evidence, Provenance},
};
use utoipa::ToSchema;

/// Where in a record something shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// The field.
    #[schema(examples("text"))]
    field: String,
    /// The words that show it; may be empty where something is missing.
    quote: String,
}

/// Which call of which plugin decided something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provenance)]
pub struct ProvenanceView {
    /// The installation that was called.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
    /// The plugin's id.
    #[schema(examples("stammgast.quality-standards"))]
    plugin: String,
    /// The plugin's version.
    #[schema(examples("0.1.0"))]
    version: String,
    /// SHA-256 of the component.
    #[schema(value_type = String)]
    digest: Digest,
    /// Version of the configuration it ran with.
    config_version: u64,
    /// Sequence number of the event it was called for.
    event: u64,
    /// Place of the effect among the effects of that call, from 0.
    effect: u32,
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        Self { field: evidence.field, quote: evidence.quote }
    }
}

impl From<Provenance> for ProvenanceView {
    fn from(provenance: Provenance) -> Self {
        let Provenance { installation, plugin, version, digest, config_version, event, effect } = provenance;
        Self { installation, plugin, version, digest, config_version, event, effect }
    }
}
