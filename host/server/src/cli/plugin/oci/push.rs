//! `stammgast plugin push`.

use super::{RegistryAccess, signers};
use crate::{
    cli::{CliError, global::Session, plugin::component},
    oci::{self, Pushed, Reference},
};
use clap::Args;
use serde_json::json;
use stammgast_domain::{digest::Digest, plugin::Manifest};
use std::{fs, path::PathBuf};

/// Share a plugin through an OCI registry, with its signatures
///
/// Registries for containers take plugins, too: GitHub's, GitLab's, your own. The form is the one that `wkg` documents:
/// tools that know WebAssembly find one component there; the signatures that `plugin sign` put beside it go along as an
/// annotation. If the tag stands for another plugin already, it stands for this one afterwards. Needs no server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin push dist/points.wasm oci://ghcr.io/acme/points:1.2.0
  stammgast plugin push hello-points oci://localhost:5000/points:0.1.0 --plain-http
  stammgast plugin push points.wasm oci://registry.example/points:1.2.0 --username ada

Sign first (`stammgast plugin sign`); log in with `docker login`, or with --username and
STAMMGAST_REGISTRY_PASSWORD.")]
pub(in crate::cli) struct Push {
    /// The component, with its manifest inside; or a folder with one component in it or in its dist folder
    file: PathBuf,
    /// Where to: `oci://HOST/NAME:TAG`; the plugin's version makes a good tag
    reference: Reference,
    /// The file with its signatures; FILE.sig if there is one, unless you say otherwise
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    access: RegistryAccess,
}

impl Push {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let file = component::find(&self.file)?;
        let component = fs::read(&file).map_err(CliError::file(&file))?;
        let size = component.len();
        let signatures = component::signatures(&file, self.signature.as_deref(), Digest::of(&component))?;
        let access = self.access.access()?;
        let pushed = oci::push(&self.reference, &access, component, signatures.as_ref()).await?;
        let Pushed { pinned, digest, manifest: Manifest { id, version, .. } } = pushed;
        let keys: Vec<_> = signatures.iter().flat_map(|all| &all.signatures).map(|one| one.public_key).collect();
        let answer = json!({
            "reference": pinned.to_string(), "digest": digest, "size": size, "id": id, "version": version,
            "signed_by": keys,
        });
        let sentence = format!(
            "Pushed {id} {version}, {size} bytes, to {}\n{digest}\n{}\nWho wants exactly this one writes\n  {pinned}",
            self.reference,
            signers(signatures.as_ref())
        );
        session.output.result(&answer, &pinned.to_string(), &sentence)
    }
}
