//! The floor: `SurrealDB` with the same engine settings, and nothing around it.

use super::{
    Shape,
    product::{Bodies, Product},
};
use stammgast_tests::Server;
use std::{collections::HashMap, path::Path, sync::Arc};
use surrealdb::{
    Surreal,
    engine::local::Db,
    types::{Array, Object, RecordIdKey, Value},
};
use surrealdb_cnf::ConfigMap;
use surrealdb_core::kvs::Datastore;

/// The product's own tables and indexes.
const SCHEMA: &str = include_str!("../../../schemas/db/tenant/0001_initial.surql");
/// The product's defaults, see `host/server/src/config.rs`.
const DEFINITION_CACHE: usize = 200_000;
const BLOCK_CACHE: u64 = 256 << 20;

/// A database.
pub struct Bare {
    datastore: Arc<Datastore>,
    session: Surreal<Db>,
}

/// Rows that the product wrote: purchase and event, by the purchase's number.
pub struct Rows(HashMap<usize, (Value, Value)>);

/// One transaction.
pub struct Batch {
    purchases: Vec<Value>,
    events: Vec<Value>,
}

impl Bare {
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

    pub async fn define(&self) {
        self.session.query(SCHEMA).await.unwrap().check().unwrap();
    }

    async fn read(&self, text: &str) -> Vec<Value> {
        let mut results = self.session.query(text).await.unwrap().check().unwrap();
        match results.take::<Value>(0).unwrap() {
            Value::Array(rows) => rows.into_vec(),
            other => panic!("{other:?}"),
        }
    }

    async fn commit(&self, batch: Batch) {
        let mut bindings = Object::new();
        bindings.insert("purchases", Value::Array(Array::from(batch.purchases)));
        bindings.insert("events", Value::Array(Array::from(batch.events)));
        let text = "BEGIN; INSERT INTO purchase $purchases RETURN NONE; INSERT INTO event $events RETURN NONE; COMMIT;";
        self.session.query(text).bind(bindings).await.unwrap().check().unwrap();
    }
}

/// Writes a round; every client commits its own batches one after another.
pub async fn write(bare: &Arc<Bare>, batches: Vec<Vec<Batch>>) {
    let clients = batches.into_iter().map(|batches| {
        let bare = Arc::clone(bare);
        tokio::spawn(async move {
            for batch in batches {
                bare.commit(batch).await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

/// Lets the product record purchases 0 to `count` and reads the rows that it wrote.
pub async fn rows_of_the_product(count: usize) -> Rows {
    let server = Server::start_with(&[("DISPATCH__ENABLED", "false")]);
    let product = Product::prepare(&server).await;
    let numbers: Vec<usize> = (0..count).collect();
    product.send(Bodies::of(&numbers, Shape { batch: 500, clients: 1, requests: count.div_ceil(500) })).await;
    let path = server.data().join("db");
    let _folder = server.stop();
    let database = Bare::open(&path).await;
    let mut purchases: HashMap<String, (usize, Value)> = HashMap::new();
    for row in database.read("SELECT * FROM purchase").await {
        let number = text(&row, "external_id").parse().unwrap();
        purchases.insert(key(&row), (number, row));
    }
    let mut rows = HashMap::new();
    for event in database.read("SELECT * FROM event WHERE type = 'purchase.recorded'").await {
        let data = field(&event, "data");
        let (number, purchase) = purchases.remove(&text(data, "id")).unwrap();
        rows.insert(number, (purchase, event));
    }
    assert_eq!(rows.len(), count);
    database.datastore.shutdown().await.unwrap();
    Rows(rows)
}

impl Rows {
    /// The transactions of one round, one list a client.
    pub fn batches(&mut self, numbers: &[usize], shape: Shape) -> Vec<Vec<Batch>> {
        let transactions = numbers.chunks(shape.batch).map(|chunk| {
            let rows = chunk.iter().map(|number| self.0.remove(number).unwrap());
            let (purchases, events) = rows.unzip();
            Batch { purchases, events }
        });
        let mut transactions: Vec<Batch> = transactions.collect();
        let mut clients = Vec::new();
        while !transactions.is_empty() {
            let rest = transactions.split_off(shape.requests.min(transactions.len()));
            clients.push(std::mem::replace(&mut transactions, rest));
        }
        clients
    }
}

fn field<'a>(row: &'a Value, name: &str) -> &'a Value {
    match row {
        Value::Object(fields) => fields.get(name).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn text(row: &Value, name: &str) -> String {
    match field(row, name) {
        Value::String(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn key(row: &Value) -> String {
    match field(row, "id") {
        Value::RecordId(id) => match &id.key {
            RecordIdKey::String(key) => key.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
