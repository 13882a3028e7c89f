//! `stammgast department`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Subcommand;
use serde_json::json;

/// Create and list departments: the parts of the company that receive feedback
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast department create logistics --name 'Logistics'
  stammgast department default logistics
  stammgast department list")]
pub(super) enum Department {
    /// Create a department
    ///
    /// Feedback plugins send to departments by their code, so it must be there before a plugin is enabled that uses it.
    #[command(after_help = "\
Examples:
  stammgast department create logistics --name 'Logistics'")]
    Create {
        /// Short name: lower-case letters, digits, `-`, `_` and `.`
        code: String,
        /// The name to show
        #[arg(long)]
        name: String,
    },
    /// Make a department the default, or none
    ///
    /// While a plugin that sorts feedback is out of order, contacts of customers go to the default department. Without
    /// one they wait until the plugin works again.
    #[command(after_help = "\
Examples:
  stammgast department default logistics
  stammgast department default logistics --off")]
    Default {
        /// The department's code
        code: String,
        /// It is the default no more
        #[arg(long)]
        off: bool,
    },
    /// List all departments
    #[command(after_help = "\
Examples:
  stammgast department list")]
    List,
}

const COLUMNS: &[Column] = &[
    Column::new("code", "/code"),
    Column::new("name", "/name"),
    Column::new("default", "/default"),
    Column::new("created", "/created_at"),
];

impl Department {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List => {
                let empty = "There is no department yet; `stammgast department create` makes one.";
                let list = List { path: &["v1", "departments"], filter: &[], limit: None, columns: COLUMNS, empty };
                list.show(&client, session.output).await
            }
            Self::Default { code, off } => {
                let path = ["v1", "departments", code.as_str(), "default"];
                let (answer, said) = if off {
                    (client.delete(&path).await?, "is the default no more; contacts that nobody can sort wait")
                } else {
                    let said = "is the default: contacts that nobody can sort go there";
                    (client.put(&path, &json!({})).await?, said)
                };
                session.output.result(&answer, &code, &format!("Department {code} {said}."))
            }
            Self::Create { code, name } => {
                let answer = client.post(&["v1", "departments"], &json!({ "code": code, "name": name })).await?;
                session.output.result(&answer, &code, &format!("Department {code} is created."))
            }
        }
    }
}
