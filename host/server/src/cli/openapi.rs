//! `stammgast openapi`.

use super::{CliError, output::print};
use clap::Args;

/// Print the description of the HTTP API, as JSON
///
/// Works offline. A running server shows the same description at `/docs`, to read and to try.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast openapi

The form is that of OpenAPI 3.1, from which clients in many languages can be generated.")]
pub(super) struct Openapi {}

impl Openapi {
    pub fn run(self) -> Result<(), CliError> {
        let Self {} = self;
        let text = serde_json::to_string_pretty(&crate::http::openapi()).map_err(|error| CliError::Given {
            what: "the description cannot be printed".to_owned(),
            problem: error.to_string(),
        })?;
        print(&text)
    }
}
