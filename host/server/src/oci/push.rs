//! From here to a registry.

use super::{Access, OciError, Reference, artifact, session::Session};
use crate::kit::{KitError, inspect};
use oci_client::RegistryOperation;
use stammgast_domain::{
    digest::Digest,
    plugin::Manifest,
    signature::{InvalidSignatures, Signatures},
};

/// A plugin that a registry has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Exactly this artifact.
    pub pinned: Reference,
    /// The component's digest.
    pub digest: Digest,
    /// What the component says about itself.
    pub manifest: Manifest,
}

/// Hands a component to a registry, with its signatures, and lets the tag stand for it.
///
/// The same component with the same signatures is the same artifact every time.
///
/// # Errors
/// See [`OciError`].
pub async fn push(
    reference: &Reference,
    access: &Access,
    component: Vec<u8>,
    signatures: Option<&Signatures>,
) -> Result<Pushed, OciError> {
    if reference.digest().is_some() {
        return Err(OciError::PushToDigest(reference.to_string()));
    }
    let unusable = |source: KitError| OciError::Component { reference: reference.to_string(), source };
    let facts = inspect::inspect(&component).map_err(unusable)?;
    let manifest = facts.manifest.clone().ok_or_else(|| unusable(KitError::NoManifest))?;
    let signatures = signatures.map(serde_json::to_string).transpose();
    let signatures = signatures.map_err(|error| OciError::Signatures {
        reference: reference.to_string(),
        source: InvalidSignatures::from(error),
    })?;
    let made = artifact::make(&facts, &manifest, signatures);

    let session = Session::open(reference, access, RegistryOperation::Push).await?;
    session.put_blob(facts.digest, component).await?;
    session.put_blob(made.config_digest, made.config).await?;
    let artifact = Digest::of(&made.manifest);
    session.put_manifest(made.manifest).await?;
    Ok(Pushed { pinned: reference.pinned(artifact), digest: facts.digest, manifest })
}
