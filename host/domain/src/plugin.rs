//! Plugins: kinds, capabilities, manifests, grants and installations.

use crate::{InstallationId, Timestamp, digest::Digest, event::EventType, text};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $variant,
        )*}

        impl $name {
            /// Every value there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name as it stands in manifests and requests.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $text,)*}
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names! {
    /// What sort of question a plugin answers.
    PluginKind {
        /// What has this customer earned?
        Loyalty = "loyalty",
        /// Does this contact meet our standards?
        Quality = "quality",
        /// What did this channel just tell us?
        Channel = "channel",
        /// Which department has to hear this?
        Feedback = "feedback",
    }
}

names! {
    /// One thing that a plugin may be allowed to do.
    Capability {
        /// Ask for points to be earned.
        LoyaltyEarn = "loyalty.earn",
        /// Raise quality findings.
        QualityRaiseFinding = "quality.raise-finding",
        /// Put received messages on timelines.
        ChannelReceiveMessage = "channel.receive-message",
        /// Send feedback to departments.
        FeedbackOpenItem = "feedback.open-item",
        /// Keep small state of its own.
        State = "state",
        /// Read the event's customer: kind, status, name and language.
        LookupCustomer = "lookup.customer",
        /// Read the event's customer's points.
        LookupPoints = "lookup.points",
    }
}

impl Capability {
    /// What granting it means, in words for an admin.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::LoyaltyEarn => "may credit loyalty points to the customer of the event it is called for",
            Self::QualityRaiseFinding => "may raise quality findings on the contact it is called for",
            Self::ChannelReceiveMessage => "may put the messages that it reads on customers' timelines",
            Self::FeedbackOpenItem => "may send feedback about the contact it is called for to departments",
            Self::State => "may keep small state of its own, per customer or shared",
            Self::LookupCustomer => "may read the kind, status, name and language of the event's customer",
            Self::LookupPoints => "may read the points of the event's customer",
        }
    }

    /// The kind that alone may ask for it, or `None` for every kind.
    #[must_use]
    pub const fn kind(self) -> Option<PluginKind> {
        match self {
            Self::LoyaltyEarn => Some(PluginKind::Loyalty),
            Self::QualityRaiseFinding => Some(PluginKind::Quality),
            Self::ChannelReceiveMessage => Some(PluginKind::Channel),
            Self::FeedbackOpenItem => Some(PluginKind::Feedback),
            Self::State | Self::LookupCustomer | Self::LookupPoints => None,
        }
    }
}

impl PluginKind {
    /// The events that plugins of this kind can be called for.
    #[must_use]
    pub const fn events(self) -> &'static [EventType] {
        match self {
            Self::Loyalty => &[EventType::PurchaseRecorded],
            Self::Quality | Self::Feedback => &[EventType::InteractionRecorded, EventType::InteractionAssigned],
            Self::Channel => &[EventType::MessageReceived],
        }
    }
}

/// A capability that a manifest asks for, and what the plugin needs it for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapabilityRequest {
    /// The capability.
    pub name: Capability,
    /// What for, in the author's words.
    pub why: String,
}

/// Limits that a plugin wishes for; the operator's own limits cap them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedLimits {
    /// CPU per call in millions of units of fuel, roughly a million executed instructions each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_millions: Option<u64>,
    /// Memory per call in mebibytes, over all memories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// Time per call in milliseconds by the clock on the wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
}

/// What a component says about itself, in its custom section `stammgast:manifest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Form of the manifest itself; 1.
    pub manifest_version: u32,
    /// Who and what, such as `stammgast.loyalty-points`.
    pub id: String,
    /// Semantic version.
    pub version: semver::Version,
    /// Name to show.
    pub name: String,
    /// What it does, in a sentence or two.
    pub description: String,
    /// Kinds whose interfaces it exports.
    pub kinds: BTreeSet<PluginKind>,
    /// Events that it wants to be called for.
    pub events: BTreeSet<EventType>,
    /// What it asks to be allowed.
    #[serde(default)]
    pub capabilities: Vec<CapabilityRequest>,
    /// Hosts that its requests go to.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Secrets that the admin has to give.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// JSON Schema (2020-12) of its configuration.
    pub config_schema: serde_json::Value,
    /// Limits it wishes for.
    #[serde(default)]
    pub limits: WantedLimits,
    /// Who made it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// SPDX licence expression.
    pub license: String,
}

