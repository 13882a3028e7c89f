//! An acknowledged write has been synced: what the operating system saw of it.

#![cfg(target_os = "linux")]

use serde_json::json;
use stammgast_tests::{Server, shop::purchase};
use std::{collections::HashMap, path::Path};

/// Calls that read requests, write answers, write files and sync them.
const CALLS: &str = "read,readv,recvfrom,recvmsg,write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync,sync_file_range";
const REQUESTS: usize = 20;

/// A system call, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    /// A request came in.
    Request,
    /// Its answer went out: the write was acknowledged.
    Acknowledged,
    /// Bytes were appended to the database's log.
    LogWritten,
    /// The database's log was synced.
    LogSynced,
}

/// A call with the lines of the trace on which it began and was over.
#[derive(Debug, Clone, Copy)]
struct Span {
    call: Call,
    began: usize,
    over: usize,
}

fn call_of(text: &str) -> Option<Call> {
    let name = text.split('(').next().unwrap_or_default();
    // RocksDB's write-ahead log is `NNNNNN.log` in the database's folder.
    let on_the_log = text.contains("/data/db/") && text.contains(".log>");
    match name {
        "fsync" | "fdatasync" if on_the_log => Some(Call::LogSynced),
        "write" | "writev" | "pwrite64" if on_the_log => Some(Call::LogWritten),
        "read" | "readv" | "recvfrom" | "recvmsg" if text.contains("\"POST /v1/purchases") => Some(Call::Request),
        "write" | "writev" | "sendto" | "sendmsg" if text.contains("\"HTTP/1.1 201") => Some(Call::Acknowledged),
        _ => None,
    }
}

/// Reads `PID call(…) = …` lines. A call that was interrupted by another thread's is told on two lines.
fn spans(trace: &str) -> Vec<Span> {
    let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut spans = Vec::new();
    for (over, line) in trace.lines().enumerate() {
        let Some((thread, text)) = line.split_once(' ') else { continue };
        let text = text.trim_start();
        if let Some((began, _)) = text.split_once(" <unfinished") {
            unfinished.insert(thread, (over, began));
            continue;
        }
        let (began, whole) = match text.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            Some((_, rest)) => {
                let Some((line, start)) = unfinished.remove(thread) else { continue };
                (line, format!("{start}{rest}"))
            }
            None => (over, text.to_owned()),
        };
        if let Some(call) = call_of(&whole) {
            spans.push(Span { call, began, over });
        }
    }
    spans.sort_by_key(|span| span.began);
    spans
}

/// How many requests were acknowledged, and how many of those only after their bytes had been written to the log and
/// the log had been synced. Requests come one after another.
fn acknowledged_and_synced(spans: &[Span]) -> (usize, usize) {
    let of = |call| spans.iter().filter(move |span| span.call == call);
    let (mut acknowledged, mut synced) = (0, 0);
    for request in of(Call::Request) {
        let Some(answer) = of(Call::Acknowledged).find(|answer| answer.began > request.over) else { continue };
        acknowledged += 1;
        let written = of(Call::LogWritten).find(|write| write.began > request.over);
        let safe = written
            .is_some_and(|write| of(Call::LogSynced).any(|sync| sync.began > write.over && sync.over < answer.began));
        synced += usize::from(safe);
    }
    (acknowledged, synced)
}

/// Records purchases one by one and gives what the tracer saw.
async fn traced(trace: &Path, settings: &[(&str, &str)]) -> (usize, usize) {
    let server = Server::start_traced(trace, CALLS, settings);
    let acme = server.tenant("acme").await;
    let ada = json!({"id": acme.customer("Ada").await});
    for number in 0..REQUESTS {
        assert_eq!(acme.post("/v1/purchases", &purchase(&ada, number, 1_000)).await.status, 201);
    }
    let (server_thread, operator) = (server.pid().to_string(), server.operator());
    server.stop();
    let read = || std::fs::read_to_string(trace).unwrap();
    let is_over = |line: &str| line.split_whitespace().take(2).eq([server_thread.as_str(), "+++"]);
    operator.until("the tracer has written its last line", || async { read().lines().any(is_over) }).await;
    acknowledged_and_synced(&spans(&read()))
}

#[tokio::test]
async fn the_databases_log_is_synced_before_a_write_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    // Plugins would write to the log, too.
    let quiet = ("DISPATCH__ENABLED", "false");
    assert_eq!(traced(&folder.path().join("synced"), &[quiet]).await, (REQUESTS, REQUESTS));
    let url = format!("rocksdb://{}?sync=never", folder.path().join("data/db").display());
    let (acknowledged, synced) = traced(&folder.path().join("unsynced"), &[quiet, ("STORE__URL", &url)]).await;
    assert_eq!(acknowledged, REQUESTS);
    assert!(synced < REQUESTS / 2, "the trace would show it if nothing were synced, but {synced} seem to be");
}

#[test]
fn a_sync_that_began_too_early_or_ended_too_late_does_not_count() {
    let trace = |sync_began: &str, sync_over: &str, between: &str| {
        format!(
            "7 recvfrom(9<socket>, \"POST /v1/purchases HTTP/1.1\"..., 8192) = 200\n{sync_began}\
             8 write(5</x/data/db/000004.log>, \"abc\"..., 90) = 90\n{between}\
             7 sendto(9<socket>, \"HTTP/1.1 201 Created\"..., 300) = 300\n{sync_over}"
        )
    };
    let sync = "8 fdatasync(5</x/data/db/000004.log>) = 0\n";
    let began = "8 fdatasync(5</x/data/db/000004.log> <unfinished ...>\n";
    let resumed = "8 <... fdatasync resumed>) = 0\n";
    let seen = |trace: String| acknowledged_and_synced(&spans(&trace));
    assert_eq!(seen(trace("", "", sync)), (1, 1));
    assert_eq!(seen(trace("", "", &format!("{began}{resumed}"))), (1, 1));
    assert_eq!(seen(trace(sync, "", "")), (1, 0), "before the write");
    assert_eq!(seen(trace("", resumed, began)), (1, 0), "not over in time");
    assert_eq!(seen(trace("", "", "8 fdatasync(6</x/data/db/MANIFEST-000005>) = 0\n")), (1, 0), "another file");
}
