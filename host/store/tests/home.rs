//! Where writing tasks live: with the store, whoever opens a tenant first.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod common;

use common::{program, settings, tenant};
use stammgast_domain::event::EventType;
use stammgast_store::{Change, Store};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[test]
fn a_tenant_that_threads_opened_which_end_goes_on_writing() {
    let (home, guest) = (runtime(), runtime());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("rocksdb://{}", folder.path().join("db").display());
    let first = home.block_on(async { Store::open(settings(url.clone())).await.unwrap() });
    home.block_on(async {
        tenant(&first, "acme").await;
        Arc::new(first).shutdown().await.unwrap();
    });
    let store = home.block_on(async { Arc::new(Store::open(settings(url)).await.unwrap()) });
    let opener = Arc::clone(&store);
    let acme = guest.block_on(async move { opener.tenant(&"acme".parse().unwrap()).await.unwrap().unwrap() });
    guest.shutdown_background();
    home.block_on(async {
        let mut change = Change::new();
        change.create_program(&program("stamps", "Stamps")).unwrap();
        acme.commit(change).await.unwrap();
        assert!(acme.events(0, 9, EventType::ALL, 9).await.unwrap().is_empty());
        drop(acme);
        store.shutdown().await.unwrap();
    });
}
