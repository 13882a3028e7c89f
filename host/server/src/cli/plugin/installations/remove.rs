//! `stammgast plugin remove`.

use super::{
    super::super::{CliError, global::Session},
    installation_id,
};
use clap::Args;

/// Remove an installation for good; the plugin stays on the server
///
/// It has to be disabled, or a draft. What it did stays done and explained: points, findings, timelines, its history
/// and the audit log. What it kept is deleted: its state, its place in the log, its dead letters. Nothing brings it
/// back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin disable points
  stammgast plugin remove points")]
pub(in crate::cli) struct Remove {
    /// The installation's name
    name: String,
}

impl Remove {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let answer = client.delete(&["v1", "installations", &id]).await?;
        let sentence = format!(
            "{} is removed. What it did stays done; `stammgast plugin history {id}` shows what became of it.",
            self.name
        );
        session.output.result(&answer, "", &sentence)
    }
}
