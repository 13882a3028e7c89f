//! `stammgast plugin rewind`.

use super::{
    super::super::{CliError, global::Session},
    installation_id,
};
use clap::Args;
use serde_json::json;

/// Let a disabled installation read the log again after an earlier event
///
/// What it has done stays done: an event that it has dealt with changes nothing when it comes again. Use it for events
/// that were skipped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin rewind points --position 0")]
pub(in crate::cli) struct Rewind {
    /// The installation's name
    name: String,
    /// The last event that shall not be read again; 0 reads all
    #[arg(long, value_name = "N")]
    position: u64,
}

impl Rewind {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let body = json!({ "position": self.position });
        let answer = client.post(&["v1", "installations", &id, "rewind"], &body).await?;
        let sentence = format!(
            "{0} reads on after event {1}. `stammgast plugin resume {0} --waiting run` starts it.",
            self.name, self.position
        );
        session.output.result(&answer, "", &sentence)
    }
}
