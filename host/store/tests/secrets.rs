//! Secrets at rest, and the keys that seal them.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::tenant;
use stammgast_domain::{
    InstallationId, Timestamp,
    plugin::Origin,
    secret::{SecretRecord, SecretValue},
};
use stammgast_store::{Change, Store, StoreError, StoreSettings, TenantStore, Wrapping};
use std::{collections::BTreeSet, path::Path, sync::Arc};

fn settings(folder: &Path, secrets_key: u8, previous: Option<u8>) -> StoreSettings {
    StoreSettings {
        secrets_key: [secrets_key; 32],
        previous_secrets_key: previous.map(|byte| [byte; 32]),
        ..common::settings(format!("rocksdb://{}", folder.join("db").display()))
    }
}

async fn open(folder: &Path, secrets_key: u8, previous: Option<u8>) -> Result<Arc<Store>, StoreError> {
    Store::open(settings(folder, secrets_key, previous)).await.map(Arc::new)
}

fn installation(name: &str) -> InstallationId {
    InstallationId::derived(&[name])
}

fn record(name: &str, origins: &[&str]) -> SecretRecord {
    let origins: BTreeSet<Origin> = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    SecretRecord { name: name.into(), origins, set_at: Timestamp::from_millis(5).unwrap(), set_by: "key:test".into() }
}

async fn put(acme: &TenantStore, of: &str, secret: &SecretRecord, value: &str) {
    let mut change = Change::new();
    let value = SecretValue::new(value).unwrap();
    acme.put_secret(&mut change, installation(of), secret, &value).await.unwrap();
    assert!(!format!("{change:?}").contains(value.expose()), "a change holds sealed values alone");
    acme.commit(change).await.unwrap();
}