/// Why a manifest is refused although it has the right form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidManifest {
    /// Another form of manifest.
    #[error("manifest_version is {0}; this host reads version 1")]
    Version(u32),
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// No kinds or no events.
    #[error("`{0}` is empty; name at least one")]
    Nothing(&'static str),
    /// An event that none of its kinds is called for.
    #[error("event `{0}` is not one that plugins of its kinds are called for")]
    ForeignEvent(EventType),
    /// A capability that none of its kinds may ask for.
    #[error("capability `{0}` belongs to a kind that the manifest does not name")]
    ForeignCapability(Capability),
    /// A capability twice.
    #[error("capability `{0}` is asked for twice")]
    CapabilityTwice(Capability),
}

impl Manifest {
    /// Checks what a JSON Schema cannot say.
    ///
    /// # Errors
    /// See [`InvalidManifest`].
    pub fn validate(&self) -> Result<(), InvalidManifest> {
        if self.manifest_version != 1 {
            return Err(InvalidManifest::Version(self.manifest_version));
        }
        text::code("id", &self.id)?;
        text::required("name", &self.name, 100)?;
        text::required("description", &self.description, 2_000)?;
        text::required("license", &self.license, 100)?;
        if self.kinds.is_empty() {
            return Err(InvalidManifest::Nothing("kinds"));
        }
        if self.events.is_empty() {
            return Err(InvalidManifest::Nothing("events"));
        }
        for event in &self.events {
            if !self.kinds.iter().any(|kind| kind.events().contains(event)) {
                return Err(InvalidManifest::ForeignEvent(*event));
            }
        }
        let mut seen = BTreeSet::new();
        for request in &self.capabilities {
            text::required("capabilities.why", &request.why, 500)?;
            if request.name.kind().is_some_and(|kind| !self.kinds.contains(&kind)) {
                return Err(InvalidManifest::ForeignCapability(request.name));
            }
            if !seen.insert(request.name) {
                return Err(InvalidManifest::CapabilityTwice(request.name));
            }
        }
        Ok(())
    }

    /// What the manifest asks for.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<Capability> {
        self.capabilities.iter().map(|request| request.name).collect()
    }
}

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
}

/// Whether an installation takes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstallationStatus {
    /// It is called.
    Enabled,
    /// Its events wait.
    Disabled,
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
    /// Configuration, valid by the plugin's schema.
    pub config: serde_json::Value,
    /// Counts up with every change of the configuration.
    pub config_version: u64,
    /// Whether it takes events.
    pub status: InstallationStatus,
    /// Limits that the plugin wishes for.
    #[serde(default)]
    pub limits: WantedLimits,
    /// When it was first enabled.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What went wrong in a plugin call, by sort. A WIT error is a business answer and none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Its CPU budget was spent.
    Cpu,
    /// It asked for more memory than it may have.
    Memory,
    /// Its stack overflowed.
    Stack,
    /// It trapped: a panic, an illegal access, a division by zero.
    Trap,
    /// It called exit.
    Exit,
    /// It took too long by the clock on the wall.
    WallClock,
    /// It returned more bytes or effects than it may.
    Output,
    /// It called the host too often.
    HostCalls,
    /// It asked for something that is invalid or not granted.
    InvalidEffect,
    /// It answered with an error of its own.
    Refused,
    /// It could not be loaded or instantiated.
    Load,
    /// The host could not do its part, again and again: nobody's fault.
    Host,
}

impl FaultKind {
    /// The name used in texts and rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::Trap => "trap",
            Self::Exit => "exit",
            Self::WallClock => "wall-clock",
            Self::Output => "output",
            Self::HostCalls => "host-calls",
            Self::InvalidEffect => "invalid-effect",
            Self::Refused => "refused",
            Self::Load => "load",
            Self::Host => "host",
        }
    }
}
