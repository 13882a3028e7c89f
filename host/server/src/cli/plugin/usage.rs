//! `stammgast plugin usage`.

use super::{
    super::{
        CliError,
        global::Session,
        output::plain,
        table::{Column, table},
    },
    installation_id,
};
use clap::Args;
use serde_json::{Map, Value, json};

/// Show what an installation's calls cost and how they ended, since the server's start
///
/// `µs` and `queued` say how long calls took and how long they waited for their turn: half of them, 95 of 100, and the
/// longest; percentiles are estimates. `CPU` is the mean of a call in units of fuel, `KiB` the memory of the call that
/// held most. Calls for events count, tries and shadows too; back-tests and repeated calls do not. `GET /metrics` has the
/// same figures for monitoring.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin usage points
  stammgast plugin usage points.shadow --json")]
pub(in crate::cli) struct Usage {
    /// The installation, by name or id
    name: String,
}

const COLUMNS: &[Column] = &[
    Column::new("version", "/version"),
    Column::new("calls", "/calls"),
    Column::new("faults", "/faulty"),
    Column::new("µs 50 %", "/duration_us/p50"),
    Column::new("95 %", "/duration_us/p95"),
    Column::new("most", "/duration_us/most"),
    Column::new("queued 50 %", "/queued_us/p50"),
    Column::new("95 %", "/queued_us/p95"),
    Column::new("most", "/queued_us/most"),
    Column::new("CPU", "/mean_fuel"),
    Column::new("KiB", "/most_kib"),
];

impl Usage {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let answer = client.get(&["v1", "installations", &id, "usage"]).await?;
        session.output.show(&answer, &text(&self.name, &answer))
    }
}

fn text(name: &str, answer: &Value) -> String {
    let since = answer.get("since").and_then(Value::as_str).map(plain).unwrap_or_default();
    let versions: Vec<Value> =
        answer.get("versions").and_then(Value::as_array).into_iter().flatten().map(row).collect();
    if versions.is_empty() {
        return format!("{name} was not called since {since}, when the server started.");
    }
    let mut lines = vec![table(&versions, COLUMNS, ""), String::new()];
    lines.extend(versions.iter().flat_map(unusual));
    lines.push(format!("Calls since {since}, when the server started."));
    lines.join("\n")
}

/// The figures of a version, with those that people rather read.
fn row(version: &Value) -> Value {
    let number = |field: &str| version.get(field).and_then(Value::as_u64).unwrap_or_default();
    let faulty: u64 = faults(version).iter().map(|(_, count)| count).sum();
    let mut row: Map<String, Value> = version.as_object().cloned().unwrap_or_default();
    row.insert("faulty".to_owned(), json!(faulty));
    row.insert("mean_fuel".to_owned(), json!(number("fuel").checked_div(number("calls")).unwrap_or_default()));
    row.insert("most_kib".to_owned(), json!(number("most_memory_bytes") >> 10));
    Value::Object(row)
}

fn faults(version: &Value) -> Vec<(String, u64)> {
    let faults = version.get("faults").and_then(Value::as_object).into_iter().flatten();
    faults.map(|(sort, count)| (plain(sort), count.as_u64().unwrap_or_default())).collect()
}

/// What did not end with effects, in a sentence each.
fn unusual(version: &Value) -> Vec<String> {
    let name = version.get("version").and_then(Value::as_str).map(plain).unwrap_or_default();
    let mut sentences = Vec::new();
    let faults: Vec<String> = faults(version).iter().map(|(sort, count)| format!("{sort} {count}")).collect();
    if !faults.is_empty() {
        sentences.push(format!("Faults of {name}: {}.", faults.join(", ")));
    }
    let others = [
        ("malformed", "Messages that it could not read with"),
        ("state_changed", "Calls repeated because the state had changed, with"),
    ];
    for (field, words) in others {
        if let Some(count) = version.get(field).and_then(Value::as_u64).filter(|count| *count > 0) {
            sentences.push(format!("{words} {name}: {count}."));
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_in_a_row_and_faults_in_a_sentence() {
        let spread = json!({ "p50": 40, "p95": 90, "most": 100 });
        let answer = json!({
            "since": "2026-03-01T10:00:00.000Z",
            "versions": [{
                "version": "1.0.0", "calls": 5, "effects": 3, "malformed": 0, "state_changed": 0, "faults": { "cpu": 1, "trap": 1 },
                "fuel": 5_000, "most_memory_bytes": 2_048, "duration_us": spread, "queued_us": spread,
            }],
        });
        let shown = text("points", &answer);
        let row = shown.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>();
        assert_eq!(row, ["1.0.0", "5", "2", "40", "90", "100", "40", "90", "100", "1000", "2"]);
        assert!(shown.contains("Faults of 1.0.0: cpu 1, trap 1.\nCalls since 2026-03-01T10:00:00.000Z"), "{shown}");
        let none = json!({ "since": "2026-03-01T10:00:00.000Z", "versions": [] });
        assert!(text("points", &none).starts_with("points was not called since 2026-03-01"));
    }
}
