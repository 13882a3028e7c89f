//! The floor: `SurrealDB` with the same engine settings, and nothing around it.

use super::{
    Shape,
    database::{Database, field, key, text},
    product::{Bodies, Product},
};
use stammgast_tests::Server;
use std::{collections::HashMap, sync::Arc};
use surrealdb::types::{Array, Object, Value};

/// Rows that the product wrote: purchase and event, by the purchase's number.
pub struct Rows(HashMap<usize, (Value, Value)>);

/// One transaction.
pub struct Batch {
    purchases: Vec<Value>,
    events: Vec<Value>,
}

async fn commit(database: &Database, batch: Batch) {
    let mut bindings = Object::new();
    bindings.insert("purchases", Value::Array(Array::from(batch.purchases)));
    bindings.insert("events", Value::Array(Array::from(batch.events)));
    let text = "BEGIN; INSERT INTO purchase $purchases RETURN NONE; INSERT INTO event $events RETURN NONE; COMMIT;";
    assert!(database.run(text, bindings).await);
}

/// Writes a round; every client commits its own batches one after another.
pub async fn write(bare: &Arc<Database>, batches: Vec<Vec<Batch>>) {
    let clients = batches.into_iter().map(|batches| {
        let bare = Arc::clone(bare);
        tokio::spawn(async move {
            for batch in batches {
                commit(&bare, batch).await;
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
    let database = Database::open(&path).await;
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
    database.close().await;
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
