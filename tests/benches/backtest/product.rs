//! The product's side: back-tests of a running server, over HTTP.

use super::{CONFIG, EXPECTED, PLUGINS, TENANT, THREADS};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, bench::proc_kib, compiled, root};
use std::{
    fs,
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
    /// Imports the purchases and copies database and keys to another folder, where the floor reads them.
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
        let file = root().join("examples/data/cdnow/CDNOW_master.txt");
        let mut import = server.cli(&["import", "purchases", "--quiet", "--format", "cdnow", "--source", "cdnow"]);
        let imported = import.args(["--currency", "USD"]).arg(file).env("STAMMGAST_TENANT", TENANT).status();
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
        let config: Value = serde_json::from_str(CONFIG).unwrap();
        let started = Instant::now();
        let body = json!({"candidate": {"plugin": format!("example.{plugin}"), "config": config}});
        let mut test = self.tenant.post("/v1/backtests", &body).await.ok();
        let path = format!("/v1/backtests/{}", test["id"].as_str().unwrap());
        while matches!(test["status"].as_str(), Some("queued" | "running")) {
            tokio::time::sleep(PAUSE).await;
            test = self.tenant.get(&path).await.ok();
        }
        let seconds = started.elapsed().as_secs_f64();
        let totals = &test["totals"]["candidate"];
        let came = (totals["calls"].as_u64(), totals["points"]["points"].as_i64());
        assert_eq!((&test["status"], came), (&json!("done"), (Some(EXPECTED.0), Some(EXPECTED.1))), "{test}");
        Tested {
            seconds,
            worked_seconds: test["worked_ms"].as_f64().unwrap() / 1e3,
            mean_call_us: totals["duration_us"].as_f64().unwrap() / totals["calls"].as_f64().unwrap(),
        }
    }

    /// Memory of the server's process: what it holds now (`VmRSS:`), or the most that it has held (`VmHWM:`).
    pub fn memory_mib(&self, which: &str) -> usize {
        proc_kib(&format!("/proc/{}/status", self.server.pid()), which) >> 10
    }
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
