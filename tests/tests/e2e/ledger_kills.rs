//! Points move from many sides at once while the server is killed again and again: what was answered stands, what was not
//! is sent again with its key, and at the end every point is where the answers say.
//!
//! `LEDGER_STEPS` and `LEDGER_KILLS` say how much; `cargo xtask ledger kills` does 100,000 steps and 200 kills.

use futures::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::watch;

const WORKERS: u64 = 24;
const CUSTOMERS: usize = 6;
/// Reservations of one customer that a worker keeps open: together they stay below what a wallet may have.
const OPEN: usize = 4;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |value| value.parse().unwrap())
}

/// What a worker's answers say that its steps changed, by customer.
#[derive(Default, Clone)]
struct Tally {
    available: BTreeMap<String, i64>,
    reserved: BTreeMap<String, i64>,
    redeemed: BTreeMap<String, i64>,
}

/// A reservation or redemption of this worker, as its last answer says.
struct Own {
    id: String,
    customer: String,
    held: i64,
    spent: i64,
}

struct Worker {
    client: watch::Receiver<Client>,
    customers: Arc<Vec<String>>,
    random: StdRng,
    number: u64,
    count: u64,
    tally: Tally,
    own: Vec<Own>,
    /// How many answers came, to all workers.
    done: watch::Sender<u64>,
}

impl Worker {
    /// Sends a request until it is answered, always with the same key.
    async fn send(&mut self, path: &str, body: &Value) -> Result<Value, String> {
        self.count += 1;
        let key = format!("w{}-{}", self.number, self.count);
        loop {
            let client = self.client.borrow().clone();
            let request = client.request(reqwest::Method::POST, path).header("idempotency-key", &key).json(body);
            let Ok(answer) = request.send().await else {
                // The server is down; the next one is told here.
                let _ = tokio::time::timeout(Duration::from_millis(500), self.client.changed()).await;
                continue;
            };
            let status = answer.status();
            let Ok(body) = answer.json::<Value>().await else { continue };
            self.done.send_modify(|done| *done += 1);
            if status.is_success() {
                return Ok(body);
            }
            assert_eq!(status, 409, "{path}: {body}");
            return Err(body["code"].as_str().unwrap().to_owned());
        }
    }

    async fn steps(mut self, steps: u64) -> Self {
        while self.count < steps {
            let customer = self.customers[self.random.random_range(0..self.customers.len())].clone();
            let points: i64 = self.random.random_range(1..40);
            match self.random.random_range(0..10) {
                0..3 => self.adjust(&customer, points).await,
                3 => self.adjust(&customer, -points).await,
                4..7 => self.redeem(&customer, points).await,
                _ => self.follow().await,
            }
        }
        self
    }

    async fn adjust(&mut self, customer: &str, points: i64) {
        let path = format!("/v1/customers/{customer}/loyalty/points/adjustments");
        match self.send(&path, &json!({ "points": points, "reason": "test", "text": "A test." })).await {
            Ok(_) => *self.tally.available.entry(customer.to_owned()).or_default() += points,
            Err(code) => assert_eq!(code, "not-enough-points"),
        }
    }

    async fn redeem(&mut self, customer: &str, points: i64) {
        let is_open = |own: &&Own| own.customer == customer && own.held > 0;
        let has_room = self.own.iter().filter(is_open).count() < OPEN;
        let capture = if has_room && self.random.random_range(0..2) == 0 { "later" } else { "now" };
        let body = json!({ "customer": customer, "program": "points", "points": points, "capture": capture });
        match self.send("/v1/redemptions", &body).await {
            Ok(answer) => {
                let (held, spent) = if capture == "now" { (0, points) } else { (points, 0) };
                *self.tally.available.entry(customer.to_owned()).or_default() -= points;
                *self.tally.reserved.entry(customer.to_owned()).or_default() += held;
                *self.tally.redeemed.entry(customer.to_owned()).or_default() += spent;
                let id = answer["id"].as_str().unwrap().to_owned();
                self.own.push(Own { id, customer: customer.to_owned(), held, spent });
            }
            Err(code) => assert_eq!(code, "not-enough-points"),
        }
    }

