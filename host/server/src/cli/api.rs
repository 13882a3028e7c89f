//! `stammgast api`.

use super::{CliError, global::Session, output::pretty};
use clap::Args;
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

/// Send any request to the server's API and print the answer
///
/// For what has no command of its own: the address, the key and the tenant are those of the other commands.
/// `stammgast openapi` describes every path.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast api GET '/v1/customers?limit=5'
  stammgast api POST /v1/interactions --body call.json")]
pub(super) struct Api {
    /// GET, POST, PUT, PATCH or DELETE
    method: String,
    /// The path, with its query
    path: String,
    /// A file with the JSON body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
}

impl Api {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let body = self.body.map(|path| fs::read(&path).map_err(CliError::file(path))).transpose()?;
        let answer = session.tenant_client()?.raw(&self.method, &self.path, body).await?;
        match serde_json::from_slice::<Value>(&answer) {
            Ok(answer) => session.output.show(&answer, &pretty(&answer)),
            // Raw messages are what they are.
            Err(_) => io::stdout().write_all(&answer).map_err(CliError::Output),
        }
    }
}
