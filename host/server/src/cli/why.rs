//! `stammgast why`.

use super::{
    CliError,
    global::Session,
    output::plain,
    table::{Column, table},
};
use clap::Args;
use serde_json::Value;

/// Tell why something stands where it does: what plugins did with an event, in which version
///
/// Points, findings, feedback and messages name the event that they come from. Of each plugin that was called for it you
/// see the version, what it asked for, and the calls that were recorded: `stammgast plugin calls export` takes one of
/// them home.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast why 42
  stammgast why 42 --json")]
pub(super) struct Why {
    /// The event's number
    event: u64,
}

const EMPTY: &str = "No plugin that is installed now was called for this event. What one that was removed has left names its \
                     plugin and version itself.";
const COLUMNS: &[Column] = &[
    Column::new("installation", "/name"),
    Column::new("plugin", "/plugin"),
    Column::new("version", "/version"),
    Column::new("config", "/config_version"),
    Column::new("asked for", "/asked"),
    Column::new("CPU", "/fuel"),
    Column::new("recorded calls", "/recorded"),
];

impl Why {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let answer = session.tenant_client()?.get(&["v1", "events", &self.event.to_string(), "calls"]).await?;
        let items = answer.get("items").and_then(Value::as_array).into_iter().flatten();
        let rows: Vec<Value> = items.cloned().map(told).collect();
        session.output.show(&answer, &table(&rows, COLUMNS, EMPTY))
    }
}

/// A row with its lists in words.
fn told(mut row: Value) -> Value {
    let asked = match row.pointer("/dealt/outcomes").and_then(Value::as_array) {
        Some(outcomes) if outcomes.is_empty() => "nothing".to_owned(),
        Some(outcomes) => outcomes.iter().map(in_words).collect::<Vec<_>>().join("; "),
        None => match (row.get("dealt"), row.get("standing"), row.get("problem")) {
            (Some(dealt), ..) => in_words(dealt),
            (None, Some(standing), Some(problem)) => format!("{}: {}", in_words(standing), in_words(problem)),
            (None, standing, _) => standing.map(in_words).unwrap_or_default(),
        },
    };
    let calls = row.get("calls").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let recorded = calls.collect::<Vec<_>>().join(", ");
    if let Value::Object(row) = &mut row {
        row.insert("asked".to_owned(), asked.into());
        row.insert("recorded".to_owned(), recorded.into());
    }
    row
}

/// The values of an outcome, in the order of their names: `earn 12 points purchase`.
fn in_words(outcome: &Value) -> String {
    match outcome {
        Value::String(text) => plain(text),
        Value::Object(fields) => fields.values().map(in_words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_asked_for_stands_in_one_line() {
        let row = json!({"dealt": {"outcomes": [{"effect": "earn", "points": 12}, {"effect": "earn", "points": 1}]},
            "calls": ["42.1", "42.2"]});
        let told = told(row);
        assert_eq!((&told["asked"], &told["recorded"]), (&json!("earn 12; earn 1"), &json!("42.1, 42.2")));
        let quiet = super::told(json!({"dealt": {"outcomes": []}, "calls": []}));
        assert_eq!((&quiet["asked"], &quiet["recorded"]), (&json!("nothing"), &json!("")));
    }
}
