//! Plugins on the server.

use super::{
    super::{CliError, global::Session, list, output::plain, table::Column},
    component, grants,
    oci::{self, RegistryAccess},
};
use crate::oci::{InvalidReference, OciError, Reference};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::{digest::Digest, signature::Signatures};
use std::{fs, path::PathBuf};

/// Put a plugin on the server, for its tenants to enable
///
/// The server checks it without running any of it, and refuses with the reason and the remedy. The same component
/// twice is one. Signatures that `plugin sign` put beside it go along, so that tenants can tell whose it is. Only the
/// operator's key installs plugins.
///
/// From an OCI registry, this program fetches the plugin, looks at it, and hands it to the server, which itself fetches
/// nothing. A tag may stand for another plugin tomorrow; a digest names one for ever. What a tag stands for today is
/// said, with the digest to write in its place.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin install dist/hello-points.wasm
  stammgast plugin install hello-points
  stammgast plugin install points.wasm --signature downloads/points.wasm.sig
  stammgast plugin install oci://ghcr.io/acme/points:1.2.0
  stammgast plugin install oci://localhost:5000/points:1.2.0 --plain-http

Pinned: oci://ghcr.io/acme/points@sha256:DIGEST, or points:1.2.0@sha256:DIGEST, which fails once
the tag has moved.")]
pub(in crate::cli) struct Install {
    /// The component, with its manifest inside; a folder with one component in it or in its dist folder; or oci:// and
    /// where it lies in a registry
    #[arg(value_name = "FILE")]
    source: PathBuf,
    /// The file with its signatures; FILE.sig or what came from the registry, if there is any, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    access: RegistryAccess,
}

/// What is put on the server.
struct Taken {
    component: Vec<u8>,
    digest: Digest,
    signatures: Option<Signatures>,
}

impl Install {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Taken { component, digest, signatures } = match self.reference()? {
            Some(reference) => self.fetched(session, &reference).await?,
            None => self.read()?,
        };
        let client = session.client()?;
        let answer = client.post_component(component).await?;
        let verb = if answer.status == 201 { "is installed" } else { "was installed already" };
        let plugin = match signatures {
            Some(signatures) => {
                client.post(&["v1", "plugins", &digest.to_string(), "signatures"], &json!(signatures)).await?
            }
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

    /// Where it lies in a registry, if that is meant.
    fn reference(&self) -> Result<Option<Reference>, CliError> {
        let text = self.source.to_str().filter(|text| Reference::is_meant(text));
        Ok(text.map(str::parse).transpose().map_err(|error: InvalidReference| OciError::from(error))?)
    }

    fn read(&self) -> Result<Taken, CliError> {
        let file = component::find(&self.source)?;
        let component = fs::read(&file).map_err(CliError::file(&file))?;
        let digest = Digest::of(&component);
        let signatures = component::signatures(&file, self.signature.as_deref(), digest)?;
        Ok(Taken { component, digest, signatures })
    }

    async fn fetched(&self, session: &Session, reference: &Reference) -> Result<Taken, CliError> {
        let pulled = oci::fetch(session, reference, &self.access).await?;
        session.output.note(&oci::pin(reference, &pulled.pinned));
        let digest = pulled.facts.digest;
        let signatures = match &self.signature {
            Some(named) => component::signatures(named, Some(named), digest)?,
            None => pulled.signatures,
        };
        Ok(Taken { component: pulled.component, digest, signatures })
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
/// Not while an installation of any tenant runs it or a back-test needs it: the server names that one. With an id
/// alone, it is the highest version. Installations that ran it before cannot be rolled back to it until it is installed
/// again. Only the operator's key does this.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin uninstall example.hello-points@0.1.0
  stammgast plugin uninstall example.hello-points")]
pub(in crate::cli) struct Uninstall {
    /// The plugin: id@version, its digest, or its id where it is here in one version
    plugin: String,
}

impl Uninstall {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.client()?;
        let plugins = client.items(&["v1", "plugins"], &[], None).await?;
        let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let versions: Vec<String> =
            plugins.iter().filter(|row| text(row, "id") == self.plugin).map(|row| text(row, "version")).collect();
        if versions.len() > 1 {
            let problem = format!("it is here as {}; say which one: {}@VERSION", versions.join(", "), self.plugin);
            return Err(CliError::Given { what: self.plugin, problem });
        }
        let answer = client.delete(&["v1", "plugins", &self.plugin]).await;
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
