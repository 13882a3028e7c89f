//! What is known of one plugin call: its cost and outcome, what it read, its fault.

pub(crate) mod base64_bytes;
pub(crate) mod base64_option;
mod ended;
mod outcome;
mod read;
mod record;

pub use ended::{Ended, InvalidEnded};
pub use outcome::Outcome;
pub use read::{FoundTier, Past, PastPage, Read, StateValue};
pub use record::{CallStory, RecordedCall};

use crate::{digest::Digest, plugin::FaultKind, text};
use serde::{Deserialize, Serialize};

/// What stays of a call whose effects were applied, with its completion mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// SHA-256 of the component that ran.
    pub digest: Digest,
    /// Version of the configuration it ran with.
    pub config_version: u64,
    /// Version of the installation that was called; 0 for calls of a time when it was not kept.
    #[serde(default)]
    pub installation_version: u64,
    /// Number of effects that were applied.
    pub effects: u32,
    /// The effects in few words, in order; `None` for calls of a time when they were not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<Vec<Outcome>>,
    /// Whether the connector said that the bytes are no message of its channel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub malformed: bool,
    /// The fault that it ended in, where it ran in shadow: such an event is not tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultKind>,
    /// Fuel that the call used.
    pub fuel: u64,
    /// Memory that the call held in the end, in bytes over all memories.
    pub memory_bytes: u64,
    /// Time that the call took, in microseconds by the clock on the wall.
    pub duration_us: u64,
}

/// What went wrong in a call. Nothing of it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}: {message}", kind.as_str())]
pub struct Fault {
    /// The sort of fault.
    pub kind: FaultKind,
    /// What happened, for people.
    pub message: String,
}

impl Fault {
    /// A fault with its message as one line of at most 1,000 characters.
    #[must_use]
    pub fn new(kind: FaultKind, message: impl AsRef<str>) -> Self {
        Self { kind, message: text::one_line(message.as_ref(), 1_000) }
    }
}
