//! An admin's whole way with a plugin, typed into the real program: looked at, tried, run, watched, left.

use serde_json::{Value, json};
use stammgast_tests::{Server, component, root, sections};
use std::{fs, process::Output};
use tempfile::TempDir;

/// Two purchases, and what they earn at one point for each unit.
const FIRST: (&str, i64) = ("customer,date,amount\nada,2026-03-01,12.50\nbea,2026-03-02,30.00\n", 42);
/// One more.
const SECOND: (&str, i64) = ("customer,date,amount\nada,2026-03-03,10.00\n", 10);
/// And one more.
const THIRD: (&str, i64) = ("customer,date,amount\nada,2026-03-04,5.00\n", 5);

/// Somebody at a terminal, in a folder with two versions of a plugin, two configurations and files of purchases.
struct Terminal {
    server: Server,
    folder: TempDir,
}

impl Terminal {
    fn open(settings: &[(&str, &str)]) -> Self {
        let terminal = Self { server: Server::start_with(settings), folder: tempfile::tempdir().unwrap() };
        terminal.write("points-1.wasm", version("0.1.0"));
        terminal.write("points-2.wasm", version("0.2.0"));
        terminal.write("one.json", r#"{ "points_per_unit": 1 }"#);
        terminal.write("two.json", r#"{ "points_per_unit": 2 }"#);
        for (name, (rows, _)) in [("first.csv", FIRST), ("second.csv", SECOND), ("third.csv", THIRD)] {
            terminal.write(name, rows);
        }
        terminal.done("tenant create acme --name Acme");
        terminal
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn run(&self, line: &str) -> Output {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = self.server.cli(&words);
        command.current_dir(self.folder.path()).env("STAMMGAST_TENANT", "acme");
        command.env("STAMMGAST_KEYS", self.folder.path().join("keys")).output().unwrap()
    }

    /// What a command printed that did what it should.
    #[track_caller]
    fn done(&self, line: &str) -> String {
        let output = self.run(line);
        let [printed, told] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "`{line}`:\n{printed}\n{told}");
        printed
    }

    /// What a command told that failed with an exit code.
    #[track_caller]
    fn failed(&self, line: &str, code: i32) -> String {
        let output = self.run(line);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "`{line}`:\n{told}");
        told
    }

    /// Records the purchases of a file, and waits until the plugins have dealt with them.
    #[track_caller]
    fn record(&self, file: &str) {
        self.done(&format!("import purchases {file} --source shop --currency EUR"));
        self.done("plugin wait");
    }

    /// Points that customers have by now.
    #[track_caller]
    fn available(&self) -> i64 {
        let books: Value = serde_json::from_str(&self.done("trial-balance points --json")).unwrap();
        books["available"].as_i64().unwrap()
    }

    /// Puts the first version on the server and runs it.
    fn enable(&self) {
        self.done("plugin install points-1.wasm");
        self.done(
            "plugin enable stammgast.loyalty-points --name points --config-file one.json --grant-all --unsigned tested",
        );
    }
}

/// The reference plugin for points as another version.
fn version(version: &str) -> Vec<u8> {
    let path = root().join("plugins/loyalty-points/manifest.json");
    let mut manifest: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    manifest["version"] = json!(version);
    sections::with_manifest(&component("loyalty-points"), &manifest.to_string().into_bytes())
}

#[track_caller]
fn tells(text: &str, words: &str) {
    assert!(text.contains(words), "`{words}` is missing in\n{text}");
}

#[test]
fn a_plugin_is_looked_at_trusted_and_tried_on_the_past_before_it_runs() {
    let terminal = Terminal::open(&[]);
    tells(&terminal.failed("plugin inspect points-3.wasm", 2), "`stammgast plugin build` makes one");
    terminal.done("plugin key new");
    terminal.done("plugin sign points-1.wasm");
    let key = terminal.done("plugin key show -q").trim().to_owned();
    let facts = terminal.done("plugin inspect points-1.wasm");
    tells(&facts, "loyalty.earn");
    tells(&facts, &format!("by {key}"));
    tells(&terminal.done(&format!("plugin verify points-1.wasm --by {key}")), "stammgast.loyalty-points 0.1.0");
    tells(&terminal.done("plugin install points-1.wasm"), "is installed");
    tells(&terminal.done("plugin review stammgast.loyalty-points"), "by no key that the tenant trusts");
    let enable = "plugin enable stammgast.loyalty-points --name points --config-file one.json --grant-all --draft";
    tells(&terminal.failed(enable, 1), "stammgast trust add");
    terminal.done(&format!("trust add acme {key}"));
    tells(&terminal.done("plugin review stammgast.loyalty-points"), "signed by `acme`");

    terminal.done("import purchases first.csv --source shop --currency EUR");
    tells(&terminal.done(enable), "a draft");
    assert_eq!(terminal.available(), 0, "a draft is not called");
    tells(&terminal.done("backtest run --installation points"), "on the past: done");
    let beside =
        "backtest run --plugin stammgast.loyalty-points --config-file two.json --against stammgast.loyalty-points";
    tells(&terminal.done(beside), "Events dealt with differently: 0");
    let id = terminal.done(&format!("{beside}@0.1.0 --against-config-file one.json -q")).trim().to_owned();
    tells(&terminal.done(&format!("backtest show {id}")), "Events dealt with differently: 2");
    let differences = terminal.done(&format!("backtest differences {id} --limit 501"));
    tells(&differences, "24 points");
    tells(&differences, "12 points");
    assert_eq!(terminal.done("backtest list").lines().count(), 1 + 3);
    terminal.done(&format!("backtest remove {id}"));

    tells(&terminal.done("plugin resume points --waiting skip"), "points runs");
    terminal.record("second.csv");
    assert_eq!(terminal.available(), SECOND.1);
    tells(&terminal.done("plugin installations"), "enabled");
}

#[test]
fn another_version_runs_in_shadow_is_promoted_rolled_back_and_in_the_end_all_is_left() {
    let terminal = Terminal::open(&[]);
    terminal.enable();
    terminal.record("first.csv");
    assert_eq!(terminal.available(), FIRST.1);
    terminal.done("plugin install points-2.wasm");
    let review = terminal.done("plugin review stammgast.loyalty-points --for points");
    tells(&review, "in place of version 0.1.0");
    let second = "--to stammgast.loyalty-points@0.2.0 --unsigned tested";
    terminal.done(&format!("plugin shadow start points {second} --config-file two.json"));
    terminal.record("second.csv");
    let shown = terminal.done("plugin shadow show points --limit 501");
    for words in ["Events dealt with differently: 1", "20 points", "10 points"] {
        tells(&shown, words);
    }
    assert_eq!(terminal.available(), FIRST.1 + SECOND.1, "the shadow gave nothing");
    tells(&terminal.done("plugin shadow promote points"), "runs version 0.2.0");
    terminal.record("third.csv");
    let points = FIRST.1 + SECOND.1 + 2 * THIRD.1;
    assert_eq!(terminal.available(), points);

    tells(&terminal.done("plugin rollback points"), "runs version 0.1.0, with the configuration of then");
    tells(&terminal.done(&format!("plugin upgrade points {second}")), "runs version 0.2.0");
    tells(&terminal.done("plugin configure points --config-file two.json"), "its new configuration");
    let history = terminal.done("plugin history points --limit 501");
    for step in ["configured", "upgraded", "rolled-back", "promoted", "shadowed", "created"] {
        tells(&history, step);
    }

    let uninstall = "plugin uninstall stammgast.loyalty-points@0.2.0";
    tells(&terminal.failed(uninstall, 1), "`points` of tenant acme runs it");
    terminal.done("plugin uninstall stammgast.loyalty-points@0.1.0");
    tells(&terminal.failed("plugin rollback points --to 1", 1), "the operator has to install it again");
    terminal.failed("plugin remove points", 1);
    terminal.done("plugin disable points");
    tells(&terminal.done("plugin remove points"), "What it did stays done");
    terminal.done(uninstall);
    tells(&terminal.done("plugin list"), "No plugin is installed");
    assert_eq!(terminal.available(), points, "what it did stays done");
}

#[test]
fn a_recorded_call_is_listed_repeated_and_taken_home() {
    let terminal = Terminal::open(&[("RECORDS__SAMPLE_EVERY", "1")]);
    terminal.enable();
    terminal.record("first.csv");
    terminal.record("second.csv");
    let listed: Value = serde_json::from_str(&terminal.done("plugin calls list points --limit 501 --json")).unwrap();
    let calls = listed["items"].as_array().unwrap();
    let events: Vec<u64> = calls.iter().map(|call| call["event"].as_u64().unwrap()).collect();
    assert!(events.len() == 3 && events.is_sorted_by(|newer, older| newer > older), "newest first: {events:?}");
    let newest: Value = serde_json::from_str(&terminal.done("plugin calls list points --limit 1 --json")).unwrap();
    assert_eq!(newest["items"], json!([calls[0]]));
    tells(&terminal.done("plugin calls list points --ended faults"), "No such call is recorded");
    tells(&terminal.failed("plugin calls list points --ended fault", 2), "effects, malformed, faults");
    tells(&terminal.done("plugin calls replay points"), "3 of 3 calls gave the same answer at the same cost");
    tells(&terminal.failed("plugin calls replay points --ended trap", 1), "no such recorded call of `points`");

    let call = calls[0]["id"].as_str().unwrap();
    terminal.done(&format!("plugin calls export points {call} -o call.json"));
    tells(&terminal.done("plugin test points-1.wasm call.json"), "1 cases passed");
    // Somebody expects something else, and takes it back.
    let exported = terminal.read("call.json");
    terminal.write("call.json", exported.replace("\"points\": 10", "\"points\": 11"));
    tells(&terminal.failed("plugin test points-1.wasm call.json", 1), "1 of 1 cases failed");
    terminal.done("plugin test points-1.wasm call.json --update");
    tells(&terminal.done("plugin test points-1.wasm call.json"), "1 cases passed");
    let json = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    assert_eq!(json(&terminal.read("call.json")), json(&exported), "and all else is as it was");
}
