//! Signature files beside components: `FILE.sig`.

use super::{KitError, files, inspect};
use ed25519_dalek::SigningKey;
use stammgast_domain::signature::{InvalidSignature, PublicKey, Signature, Signatures};
use stammgast_domain::{digest::Digest, plugin::Manifest};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A component that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The signature file.
    pub path: PathBuf,
    /// The new signature.
    pub signature: Signature,
    /// What the component says about itself.
    pub manifest: Manifest,
    /// How many keys have signed it by now.
    pub keys: usize,
}

/// A signature and what is wrong with it, if anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Who is said to have signed.
    pub public_key: PublicKey,
    /// Whether that is so.
    pub verdict: Result<(), InvalidSignature>,
}

/// The signature file of a component, where nobody says otherwise.
#[must_use]
pub fn file_beside(component: &Path) -> PathBuf {
    let mut name = component.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

/// Signs a component and puts the signature beside it. Those of other keys for the same bytes stay.
///
/// # Errors
/// It is no component with a manifest, or a file cannot be read or written.
pub fn sign(component: &Path, key: &SigningKey) -> Result<Signed, KitError> {
    let bytes = fs::read(component).map_err(KitError::file(component))?;
    let facts = inspect::inspect(&bytes)?;
    // Who signs vouches for what the manifest says; without one there is nothing to vouch for yet.
    let manifest = facts.manifest.ok_or(KitError::NoManifest)?;
    let path = file_beside(component);
    let signature = Signature::make(key, facts.digest);
    let signatures = read(&path)?.unwrap_or_default().with(signature.clone());
    write(&path, &signatures)?;
    Ok(Signed { path, signature, manifest, keys: signatures.signatures.len() })
}

/// Writes a signature file.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, signatures: &Signatures) -> Result<(), KitError> {
    let json = serde_json::to_string_pretty(signatures).map_err(|error| KitError::file(path)(error.into()))?;
    files::write(path, format!("{json}\n").as_bytes())
}

/// Reads a signature file; `None` where there is none.
///
/// # Errors
/// It cannot be read, or is no signature file.
pub fn read(path: &Path) -> Result<Option<Signatures>, KitError> {
    if !path.exists() {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(KitError::file(path))?;
    Signatures::parse(&bytes).map(Some).map_err(|source| KitError::Signatures { path: path.to_owned(), source })
}

/// Checks each signature against a component's digest.
#[must_use]
pub fn check(signatures: &Signatures, digest: Digest) -> Vec<Checked> {
    let check = |one: &Signature| Checked { public_key: one.public_key, verdict: one.verify(digest) };
    signatures.signatures.iter().map(check).collect()
}

/// Asks that a component is signed, that every signature is right, and that this key signed, if one is named.
///
/// # Errors
/// What of these is not so.
pub fn demand(checked: &[Checked], key: Option<PublicKey>, path: &Path) -> Result<(), KitError> {
    if checked.is_empty() {
        return Err(KitError::Unsigned(path.to_owned()));
    }
    if let Some((one, problem)) = checked.iter().find_map(|one| Some((one, one.verdict.clone().err()?))) {
        return Err(KitError::Signature { path: path.to_owned(), key: one.public_key, source: problem });
    }
    match key.filter(|key| !checked.iter().any(|one| one.public_key == *key)) {
        Some(key) => Err(KitError::NotSignedBy { path: path.to_owned(), key }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::pack::{
        pack,
        tests::{component, manifest},
    };

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn two_keys_sign_one_component_and_a_rebuilt_one_is_signed_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        let packed = pack(&component(), &manifest("0.1.0")).unwrap();
        fs::write(&path, &packed.bytes).unwrap();
        assert_eq!(sign(&path, &key(1)).unwrap().keys, 1);
        let signed = sign(&path, &key(2)).unwrap();
        assert_eq!((signed.path.clone(), signed.keys), (folder.path().join("a.wasm.sig"), 2));
        let signatures = read(&signed.path).unwrap().unwrap();
        let checked = check(&signatures, packed.digest);
        demand(&checked, Some(PublicKey::of(&key(1))), &signed.path).unwrap();
        let stranger = demand(&checked, Some(PublicKey::of(&key(3))), &signed.path);
        assert!(matches!(stranger, Err(KitError::NotSignedBy { .. })), "{stranger:?}");

        let rebuilt = pack(&component(), &manifest("0.2.0")).unwrap();
        fs::write(&path, &rebuilt.bytes).unwrap();
        let old = demand(&check(&signatures, rebuilt.digest), None, &signed.path);
        assert!(matches!(old, Err(KitError::Signature { .. })), "{old:?}");
        assert_eq!(sign(&path, &key(1)).unwrap().keys, 1);
    }

    #[test]
    fn what_is_no_plugin_is_not_signed_and_what_nobody_signed_is_not_verified() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        fs::write(&path, b"no wasm").unwrap();
        assert!(matches!(sign(&path, &key(1)), Err(KitError::NotAComponent)));
        fs::write(&path, component()).unwrap();
        assert!(matches!(sign(&path, &key(1)), Err(KitError::NoManifest)));
        assert_eq!(read(&file_beside(&path)).unwrap(), None);
        assert!(matches!(demand(&[], None, &path), Err(KitError::Unsigned(_))));
    }
}
