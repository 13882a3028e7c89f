//! What the store's tests share.

#![allow(dead_code, clippy::unwrap_used, reason = "tests, of which each uses a part")]

use stammgast_domain::{
    Timestamp,
    program::{Policy, Program},
    tenant::Tenant,
};
use stammgast_store::{ApiKey, Store, StoreSettings, TenantStore};
use std::{collections::BTreeSet, sync::Arc};

/// Settings for a database at this place.
pub fn settings(url: impl Into<String>) -> StoreSettings {
    StoreSettings {
        url: url.into(),
        user: None,
        password: None,
        definition_cache: 10_000,
        block_cache: 64 << 20,
        commit_rows: 2_000,
        commit_bytes: 8 << 20,
        commit_queue: 100,
        conflict_tries: 8,
        master_key: [7; 32],
        secrets_key: [8; 32],
        previous_secrets_key: None,
    }
}

/// A time by its milliseconds.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// The first key of a tenant.
pub fn key(tenant: &str) -> ApiKey {
    ApiKey {
        id: format!("key-of-{tenant}"),
        tenant: Some(tenant.parse().unwrap()),
        name: "first key".into(),
        hash: "0".repeat(64),
        scopes: BTreeSet::new(),
        partner: None,
        created_at: at(0),
        revoked_at: None,
    }
}

/// A new tenant.
pub async fn tenant(store: &Store, id: &str) -> Arc<TenantStore> {
    let tenant = Tenant::new(id.parse().unwrap(), "Acme".into(), at(0)).unwrap();
    store.prepare_tenant(&tenant.id).await.unwrap();
    store.create_tenant(&tenant, &key(id)).await.unwrap();
    store.tenant(&tenant.id).await.unwrap().unwrap()
}

/// A program as it is at first.
pub fn program(code: &str, name: &str) -> Program {
    Program::new(code.to_owned(), name.to_owned(), Policy::default(), at(1)).unwrap()
}
