//! Installed components.

use super::{super::schema, limits::LimitsView};
use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{
    Timestamp,
    digest::Digest,
    event::EventType,
    plugin::{
        Capability, CapabilityRequest, HostRequest, Plugin, PluginKind, SecretRequest, WantedOrigin, WebhookProof,
    },
    signature::{PublicKey, Signature},
};
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
    /// Origins that its requests go to.
    hosts: Vec<HostRequestView>,
    /// Secrets that the admin has to give.
    secrets: Vec<SecretRequestView>,
    /// How deliveries to its webhook prove who sent them, as its manifest describes it; left out where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    webhook: Option<WebhookProof>,
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
    /// Who vouches for it.
    signatures: Vec<SignatureView>,
}

/// One key's word for a component.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signature)]
pub struct SignatureView {
    /// Who signed: an Ed25519 key.
    #[schema(value_type = String, examples("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))]
    public_key: PublicKey,
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

/// An origin that a plugin's requests go to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HostRequest)]
pub struct HostRequestView {
    /// Scheme, host and port; `*` where the admin names it.
    #[schema(value_type = String, examples("https://api.example.com"))]
    origin: WantedOrigin,
    /// What the plugin needs it for, in its author's words.
    why: String,
}

/// A secret that a plugin's requests need. The plugin never sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecretRequest)]
pub struct SecretRequestView {
    /// Its name.
    #[schema(examples("api-token"))]
    name: String,
    /// What the plugin needs it for, in its author's words.
    why: String,
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
            hosts: manifest.hosts.into_iter().map(HostRequestView::from).collect(),
            secrets: manifest.secrets.into_iter().map(SecretRequestView::from).collect(),
            webhook: manifest.webhook,
            config_schema: manifest.config_schema,
            limits: manifest.limits.into(),
            authors: manifest.authors,
            license: manifest.license,
            size: plugin.size,
            installed_at: plugin.installed_at,
            signatures: plugin.signatures.iter().map(SignatureView::from).collect(),
        }
    }
}

impl From<&Signature> for SignatureView {
    fn from(signature: &Signature) -> Self {
        Self { public_key: signature.public_key }
    }
}

impl From<CapabilityRequest> for CapabilityView {
    fn from(request: CapabilityRequest) -> Self {
        Self { name: request.name, meaning: request.name.meaning(), why: request.why }
    }
}

impl From<HostRequest> for HostRequestView {
    fn from(HostRequest { origin, why }: HostRequest) -> Self {
        Self { origin, why }
    }
}

impl From<SecretRequest> for SecretRequestView {
    fn from(SecretRequest { name, why }: SecretRequest) -> Self {
        Self { name, why }
    }
}
