//! Personal data at rest: sealed under one key per subject, which is wrapped by the master key.
//!
//! Destroying a subject's key makes the personal part of all its events unreadable at once, without touching the
//! log. XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its 192-bit nonces may be drawn at random.

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand::Rng;

const NONCE: usize = 24;

/// A key that seals and opens.
#[derive(Clone)]
pub(crate) struct SealingKey(XChaCha20Poly1305);

impl SealingKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(Key::from_slice(key)))
    }

    /// A new data key, and the same key wrapped for the subject's row.
    pub(crate) fn draw(&self, subject: &str) -> Option<(Self, Vec<u8>)> {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        Some((Self::new(&bytes), self.seal(subject, &bytes)?))
    }

    /// The data key that was wrapped for this subject.
    pub(crate) fn unwrap_key(&self, subject: &str, wrapped: &[u8]) -> Option<Self> {
        let bytes: [u8; 32] = self.open(subject, wrapped)?.try_into().ok()?;
        Some(Self::new(&bytes))
    }

    /// Nonce and ciphertext, bound to the subject. `None` only past the cipher's length limit of 256 GiB.
    pub(crate) fn seal(&self, subject: &str, plain: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = vec![0_u8; NONCE];
        rand::rng().fill_bytes(&mut sealed);
        let nonce = XNonce::from_slice(&sealed).to_owned();
        let payload = Payload { msg: plain, aad: subject.as_bytes() };
        sealed.extend(self.0.encrypt(&nonce, payload).ok()?);
        Some(sealed)
    }

    /// What was sealed for this subject; `None` when it was sealed otherwise or changed since.
    pub(crate) fn open(&self, subject: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, cipher) = sealed.split_at_checked(NONCE)?;
        self.0.decrypt(XNonce::from_slice(nonce), Payload { msg: cipher, aad: subject.as_bytes() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_subject_only() {
        let master = SealingKey::new(&[7; 32]);
        let (key, wrapped) = master.draw("customer:a").unwrap();
        let sealed = key.seal("customer:a", b"Ada").unwrap();
        let reopened = master.unwrap_key("customer:a", &wrapped).unwrap();
        assert_eq!(reopened.open("customer:a", &sealed).unwrap(), b"Ada");
        assert!(reopened.open("customer:b", &sealed).is_none());
        assert!(master.unwrap_key("customer:b", &wrapped).is_none());
        assert!(SealingKey::new(&[8; 32]).unwrap_key("customer:a", &wrapped).is_none());
        let mut tampered = sealed;
        if let Some(byte) = tampered.last_mut() {
            *byte ^= 1;
        }
        assert!(reopened.open("customer:a", &tampered).is_none());
        assert!(reopened.open("customer:a", b"short").is_none());
    }
}
