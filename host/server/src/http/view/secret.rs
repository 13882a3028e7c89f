//! Secrets, without their values, and how the keys that seal them are wrapped.

use crate::app::secrets::{Secret, WrappedKeys};
use serde::Serialize;
use stammgast_domain::{TenantId, Timestamp, plugin::Origin};
use stammgast_store::Wrapping;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A secret of an installation. Its value is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Secret)]
pub struct SecretView {
    /// Its name in the plugin's manifest.
    #[schema(examples("gateway-token"))]
    name: String,
    /// What for, in the words of the plugin's author; left out where the version that runs asks for it no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Whether it is set.
    is_set: bool,
    /// Where it may go.
    #[schema(value_type = Vec<String>)]
    origins: BTreeSet<Origin>,
    /// Those of them to which it goes unencrypted, so that everybody on the way can read it.
    #[schema(value_type = Vec<String>)]
    unencrypted: BTreeSet<Origin>,
    /// When it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    set_at: Option<Timestamp>,
    /// Who set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("key:8f2c1d0a9b7e6f55"))]
    set_by: Option<String>,
}

/// How the keys of tenants' secrets are wrapped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecretsKeys)]
pub struct SecretsKeysView {
    /// Whether the operator's key before is needed no more.
    previous_key_is_needed_no_more: bool,
    /// The tenants, by id.
    tenants: Vec<TenantKeyView>,
}

/// How the key of one tenant's secrets is wrapped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantSecretsKey)]
struct TenantKeyView {
    /// The tenant.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// By the operator's present key, by the one before, or not at all because the tenant has no secrets.
    wrapped: WrappingView,
    /// Why it cannot be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// By which key of the operator's a tenant's key is wrapped.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Wrapping)]
#[serde(rename_all = "kebab-case")]
enum WrappingView {
    /// By none: the tenant has no secrets yet.
    Unused,
    /// By the present one.
    Present,
    /// By the one before.
    Previous,
    /// By one that the server does not have.
    Unknown,
}

/// What became of the key of a tenant's secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RenewedSecretsKey)]
pub struct RenewedView {
    /// Secrets that are sealed with the new key.
    pub secrets: usize,
}

impl From<Secret> for SecretView {
    fn from(secret: Secret) -> Self {
        let Secret { name, why, set } = secret;
        let is_set = set.is_some();
        let (origins, set_at, set_by) = match set {
            Some(record) => (record.origins, Some(record.set_at), Some(record.set_by)),
            None => (BTreeSet::new(), None, None),
        };
        let unencrypted = origins.iter().filter(|origin| !origin.is_encrypted()).cloned().collect();
        Self { name, why, is_set, origins, unencrypted, set_at, set_by }
    }
}

impl From<WrappedKeys> for SecretsKeysView {
    fn from(keys: WrappedKeys) -> Self {
        let previous_key_is_needed_no_more = keys.is_settled;
        let view = |(tenant, state): (TenantId, Result<Wrapping, String>)| {
            let (wrapped, problem) = match state {
                Ok(Wrapping::Unused) => (WrappingView::Unused, None),
                Ok(Wrapping::Present) => (WrappingView::Present, None),
                Ok(Wrapping::Previous) => (WrappingView::Previous, None),
                Err(problem) => (WrappingView::Unknown, Some(problem)),
            };
            TenantKeyView { tenant, wrapped, problem }
        };
        Self { previous_key_is_needed_no_more, tenants: keys.tenants.into_iter().map(view).collect() }
    }
}
