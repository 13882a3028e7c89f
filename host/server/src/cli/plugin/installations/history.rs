//! `stammgast plugin history`.

use super::{
    super::super::{
        CliError,
        client::Client,
        global::Session,
        table::{Column, table},
    },
    installation_id,
};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::InstallationId;

/// Show what became of an installation, step by step, newest first
///
/// Every step is a version of the installation: what it ran from then on, and who made it so. `stammgast plugin
/// rollback NAME --to VERSION` goes back to one. For an installation that was removed, give its id; it stands under
/// `object` in `stammgast audit --json`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin history points
  stammgast plugin history points --limit 500 --json
  stammgast plugin history 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d")]
pub(in crate::cli) struct History {
    /// The installation's name or id
    name: String,
    /// The most steps to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

const COLUMNS: &[Column] = &[
    Column::new("version", "/installation/version"),
    Column::new("at", "/at"),
    Column::new("step", "/step"),
    Column::new("plugin version", "/installation/plugin_version"),
    Column::new("configuration", "/installation/config_version"),
    Column::new("actor", "/actor"),
];

impl History {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        // One that was removed has a history and no name.
        let id = match self.name.parse::<InstallationId>() {
            Ok(id) => id.to_string(),
            Err(_) => installation_id(&client, &self.name).await?,
        };
        let items = entries(&client, &id, self.limit).await?;
        if items.len() == self.limit {
            session.output.note(&format!("These are the newest {}; --limit shows more.", self.limit));
        }
        session.output.show(&json!({ "items": items }), &table(&items, COLUMNS, "Nothing is on record."))
    }
}

/// The newest steps. The API gives them in pieces, each before a version.
async fn entries(client: &Client, id: &str, limit: usize) -> Result<Vec<Value>, CliError> {
    let mut entries: Vec<Value> = Vec::new();
    while entries.len() < limit {
        let oldest = entries.last().map(version).map(|version| version.to_string());
        let before: Vec<(&str, &str)> = oldest.iter().map(|version| ("before", version.as_str())).collect();
        let piece = client.items(&["v1", "installations", id, "history"], &before, Some(limit - entries.len())).await?;
        // The first version is 1: nothing lies before it.
        let ends = piece.last().is_none_or(|entry| version(entry) <= 1);
        entries.extend(piece);
        if ends {
            break;
        }
    }
    Ok(entries)
}

fn version(entry: &Value) -> u64 {
    entry.pointer("/installation/version").and_then(Value::as_u64).unwrap_or_default()
}
