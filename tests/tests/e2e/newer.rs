//! An older program and newer data.

use serde_json::json;
use stammgast_tests::{Server, binary};
use std::{path::Path, process::Command, sync::Arc, time::Duration};
use surrealdb::{Surreal, engine::local::Db};
use surrealdb_core::kvs::Datastore;

/// The longest that a session may take to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Leaves the mark of a later version in a database.
async fn mark_as_newer(data: &Path, database: &str) {
    let url = format!("rocksdb://{}", data.join("db").display());
    let datastore = Datastore::builder().without_maintenance_tasks().build_with_path(&url).await.unwrap();
    datastore.bootstrap().await.unwrap();
    let session = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await.unwrap();
    session.use_ns("stammgast").use_db(database).await.unwrap();
    session.query("UPDATE schema_version:main SET version = 99").await.unwrap().check().expect(database);
    drop(session);
    datastore.shutdown().await.unwrap();
    // The session ends in the background; the folder is free when nobody holds the database any more.
    let free = async {
        while Arc::strong_count(&datastore) > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("the session lets go of the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_later_version_is_refused_and_other_tenants_go_on() {
    let server = Server::start();
    let acme = server.tenant("acme").await;
    let other = server.tenant("other").await;
    acme.post("/v1/customers", &json!({"name": "Ada"})).await.ok();
    let data = server.data();
    let folder = server.stop();

    mark_as_newer(&data, "tenant_acme").await;
    let server = Server::start_in(folder, &[]);
    let move_to = |client: &stammgast_tests::Client| client.at(server.url());
    move_to(&acme).get("/v1/customers").await.refused(503, "data-newer");
    assert_eq!(move_to(&other).get("/v1/customers").await.status, 200);
    let _folder = server.stop();

    mark_as_newer(&data, "control").await;
    let refused = Command::new(binary()).args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).output();
    let refused = refused.unwrap();
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(error.contains("has schema 99") && error.contains("run a newer version"), "{error}");
}
