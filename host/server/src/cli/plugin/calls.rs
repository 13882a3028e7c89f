//! `stammgast plugin calls`: recorded calls, repeated and taken home.

use super::{
    super::{
        CliError,
        global::Session,
        import::progress::Progress,
        table::{Column, table},
    },
    installation_id,
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// See recorded calls, repeat them exactly, and take one home
///
/// Faults are always recorded, of other calls one in so many (`records.sample_every`). A repeated call gets everything
/// as it was; anything else than the same answer at the same cost is told.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast plugin calls list points --ended faults
  stammgast plugin calls replay points
  stammgast plugin calls export points 42.1 -o failing-call.json")]
pub(in crate::cli) enum Calls {
    /// List recorded calls
    #[command(after_help = "\
Examples:
  stammgast plugin calls list points
  stammgast plugin calls list points --ended trap --limit 100")]
    List {
        /// The installation, by name or id
        installation: String,
        /// Only calls that ended so: effects, malformed, faults, or a fault's sort
        #[arg(long, value_name = "SORT")]
        ended: Option<String>,
        /// The most calls to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    Replay(Replay),
    Export(Export),
}

/// Repeat recorded calls, and tell where something else comes
///
/// The exit code is 1 where a call gave another answer.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin calls replay points
  stammgast plugin calls replay points --ended faults")]
pub(in crate::cli) struct Replay {
    /// The installation, by name or id
    installation: String,
    /// Only calls that ended so: effects, malformed, faults, or a fault's sort
    #[arg(long, value_name = "SORT")]
    ended: Option<String>,
}

/// Write a recorded call to a file that `stammgast plugin test` runs anywhere
///
/// Personal data in it is masked, unless you say otherwise: letters become x, digits 0.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin calls export points 42.1 -o failing-call.json
  stammgast plugin test dist/points.wasm failing-call.json")]
pub(in crate::cli) struct Export {
    /// The installation, by name or id
    installation: String,
    /// The call: event and try, as `calls list` shows it
    call: String,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// What becomes of personal data
    #[arg(long, value_enum, default_value = "masked")]
    personal: Personal,
}

/// What becomes of personal data.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Personal {
    /// It is made unreadable.
    Masked,
    /// It is shown.
    Shown,
}

const COLUMNS: &[Column] = &[
    Column::new("call", "/id"),
    Column::new("ended", "/ended"),
    Column::new("version", "/version"),
    Column::new("config", "/config_version"),
    Column::new("CPU", "/fuel"),
    Column::new("bytes", "/memory_bytes"),
    Column::new("µs", "/duration_us"),
    Column::new("recorded", "/recorded_at"),
];

/// Calls that are asked for at once.
const AT_ONCE: &str = "100";

impl Calls {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List { installation, ended, limit } => {
                let id = installation_id(&client, &installation).await?;
                let limit = limit.to_string();
                let ended = ended.as_deref().map(|ended| ("ended", ended));
                let query: Vec<(&str, &str)> = [("limit", limit.as_str())].into_iter().chain(ended).collect();
                let answer = client.get_with(&["v1", "installations", &id, "calls"], &query).await?;
                let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
                session.output.show(&answer, &table(&items, COLUMNS, "No such call is recorded."))
            }
            Self::Replay(replay) => replay.run(session).await,
            Self::Export(export) => export.run(session).await,
        }
    }
}

impl Replay {
    async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.installation).await?;
        let bar = Progress::start(session.output, 0, "calls");
        let (mut after, mut same, mut others, mut impossible) = (None::<String>, 0_usize, Vec::new(), 0_usize);
        loop {
            let ended = self.ended.as_deref().map(|ended| ("ended", ended));
            let from = after.as_deref().map(|after| ("after", after));
            let query: Vec<(&str, &str)> = [("limit", AT_ONCE)].into_iter().chain(ended).chain(from).collect();
            let answer = client.get_with(&["v1", "installations", &id, "replay"], &query).await?;
            let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            let Some(last) = items.last().and_then(|last| last.get("id")).and_then(Value::as_str) else { break };
            after = Some(last.to_owned());
            bar.advance(items.len() as u64);
            for item in items {
                match item.get("result").and_then(Value::as_str) {
                    Some("same") => same += 1,
                    Some("impossible") => impossible += 1,
                    _ => others.push(item),
                }
            }
        }
        bar.finish();
        let of = same + impossible + others.len();
        let answer = json!({ "calls": of, "same": same, "impossible": impossible, "different": others });
        let mut lines = vec![format!("{same} of {of} calls gave the same answer at the same cost.")];
        if impossible > 0 {
            lines.push(format!("{impossible} cannot be repeated; `--json` and the API tell why."));
        }
        for other in &others {
            let place = other.pointer("/differences/0/place").and_then(Value::as_str).unwrap_or("?");
            let call = other.get("id").and_then(Value::as_str).unwrap_or("?");
            lines.push(format!("  {call}: another {place}"));
        }
        session.output.show(&answer, &lines.join("\n"))?;
        match others.len() {
            0 => Ok(()),
            failed => Err(CliError::Failed { what: "repeated calls", failed, of }),
        }
    }
}

impl Export {
    async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.installation).await?;
        let personal = match self.personal {
            Personal::Masked => "masked",
            Personal::Shown => "shown",
        };
        let path = ["v1", "installations", &id, "calls", &self.call, "case"];
        let file = client.get_with(&path, &[("personal", personal)]).await?;
        fs::write(&self.output, format!("{file:#}\n")).map_err(CliError::file(&self.output))?;
        let shown = self.output.display().to_string();
        let name = file.pointer("/cases/0/name").and_then(Value::as_str).unwrap_or_default();
        let sentence = format!("{shown}: {name}\n`stammgast plugin test COMPONENT {shown}` runs it.");
        session.output.result(&json!({ "path": shown }), &shown, &sentence)
    }
}
