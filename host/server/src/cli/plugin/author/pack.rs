//! `stammgast plugin pack`.

use crate::{
    cli::{CliError, global::Session},
    kit::pack,
};
use clap::Args;
use serde_json::json;
use stammgast_domain::plugin::Manifest;
use std::path::PathBuf;

/// Put a manifest into a component that was built elsewhere
///
/// For components that `stammgast plugin build` does not make, in whatever language. A manifest that is there already
/// is replaced. What no server of this version would take is not written, and the message says why. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin pack component.wasm --manifest manifest.json -o my-plugin.wasm")]
pub(in crate::cli) struct Pack {
    /// The component
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// The manifest (JSON)
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Pack {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let packed = pack::pack_files(&self.component, &self.manifest, &self.output)?;
        let (path, size) = (self.output.display().to_string(), packed.bytes.len());
        let answer = json!({ "path": path, "digest": packed.digest, "size": size });
        let Manifest { id, version, .. } = &packed.manifest;
        let sentence = format!("Packed {id} {version}: {path}, {size} bytes\n{}", packed.digest);
        session.output.result(&answer, &path, &sentence)
    }
}