    async fn follow(&mut self) {
        if self.own.is_empty() {
            return self.adjust(&self.customers[0].clone(), 5).await;
        }
        let place = self.random.random_range(0..self.own.len());
        let Own { id, customer, held, spent } = self.own.swap_remove(place);
        let step = if spent > 0 { "reverse" } else { ["capture", "release"][self.random.random_range(0..2)] };
        let points = if step == "release" { held } else { self.random.random_range(1..=held.max(spent)) };
        let body = if step == "release" { json!({}) } else { json!({ "points": points }) };
        self.send(&format!("/v1/redemptions/{id}/{step}"), &body).await.expect("nobody else follows it");
        let (available, reserved, redeemed) = match step {
            "capture" => (held - points, -held, points),
            "release" => (held, -held, 0),
            _ => (points, 0, -points),
        };
        *self.tally.available.entry(customer.clone()).or_default() += available;
        *self.tally.reserved.entry(customer.clone()).or_default() += reserved;
        *self.tally.redeemed.entry(customer.clone()).or_default() += redeemed;
        let left = if step == "capture" { points } else { spent - points };
        if step != "release" && left > 0 {
            self.own.push(Own { id, customer, held: 0, spent: left });
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_point_is_where_the_answers_say_however_often_the_server_is_killed() {
    let (steps, kills) = (setting("LEDGER_STEPS", 8_000), setting("LEDGER_KILLS", 12));
    let mut server = Server::start();
    let acme = server.tenant("acme").await;
    let customers: Vec<String> = join_all((0..CUSTOMERS).map(|number| {
        let acme = acme.clone();
        async move { acme.customer(&number.to_string()).await }
    }))
    .await;
    let customers = Arc::new(customers);
    let (told, client) = watch::channel(acme.clone());
    let (done, mut answers) = watch::channel(0);
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| {
            let worker = Worker {
                client: client.clone(),
                customers: Arc::clone(&customers),
                random: StdRng::seed_from_u64(number),
                number,
                count: 0,
                tally: Tally::default(),
                own: Vec::new(),
                done: done.clone(),
            };
            tokio::spawn(worker.steps(steps / WORKERS))
        })
        .collect();
    // Where the workers end early, nobody waits for their answers.
    drop(done);
    for kill in 1..=kills {
        // In the middle of things: so many answers later, whatever is on its way.
        let many = kill * (steps / WORKERS * WORKERS) / (kills + 1);
        answers.wait_for(|done| *done >= many).await.expect("the workers go on");
        let folder = server.kill();
        server = Server::start_in(folder, &[]);
        told.send_replace(acme.at(server.url()));
    }
    let mut expected = Tally::default();
    for worker in join_all(workers).await {
        let Tally { available, reserved, redeemed } = worker.unwrap().tally;
        for (sums, more) in [
            (&mut expected.available, available),
            (&mut expected.reserved, reserved),
            (&mut expected.redeemed, redeemed),
        ] {
            for (customer, points) in more {
                *sums.entry(customer).or_default() += points;
            }
        }
    }
    let acme = acme.at(server.url());
    for customer in customers.iter() {
        let balance = acme.get(&format!("/v1/customers/{customer}/loyalty")).await.ok()["items"][0].clone();
        let found = ["points", "reserved", "redeemed"].map(|name| balance[name].as_i64().unwrap());
        let sums = [&expected.available, &expected.reserved, &expected.redeemed];
        assert_eq!(found, sums.map(|sums| sums.get(customer).copied().unwrap_or_default()), "{customer}");
        assert!(found.iter().all(|points| *points >= 0), "{balance}");
    }
    let trial = acme.get("/v1/programs/points/trial-balance").await.ok();
    assert_eq!(
        (&trial["sum"], &trial["balances"], &trial["differences"]),
        (&json!(0), &json!(0), &json!([])),
        "{trial}"
    );
    let verified = server.cli(&["ledger", "verify", "--tenant", "acme"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{said}");
    println!("{} answers, {kills} kills. {said}", *answers.borrow());
}
