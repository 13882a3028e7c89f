//! `SurrealDB` with the product's engine settings and schema, and nothing around it.

use std::{collections::BTreeSet, path::Path, sync::Arc};
use surrealdb::{
    Surreal,
    engine::local::Db,
    types::{ErrorDetails, Object, QueryError, RecordIdKey, Value},
};
use surrealdb_cnf::ConfigMap;
use surrealdb_core::kvs::Datastore;

/// The product's defaults, see `host/server/src/config/store.rs`.
const DEFINITION_CACHE: usize = 200_000;
const BLOCK_CACHE: u64 = 256 << 20;

/// A database.
pub struct Database {
    datastore: Arc<Datastore>,
    session: Surreal<Db>,
}

impl Database {
    pub async fn open(path: &Path) -> Self {
        let config = ConfigMap::empty()
            .with_key_value("datastore_cache_size", DEFINITION_CACHE.to_string())
            .with_key_value("rocksdb_block_cache_size", BLOCK_CACHE.to_string());
        let url = format!("rocksdb://{}?sync=every", path.display());
        let builder = Datastore::builder().with_config(config).without_maintenance_tasks();
        let datastore = builder.build_with_path(&url).await.unwrap();
        datastore.check_version().await.unwrap();
        datastore.bootstrap().await.unwrap();
        datastore.start_maintenance_tasks();
        let session = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await.unwrap();
        session.use_ns("stammgast").use_db("tenant_bench").await.unwrap();
        Self { datastore, session }
    }

    /// The product's own tables and indexes, step by step.
    pub async fn define(&self) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/db/tenant");
        let steps = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for step in steps.collect::<BTreeSet<_>>() {
            let text = std::fs::read_to_string(step).unwrap();
            self.session.query(format!("BEGIN;{text}COMMIT;")).await.unwrap().check().unwrap();
        }
    }

    pub async fn read(&self, text: &str) -> Vec<Value> {
        let mut results = self.session.query(text).await.unwrap().check().unwrap();
        match results.take::<Value>(0).unwrap() {
            Value::Array(rows) => rows.into_vec(),
            other => panic!("{other:?}"),
        }
    }

    /// Runs one transaction; `false` where another one got in its way.
    pub async fn run(&self, text: &str, bindings: Object) -> bool {
        let mut results = self.session.query(text).bind(bindings).await.unwrap();
        let errors: Vec<_> = results.take_errors().into_values().collect();
        let is_conflict = |error: &surrealdb::Error| {
            matches!(error.details(), ErrorDetails::Query(Some(QueryError::TransactionConflict)))
        };
        assert!(errors.is_empty() || errors.iter().any(is_conflict), "{errors:?}");
        errors.is_empty()
    }

    pub async fn close(self) {
        self.datastore.shutdown().await.unwrap();
    }
}

pub fn field<'a>(row: &'a Value, name: &str) -> &'a Value {
    match row {
        Value::Object(fields) => fields.get(name).unwrap(),
        other => panic!("{other:?}"),
    }
}

pub fn text(row: &Value, name: &str) -> String {
    match field(row, name) {
        Value::String(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

pub fn key(row: &Value) -> String {
    match field(row, "id") {
        Value::RecordId(id) => match &id.key {
            RecordIdKey::String(key) => key.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
