//! What became of an installation, step by step.

use super::Installation;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

super::names! {
    /// A step in the life of an installation.
    Step {
        /// It was made.
        Created = "created",
        /// It is called from now on.
        Enabled = "enabled",
        /// An admin stopped it.
        Disabled = "disabled",
        /// The host stopped it, because it kept failing.
        Quarantined = "quarantined",
        /// It runs another version of its plugin.
        Upgraded = "upgraded",
        /// It has another configuration, other limits or other origins.
        Configured = "configured",
        /// It runs again what it ran before.
        RolledBack = "rolled-back",
        /// It reads the log again from an earlier event, or leaves some out.
        Moved = "moved",
        /// A version was put in its shadow.
        Shadowed = "shadowed",
        /// What ran in its shadow took its place.
        Promoted = "promoted",
        /// It was removed.
        Removed = "removed",
    }
}

/// An installation as a step left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The installation.
    pub installation: Installation,
    /// What was done.
    pub step: Step,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}
