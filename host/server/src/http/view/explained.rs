//! What plugins did with an event.

use crate::app::explain::DidIt;
use serde::Serialize;
use stammgast_domain::{
    InstallationId,
    backtest::{Cost, Dealt},
    call::CallRecord,
    digest::Digest,
    plugin::Installation,
};
use utoipa::ToSchema;

/// What plugins did with an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedEvent)]
pub struct ExplainedView {
    /// What each installation did, by name.
    pub items: Vec<DidItView>,
}

/// What an installation did with an event: the call whose effects were applied, or why there is none.
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
    /// The plugin's version that ran; where no call went well, the one that runs now.
    #[schema(examples("0.1.0"))]
    version: String,
    /// SHA-256 of the component that ran.
    #[schema(value_type = String)]
    digest: Digest,
    /// Version of the configuration it ran with.
    config_version: u64,
    /// How it dealt with the event: what it asked for, in few words and in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    dealt: Option<Dealt>,
    /// Where no call went well: `retrying`, `waiting` behind another event, or `dead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
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
        let DidIt { installation, record, standing, tries } = did;
        let Installation { id, name, plugin, release, .. } = installation;
        let cost = record.as_ref().map(Cost::from).unwrap_or_default();
        let dealt = record.as_ref().map(Dealt::of);
        let (plugin, version, digest, config_version) = match record {
            Some(CallRecord { plugin, version, digest, config_version, .. }) => {
                (plugin, version, digest, config_version)
            }
            None => (plugin, release.plugin_version.to_string(), release.digest, release.config_version),
        };
        Self {
            installation: id,
            name,
            plugin,
            version,
            digest,
            config_version,
            dealt,
            standing: standing.as_ref().map(|delivery| delivery.status.as_str()),
            problem: standing.and_then(|delivery| delivery.fault).map(|fault| fault.to_string()),
            fuel: cost.fuel,
            memory_bytes: cost.memory_bytes,
            duration_us: cost.duration_us,
            calls: tries.into_iter().map(|attempt| format!("{event}.{attempt}")).collect(),
        }
    }
}
