//! `stammgast secret`.

mod keys;
mod rotate;
mod set;

use super::{CliError, client::Client, global::Session, list::List, plugin::installation_id, table::Column};
use clap::Subcommand;

/// Give secrets to plugins that never see them, and keep the keys that seal them
///
/// A plugin's manifest names the secrets that its requests need: `plugin review` lists them. The server seals a value,
/// puts it into a request at the last moment, only for hosts that you granted, and blots it out of what comes back. No
/// command shows a value again.
///
/// The secrets of a tenant are sealed with a key of its own, and that key with the operator's: `keys/secrets.key` in the
/// data folder, or `secrets.key` in the configuration.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast secret set sms gateway-token --from-file token.txt
  stammgast secret list sms
  stammgast secret remove sms gateway-token")]
pub(super) enum Secret {
    Set(set::Set),
    /// List the secrets that an installation needs, and those that it was given
    #[command(after_help = "\
Examples:
  stammgast secret list sms
  stammgast secret list sms --json")]
    List {
        /// The installation's name
        installation: String,
    },
    /// Remove a secret's value
    ///
    /// Requests that need it are not sent until it is set again.
    #[command(after_help = "\
Examples:
  stammgast secret remove sms gateway-token")]
    Remove {
        /// The installation's name
        installation: String,
        /// The secret's name in the plugin's manifest
        name: String,
    },
    Renew(keys::Renew),
    Keys(keys::Keys),
    Wrap(keys::Wrap),
    Rotate(rotate::Rotate),
}

const COLUMNS: &[Column] = &[
    Column::new("name", "/name"),
    Column::new("set", "/is_set"),
    Column::new("may go to", "/origins"),
    Column::new("since", "/set_at"),
    Column::new("by", "/set_by"),
    Column::new("what for", "/why"),
];

impl Secret {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        match self {
            Self::Set(command) => command.run(session).await,
            Self::List { installation } => list(session, &installation).await,
            Self::Remove { installation, name } => remove(session, &installation, &name).await,
            Self::Renew(command) => command.run(session).await,
            Self::Keys(command) => command.run(session).await,
            Self::Wrap(command) => command.run(session).await,
            Self::Rotate(command) => command.run(session).await,
        }
    }
}

async fn list(session: &Session, installation: &str) -> Result<(), CliError> {
    let (client, id) = at(session, installation).await?;
    let path = ["v1", "installations", &id, "secrets"];
    let empty = "Its plugin asks for no secret.";
    List { path: &path, filter: &[], limit: None, columns: COLUMNS, empty }.show(&client, session.output).await
}

async fn remove(session: &Session, installation: &str, name: &str) -> Result<(), CliError> {
    let (client, id) = at(session, installation).await?;
    let answer = client.delete(&path(&id, name)).await?;
    let sentence = format!("The secret `{name}` is removed; requests that need it are not sent until it is set again.");
    session.output.result(&answer, "", &sentence)
}

fn path<'a>(id: &'a str, name: &'a str) -> [&'a str; 5] {
    ["v1", "installations", id, "secrets", name]
}

/// The installation and the client to ask with.
async fn at(session: &Session, installation: &str) -> Result<(Client, String), CliError> {
    let client = session.tenant_client()?;
    let id = installation_id(&client, installation).await?;
    Ok((client, id))
}
