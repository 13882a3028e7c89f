//! Plugins on the server.

use super::{
    super::{CliError, global::Session, list, output::plain, table::Column},
    component, grants,
};
use clap::Args;
use serde_json::Value;
use stammgast_domain::digest::Digest;
use std::{fs, path::PathBuf};

/// Put a plugin on the server, for its tenants to enable
///
/// The server checks it without running any of it, and refuses with the reason and the remedy. The same component
/// twice is one. Signatures that `plugin sign` put beside it go along, so that tenants can tell whose it is. Only the
/// operator's key installs plugins.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin install dist/hello-points.wasm
  stammgast plugin install hello-points
  stammgast plugin install points.wasm --signature downloads/points.wasm.sig")]
pub(in crate::cli) struct Install {
    /// The component, with its manifest inside; or a folder with one component in it or in its dist folder
    file: PathBuf,
    /// The file with its signatures; FILE.sig if there is one, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

impl Install {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let file = component::find(&self.file)?;
        let bytes = fs::read(&file).map_err(CliError::file(&file))?;
        let digest = Digest::of(&bytes);
        let signatures = component::signatures(&file, self.signature.as_deref(), digest)?;
        let client = session.client()?;
        let answer = client.post_bytes(&["v1", "plugins"], "application/wasm", bytes).await?;
        let verb = if answer.status == 201 { "is installed" } else { "was installed already" };
        let plugin = match signatures {
            Some(signatures) => client.post(&["v1", "plugins", &digest.to_string(), "signatures"], &signatures).await?,
            None => answer.body,
        };
        let text = |name: &str| plain(plugin.get(name).and_then(Value::as_str).unwrap_or("?"));
        let (id, version, digest) = (text("id"), text("version"), text("digest"));
        let sentence = format!(
            "{id} {version} {verb}: {digest}\n{}\nA tenant looks at it with `stammgast plugin review {id}` and enables \
             it with `stammgast plugin enable {id}`.",
            signers(&plugin)
        );
        session.output.result(&plugin, &digest, &sentence)
    }
}

/// Who signed a plugin, in a sentence.
fn signers(plugin: &Value) -> String {
    let signatures = plugin.get("signatures").and_then(Value::as_array).into_iter().flatten();
    let keys = signatures.filter_map(|signature| signature.get("public_key").and_then(Value::as_str)).map(plain);
    let keys: Vec<String> = keys.collect();
    if keys.is_empty() {
        return "Nobody has signed it: to enable it, a tenant has to say why (--unsigned).".to_owned();
    }
    format!("It is signed by {}.", keys.join(" and "))
}

/// Take a plugin from the server
///
/// Not while an installation of any tenant runs it: the server names that one. With an id alone, it is the highest
/// version. Installations that ran it before cannot be rolled back to it any more. Only the operator's key does this.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin uninstall example.hello-points@0.1.0
  stammgast plugin uninstall example.hello-points")]
pub(in crate::cli) struct Uninstall {
    /// The plugin: its id (then its highest version), id@version, or digest
    plugin: String,
}

impl Uninstall {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let answer = session.client()?.delete(&["v1", "plugins", &self.plugin]).await;
        let answer = answer.map_err(|error| grants::no_such(error, &self.plugin))?;
        let text = |name: &str| plain(answer.get(name).and_then(Value::as_str).unwrap_or("?"));
        let (id, version, digest) = (text("id"), text("version"), text("digest"));
        session.output.result(&answer, &digest, &format!("{id} {version} is off the server: {digest}"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_sentence_names_who_signed() {
        assert!(signers(&json!({ "signatures": [] })).starts_with("Nobody has signed it"));
        let signed = json!({ "signatures": [{ "public_key": "ed25519:a" }, { "public_key": "ed25519:b" }] });
        assert_eq!(signers(&signed), "It is signed by ed25519:a and ed25519:b.");
    }
}
