//! `stammgast plugin verify`.

use super::Keys;
use crate::{
    cli::{CliError, global::Session, plugin::component},
    kit::{
        inspect,
        signing::{self, Checked},
    },
};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::signature::PublicKey;
use std::{fs, path::PathBuf};

/// Say who has signed a plugin, and whether it is so
///
/// Every signature beside the plugin has to be right, and there has to be one; otherwise the command fails. A right
/// signature says that the owner of a key vouches for exactly these bytes. Whose key it is, its text does not say: name
/// the key that you expect with --by, as its owner gave it to you. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin verify points.wasm
  stammgast plugin verify points.wasm --by ed25519:Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
  stammgast plugin verify points.wasm --signature downloads/points.wasm.sig")]
pub(in crate::cli) struct Verify {
    /// The plugin, or a folder with one in it or in its dist folder
    file: PathBuf,
    /// The file with its signatures; FILE.sig, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The public key that has to have signed
    #[arg(long, value_name = "KEY")]
    by: Option<PublicKey>,
    #[command(flatten)]
    keys: Keys,
}

impl Verify {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let file = component::find(&self.file)?;
        let bytes = fs::read(&file).map_err(CliError::file(&file))?;
        let facts = inspect::inspect(&bytes)?;
        let path = self.signature.unwrap_or_else(|| signing::file_beside(&file));
        let signatures = signing::read(&path)?.unwrap_or_default();
        let checked = signing::check(&signatures, facts.digest);
        signing::demand(&checked, self.by, &path)?;
        // Whose keys these are is a courtesy: a folder that cannot be read is no reason to fail.
        let own = self.keys.folder().ok().and_then(|folder| folder.list().ok()).unwrap_or_default();
        let signed = |one: &Checked| {
            let named = own.iter().find(|key| key.public == one.public_key);
            let whose = named.map_or_else(String::new, |key| format!(", your key `{}`", key.name));
            format!("signed by {}{whose}", one.public_key)
        };
        let mut lines = vec![facts.digest.to_string()];
        lines.extend(facts.manifest.iter().map(|manifest| format!("{} {}", manifest.id, manifest.version)));
        lines.extend(checked.iter().map(signed));
        if self.by.is_none() {
            lines
                .push("Every signature is right. Whether you trust these keys is for you to say: see --by.".to_owned());
        }
        let keys: Vec<Value> = checked.iter().map(|one| json!(one.public_key)).collect();
        session.output.result(&json!({ "digest": facts.digest, "signed_by": keys }), "", &lines.join("\n"))
    }
}
