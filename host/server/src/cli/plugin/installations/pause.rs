//! `stammgast plugin disable` and `stammgast plugin resume`.

use super::{
    super::super::{CliError, global::Session},
    installation_id,
};
use clap::{Args, ValueEnum};
use serde_json::json;

/// Stop an installation: calls that run are finished, new events wait
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin disable points")]
pub(in crate::cli) struct Disable {
    /// The installation's name
    name: String,
}

impl Disable {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let answer = client.post(&["v1", "installations", &id, "disable"], &json!({})).await?;
        let sentence = format!(
            "{0} is disabled; its events wait. `stammgast plugin resume {0} --waiting run` starts it again.",
            self.name
        );
        session.output.result(&answer, "", &sentence)
    }
}

/// What happens with events that waited.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Waiting {
    /// They are run.
    Run,
    /// They are skipped for good.
    Skip,
}

/// Start a disabled installation again, or a draft for the first time
///
/// A draft was set up with `plugin enable --draft`; what waited for it are the events since then. An installation that
/// the server stopped because it kept failing is started again in the same way, when you have put right what it failed
/// of.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin resume points --waiting run
  stammgast plugin resume points --waiting skip")]
pub(in crate::cli) struct Resume {
    /// The installation's name
    name: String,
    /// What happens with the events that waited
    #[arg(long, value_enum)]
    waiting: Waiting,
}

impl Resume {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let (waiting, what) = match self.waiting {
            Waiting::Run => ("run", "what waited is run"),
            Waiting::Skip => ("skip", "what waited is skipped"),
        };
        let answer = client.post(&["v1", "installations", &id, "enable"], &json!({ "waiting": waiting })).await?;
        session.output.result(&answer, "", &format!("{} runs; {what}.", self.name))
    }
}
