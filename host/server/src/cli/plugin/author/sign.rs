//! `stammgast plugin sign`.

use super::Keys;
use crate::{
    cli::{CliError, global::Session, plugin::component},
    kit::{
        keys::USUAL_NAME,
        signing::{self, Signed},
    },
};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Sign a plugin, so that others can tell that it comes from you
///
/// The signature is for exactly these bytes and stands in a file beside them, FILE.sig; the plugin itself is not
/// changed and keeps its digest. Several keys may sign: the file then holds a signature of each. What is signed is
/// `stammgast-plugin-v1:` followed by the 32 bytes of the SHA-256 digest, with Ed25519. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin sign dist/hello-points.wasm
  stammgast plugin sign dist/hello-points.wasm --with acme-release
  stammgast plugin verify dist/hello-points.wasm")]
pub(in crate::cli) struct Sign {
    /// The plugin, with its manifest inside, or a folder with one in it or in its dist folder
    file: PathBuf,
    /// The name of the key to sign with
    #[arg(long, value_name = "NAME", default_value = USUAL_NAME)]
    with: String,
    #[command(flatten)]
    keys: Keys,
}

impl Sign {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let file = component::find(&self.file)?;
        let key = self.keys.folder()?.read(&self.with)?;
        let Signed { path, signature, manifest, keys } = signing::sign(&file, &key)?;
        let path = path.display().to_string();
        let others = match keys {
            1 => String::new(),
            keys => format!(" It is signed by {keys} keys now."),
        };
        let sentence = format!(
            "Signed {} {} as {}: {path}.{others}\n{}",
            manifest.id, manifest.version, signature.public_key, signature.digest
        );
        let answer =
            json!({ "path": path, "digest": signature.digest, "public_key": signature.public_key, "keys": keys });
        session.output.result(&answer, &path, &sentence)
    }
}
