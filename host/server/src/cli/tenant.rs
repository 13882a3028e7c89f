//! `stammgast tenant`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Subcommand;
use serde_json::{Value, json};
use stammgast_domain::TenantId;

/// Create and list tenants: the companies that one server keeps apart
///
/// Each tenant has a database, keys, plugins and settings of its own, and sees nothing of the others. Only the
/// operator's key creates tenants.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast tenant create klanghaus --name 'Klanghaus'
  stammgast tenant list")]
pub(super) enum Tenant {
    /// Create a tenant, with a loyalty program `points` and a first key
    ///
    /// The key carries every scope and is shown this once. With --quiet nothing else is printed, so that a script can
    /// keep it.
    #[command(after_help = "\
Examples:
  stammgast tenant create klanghaus --name 'Klanghaus'
  stammgast tenant create klanghaus --name 'Klanghaus' --quiet")]
    Create {
        /// Short name: lower-case letters, digits and hyphens, starting with a letter; never changes
        id: TenantId,
        /// The company's name as people write it
        #[arg(long)]
        name: String,
    },
    /// List all tenants
    #[command(after_help = "\
Examples:
  stammgast tenant list
  stammgast tenant list --json")]
    List,
}

const COLUMNS: &[Column] =
    &[Column::new("id", "/id"), Column::new("name", "/name"), Column::new("created", "/created_at")];

impl Tenant {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.client()?;
        match self {
            Self::List => {
                let empty = "There is no tenant yet; `stammgast tenant create` makes one.";
                let list = List { path: &["v1", "tenants"], filter: &[], limit: None, columns: COLUMNS, empty };
                list.show(&client, session.output).await
            }
            Self::Create { id, name } => {
                let answer = client.post(&["v1", "tenants"], &json!({ "id": id, "name": name })).await?;
                let secret = answer.pointer("/key/secret").and_then(Value::as_str);
                let secret = secret.ok_or_else(|| client.unexpected("a new tenant comes without a key"))?;
                let sentence = format!(
                    "Tenant {id} is created. Its first key carries every scope and is shown this once:\n\n  \
                     export STAMMGAST_KEY={secret}"
                );
                session.output.result(&answer, secret, &sentence)
            }
        }
    }
}
