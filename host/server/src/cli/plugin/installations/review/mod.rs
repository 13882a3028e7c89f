//! `stammgast plugin review`, and what an upgrade says before it changes anything.

mod answer;
mod changes;
mod next;
mod secrets;
mod words;

pub(super) use changes::Config;

use super::{
    super::{
        super::{
            CliError,
            client::{CallError, Client},
            global::Session,
        },
        grants,
    },
    installation_id,
};
use answer::Reviewed;
use clap::Args;
use serde_json::Value;

/// Show what a plugin asks for and what would change, before it runs
///
/// In plain words: what it is, who signed it, what it asks to be allowed and why, where its requests go, which secrets
/// it lacks or takes over, and the limits that it wishes for. With --for, also what is new, kept and dropped against the
/// version that the installation runs, which settings differ, and whether its configuration fits. Nothing is changed. The
/// last line is the command that runs it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin review stammgast.loyalty-points
  stammgast plugin review stammgast.loyalty-points@0.2.0 --for points
  stammgast plugin review acme.sms --json")]
pub(in crate::cli) struct Review {
    /// The plugin: its id (then its highest version), id@version, or digest
    plugin: String,
    /// The installation that would run it, by its name
    #[arg(long = "for", value_name = "INSTALLATION")]
    installation: Option<String>,
}

impl Review {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let answer = match &self.installation {
            None => {
                let answer = client.get(&["v1", "plugins", &self.plugin, "review"]).await;
                answer.map_err(|error| grants::no_such(error, &self.plugin))?
            }
            Some(name) => {
                let id = installation_id(&client, name).await?;
                of_upgrade(&client, &id, &self.plugin).await?
            }
        };
        let text = read(&client, &answer)?.page();
        session.output.show(&answer, &text)
    }
}

/// The server's review of a version for an installation.
pub(super) async fn of_upgrade(client: &Client, id: &str, plugin: &str) -> Result<Value, CallError> {
    client.get_with(&["v1", "installations", id, "review"], &[("plugin", plugin)]).await
}

/// Reads the server's review.
pub(super) fn read(client: &Client, answer: &Value) -> Result<Reviewed, CallError> {
    serde_json::from_value(answer.clone())
        .map_err(|error| client.unexpected(format!("a review is written otherwise: {error}")))
}
