//! `stammgast plugin calls`: recorded calls, repeated and taken home.

use super::{
    super::{
        CliError,
        client::{Client, Rows},
        global::Session,
        import::progress::Progress,
        output::plain,
        table::{Column, table},
    },
    installation_id,
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use stammgast_domain::call::Ended;
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
    /// List recorded calls, newest first
    #[command(after_help = "\
Examples:
  stammgast plugin calls list points
  stammgast plugin calls list points --ended trap --limit 1000")]
    List {
        /// The installation, by name or id
        installation: String,
        /// Only calls that ended so: effects, malformed, faults, or a fault's sort
        #[arg(long, value_name = "SORT")]
        ended: Option<Ended>,
        /// The most calls to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    Replay(Replay),
    Export(Export),
}

/// Repeat recorded calls, and tell where something else comes
///
/// The exit code is 1 where a call gave another answer, and where no such call is recorded.
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
    ended: Option<Ended>,
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
    Column::new("problem", "/problem").cut(60),
];

const CALLS: Rows = Rows { list: "items", key: "/id", from: "before" };
/// Calls that are repeated at once.
const AT_ONCE: &str = "100";
/// Calls that cannot be repeated, for which it is said why.
const EXPLAINED: usize = 5;

impl Calls {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List { installation, ended, limit } => {
                let id = installation_id(&client, &installation).await?;
                let filter: Vec<(&str, &str)> = ended.map(|ended| ("ended", ended.as_str())).into_iter().collect();
                let answer = client.rows(&["v1", "installations", &id, "calls"], &filter, CALLS, limit).await?;
                let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
                if items.len() == limit {
                    session.output.note(&format!("These are the newest {limit}; --limit shows more."));
                }
                let empty =
                    "No such call is recorded. Faults always are, of other calls one in `records.sample_every`.";
                let rows: Vec<Value> = items.into_iter().map(with_problem).collect();
                session.output.show(&answer, &table(&rows, COLUMNS, empty))
            }
            Self::Replay(replay) => replay.run(session).await,
            Self::Export(export) => export.run(session).await,
        }
    }
}

/// What came of repeated calls.
#[derive(Default)]
struct Replayed {
    same: usize,
    different: Vec<Value>,
    impossible: Vec<Value>,
}

impl Replay {
    async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.installation).await?;
        let bar = Progress::start(session.output, 0, "calls");
        let replayed = self.repeat(&client, &id, &bar).await?;
        bar.finish();
        let (of, failed) = (replayed.count(), replayed.different.len());
        if of == 0 {
            let (name, list) = (self.installation, "stammgast plugin calls list");
            return Err(CliError::NoSuch { what: "such recorded call of", name, list });
        }
        session.output.show(&replayed.answer(), &replayed.text())?;
        match failed {
            0 => Ok(()),
            failed => Err(CliError::Failed { what: "repeated calls", failed, of }),
        }
    }

    async fn repeat(&self, client: &Client, id: &str, bar: &Progress) -> Result<Replayed, CliError> {
        let (mut after, mut replayed) = (None::<String>, Replayed::default());
        loop {
            let ended = self.ended.map(|ended| ("ended", ended.as_str()));
            let from = after.as_deref().map(|after| ("after", after));
            let query: Vec<(&str, &str)> = [("limit", AT_ONCE)].into_iter().chain(ended).chain(from).collect();
            let answer = client.get_with(&["v1", "installations", id, "replay"], &query).await?;
            let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            // Where they take long, fewer come than were asked for: none comes at the end alone.
            let Some(last) = items.last().map(name) else { return Ok(replayed) };
            after = Some(last);
            bar.advance(items.len() as u64);
            for item in items {
                replayed.add(item);
            }
        }
    }
}

impl Replayed {
    fn add(&mut self, item: Value) {
        match item.get("result").and_then(Value::as_str) {
            Some("same") => self.same += 1,
            Some("impossible") => self.impossible.push(item),
            _ => self.different.push(item),
        }
    }

    fn count(&self) -> usize {
        self.same + self.different.len() + self.impossible.len()
    }

    fn answer(&self) -> Value {
        json!({ "calls": self.count(), "same": self.same, "different": self.different, "impossible": self.impossible })
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{} of {} calls gave the same answer at the same cost.", self.same, self.count())];
        for other in &self.different {
            let place = other.pointer("/differences/0/place").and_then(Value::as_str).unwrap_or("?");
            lines.push(format!("  {}: another {}", name(other), plain(place)));
        }
        if !self.impossible.is_empty() {
            lines.push(format!("{} cannot be repeated:", self.impossible.len()));
        }
        for one in self.impossible.iter().take(EXPLAINED) {
            let why = one.get("why").and_then(Value::as_str).unwrap_or("?");
            lines.push(format!("  {}: {}", name(one), plain(why)));
        }
        if self.impossible.len() > EXPLAINED {
            lines.push(format!("  and {} more; `--json` tells why of each.", self.impossible.len() - EXPLAINED));
        }
        lines.join("\n")
    }
}

/// A call with what went wrong, by the plugin's doing or in the host's view.
fn with_problem(mut call: Value) -> Value {
    let places = ["/story/refused", "/story/answer/fault/message", "/story/answer/malformed"];
    let problem = places.iter().find_map(|place| call.pointer(place).and_then(Value::as_str)).map(plain);
    if let (Value::Object(call), Some(problem)) = (&mut call, problem) {
        call.insert("problem".to_owned(), problem.into());
    }
    call
}

/// A call's name: event and try.
fn name(call: &Value) -> String {
    call.get("id").and_then(Value::as_str).map_or_else(|| "?".to_owned(), plain)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_why_calls_cannot_be_repeated() {
        let mut replayed = Replayed::default();
        replayed.add(json!({ "id": "1.1", "result": "same" }));
        replayed.add(json!({ "id": "2.1", "result": "different", "differences": [{ "place": "effects[0].points" }] }));
        for event in 3..10 {
            replayed.add(json!({ "id": format!("{event}.1"), "result": "impossible", "why": "its event is gone" }));
        }
        let expected = "1 of 9 calls gave the same answer at the same cost.\n  2.1: another effects[0].points\n\
                        7 cannot be repeated:\n";
        let shown = replayed.text();
        assert!(shown.starts_with(expected) && shown.contains("\n  7.1: its event is gone\n"), "{shown}");
        assert!(shown.ends_with("  and 2 more; `--json` tells why of each."), "{shown}");
        assert_eq!(replayed.answer()["impossible"].as_array().unwrap().len(), 7);
    }
}
