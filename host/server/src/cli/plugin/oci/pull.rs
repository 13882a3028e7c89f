//! `stammgast plugin pull`.

use super::{RegistryAccess, fetch, pin, signers};
use crate::{
    cli::{CliError, global::Session},
    kit::signing,
    oci::Reference,
};
use clap::Args;
use serde_json::json;
use std::{fs, path::PathBuf};

/// Fetch a plugin from an OCI registry into a file, with its signatures
///
/// It is checked like one that is installed, and nothing of it is run. Its signatures, if there are any, have to be right
/// and stand beside it then, in FILE.sig, as `plugin sign` would put them there. Needs no server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin pull oci://ghcr.io/acme/points:1.2.0
  stammgast plugin pull oci://ghcr.io/acme/points:1.2.0 -o points.wasm
  stammgast plugin pull oci://localhost:5000/points:latest --plain-http

Look at what came: `stammgast plugin inspect points.wasm`, `stammgast plugin verify points.wasm`.")]
pub(in crate::cli) struct Pull {
    /// Where it lies: `oci://HOST/NAME:TAG` or `oci://HOST/NAME@sha256:DIGEST`
    reference: Reference,
    /// The file to write; the last part of NAME with .wasm, in this folder, unless you say otherwise
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    access: RegistryAccess,
}

impl Pull {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self { reference, output, access } = self;
        let file = output.unwrap_or_else(|| PathBuf::from(format!("{}.wasm", reference.last_name())));
        let pulled = fetch(session, &reference, &access).await?;
        let beside = signing::file_beside(&file);
        if pulled.signatures.is_none() && beside.exists() {
            let problem = "it holds signatures of another plugin, and what came has none; move it away, or choose another \
                           --output";
            return Err(CliError::Given { what: beside.display().to_string(), problem: problem.to_owned() });
        }
        fs::write(&file, &pulled.component).map_err(CliError::file(&file))?;
        if let Some(signatures) = &pulled.signatures {
            signing::write(&beside, signatures)?;
        }
        let path = file.display().to_string();
        let manifest = pulled.facts.manifest.as_ref();
        let plugin = manifest.map_or_else(String::new, |one| format!("{} {}", one.id, one.version));
        let keys: Vec<_> = pulled.signatures.iter().flat_map(|all| &all.signatures).map(|one| one.public_key).collect();
        let answer = json!({
            "path": path, "digest": pulled.facts.digest, "size": pulled.facts.size, "reference": pulled.pinned.to_string(),
            "id": manifest.map(|one| &one.id), "version": manifest.map(|one| &one.version), "signed_by": keys,
        });
        let sentence = format!(
            "Fetched {plugin}: {path}, {} bytes\n{}\n{}\n{}",
            pulled.facts.size,
            pulled.facts.digest,
            signers(pulled.signatures.as_ref()),
            pin(&reference, &pulled.pinned)
        );
        session.output.result(&answer, &path, &sentence)
    }
}
