//! `stammgast plugin rollback`.

use super::{
    super::super::{CliError, global::Session},
    installation_id, running,
};
use clap::Args;
use serde_json::json;

/// Let an installation run again what it ran before: version, configuration, grants and state
///
/// At once: the next call runs what is brought back. What the plugin asked for and got stays: points, findings and
/// feedback are not taken back. State that it has kept since an upgrade is given up. Without --to, the last upgrade or
/// the last change of the configuration is taken back; twice goes forward again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin rollback points
  stammgast plugin history points
  stammgast plugin rollback points --to 4")]
pub(in crate::cli) struct Rollback {
    /// The installation's name
    name: String,
    /// The version of the installation to go back to, as `plugin history` counts them
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
}

impl Rollback {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let body = self.to.map_or_else(|| json!({}), |version| json!({ "version": version }));
        let answer = client.post(&["v1", "installations", &id, "rollback"], &body).await?;
        let sentence = format!(
            "{}, with the configuration of then. What it did since stays done. \
             `stammgast plugin rollback {}` goes forward again.",
            running(&answer, &self.name),
            self.name
        );
        session.output.result(&answer, "", &sentence)
    }
}
