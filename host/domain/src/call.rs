//! What is known of one plugin call: its record when it ended well, its fault when it did not.

use crate::{digest::Digest, plugin::FaultKind, text};
use serde::{Deserialize, Serialize};

/// The record of a call whose effects were applied.
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
    /// Number of effects that were applied.
    pub effects: u32,
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
