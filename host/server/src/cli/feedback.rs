//! `stammgast feedback`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Subcommand;

/// See what customers said that a department has to hear
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast feedback list
  stammgast feedback list --department logistics")]
pub(super) enum Feedback {
    /// List feedback items, newest first
    #[command(after_help = "\
Examples:
  stammgast feedback list
  stammgast feedback list --department logistics --limit 200
  stammgast feedback list --json")]
    List {
        /// Only what this department has to hear
        #[arg(long, value_name = "CODE")]
        department: Option<String>,
        /// The most items to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
}

const COLUMNS: &[Column] = &[
    Column::new("recorded", "/recorded_at"),
    Column::new("department", "/department"),
    Column::new("kind", "/kind"),
    Column::new("topic", "/topic"),
    Column::new("status", "/status"),
    Column::new("title", "/title").cut(50),
    Column::new("why", "/text"),
];

impl Feedback {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let Self::List { department, limit } = self;
        let filter: Vec<(&str, &str)> = department.as_deref().map(|code| ("department", code)).into_iter().collect();
        let empty = "There is no feedback.";
        let list =
            List { path: &["v1", "feedback-items"], filter: &filter, limit: Some(limit), columns: COLUMNS, empty };
        list.show(&client, session.output).await
    }
}
