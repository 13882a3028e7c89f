//! `stammgast audit`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Args;

/// Show who changed what in the tenant's setup, newest first
///
/// Which plugins were enabled, upgraded, configured, stopped and removed, by whom and on whose word, and which keys
/// were trusted. Entries are never changed. With --json, every entry also shows what was before and after.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast audit
  stammgast audit --limit 500 --json")]
pub(super) struct Audit {
    /// The most entries to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

const COLUMNS: &[Column] = &[
    Column::new("at", "/at"),
    Column::new("actor", "/actor"),
    Column::new("action", "/action"),
    Column::new("text", "/text").cut(120),
];

impl Audit {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let empty = "Nothing was changed yet.";
        let list = List { path: &["v1", "audit"], filter: &[], limit: Some(self.limit), columns: COLUMNS, empty };
        list.show(&client, session.output).await
    }
}
