//! The audit log, and the keys that a tenant trusts.

use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{Timestamp, audit::AuditEntry, signature::PublicKey};
use stammgast_store::TrustedKey;
use utoipa::ToSchema;
use uuid::Uuid;

/// One entry of the audit log: who changed what in the tenant's setup.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryView {
    /// The entry's id.
    id: Uuid,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it.
    #[schema(examples("key:8f2c1d0a9b7e6f55"))]
    actor: String,
    /// What was done.
    #[schema(examples("installation.upgraded"))]
    action: String,
    /// What it was done to.
    #[schema(examples("installation:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    object: String,
    /// What was done, in a sentence.
    text: String,
    /// What changed, for machines; empty where the key may not read what it is about.
    #[schema(value_type = Object)]
    details: Value,
}

/// A key whose signatures the tenant trusts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustedKey)]
pub struct TrustedKeyView {
    /// Its name in the tenant.
    #[schema(examples("acme"))]
    name: String,
    /// The key.
    #[schema(value_type = String, examples("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))]
    public_key: PublicKey,
    /// Since when it is trusted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, action, object, text, details } = entry;
        Self { id, at, actor, action, object, text, details }
    }
}

impl From<TrustedKey> for TrustedKeyView {
    fn from(key: TrustedKey) -> Self {
        let TrustedKey { name, public_key, created_at } = key;
        Self { name, public_key, created_at }
    }
}
