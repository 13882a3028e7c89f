//! Installed components, and a tenant's use of them.

use super::{Capability, Manifest, Origin, PluginKind, Quarantine, WantedLimits};
use crate::{InstallationId, Timestamp, digest::Digest, event::EventType, signature::Signature};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A component that the operator installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    /// SHA-256 of the component; its name.
    pub digest: Digest,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Size of the component in bytes.
    pub size: u64,
    /// When it was installed.
    pub installed_at: Timestamp,
    /// Who vouches for it. Each was checked when it came.
    #[serde(default)]
    pub signatures: Vec<Signature>,
}

/// Whether an installation takes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstallationStatus {
    /// It is configured and can be tried on the past, and is not called for events yet.
    Draft,
    /// It is called.
    Enabled,
    /// An admin stopped it; its events wait.
    Disabled,
    /// The host stopped it, because it kept failing; its events wait until an admin decides.
    Quarantined,
}

impl InstallationStatus {
    /// The name in texts and rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Quarantined => "quarantined",
        }
    }
}

/// What an installation runs: all that an upgrade changes, and a rollback brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The plugin's version.
    pub plugin_version: semver::Version,
    /// The component that runs.
    pub digest: Digest,
    /// Kinds it serves.
    pub kinds: BTreeSet<PluginKind>,
    /// Events it is called for.
    pub events: BTreeSet<EventType>,
    /// What the admin granted to this digest.
    pub grants: BTreeSet<Capability>,
    /// Where the admin lets its requests go.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub origins: BTreeSet<Origin>,
    /// Configuration, valid by the plugin's schema.
    pub config: serde_json::Value,
    /// Counts up with every change of the configuration.
    pub config_version: u64,
    /// Limits that the plugin wishes for.
    #[serde(default)]
    pub limits: WantedLimits,
    /// Where its state lies.
    #[serde(default)]
    pub state: StateLineage,
    /// Whose word vouches for the component; `None` for releases of a time when nobody was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
}

/// Generations of an installation's state, newest first. A value is looked for in one after the other and written to
/// the newest, so that a new generation is a snapshot of all before it, and going back is giving it up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateLineage(Vec<String>);

impl StateLineage {
    /// The lineage of a new installation: one generation, named after it.
    #[must_use]
    pub fn first(installation: InstallationId) -> Self {
        Self(vec![installation.to_string()])
    }

    /// The same state, from now on kept in a generation of its own. `version` tells it from all others of the
    /// installation.
    #[must_use]
    pub fn branch(&self, installation: InstallationId, version: u64) -> Self {
        let newest = format!("{installation}.{version}");
        Self(std::iter::once(newest).chain(self.0.iter().cloned()).collect())
    }

    /// The generations, newest first. Installations of a time without generations have one, named after them.
    #[must_use]
    pub fn generations(&self, installation: InstallationId) -> Vec<String> {
        if self.0.is_empty() { Self::first(installation).0 } else { self.0.clone() }
    }
}

/// Whose word vouches for a component in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It is signed by a key that the tenant trusts.
    Signed {
        /// The key's name in the tenant.
        key: String,
    },
    /// It is not signed by a key that the tenant trusts, and an admin decided to run it all the same.
    Decided {
        /// Who decided.
        actor: String,
        /// Why.
        why: String,
    },
}

/// The installation beside which another runs in shadow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadowed {
    /// The installation.
    pub id: InstallationId,
    /// Its name: the shadow is asked about the same channel.
    pub name: String,
    /// Its version when the shadow began: what it had dealt with by then is in the shadow's copy of the state.
    #[serde(default)]
    pub version: u64,
}

/// One tenant's use of a plugin with one configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// `UUIDv7`; stays the same over upgrades.
    pub id: InstallationId,
    /// Short name in the tenant, a code; the channel's name for channel connectors.
    pub name: String,
    /// The plugin's id.
    pub plugin: String,
    /// What it runs.
    #[serde(flatten)]
    pub release: Release,
    /// Whether it takes events.
    pub status: InstallationStatus,
    /// Why the host stopped it, while it is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// The installation beside which it runs in shadow: its effects are recorded and not applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow_of: Option<Shadowed>,
    /// Limits that the admin set; they come before the plugin's wishes.
    #[serde(default)]
    pub limits_set: WantedLimits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl Installation {
    /// The name under which it is asked: that of the channel for connectors.
    #[must_use]
    pub fn asked_as(&self) -> &str {
        self.shadow_of.as_ref().map_or(&self.name, |shadowed| &shadowed.name)
    }
}
