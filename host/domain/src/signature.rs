//! Signatures of plugins: who vouches for exactly these bytes.
//!
//! A signature is detached: it stands in a file beside the component, which so keeps its digest. What is signed are the
//! bytes of the text `stammgast-plugin-v1:` followed by the 32 bytes of the component's SHA-256 digest, with Ed25519
//! (RFC 8032). The text keeps a signature from meaning something elsewhere, and the other way round.

use crate::digest::Digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// What stands before the digest in what is signed.
const DOMAIN: &[u8] = b"stammgast-plugin-v1:";
/// What a public key's text begins with.
const PREFIX: &str = "ed25519:";
/// The form of signature files.
const FORMAT: u32 = 1;

/// An Ed25519 public key; as text `ed25519:` and the 32 bytes in base64 (RFC 4648, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// The text given is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no public key; write `ed25519:` and its 32 bytes in base64, as `stammgast plugin key show` does")]
pub struct InvalidPublicKey(pub String);

impl PublicKey {
    /// The public half of a key.
    #[must_use]
    pub fn of(key: &SigningKey) -> Self {
        Self(key.verifying_key().to_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl FromStr for PublicKey {
    type Err = InvalidPublicKey;

    fn from_str(text: &str) -> Result<Self, InvalidPublicKey> {
        let bytes = text.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        // Not every 32 bytes are a point of the curve, and the few weak ones are nobody's.
        let is_sound = |bytes: &[u8; 32]| VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak());
        bytes.filter(is_sound).map(Self).ok_or_else(|| InvalidPublicKey(text.chars().take(80).collect()))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// One key's word for one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// How it is made.
    pub algorithm: Algorithm,
    /// Who signed.
    pub public_key: PublicKey,
    /// What was signed.
    pub digest: Digest,
    /// The signature's 64 bytes; in JSON base64.
    #[serde(with = "base64_text")]
    pub signature: [u8; 64],
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSignature {
    /// It was made for other bytes.
    #[error("it is for {0}, another file; sign this one anew")]
    OtherFile(Digest),
    /// The key did not make it.
    #[error("{0} did not make it; it was changed, or somebody else made it")]
    Forged(PublicKey),
}

impl Signature {
    /// Signs a component.
    #[must_use]
    pub fn make(key: &SigningKey, digest: Digest) -> Self {
        let signature = key.sign(&message(&digest)).to_bytes();
        Self { algorithm: Algorithm::Ed25519, public_key: PublicKey::of(key), digest, signature }
    }

    /// Checks that its key signed the component with this digest. Whether that key is to be trusted is another question.
    ///
    /// # Errors
    /// See [`InvalidSignature`].
    pub fn verify(&self, digest: Digest) -> Result<(), InvalidSignature> {
        if self.digest != digest {
            return Err(InvalidSignature::OtherFile(self.digest));
        }
        let forged = |_| InvalidSignature::Forged(self.public_key);
        let key = VerifyingKey::from_bytes(&self.public_key.0).map_err(forged)?;
        // Strictly: with one key and one digest, one signature alone passes everywhere.
        key.verify_strict(&message(&digest), &ed25519_dalek::Signature::from_bytes(&self.signature)).map_err(forged)
    }
}

fn message(digest: &Digest) -> Vec<u8> {
    [DOMAIN, digest.bytes()].concat()
}

/// What stands in a signature file: the word of one or more keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatures {
    format: u32,
    /// The signatures, one for each key.
    pub signatures: Vec<Signature>,
}

/// A text is no signature file.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSignatures {
    /// It does not have the right form.
    #[error("it is no file of signatures; make one with `stammgast plugin sign`")]
    Form(#[from] serde_json::Error),
    /// It has a form that is not known here.
    #[error("it has format {0}; this version reads format {FORMAT}, so use a newer one")]
    Format(u32),
}

impl Signatures {
    /// Reads a signature file.
    ///
    /// # Errors
    /// See [`InvalidSignatures`].
    pub fn parse(json: &[u8]) -> Result<Self, InvalidSignatures> {
        /// Looked at first, since a newer form has other fields.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        match serde_json::from_slice::<Head>(json)?.format {
            FORMAT => Ok(serde_json::from_slice(json)?),
            other => Err(InvalidSignatures::Format(other)),
        }
    }

    /// Takes a signature in. It replaces one of the same key, and those for other bytes go.
    #[must_use]
    pub fn with(self, signature: Signature) -> Self {
        let stays = |other: &Signature| other.digest == signature.digest && other.public_key != signature.public_key;
        let mut signatures: Vec<Signature> = self.signatures.into_iter().filter(stays).collect();
        signatures.push(signature);
        Self { format: FORMAT, signatures }
    }
}

impl Default for Signatures {
    fn default() -> Self {
        Self { format: FORMAT, signatures: Vec::new() }
    }
}

/// The signature's bytes as base64.
mod base64_text {
    use super::{Deserialize, Deserializer, STANDARD, Serializer, de};
    use base64::Engine as _;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 64], D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| de::Error::custom(format!("a signature has 64 bytes, not {length}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn a_signature_is_for_these_bytes_and_by_this_key_alone() {
        let digest = Digest::of(b"a component");
        let signature = Signature::make(&key(1), digest);
        signature.verify(digest).unwrap();
        let other = Digest::of(b"another");
        assert_eq!(signature.verify(other), Err(InvalidSignature::OtherFile(digest)));
        let renamed = Signature { digest: other, ..signature.clone() };
        assert!(matches!(renamed.verify(other), Err(InvalidSignature::Forged(_))));
        let taken = Signature { public_key: PublicKey::of(&key(2)), ..signature.clone() };
        assert!(matches!(taken.verify(digest), Err(InvalidSignature::Forged(_))));
        let mut changed = signature;
        changed.signature[0] ^= 1;
        assert!(matches!(changed.verify(digest), Err(InvalidSignature::Forged(_))));
    }

    #[test]
    fn what_is_signed_is_the_domain_text_and_the_digests_bytes() {
        let digest = Digest::of(b"a component");
        let bare = key(1).sign(digest.bytes()).to_bytes();
        let signature = Signature { signature: bare, ..Signature::make(&key(1), digest) };
        assert!(signature.verify(digest).is_err(), "without the domain text it is another message");
        let whole: Vec<u8> = b"stammgast-plugin-v1:".iter().chain(digest.bytes()).copied().collect();
        assert_eq!(key(1).sign(&whole).to_bytes(), Signature::make(&key(1), digest).signature);
    }

    #[test]
    fn public_keys_are_read_as_they_are_written() {
        let public = PublicKey::of(&key(3));
        assert_eq!(public.to_string().parse(), Ok(public));
        let weak = format!("ed25519:{}", STANDARD.encode([0_u8; 32]));
        for wrong in ["", "ed25519:", "ed25519:AAAA", public.to_string().trim_start_matches("ed25519:"), weak.as_str()]
        {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_holds_one_signature_a_key_for_one_component() {
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        let first = Signatures::default().with(Signature::make(&key(1), old));
        assert_eq!(first.clone().with(Signature::make(&key(1), old)), first);
        let both = first.with(Signature::make(&key(2), old));
        assert_eq!(both.signatures.len(), 2);
        let read = Signatures::parse(serde_json::to_string(&both).unwrap().as_bytes()).unwrap();
        assert_eq!(read, both);
        assert_eq!(both.with(Signature::make(&key(2), new)).signatures, [Signature::make(&key(2), new)]);
    }

    #[test]
    fn another_form_is_refused_with_its_number() {
        let newer = Signatures::parse(br#"{"format":2,"words":[]}"#).unwrap_err();
        assert!(newer.to_string().contains("format 2"), "{newer}");
        assert!(matches!(Signatures::parse(b"[]"), Err(InvalidSignatures::Form(_))));
    }
}
