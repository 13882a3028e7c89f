//! From a registry to here.

use super::{
    Access, OciError, Reference,
    artifact::{self, Found},
    session::Session,
};
use crate::kit::{
    KitError,
    inspect::{self, Facts},
};
use oci_client::RegistryOperation;
use stammgast_domain::{digest::Digest, signature::Signatures};

/// A plugin that came from a registry.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// Exactly this artifact.
    pub pinned: Reference,
    /// The component.
    pub component: Vec<u8>,
    /// What the component says about itself; it has a manifest.
    pub facts: Facts,
    /// Its signatures, each right, where it is signed. Whose keys they are is not looked at.
    pub signatures: Option<Signatures>,
}

/// Fetches a plugin whose component has so many bytes at most, and checks all that can be checked without running it.
///
/// # Errors
/// See [`OciError`].
pub async fn pull(reference: &Reference, access: &Access, most_bytes: usize) -> Result<Pulled, OciError> {
    let session = Session::open(reference, access, RegistryOperation::Pull).await?;
    // Where tag and digest are named, the tag is asked: what it stands for is what was pinned, or it has moved.
    let asked = reference.tag_alone().unwrap_or_else(|| reference.clone());
    let (manifest, artifact) = session.manifest(&asked).await?;
    if let Some(pinned) = reference.digest().filter(|pinned| *pinned != artifact) {
        let (tag, exactly) = (asked.to_string(), reference.pinned(pinned).to_string());
        return Err(OciError::Moved { tag, exactly, now: artifact });
    }
    let Found { digest, size, signatures } = artifact::read(reference, &manifest)?;
    let within = usize::try_from(size).ok().filter(|size| *size <= most_bytes);
    let within =
        within.ok_or_else(|| OciError::TooLarge { reference: reference.to_string(), size, most: most_bytes })?;
    let component = session.blob(digest, within).await?;
    let facts = facts(&component).map_err(|source| OciError::Component { reference: reference.to_string(), source })?;
    let signatures = signatures.map(|text| read_signatures(reference, &text, digest)).transpose()?.flatten();
    Ok(Pulled { pinned: reference.pinned(artifact), component, facts, signatures })
}

fn facts(component: &[u8]) -> Result<Facts, KitError> {
    let facts = inspect::inspect(component)?;
    if facts.manifest.is_some() { Ok(facts) } else { Err(KitError::NoManifest) }
}

fn read_signatures(reference: &Reference, text: &str, digest: Digest) -> Result<Option<Signatures>, OciError> {
    let signatures = Signatures::parse(text.as_bytes())
        .map_err(|source| OciError::Signatures { reference: reference.to_string(), source })?;
    for one in &signatures.signatures {
        one.verify(digest).map_err(|source| OciError::Signature {
            reference: reference.to_string(),
            key: one.public_key,
            source,
        })?;
    }
    Ok((!signatures.signatures.is_empty()).then_some(signatures))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use stammgast_domain::signature::Signature;

    #[test]
    fn signatures_that_came_along_are_right_or_nothing_is_taken() {
        let reference: Reference = "oci://ghcr.io/acme/points:1.2.0".parse().unwrap();
        let digest = Digest::of(b"a component");
        let read = |text: &str, digest| read_signatures(&reference, text, digest);
        let signature = Signature::make(&SigningKey::from_bytes(&[1; 32]), digest);
        let signatures = Signatures::default().with(signature);
        let text = serde_json::to_string(&signatures).unwrap();
        assert_eq!(read(&text, digest).unwrap(), Some(signatures));
        let other = read(&text, Digest::of(b"another")).unwrap_err();
        assert!(matches!(other, OciError::Signature { .. }), "{other}");
        assert!(matches!(read("{}", digest), Err(OciError::Signatures { .. })));
        assert_eq!(read(r#"{"format":1,"signatures":[]}"#, digest).unwrap(), None);
    }
}
