//! What plugins did with an event.

use crate::app::explain::DidIt;
use serde::Serialize;
use stammgast_domain::{InstallationId, backtest::Dealt, digest::Digest};
use utoipa::ToSchema;

/// What plugins did with an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedEvent)]
pub struct ExplainedView {
    /// What each installation did, by name.
    pub items: Vec<DidItView>,
}

/// What an installation did with an event: the call whose effects were applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedCall)]
pub struct DidItView {
    /// The installation.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
    /// Its name.
    name: String,
    /// The plugin's id.
    #[schema(examples("stammgast.loyalty-points"))]
    plugin: String,
    /// The plugin's version that ran.
    #[schema(examples("0.1.0"))]
    version: String,
    /// SHA-256 of the component that ran.
    #[schema(value_type = String)]
    digest: Digest,
    /// Version of the configuration it ran with.
    config_version: u64,
    /// How it dealt with the event: what it asked for, in few words and in order.
    #[schema(value_type = Object)]
    dealt: Dealt,
    /// CPU that it used, in units of fuel.
    fuel: u64,
    /// Memory that it held, in bytes.
    memory_bytes: u64,
    /// Time that it took, in microseconds.
    duration_us: u64,
    /// Recorded calls for the event, tries that failed among them; none where it was not among those that are recorded.
    #[schema(examples(json!(["42.1"])))]
    calls: Vec<String>,
}

impl DidItView {
    /// What an installation did with an event of this number.
    #[must_use]
    pub fn of(event: u64, did: DidIt) -> Self {
        let DidIt { installation, record, tries } = did;
        Self {
            installation: installation.id,
            name: installation.name,
            dealt: Dealt::of(&record),
            plugin: record.plugin,
            version: record.version,
            digest: record.digest,
            config_version: record.config_version,
            fuel: record.fuel,
            memory_bytes: record.memory_bytes,
            duration_us: record.duration_us,
            calls: tries.into_iter().map(|attempt| format!("{event}.{attempt}")).collect(),
        }
    }
}
