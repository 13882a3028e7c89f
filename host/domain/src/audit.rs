//! The audit log: who changed what in a tenant's setup.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One entry. Never changed and never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// `UUIDv7`.
    pub id: Uuid,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it: `key:<id>`, `operator`, `installation:<id>` or `host`.
    pub actor: String,
    /// What was done, a code such as `installation.upgraded`.
    pub action: String,
    /// What it was done to, such as `installation:<id>`.
    pub object: String,
    /// What was done, in a sentence.
    pub text: String,
    /// What changed, for machines.
    pub details: serde_json::Value,
}
