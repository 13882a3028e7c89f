//! Plugins, installations and deliveries that failed.

use super::super::schema;
use crate::app::installations::Progress;
use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{
    InstallationId, Timestamp,
    call::Fault,
    digest::Digest,
    event::EventType,
    plugin::{
        Capability, CapabilityRequest, FaultKind, Installation, InstallationStatus, Plugin, PluginKind, WantedLimits,
    },
};
use stammgast_store::{Delivery, DeliveryStatus};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A component that the operator installed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub struct PluginView {
    /// SHA-256 of the component; its name.
    #[schema(value_type = String, examples("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"))]
    digest: Digest,
    /// Who and what.
    #[schema(examples("stammgast.loyalty-points"))]
    id: String,
    /// Semantic version.
    #[schema(examples("0.1.0"))]
    version: String,
    /// Name to show.
    name: String,
    /// What it does.
    description: String,
    /// Kinds that it serves.
    #[schema(value_type = Vec<schema::PluginKind>)]
    kinds: BTreeSet<PluginKind>,
    /// Events that it is called for.
    #[schema(value_type = Vec<schema::EventType>)]
    events: BTreeSet<EventType>,
    /// What it asks to be allowed.
    capabilities: Vec<CapabilityView>,
    /// Hosts that its requests go to.
    hosts: Vec<String>,
    /// Secrets that the admin has to give.
    secrets: Vec<String>,
    /// JSON Schema (2020-12) of its configuration.
    config_schema: Value,
    /// Limits it wishes for.
    limits: LimitsView,
    /// Who made it.
    authors: Vec<String>,
    /// SPDX licence expression.
    #[schema(examples("Apache-2.0"))]
    license: String,
    /// Size of the component in bytes.
    size: u64,
    /// When it was installed.
    #[schema(value_type = String, format = DateTime)]
    installed_at: Timestamp,
}

/// A capability that a plugin asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CapabilityRequest)]
pub struct CapabilityView {
    /// The capability, as it is granted.
    #[schema(value_type = schema::Capability)]
    name: Capability,
    /// What granting it means.
    meaning: &'static str,
    /// What the plugin needs it for, in its author's words.
    why: String,
}

/// Limits of one call that a plugin wishes for; the operator's own limits cap them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WantedLimits)]
pub struct LimitsView {
    /// CPU in millions of units of fuel.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_millions: Option<u64>,
    /// Memory in mebibytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_mib: Option<u64>,
    /// Time in milliseconds by the clock on the wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    wall_ms: Option<u64>,
}

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
    /// Configuration, valid by the plugin's schema.
    config: Value,
    /// Counts up with every change of the configuration.
    config_version: u64,
    /// Whether it takes events.
    #[schema(value_type = schema::InstallationStatus)]
    status: InstallationStatus,
    /// When it was first enabled.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
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
}

/// An event that did not get through to an installation at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The installation.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
    /// Sequence number of the event.
    event: u64,
    /// Whom or what the event is about.
    #[schema(examples("customer:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    subject: String,
    /// Where it stands.
    #[schema(value_type = schema::DeliveryStatus)]
    status: DeliveryStatus,
    /// How often it was tried.
    attempts: u32,
    /// How often the host put it off, because it could not do its part.
    postponed: u32,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultView>,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When it first went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    first_failed_at: Option<Timestamp>,
    /// When the event was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// What went wrong in a call. Nothing of it was applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultView {
    /// The sort of fault.
    #[schema(value_type = schema::FaultKind)]
    kind: FaultKind,
    /// What happened, for people.
    message: String,
}

impl From<Plugin> for PluginView {
    fn from(plugin: Plugin) -> Self {
        let manifest = plugin.manifest;
        Self {
            digest: plugin.digest,
            id: manifest.id,
            version: manifest.version.to_string(),
            name: manifest.name,
            description: manifest.description,
            kinds: manifest.kinds,
            events: manifest.events,
            capabilities: manifest.capabilities.into_iter().map(CapabilityView::from).collect(),
            hosts: manifest.hosts,
            secrets: manifest.secrets,
            config_schema: manifest.config_schema,
            limits: manifest.limits.into(),
            authors: manifest.authors,
            license: manifest.license,
            size: plugin.size,
            installed_at: plugin.installed_at,
        }
    }
}

impl From<CapabilityRequest> for CapabilityView {
    fn from(request: CapabilityRequest) -> Self {
        Self { name: request.name, meaning: request.name.meaning(), why: request.why }
    }
}

impl From<WantedLimits> for LimitsView {
    fn from(limits: WantedLimits) -> Self {
        let WantedLimits { cpu_millions, memory_mib, wall_ms } = limits;
        Self { cpu_millions, memory_mib, wall_ms }
    }
}

impl From<Installation> for InstallationView {
    fn from(installation: Installation) -> Self {
        Self {
            id: installation.id,
            name: installation.name,
            plugin: installation.plugin,
            plugin_version: installation.plugin_version.to_string(),
            digest: installation.digest,
            kinds: installation.kinds,
            events: installation.events,
            grants: installation.grants,
            config: installation.config,
            config_version: installation.config_version,
            status: installation.status,
            created_at: installation.created_at,
            updated_at: installation.updated_at,
            version: installation.version,
        }
    }
}

impl From<Progress> for ProgressView {
    fn from(progress: Progress) -> Self {
        let Progress { head, position, held, dead } = progress;
        Self { head, position, behind: head.saturating_sub(position), held, dead }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let Delivery { id: (installation, event), subject, status, attempts, postponed, .. } = delivery;
        let Delivery { next_at, first_failed_at, recorded_at, .. } = delivery;
        let fault = delivery.fault.map(FaultView::from);
        Self { installation, event, subject, status, attempts, postponed, fault, next_at, first_failed_at, recorded_at }
    }
}

impl From<Fault> for FaultView {
    fn from(fault: Fault) -> Self {
        Self { kind: fault.kind, message: fault.message }
    }
}
