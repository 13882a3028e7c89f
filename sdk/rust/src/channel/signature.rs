//! Signatures that the host makes over a request.

use super::{Signature, SignaturePart, SignatureScheme};

/// Describing a signature:
///
/// ```
/// use stammgast_sdk::channel::{Signature, SignaturePart};
///
/// // x-signature: t=1767225600,v1=<hex>, over `1767225600.<body>`
/// let signature = Signature::hmac_sha256("signing-key", "x-signature")
///     .over([SignaturePart::Timestamp, ".".into(), SignaturePart::Body])
///     .value(["t=".into(), SignaturePart::Timestamp, ",v1=".into(), SignaturePart::Hex]);
/// # assert_eq!(signature.value.len(), 4);
/// ```
impl Signature {
    /// HMAC with SHA-256 (RFC 2104) over the body, in lower-case hexadecimal digits: the key by the secret's name, and
    /// the header that carries it.
    pub fn hmac_sha256(secret: impl Into<String>, header: impl Into<String>) -> Self {
        Self::of_body(SignatureScheme::HmacSha256, secret.into(), header.into())
    }

    /// Ed25519 (RFC 8032) over the body, in lower-case hexadecimal digits: the key by the secret's name, and the header
    /// that carries it.
    pub fn ed25519(secret: impl Into<String>, header: impl Into<String>) -> Self {
        Self::of_body(SignatureScheme::Ed25519, secret.into(), header.into())
    }

    /// Signs these parts, one after the other, instead of the body alone.
    #[must_use]
    pub fn over(self, parts: impl IntoIterator<Item = SignaturePart>) -> Self {
        Self { over: parts.into_iter().collect(), ..self }
    }

    /// Puts these parts into the header instead of the hexadecimal digits alone.
    #[must_use]
    pub fn value(self, parts: impl IntoIterator<Item = SignaturePart>) -> Self {
        Self { value: parts.into_iter().collect(), ..self }
    }

    fn of_body(scheme: SignatureScheme, secret: String, header: String) -> Self {
        Self { scheme, secret, over: vec![SignaturePart::Body], header, value: vec![SignaturePart::Hex] }
    }
}

impl From<&str> for SignaturePart {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