async fn value(acme: &TenantStore, of: &str, name: &str) -> Option<String> {
    let secret = acme.open_secret(installation(of), name).await.unwrap();
    secret.map(|secret| secret.value.expose().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_kept_by_installation_and_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let (acme, other) = (tenant(&store, "acme").await, tenant(&store, "other").await);
    assert_eq!(value(&acme, "sms", "token").await, None);
    let token = record("token", &["https://b.example", "https://a.example"]);
    put(&acme, "sms", &token, "swordfish").await;
    put(&acme, "sms", &record("key", &[]), "shark fin").await;
    put(&acme, "mail", &record("token", &[]), "goldfish").await;
    put(&acme, "mail", &record("token", &[]), "blowfish").await;
    assert_eq!(value(&acme, "sms", "token").await.as_deref(), Some("swordfish"));
    assert_eq!(value(&acme, "mail", "token").await.as_deref(), Some("blowfish"));
    assert_eq!(value(&other, "sms", "token").await, None);
    assert_eq!(acme.secrets(installation("sms")).await.unwrap(), [record("key", &[]), token]);
    let open = acme.open_secrets(installation("sms")).await.unwrap();
    assert_eq!(open.iter().map(|secret| secret.value.expose()).collect::<Vec<_>>(), ["shark fin", "swordfish"]);

    let mut change = Change::new();
    let names = acme.secret_names(installation("sms")).await.unwrap();
    acme.remove_secrets(&mut change, installation("sms"), &names).await.unwrap();
    acme.commit(change).await.unwrap();
    assert!(acme.secrets(installation("sms")).await.unwrap().is_empty());
    assert_eq!(value(&acme, "mail", "token").await.as_deref(), Some("blowfish"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_of_the_tenant_seals_all_and_meets_no_change_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let acme = tenant(&store, "acme").await;
    let mut change = Change::new();
    assert_eq!(acme.renew_secrets_key(&mut change).await.unwrap(), 0);
    assert!(change.is_empty(), "there is no key yet");
    put(&acme, "sms", &record("token", &[]), "swordfish").await;
    put(&acme, "mail", &record("token", &[]), "goldfish").await;
    let mut renewal = Change::new();
    assert_eq!(acme.renew_secrets_key(&mut renewal).await.unwrap(), 2);
    acme.commit(renewal).await.unwrap();
    assert_eq!(value(&acme, "sms", "token").await.as_deref(), Some("swordfish"));

    // A secret that changes meanwhile is not overwritten, and one that was sealed with the old key does not stay.
    let mut renewal = Change::new();
    acme.renew_secrets_key(&mut renewal).await.unwrap();
    put(&acme, "sms", &record("token", &[]), "blowfish").await;
    assert!(matches!(acme.commit(renewal).await, Err(StoreError::Stale { .. })));
    let mut late = Change::new();
    let value_of_late = SecretValue::new("cuttlefish").unwrap();
    acme.put_secret(&mut late, installation("sms"), &record("token", &[]), &value_of_late).await.unwrap();
    let mut renewal = Change::new();
    acme.renew_secrets_key(&mut renewal).await.unwrap();
    acme.commit(renewal).await.unwrap();
    assert!(matches!(acme.commit(late).await, Err(StoreError::Stale { .. })));
    assert_eq!(value(&acme, "sms", "token").await.as_deref(), Some("blowfish"));
    assert_eq!(value(&acme, "mail", "token").await.as_deref(), Some("goldfish"));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_open_while_their_key_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let acme = tenant(&store, "acme").await;
    put(&acme, "sms", &record("token", &[]), "swordfish").await;
    let renewing = async {
        for _ in 0..50 {
            let mut renewal = Change::new();
            acme.renew_secrets_key(&mut renewal).await.unwrap();
            acme.commit(renewal).await.unwrap();
        }
    };
    let opening = async {
        for _ in 0..200 {
            assert_eq!(value(&acme, "sms", "token").await.as_deref(), Some("swordfish"));
            assert_eq!(acme.open_secrets(installation("sms")).await.unwrap().len(), 1);
        }
    };
    tokio::join!(renewing, opening);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_of_the_operator_opens_nothing_until_all_is_wrapped_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let acme = tenant(&store, "acme").await;
    tenant(&store, "other").await;
    put(&acme, "sms", &record("token", &[]), "swordfish").await;
    drop(acme);
    store.shutdown().await.unwrap();

    for (key, previous) in [(2, None), (2, Some(3))] {
        assert!(matches!(open(folder.path(), key, previous).await, Err(StoreError::OtherSecretsKey)));
    }
    let store = open(folder.path(), 2, Some(1)).await.unwrap();
    let states = |states: Vec<(stammgast_domain::TenantId, Result<Wrapping, StoreError>)>| {
        states.into_iter().map(|(tenant, state)| (tenant.to_string(), state.unwrap())).collect::<Vec<_>>()
    };
    let expected = |acme| vec![("acme".to_owned(), acme), ("other".to_owned(), Wrapping::Unused)];
    assert_eq!(states(store.secrets_keys().await.unwrap()), expected(Wrapping::Previous));
    assert!(!store.secrets_keys_are_settled().await.unwrap());
    assert_eq!(states(store.wrap_secrets_keys().await.unwrap()), expected(Wrapping::Previous));
    assert_eq!(states(store.secrets_keys().await.unwrap()), expected(Wrapping::Present));
    assert!(store.secrets_keys_are_settled().await.unwrap());
    store.shutdown().await.unwrap();

    assert!(matches!(open(folder.path(), 1, None).await, Err(StoreError::OtherSecretsKey)));
    let store = open(folder.path(), 2, None).await.unwrap();
    let acme = store.tenant(&"acme".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(value(&acme, "sms", "token").await.as_deref(), Some("swordfish"));
    drop(acme);
    store.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_goes_to_fewer_origins_and_stays_sealed_for_those() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let acme = tenant(&store, "acme").await;
    let (a, b) = ("https://a.example", "https://b.example");
    put(&acme, "sms", &record("token", &[a, b]), "swordfish").await;
    put(&acme, "sms", &record("key", &[a]), "shark fin").await;
    put(&acme, "mail", &record("token", &[a, b]), "goldfish").await;
    let left = record("token", &[a]).origins;
    let mut change = Change::new();
    let narrowed = acme.narrow_secrets(&mut change, installation("sms"), &left).await.unwrap();
    assert_eq!(narrowed, [record("token", &[a])], "one that goes there anyway stays as it is");
    acme.commit(change).await.unwrap();
    let open = acme.open_secrets(installation("sms")).await.unwrap();
    let open: Vec<_> = open.iter().map(|one| (one.name.as_str(), one.value.expose(), one.origins.len())).collect();
    assert_eq!(open, [("key", "shark fin", 1), ("token", "swordfish", 1)]);
    assert_eq!(acme.secrets(installation("mail")).await.unwrap(), [record("token", &[a, b])]);

    // One that is set meanwhile, with what is taken away, makes the change stale.
    let mut change = Change::new();
    acme.narrow_secrets(&mut change, installation("mail"), &left).await.unwrap();
    put(&acme, "mail", &record("late", &[b]), "cuttlefish").await;
    assert!(matches!(acme.commit(change).await, Err(StoreError::Stale { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_takes_its_secrets_along_and_none_is_set_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1, None).await.unwrap();
    let acme = tenant(&store, "acme").await;
    // The tenant's first secret of all, and the removal of its installation: one of them fails, whichever is later.
    let first = SecretValue::new("swordfish").unwrap();
    let (mut set, mut removal) = (Change::new(), Change::new());
    acme.put_secret(&mut set, installation("sms"), &record("token", &[]), &first).await.unwrap();
    acme.remove_all_secrets(&mut removal, installation("sms")).await.unwrap();
    acme.commit(removal).await.unwrap();
    assert!(acme.commit(set).await.is_err());
    assert!(acme.secrets(installation("sms")).await.unwrap().is_empty());

    put(&acme, "sms", &record("token", &[]), "swordfish").await;
    let mut removal = Change::new();
    acme.remove_all_secrets(&mut removal, installation("sms")).await.unwrap();
    put(&acme, "sms", &record("late", &[]), "blowfish").await;
    assert!(matches!(acme.commit(removal).await, Err(StoreError::Stale { .. })));
    let mut removal = Change::new();
    // Twice in one change, as where a shadow takes an installation's place.
    acme.remove_all_secrets(&mut removal, installation("mail")).await.unwrap();
    acme.remove_all_secrets(&mut removal, installation("sms")).await.unwrap();
    acme.commit(removal).await.unwrap();
    assert!(acme.secrets(installation("sms")).await.unwrap().is_empty());
}
