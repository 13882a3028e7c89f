//! Tenants and keys.

use super::super::schema;
use crate::app::keys::NewKey;
use serde::Serialize;
use stammgast_domain::{TenantId, Timestamp, access::Scope, tenant::Tenant};
use stammgast_store::ApiKey;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// One company on this server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantView {
    /// Short name; never changes.
    #[schema(value_type = String, examples("acme"))]
    id: TenantId,
    /// The company's name as people write it.
    #[schema(examples("Acme GmbH"))]
    name: String,
    /// When the tenant was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A key as it is kept: never its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyView {
    /// The public half of the key.
    #[schema(examples("8f2c1d0a9b7e6f55"))]
    id: String,
    /// What it is for.
    #[schema(examples("web shop"))]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<schema::Scope>)]
    scopes: BTreeSet<Scope>,
    /// The partner who acts with it; left out for everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    partner: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

/// A new key with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewKey)]
pub struct NewKeyView {
    /// The whole key, to be sent as `Authorization: Bearer <key>`. It is not kept and cannot be shown again.
    #[schema(examples("sgk_8f2c1d0a9b7e6f55_5d1f…"))]
    secret: String,
    /// The key as it is kept.
    key: KeyView,
}

/// A new tenant with its first key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewTenant)]
pub struct NewTenantView {
    /// The tenant.
    tenant: TenantView,
    /// Its first key, which carries every scope.
    key: NewKeyView,
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        let Tenant { id, name, created_at } = tenant;
        Self { id, name, created_at }
    }
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        let ApiKey { id, name, scopes, partner, created_at, revoked_at, .. } = key;
        Self { id, name, scopes, partner, created_at, revoked_at }
    }
}

impl From<NewKey> for NewKeyView {
    fn from(new: NewKey) -> Self {
        Self { secret: new.secret, key: new.key.into() }
    }
}

impl From<(Tenant, NewKey)> for NewTenantView {
    fn from((tenant, key): (Tenant, NewKey)) -> Self {
        Self { tenant: tenant.into(), key: key.into() }
    }
}
