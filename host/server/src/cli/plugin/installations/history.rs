//! `stammgast plugin history`.

use super::{
    super::super::{
        CliError,
        client::Rows,
        global::Session,
        table::{Column, table},
    },
    installation_id,
};
use clap::Args;
use serde_json::Value;
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

const STEPS: Rows = Rows { list: "items", key: "/installation/version", from: "before" };

impl History {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        // One that was removed has a history and no name.
        let id = match self.name.parse::<InstallationId>() {
            Ok(id) => id.to_string(),
            Err(_) => installation_id(&client, &self.name).await?,
        };
        let answer = client.rows(&["v1", "installations", &id, "history"], &[], STEPS, self.limit).await?;
        let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        if items.len() == self.limit {
            session.output.note(&format!("These are the newest {}; --limit shows more.", self.limit));
        }
        session.output.show(&answer, &table(&items, COLUMNS, "Nothing is on record."))
    }
}
