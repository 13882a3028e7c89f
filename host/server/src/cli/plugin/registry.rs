//! Plugins on the server.

use super::super::{CliError, global::Session, list, output::plain, table::Column};
use clap::Args;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Put a plugin on the server, for its tenants to enable
///
/// The server checks it without running any of it, and refuses with the reason and the remedy. The same component
/// twice is one. Only the operator's key installs plugins.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin install dist/hello-points.wasm")]
pub(in crate::cli) struct Install {
    /// The component, with its manifest inside
    file: PathBuf,
}

impl Install {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let bytes = fs::read(&self.file).map_err(CliError::file(&self.file))?;
        let answer = session.client()?.post_bytes(&["v1", "plugins"], "application/wasm", bytes).await?;
        let text = |name: &str| plain(answer.body.get(name).and_then(Value::as_str).unwrap_or("?"));
        let (id, version, digest) = (text("id"), text("version"), text("digest"));
        let verb = if answer.status == 201 { "is installed" } else { "was installed already" };
        let sentence =
            format!("{id} {version} {verb}: {digest}\nA tenant enables it with `stammgast plugin enable {id}`.");
        session.output.result(&answer.body, &digest, &sentence)
    }
}

/// List the plugins on the server
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin list
  stammgast plugin list --json")]
pub(in crate::cli) struct List {}

const COLUMNS: &[Column] = &[
    Column::new("plugin", "/id"),
    Column::new("version", "/version"),
    Column::new("name", "/name").cut(40),
    Column::new("kinds", "/kinds"),
    Column::new("size", "/size"),
    Column::new("digest", "/digest").cut(20),
];

impl List {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let empty = "No plugin is installed; `stammgast plugin install` puts one on the server.";
        let list = list::List { path: &["v1", "plugins"], filter: &[], limit: None, columns: COLUMNS, empty };
        list.show(&session.client()?, session.output).await
    }
}
