//! The product's side: back-tests of a running server, over HTTP.

use super::{CONFIG, EXPECTED, PLUGINS, TENANT, THREADS};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, bench::proc_kib, compiled, root};
use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

/// How often it is asked whether it is done.
const PAUSE: Duration = Duration::from_millis(20);

/// A server with a tenant that has bought and sold.
pub struct Product {
    server: Server,
    tenant: Client,
}

/// One back-test that is done.
pub struct Tested {
    /// Seconds from asking for it to reading that it is done.
    pub seconds: f64,
    /// Seconds that it worked, as it says.
    pub worked_seconds: f64,
    /// Microseconds of one call, as it says.
    pub mean_call_us: f64,
}

impl Product {
    /// Imports the purchases by date, those of a day in the order of the file, and copies database and keys to another folder, where the floor reads them.
    pub async fn prepare(copy_to: &Path) -> Self {
        let threads = THREADS.to_string();
        // A component in JavaScript takes its time to compile.
        let settings = [("BACKTEST__THREADS", threads.as_str()), ("HTTP__REQUEST_SECONDS", "600")];
        let server = Server::start_in(compiled::folder(), &settings);
        let tenant = server.tenant(TENANT).await;
        for plugin in PLUGINS {
            server.operator().install(plugin).await;
        }
        println!("importing {} purchases", EXPECTED.0);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(by_date().as_bytes()).unwrap();
        let mut import = server.cli(&["import", "purchases", "--quiet", "--format", "cdnow", "--source", "cdnow"]);
        // One request after another, so that the log has the file's order.
        import.args(["--currency", "USD", "--parallel", "1"]);
        let imported = import.arg(file.path()).env("STAMMGAST_TENANT", TENANT).status();
        assert!(imported.unwrap().success(), "the import goes well");
        let data = server.data();
        let folder = server.stop();
        for part in ["db", "keys"] {
            copy(&data.join(part), &copy_to.join(part));
        }
        let server = Server::start_in(folder, &settings);
        let tenant = tenant.at(server.url());
        Self { server, tenant }
    }

    /// Back-tests a plugin over all events, and checks what came of it.
    pub async fn test(&self, plugin: &str) -> Tested {
        let started = Instant::now();
        let test = self.run(&json!({"candidate": version(plugin)})).await;
        let seconds = started.elapsed().as_secs_f64();
        let candidate = &test["totals"]["candidate"];
        assert_eq!(counted(candidate), EXPECTED, "{plugin}: {test}");
        Tested {
            seconds,
            worked_seconds: test["worked_ms"].as_f64().unwrap() / 1e3,
            mean_call_us: candidate["duration_us"].as_f64().unwrap() / candidate["calls"].as_f64().unwrap(),
        }
    }

    /// Back-tests a plugin against another over all events, and checks that they ask for the same, texts and all.
    pub async fn compare(&self, plugin: &str, other: &str) {
        let test = self.run(&json!({"candidate": version(plugin), "against": version(other)})).await;
        let totals = &test["totals"];
        let sides = [counted(&totals["candidate"]), counted(&totals["baseline"])];
        assert_eq!(sides, [EXPECTED; 2], "{plugin} and {other}: {totals}");
        let differing = ["differing", "differing_texts", "unknown", "customers_differing"].map(|sort| &totals[sort]);
        assert_eq!(differing, [&json!(0); 4], "{plugin} and {other}: {totals}");
    }

    /// Runs a back-test to its end.
    async fn run(&self, body: &Value) -> Value {
        let mut test = self.tenant.post("/v1/backtests", body).await.ok();
        let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
        while matches!(test["status"].as_str(), Some("queued" | "running")) {
            tokio::time::sleep(PAUSE).await;
            test = self.tenant.get(&path).await.ok();
        }
        assert_eq!(test["status"], "done", "{test}");
        test
    }

    /// Memory of the server's process: what it holds now (`VmRSS:`), or the most that it has held (`VmHWM:`).
    pub fn memory_mib(&self, which: &str) -> usize {
        proc_kib(&format!("/proc/{}/status", self.server.pid()), which) >> 10
    }
}

/// The purchases without their header. The file has them by customer.
fn by_date() -> String {
    let text = fs::read_to_string(root().join("examples/data/cdnow/CDNOW_master.txt")).unwrap();
    let mut rows: Vec<&str> = text.lines().skip(1).collect();
    rows.sort_by_key(|row| row.split_whitespace().nth(1));
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// A plugin with the rule's configuration.
fn version(plugin: &str) -> Value {
    let config: Value = serde_json::from_str(CONFIG).unwrap();
    json!({"plugin": format!("example.{plugin}"), "config": config})
}

/// Calls of one side, and the points that it gives.
fn counted(side: &Value) -> (u64, i64) {
    (side["calls"].as_u64().unwrap_or_default(), side["points"]["points"].as_i64().unwrap_or_default())
}

/// Copies a folder with all that lies in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copy_of = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &copy_of);
        } else {
            fs::copy(entry.path(), copy_of).unwrap();
        }
    }
}
