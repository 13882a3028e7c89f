//! The busy tenant: its plugin does as it is told, and there is always more to do.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, shop};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// Customers among whom the purchases are spread, so that calls run side by side.
const CUSTOMERS: usize = 64;
/// Purchases that are recorded at once, which is more than calls of one tenant run at once.
const BATCH: usize = 12;
/// Events that wait at least.
const WAITING: u64 = 12;
/// The pause of whoever looks whether there is enough to do.
const PAUSE: Duration = Duration::from_millis(3);
/// The kernel's clock ticks a second, in which it shows CPU time to programs (proc(5)).
const TICKS: f64 = 100.0;

/// What the plugin does.
pub struct Order {
    config: Value,
    limits: Value,
}

/// What one event costs.
#[derive(Clone, Copy)]
pub struct Cost {
    /// The server's CPU in milliseconds, over all that it does for the event.
    pub cpu_ms: f64,
}

/// The busy tenant.
pub struct Busy {
    tenant: Client,
    server: u32,
    bought: Arc<AtomicUsize>,
}

/// A plugin at work.
pub struct Load {
    tenant: Client,
    installation: String,
    stop: Arc<AtomicBool>,
    feeder: JoinHandle<usize>,
}

impl Order {
    /// Misbehaves, within the server's own limits.
    pub fn hostile(order: &str) -> Self {
        Self { config: json!({"do": order}), limits: json!({}) }
    }

    /// Computes so many thousand steps and earns a point. An admin allows it as much as it needs.
    pub fn busy(thousands: u64) -> Self {
        let limits = json!({"cpu_millions": 10_000, "wall_ms": 30_000});
        Self { config: json!({"do": "busy", "with": thousands.to_string()}), limits }
    }
}

impl Busy {
    pub async fn prepare(server: &Server) -> Self {
        let tenant = server.tenant("busy").await;
        let rows: Vec<Value> =
            (0..CUSTOMERS).map(|number| json!({"reference": {"source": "shop", "id": number.to_string()}})).collect();
        tenant.post("/v1/customers/bulk", &json!({"rows": rows})).await.ok();
        Self { tenant, server: server.pid(), bought: Arc::default() }
    }

    /// Sets the plugin to work; gives it back when it has begun.
    pub async fn start(&self, order: &Order) -> Load {
        let asked = self.tenant.get("/v1/plugins/test.hostile").await.ok();
        let grants: Vec<&Value> = asked["capabilities"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        let body = json!({
            "plugin": "test.hostile", "name": "busy", "grants": grants, "config": order.config, "limits": order.limits,
            "start": "now", "unsigned": "a bench",
        });
        let made = self.tenant.post("/v1/installations", &body).await.ok();
        let installation = made["id"].as_str().unwrap().to_owned();
        let stop = Arc::new(AtomicBool::new(false));
        let (tenant, bought) = (self.tenant.clone(), Arc::clone(&self.bought));
        let feeder = tokio::spawn(feed(tenant, installation.clone(), Arc::clone(&stop), bought));
        let load = Load { tenant: self.tenant.clone(), installation, stop, feeder };
        let path = format!("/v1/installations/{}/progress", load.installation);
        self.tenant.until("the plugin has work", || async { self.tenant.get(&path).await.ok()["behind"] != 0 }).await;
        load
    }

    /// What an event costs the server while nobody else does anything.
    pub async fn cost(&self, order: &Order, time: Duration) -> Cost {
        let (before, started) = (self.cpu_ms(), Instant::now());
        let load = self.start(order).await;
        tokio::time::sleep(time.saturating_sub(started.elapsed())).await;
        let events = load.end().await;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let cpu_ms = (self.cpu_ms() - before) / events as f64;
        Cost { cpu_ms }
    }

    /// CPU of the server so far.
    fn cpu_ms(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.server)).expect("Linux shows it");
        // The name in parentheses may hold blanks; the times are the 12th and 13th field behind it.
        let (_, fields) = text.rsplit_once(") ").expect("Linux shows it");
        let ticks: u32 = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u32>().unwrap()).sum();
        f64::from(ticks) * 1_000.0 / TICKS
    }
}

impl Load {
    /// Ends the work: what is recorded is still done, and then the plugin goes. Gives the number of events.
    pub async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        let events = self.feeder.await.unwrap();
        self.tenant.settled().await;
        let path = format!("/v1/installations/{}", self.installation);
        self.tenant.post(&format!("{path}/disable"), &json!({})).await.ok();
        self.tenant.send(self.tenant.request(reqwest::Method::DELETE, &path)).await.ok();
        events
    }
}

/// Records purchases whenever the plugin has little left to do; gives their number.
async fn feed(tenant: Client, installation: String, stop: Arc<AtomicBool>, bought: Arc<AtomicUsize>) -> usize {
    let path = format!("/v1/installations/{installation}/progress");
    let mut events = 0;
    while !stop.load(Ordering::Relaxed) {
        if tenant.get(&path).await.ok()["behind"].as_u64().unwrap() < WAITING {
            let first = bought.fetch_add(BATCH, Ordering::Relaxed);
            let rows: Vec<Value> = (first..first + BATCH).map(purchase).collect();
            tenant.post("/v1/purchases/bulk", &json!({"rows": rows})).await.ok();
            events += BATCH;
        }
        tokio::time::sleep(PAUSE).await;
    }
    events
}

fn purchase(number: usize) -> Value {
    let customer = json!({"reference": {"source": "shop", "id": (number % CUSTOMERS).to_string()}});
    shop::purchase(&customer, number, 1_000)
}
