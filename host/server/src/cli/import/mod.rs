//! `stammgast import`.

mod bulk;
mod from_cdnow;
mod from_csv;
mod ids;
mod lanes;
mod mail;
mod newlines;
mod patience;
mod pipeline;
pub(super) mod progress;
mod purchases;
mod refusal;
mod row;

use super::{CliError, Done, global::Session};
use clap::Subcommand;

/// Bring in what other systems have recorded
///
/// An import can be repeated: what is recorded already stays as it is. It survives a restart of the server, goes on
/// past rows that are wrong, and says for each of them where it stands and what is wrong with it. Then its exit code
/// is 3.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast import purchases purchases.csv --source webshop --currency EUR
  stammgast import mail inbox --channel email")]
pub(super) enum Import {
    Purchases(purchases::Purchases),
    Mail(mail::Mail),
}

impl Import {
    pub async fn run(self, session: &Session) -> Result<Done, CliError> {
        match self {
            Self::Purchases(command) => command.run(session).await,
            Self::Mail(command) => command.run(session).await,
        }
    }
}
