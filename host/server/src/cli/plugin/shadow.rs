//! `stammgast plugin shadow`: a version runs on live events beside the one that counts.

use super::{
    super::{
        CliError,
        backtest::{DIFFERENCES, report},
        client::Rows,
        global::Session,
        table::table,
    },
    grants::{self, Grants},
    installations::{installation, vouched},
};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Let a version or a configuration run on live events beside the one that counts
///
/// What it asks for is recorded and not applied. It begins with the next event and with a copy of the installation's
/// state. Look at the differences, then promote it or drop it.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast plugin shadow start points --to acme.points@2.0.0 --unsigned 'we know them'
  stammgast plugin shadow start points --config-file doubled.json
  stammgast plugin shadow show points
  stammgast plugin shadow promote points")]
pub(in crate::cli) enum Shadow {
    Start(Start),
    /// Show what runs in shadow, and what it would have done beside what was done
    #[command(after_help = "\
Examples:
  stammgast plugin shadow show points
  stammgast plugin shadow show points --after 4711 --limit 100")]
    Show {
        /// The installation's name
        name: String,
        /// The event after which the differences start
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: u64,
        /// The most differences to list
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// Put what runs in shadow in the installation's place, from the next event on
    #[command(after_help = "\
Examples:
  stammgast plugin shadow promote points")]
    Promote {
        /// The installation's name
        name: String,
    },
    /// Drop what runs in shadow
    #[command(after_help = "\
Examples:
  stammgast plugin shadow drop points")]
    Drop {
        /// The installation's name
        name: String,
    },
}

/// Start a version or a configuration in an installation's shadow
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin shadow start points --to acme.points@2.0.0 --unsigned 'we know them'
  stammgast plugin shadow start points --config-file doubled.json")]
pub(in crate::cli) struct Start {
    /// The installation's name
    name: String,
    /// The version: the plugin's id (then its highest version), id@version, or digest; the one that runs, without it
    #[arg(long, value_name = "PLUGIN")]
    to: Option<String>,
    #[command(flatten)]
    grants: Grants,
    /// Why the version may run although no key that the tenant trusts has signed it; goes on record
    #[arg(long, value_name = "WHY")]
    unsigned: Option<String>,
    /// A file with the configuration (JSON); the installation's own, without one
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
}

const SHADOW_DIFFERENCES: Rows = Rows { list: "differences", key: "/event", from: "after" };

impl Shadow {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::Start(start) => start.run(session).await,
            Self::Show { name, after, limit } => {
                let id = installation(&client, &name).await?.id;
                let (path, after) = (["v1", "installations", &id, "shadow"], after.to_string());
                let answer = client.rows(&path, &[("after", after.as_str())], SHADOW_DIFFERENCES, limit).await?;
                session.output.show(&answer, &shown(&name, &answer))
            }
            Self::Promote { name } => {
                let id = installation(&client, &name).await?.id;
                let answer = client.post(&["v1", "installations", &id, "promote"], &json!({})).await?;
                let version = answer.get("plugin_version").and_then(Value::as_str).unwrap_or("?");
                let sentence = format!(
                    "{name} runs version {version}, which ran in its shadow. `stammgast plugin rollback {name}` goes back."
                );
                session.output.result(&answer, "", &sentence)
            }
            Self::Drop { name } => {
                let id = installation(&client, &name).await?.id;
                let answer = client.delete(&["v1", "installations", &id, "shadow"]).await?;
                session.output.result(&answer, "", &format!("Nothing runs in the shadow of {name} any more."))
            }
        }
    }
}

impl Start {
    async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), None)?;
        let client = session.tenant_client()?;
        let live = installation(&client, &self.name).await?;
        let mut body = Map::new();
        let mut words = Vec::new();
        if let Some(to) = &self.to {
            let granted = self.grants.decide(&client, to, live.present()).await?;
            body.insert("plugin".to_owned(), json!(granted.digest));
            body.extend(granted.grants.map(|grants| ("grants".to_owned(), json!(grants))));
            if granted.origins != live.origins {
                body.insert("origins".to_owned(), json!(granted.origins));
            }
            words = granted.words;
        }
        body.extend(config.map(|config| ("config".to_owned(), config)));
        body.extend(self.unsigned.map(|why| ("unsigned".to_owned(), json!(why))));
        let path = ["v1", "installations", &live.id, "shadow"];
        let answer = client.post(&path, &Value::Object(body)).await.map_err(grants::with_remedy)?;
        for line in words.iter().chain(&vouched(&answer)) {
            session.output.note(line);
        }
        let id = answer.get("id").and_then(Value::as_str).unwrap_or_default();
        let sentence = format!(
            "It runs in the shadow of {0} from the next event on. `stammgast plugin shadow show {0}` shows what it would do.",
            self.name
        );
        session.output.result(&answer, id, &sentence)
    }
}

fn shown(name: &str, answer: &Value) -> String {
    let shadow = answer.get("shadow").cloned().unwrap_or_default();
    let totals = answer.get("totals").cloned().unwrap_or_default();
    // As a back-test shows it: what is tried beside what an installation did.
    let test = json!({
        "candidate": { "plugin": shadow.get("plugin"), "version": shadow.get("plugin_version") },
        "against": { "against": "happened", "name": name },
        "totals": totals,
    });
    let differences = answer.get("differences").and_then(Value::as_array).cloned().unwrap_or_default();
    let rows: Vec<Value> = differences.iter().map(report::difference).collect();
    let listed = table(&rows, DIFFERENCES, "No event was dealt with differently.");
    format!("{}\n\n{listed}", report::sides(&test))
}
