//! `stammgast backtest`.

pub(super) mod report;
mod run;

use super::{
    CliError,
    client::{Client, Rows},
    global::Session,
    list::List,
    table::{Column, table},
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Try a plugin version or a configuration on the tenant's own past, before it runs
///
/// The stored events are put to the version once more, and what it asks for is counted beside what happened, or beside
/// another version. Nothing is written, nothing has to be granted. It works in the background and gives way to live
/// events; Ctrl-C leaves it running.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast backtest run --installation points --config-file doubled.json
  stammgast backtest run --installation points --plugin acme.points@2.0.0
  stammgast backtest run --plugin acme.points --against acme.points@1.0.0 --config-file points.json
  stammgast backtest list")]
pub(super) enum Backtest {
    Run(run::Run),
    /// List back-tests, newest first
    #[command(after_help = "\
Examples:
  stammgast backtest list")]
    List {
        /// The most back-tests to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Show what a back-test found
    #[command(after_help = "\
Examples:
  stammgast backtest show 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d")]
    Show {
        /// The back-test's id
        id: String,
    },
    /// List customers by how much their points differ, largest first
    #[command(after_help = "\
Examples:
  stammgast backtest customers 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d --limit 20")]
    Customers {
        /// The back-test's id
        id: String,
        /// The most customers to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// List events with which the two sides dealt differently
    #[command(after_help = "\
Examples:
  stammgast backtest differences 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d --limit 20")]
    Differences {
        /// The back-test's id
        id: String,
        /// The event after which to start
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: u64,
        /// The most events to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Stop a back-test; what it found so far stays
    #[command(after_help = "\
Examples:
  stammgast backtest cancel 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d")]
    Cancel {
        /// The back-test's id
        id: String,
    },
    /// Let a back-test that was stopped go on where it was
    #[command(after_help = "\
Examples:
  stammgast backtest resume 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d")]
    Resume {
        /// The back-test's id
        id: String,
    },
    /// Delete a back-test that is over, with all that it found
    #[command(after_help = "\
Examples:
  stammgast backtest remove 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d")]
    Remove {
        /// The back-test's id
        id: String,
    },
}

const BACKTESTS: &[Column] = &[
    Column::new("made", "/created_at"),
    Column::new("status", "/status"),
    Column::new("plugin", "/candidate/plugin"),
    Column::new("version", "/candidate/version"),
    Column::new("against", "/against/against"),
    Column::new("events", "/totals/events"),
    Column::new("differing", "/totals/differing"),
    Column::new("id", "/id"),
];

pub(super) const DIFFERENCES: &[Column] = &[
    Column::new("event", "/event"),
    Column::new("customer", "/customer"),
    Column::new("tried", "/tried"),
    Column::new("compared with", "/compared"),
];

const CUSTOMERS: &[Column] = &[
    Column::new("customer", "/customer"),
    Column::new("program", "/program"),
    Column::new("tried", "/tried"),
    Column::new("compared with", "/compared"),
    Column::new("difference", "/difference"),
];

const EVENTS: Rows = Rows { list: "items", key: "/event", from: "after" };

impl Backtest {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let output = session.output;
        match self {
            Self::Run(run) => run.run(session).await,
            Self::List { limit } => {
                let empty = "No back-test was made; `stammgast backtest run` makes one.";
                let list =
                    List { path: &["v1", "backtests"], filter: &[], limit: Some(limit), columns: BACKTESTS, empty };
                list.show(&client, output).await
            }
            Self::Show { id } => {
                let test = client.get(&["v1", "backtests", &id]).await?;
                output.show(&test, &report::text(&test))
            }
            Self::Customers { id, limit } => {
                let items = client.items(&["v1", "backtests", &id, "customers"], &[], Some(limit)).await?;
                let rows: Vec<Value> = items.iter().flat_map(report::programs).collect();
                output.show(&json!({ "items": items }), &table(&rows, CUSTOMERS, "It gave nobody points."))
            }
            Self::Differences { id, after, limit } => {
                let (path, after) = (["v1", "backtests", &id, "differences"], after.to_string());
                let answer = client.rows(&path, &[("after", after.as_str())], EVENTS, limit).await?;
                let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
                let rows: Vec<Value> = items.iter().map(report::difference).collect();
                output.show(&answer, &table(&rows, DIFFERENCES, "No event was dealt with differently."))
            }
            Self::Cancel { id } => step(&client, output, &id, "cancel", "stops").await,
            Self::Resume { id } => step(&client, output, &id, "resume", "goes on").await,
            Self::Remove { id } => {
                let answer = client.delete(&["v1", "backtests", &id]).await?;
                output.result(&answer, "", "The back-test is deleted.")
            }
        }
    }
}

async fn step(
    client: &Client,
    output: super::output::Output,
    id: &str,
    step: &str,
    verb: &str,
) -> Result<(), CliError> {
    let answer = client.post(&["v1", "backtests", id, step], &json!({})).await?;
    output.result(&answer, "", &format!("The back-test {verb}. `stammgast backtest show {id}` tells how far it is."))
}
