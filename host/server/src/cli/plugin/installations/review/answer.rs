//! A review as the API answers it, as far as it is shown.

use super::super::super::grants::Capability;
use serde::Deserialize;
use serde_json::Value;

/// What an admin has to know before a version runs.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Reviewed {
    /// The version.
    pub(super) plugin: Plugin,
    /// The installation that would run it.
    pub(super) installation: Option<Installation>,
    /// The tenant's key that signed it.
    pub(super) signed_by: Option<String>,
    /// Capabilities that have to be granted anew.
    pub(super) new_grants: Vec<Capability>,
    /// Capabilities that it does not ask for any more.
    pub(super) dropped_grants: Vec<String>,
    /// Where its requests go.
    pub(super) origins: Vec<Destination>,
    /// Secrets that have to be given.
    pub(super) missing_secrets: Vec<String>,
    /// Secrets that are set already.
    pub(super) kept_secrets: Vec<KeptSecret>,
    /// How its webhook's deliveries prove themselves otherwise.
    pub(super) webhook_change: Option<WebhookChange>,
    /// Settings that differ.
    pub(super) config_changes: Vec<ConfigChange>,
    /// Why the present configuration does not fit.
    pub(super) config_errors: Vec<String>,
    /// Limits that the version that runs wishes for.
    #[serde(default)]
    pub(super) limits_before: Value,
}

/// The version.
#[derive(Debug, Deserialize)]
pub(super) struct Plugin {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) digest: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kinds: Vec<String>,
    pub(super) events: Vec<String>,
    /// What it asks to be allowed.
    pub(super) capabilities: Vec<Capability>,
    pub(super) secrets: Vec<Secret>,
    /// JSON Schema of its configuration.
    pub(super) config_schema: Value,
    /// Limits that it wishes for.
    pub(super) limits: Value,
    pub(super) authors: Vec<String>,
    pub(super) license: String,
    pub(super) signatures: Vec<Signature>,
}

/// A secret that the admin gives.
#[derive(Debug, Deserialize)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) why: String,
}

/// A secret that is set already.
#[derive(Debug, Deserialize)]
pub(super) struct KeptSecret {
    pub(super) name: String,
    pub(super) why: String,
    /// What the version that runs says; `None` where it does not ask for it.
    pub(super) why_before: Option<String>,
    /// Where it may go.
    pub(super) origins: Vec<String>,
}

/// The proof of a webhook in two versions.
#[derive(Debug, Deserialize)]
pub(super) struct WebhookChange {
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

/// A key's word.
#[derive(Debug, Deserialize)]
pub(super) struct Signature {
    pub(super) public_key: String,
}

/// The installation that would run the version.
#[derive(Debug, Deserialize)]
pub(super) struct Installation {
    pub(super) name: String,
    pub(super) plugin_version: String,
    pub(super) digest: String,
    /// Where its requests may go.
    #[serde(default)]
    pub(super) origins: Vec<String>,
    /// Limits that the admin set.
    pub(super) limits: Value,
}

/// An origin that it asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Destination {
    /// `None` where the admin names it.
    pub(super) origin: Option<String>,
    pub(super) why: String,
    pub(super) granted: bool,
}

/// A setting that differs between two versions.
#[derive(Debug, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub(super) enum ConfigChange {
    Added { setting: String, required: bool },
    Removed { setting: String },
    Changed { setting: String },
}

/// An answer of the API to try things on.
#[cfg(test)]
pub(super) mod samples {
    use serde_json::{Value, json};

    /// An upgrade in which everything differs.
    pub(in super::super) fn upgrade() -> Value {
        let receive = json!({ "name": "channel.receive-message", "meaning": "may put messages", "why": "Receives." });
        let send = json!({ "name": "channel.send-http", "meaning": "may send requests", "why": "Sends." });
        json!({
            "plugin": {
                "id": "acme.sms", "version": "0.2.0", "digest": "sha256:02", "name": "Text messages",
                "description": "Sends\u{7} text messages.", "kinds": ["channel"], "events": ["message.received"],
                "capabilities": [receive, send],
                "secrets": [{ "name": "token", "why": "The gateway's." }],
                "config_schema": { "properties": { "sender": {} }, "required": ["sender"] },
                "limits": { "memory_mib": 64 }, "authors": ["Ann"], "license": "MIT", "signatures": [],
            },
            "installation": {
                "id": "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d", "name": "sms", "plugin_version": "0.1.0",
                "digest": "sha256:01", "origins": ["https://old.example.com"], "limits": { "wall_ms": 900 },
            },
            "new_grants": [send],
            "kept_grants": ["channel.receive-message"],
            "dropped_grants": ["state.shared"],
            "origins": [
                { "origin": "https://sms.example.com", "why": "The gateway.", "granted": false },
                { "why": "Yours.", "granted": false },
            ],
            "missing_secrets": ["token"],
            "kept_secrets": [
                { "name": "password", "why": "Something else.", "why_before": "The account's.",
                  "origins": ["https://old.example.com"] },
                { "name": "key", "why": "The same.", "why_before": "The same.", "origins": [] },
            ],
            "webhook_change": {
                "before": { "scheme": "hmac-sha256", "secret": "key", "header": "x-signature" },
                "after": { "scheme": "bearer", "secret": "key" },
            },
            "config_changes": [
                { "change": "added", "setting": "sender", "required": true },
                { "change": "removed", "setting": "old" },
                { "change": "changed", "setting": "language" },
            ],
            "config_errors": ["config: \"sender\" is a required property"],
            "limits_before": {},
        })
    }
}
