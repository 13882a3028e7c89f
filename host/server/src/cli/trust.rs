//! `stammgast trust`.

use super::{CliError, client::CallError, global::Session, list::List, table::Column};
use clap::Subcommand;
use serde_json::json;
use stammgast_domain::signature::PublicKey;

/// Say whose signatures on plugins the tenant trusts
///
/// A plugin that one of these keys signed can be enabled without further words; any other needs a reason (`plugin
/// enable --unsigned`). A signature says that a plugin comes from the owner of a key, unchanged; what it may do is
/// still for you to grant. Take a key from its owner by another way than the plugins.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast trust add acme ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
  stammgast trust list
  stammgast trust remove acme")]
pub(super) enum Trust {
    /// Trust a key from now on, under a name
    #[command(after_help = "\
Examples:
  stammgast trust add acme ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=

A plugin's author prints the key with `stammgast plugin key show`.")]
    Add {
        /// The key's name in the tenant: lower-case letters, digits, `-`, `_` and `.`
        name: String,
        /// The public key: ed25519: and base64, as its owner published it
        #[arg(value_name = "KEY")]
        public_key: PublicKey,
    },
    /// List the keys that the tenant trusts
    #[command(after_help = "\
Examples:
  stammgast trust list
  stammgast trust list --json")]
    List,
    /// Trust a key no more
    ///
    /// What runs goes on. Whatever is enabled or upgraded from now on needs another trusted key, or a reason.
    #[command(after_help = "\
Examples:
  stammgast trust remove acme")]
    Remove {
        /// The key's name in the tenant
        name: String,
    },
}

const COLUMNS: &[Column] =
    &[Column::new("name", "/name"), Column::new("key", "/public_key"), Column::new("since", "/created_at")];

impl Trust {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List => {
                let empty = "The tenant trusts no key; `stammgast trust add` makes it trust one.";
                let list = List { path: &["v1", "trusted-keys"], filter: &[], limit: None, columns: COLUMNS, empty };
                list.show(&client, session.output).await
            }
            Self::Add { name, public_key } => {
                let body = json!({ "name": name, "public_key": public_key });
                let answer = client.post(&["v1", "trusted-keys"], &body).await?;
                let sentence = format!("Plugins that {public_key} signed are trusted as `{name}`.");
                session.output.result(&answer, "", &sentence)
            }
            Self::Remove { name } => {
                let answer = client.delete(&["v1", "trusted-keys", &name]).await;
                let answer = answer.map_err(|error| no_such(error, &name))?;
                session.output.result(&answer, "", &format!("`{name}` is trusted no more. What runs goes on."))
            }
        }
    }
}

fn no_such(error: CallError, name: &str) -> CliError {
    match error {
        CallError::Problem(problem) if problem.status == 404 && problem.detail.contains("key") => {
            CliError::NoSuch { what: "trusted key", name: name.to_owned(), list: "stammgast trust list" }
        }
        other => other.into(),
    }
}
