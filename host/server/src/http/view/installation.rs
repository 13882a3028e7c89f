//! Installations: what they run, how far they have got, and what became of them.

use super::{super::schema, limits::LimitsView};
use crate::app::{installations::Progress, meters::BreakerState};
use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{
    InstallationId, Timestamp,
    digest::Digest,
    event::EventType,
    plugin::{
        Capability, Failing, FaultKind, HistoryEntry, Installation, InstallationStatus, Origin, PluginKind, Quarantine,
        Release, Step, Trust,
    },
};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A tenant's use of a plugin with one configuration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Installation)]
pub struct InstallationView {
    /// The installation's id; stays the same over upgrades.
    #[schema(value_type = Uuid)]
    id: InstallationId,
    /// Short name in the tenant; the channel's name for channel connectors.
    #[schema(examples("email"))]
    name: String,
    /// The plugin's id.
    #[schema(examples("stammgast.channel-email"))]
    plugin: String,
    /// The plugin's version.
    #[schema(examples("0.1.0"))]
    plugin_version: String,
    /// The component that runs.
    #[schema(value_type = String)]
    digest: Digest,
    /// Kinds it serves.
    #[schema(value_type = Vec<schema::PluginKind>)]
    kinds: BTreeSet<PluginKind>,
    /// Events it is called for.
    #[schema(value_type = Vec<schema::EventType>)]
    events: BTreeSet<EventType>,
    /// What was granted.
    #[schema(value_type = Vec<schema::Capability>)]
    grants: BTreeSet<Capability>,
    /// Where its requests may go.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<String>)]
    origins: BTreeSet<Origin>,
    /// Configuration, valid by the plugin's schema.
    config: Value,
    /// Counts up with every change of the configuration.
    config_version: u64,
    /// Whether it takes events.
    #[schema(value_type = schema::InstallationStatus)]
    status: InstallationStatus,
    /// Why the server stopped it, while it is quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantine: Option<QuarantineView>,
    /// Limits that an admin set.
    limits: LimitsView,
    /// Whose word vouches for the component.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<TrustView>,
    /// The installation in whose shadow it runs: its effects are recorded and not applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    shadow_of: Option<InstallationId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// Why the server stopped an installation, until an admin enables it again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quarantine)]
pub struct QuarantineView {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Calls that failed before the trial call, which failed as well.
    faults: u32,
    /// Within how many seconds they did.
    window_seconds: u64,
    /// What went wrong last.
    #[schema(value_type = schema::FaultKind)]
    fault: FaultKind,
    /// Sequence number of the event at which it did.
    event: u64,
    /// What happened and what to do, in sentences.
    text: String,
}

/// Whose word vouches for a component.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trust)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum TrustView {
    /// A key that the tenant trusts signed it.
    Signature {
        /// The key's name in the tenant.
        key: String,
    },
    /// An admin decided to run it although no such key signed it.
    Decision {
        /// Who decided.
        actor: String,
        /// Why.
        why: String,
    },
}

/// How far an installation has got.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressView {
    /// Sequence number of the newest event.
    head: u64,
    /// Every event up to this one is done, held or dead.
    position: u64,
    /// Events after `position`.
    behind: u64,
    /// Events that are tried again later, or wait behind such a one.
    held: usize,
    /// Events that failed for good.
    dead: usize,
    /// Whether it is called: `closed`, for each event; `open`, it rests since too many of its calls failed, and its
    /// events wait. Absent where it is not enabled, or where another process of the server calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    breaker: Option<BreakerView>,
}

/// Whether an installation is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Breaker)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerView {
    /// For each event.
    Closed,
    /// It rests, and is tried again after a while.
    Open,
}

/// An installation as a step left it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct HistoryEntryView {
    /// What was done.
    #[schema(value_type = schema::Step)]
    step: Step,
    /// Who did it.
    #[schema(examples("key:8f2c1d0a9b7e6f55"))]
    actor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The installation as it was from then on.
    installation: InstallationView,
}

impl From<Installation> for InstallationView {
    fn from(installation: Installation) -> Self {
        let Installation { id, name, plugin, release, status, shadow_of, limits_set, .. } = installation;
        let Installation { quarantine, created_at, updated_at, version, .. } = installation;
        let Release { plugin_version, digest, kinds, events, grants, origins, .. } = release;
        let Release { config, config_version, trust, .. } = release;
        Self {
            id,
            name,
            plugin,
            plugin_version: plugin_version.to_string(),
            digest,
            kinds,
            events,
            grants,
            origins,
            config,
            config_version,
            status,
            quarantine: quarantine.map(QuarantineView::from),
            limits: limits_set.into(),
            trust: trust.map(TrustView::from),
            shadow_of: shadow_of.map(|shadowed| shadowed.id),
            created_at,
            updated_at,
            version,
        }
    }
}

impl From<Quarantine> for QuarantineView {
    fn from(quarantine: Quarantine) -> Self {
        let Quarantine { since, failing: Failing { faults, window_seconds, fault, event } } = quarantine;
        Self { since, faults, window_seconds, fault, event, text: quarantine.told_of("It") }
    }
}

impl From<Trust> for TrustView {
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::Signed { key } => Self::Signature { key },
            Trust::Decided { actor, why } => Self::Decision { actor, why },
        }
    }
}

impl From<HistoryEntry> for HistoryEntryView {
    fn from(entry: HistoryEntry) -> Self {
        let HistoryEntry { installation, step, actor, at } = entry;
        Self { step, actor, at, installation: installation.into() }
    }
}

impl From<Progress> for ProgressView {
    fn from(progress: Progress) -> Self {
        let Progress { head, position, held, dead, breaker } = progress;
        Self { head, position, behind: head.saturating_sub(position), held, dead, breaker: breaker.map(Into::into) }
    }
}

impl From<BreakerState> for BreakerView {
    fn from(breaker: BreakerState) -> Self {
        match breaker {
            BreakerState::Closed => Self::Closed,
            BreakerState::Open => Self::Open,
        }
    }
}
