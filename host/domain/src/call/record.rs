//! Recorded calls: all that it takes to repeat a call exactly, beside the event, which stands in the log.

use super::{Fault, Read};
use crate::{
    InstallationId, Timestamp,
    case::{Case, CaseRead, Expectation, Otherwise},
    digest::Digest,
    event::Event,
    plugin::{CallLimits, Installation},
};
use serde::{Deserialize, Serialize};

/// What is plain about a recorded call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCall {
    /// The installation that was called.
    pub installation: InstallationId,
    /// The event that it was called for.
    pub event: u64,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// SHA-256 of the component that ran.
    pub digest: Digest,
    /// Version of the installation, whose history holds grants and configuration.
    pub installation_version: u64,
    /// Version of the configuration.
    pub config_version: u64,
    /// What the call could use.
    pub limits: CallLimits,
    /// Seed of its random numbers.
    pub seed: u64,
    /// Fuel that it used.
    pub fuel: u64,
    /// Memory that it held, in bytes over all memories.
    pub memory_bytes: u64,
    /// Time that it took, in microseconds by the clock on the wall.
    pub duration_us: u64,
    /// How it ended: `effects`, `malformed`, or the fault's sort.
    pub ended: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Whether all that it was told is kept; a call that was told too much cannot be repeated.
    pub is_whole: bool,
}

/// What may be personal about a recorded call; sealed at rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallStory {
    /// What the host answered it.
    pub reads: Vec<Read>,
    /// What it answered.
    pub answer: Expectation,
    /// Why the host did not apply what it asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Fault>,
    /// Lines that it logged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

impl RecordedCall {
    /// The case that repeats this call.
    #[must_use]
    pub fn case(&self, story: &CallStory, event: Event, body: Option<Vec<u8>>, then: &Installation) -> Case {
        let refused = story.refused.as_ref().map(|fault| format!("; the host refused it: {}", fault.message));
        let refused = refused.unwrap_or_default();
        Case {
            name: format!("call for event {} of `{}`, try {}{refused}", self.event, then.name, self.attempt),
            event,
            body,
            body_text: None,
            installation: Some(then.asked_as().to_owned()),
            config: Some(then.release.config.clone()),
            grants: Some(then.release.grants.clone()),
            limits: self.limits.wanted(),
            seed: Some(self.seed),
            reads: story.reads.iter().cloned().map(CaseRead::Exact).collect(),
            otherwise: Otherwise::Fail,
            expect: Some(story.answer.clone()),
            fuel: Some(self.fuel),
        }
    }
}
