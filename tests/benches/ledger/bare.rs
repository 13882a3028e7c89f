//! The floor: the same rows, written by `SurrealDB` alone.

use super::{
    database::{Database, field, key, text},
    product::{Product, Redemption, redeem},
};
use stammgast_tests::Server;
use std::{collections::HashMap, sync::Arc};
use surrealdb::types::{Array, Object, Value};

/// Rows of one redemption.
#[derive(Default)]
pub struct Written {
    transaction: Vec<Value>,
    entries: Vec<Value>,
    event: Vec<Value>,
    redemption: Vec<Value>,
    /// The wallet and the lot, which are there already.
    changed: Vec<Value>,
}

/// Rows that the product wrote, by the redemption's number.
pub struct Rows(HashMap<usize, Written>);

impl Rows {
    /// The rows of a round, by client.
    pub fn take(&mut self, of_client: &[Vec<Redemption>]) -> Vec<Vec<Written>> {
        let of = |redemptions: &Vec<Redemption>| {
            redemptions.iter().map(|one| self.0.remove(&one.number).unwrap()).collect::<Vec<_>>()
        };
        of_client.iter().map(of).collect()
    }
}

const TRANSACTION: &str = "BEGIN;\
    INSERT INTO ledger_transaction $transaction RETURN NONE; INSERT INTO ledger_entry $entries RETURN NONE;\
    INSERT INTO event $event RETURN NONE; INSERT INTO redemption $redemption RETURN NONE;\
    FOR $put IN $changed { LET $row = $put.id; UPSERT $row CONTENT $put.content RETURN NONE };\
    COMMIT;";

async fn commit(database: &Database, written: &Written) {
    let mut bindings = Object::new();
    for (name, rows) in [
        ("transaction", &written.transaction),
        ("entries", &written.entries),
        ("event", &written.event),
        ("redemption", &written.redemption),
        ("changed", &written.changed),
    ] {
        bindings.insert(name, Value::Array(Array::from(rows.clone())));
    }
    // Others may have changed the same account meanwhile.
    while !database.run(TRANSACTION, bindings.clone()).await {}
}

/// Writes a round; every client commits its own redemptions one after another.
pub async fn write(bare: &Arc<Database>, of_client: Vec<Vec<Written>>) {
    let clients = of_client.into_iter().map(|redemptions| {
        let bare = Arc::clone(bare);
        tokio::spawn(async move {
            for written in redemptions {
                commit(&bare, &written).await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

/// Lets the product redeem, and reads the rows that it wrote.
pub async fn rows_of_the_product(all: &[Redemption]) -> Rows {
    let server = Server::start_with(&[("DISPATCH__ENABLED", "false")]);
    let product = Arc::new(Product::prepare(&server).await);
    redeem(&product, all.chunks(all.len().div_ceil(64)).map(<[Redemption]>::to_vec).collect()).await;
    let path = server.data().join("db");
    let _folder = server.stop();
    let database = Database::open(&path).await;
    let mut rows = HashMap::<usize, Written>::new();
    let (mut number_of_redemption, mut number_of_transaction) = (HashMap::new(), HashMap::new());
    let wallets: HashMap<String, Value> = by_customer(&database, "wallet").await;
    let lots: HashMap<String, Value> = by_customer(&database, "lot").await;
    for redemption in database.read("SELECT * FROM redemption").await {
        let number: usize = text(&redemption, "reference").parse().unwrap();
        let customer = text(&redemption, "customer");
        number_of_redemption.insert(key(&redemption), number);
        let written = rows.entry(number).or_default();
        written.changed = [&wallets, &lots].iter().map(|rows| rows[&customer].clone()).collect();
        written.redemption.push(redemption);
    }
    for transaction in database.read("SELECT * FROM ledger_transaction WHERE movement.type = 'redeemed'").await {
        let number = number_of_redemption[&text(field(&transaction, "movement"), "redemption")];
        number_of_transaction.insert(key(&transaction), number);
        rows.get_mut(&number).unwrap().transaction.push(transaction);
    }
    for entry in database.read("SELECT * FROM ledger_entry").await {
        if let Some(number) = number_of_transaction.get(&text(&entry, "transaction")) {
            rows.get_mut(number).unwrap().entries.push(entry);
        }
    }
    for event in database.read("SELECT * FROM event WHERE type = 'loyalty.points-posted'").await {
        if let Some(number) = number_of_transaction.get(&text(field(&event, "data"), "id")) {
            rows.get_mut(number).unwrap().event.push(event);
        }
    }
    assert!(rows.len() == all.len() && rows.values().all(|one| one.entries.len() == 2 && one.event.len() == 1));
    database.close().await;
    Rows(rows)
}

/// What a wallet or a lot holds, ready to be written again, by customer.
async fn by_customer(database: &Database, table: &str) -> HashMap<String, Value> {
    let query = format!(
        "SELECT record::id(id)[1] AS customer, {{ id: id, content: object::remove($this, 'id') }} AS put FROM {table}"
    );
    let rows = database.read(&query).await;
    rows.into_iter().map(|row| (text(&row, "customer"), field(&row, "put").clone())).collect()
}
