//! `stammgast findings`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Args;

/// List quality findings, newest first
///
/// A finding says where a contact deviates from the tenant's standards, which rule found it, and the words that show it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast findings
  stammgast findings --limit 500 --json")]
pub(super) struct Findings {
    /// The most findings to list
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

const COLUMNS: &[Column] = &[
    Column::new("recorded", "/recorded_at"),
    Column::new("severity", "/severity"),
    Column::new("rule", "/rule"),
    Column::new("finding", "/text"),
    Column::new("evidence", "/evidence/quote").cut(40),
    Column::new("interaction", "/interaction"),
];

impl Findings {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let empty = "There is no finding.";
        let list = List { path: &["v1", "findings"], filter: &[], limit: Some(self.limit), columns: COLUMNS, empty };
        list.show(&client, session.output).await
    }
}
