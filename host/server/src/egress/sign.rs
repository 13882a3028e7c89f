//! Signatures over requests, made as the plugin describes them and with a key that it never sees.

use super::fill::FillError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use stammgast_domain::{
    Timestamp,
    request::{RequestSignature, SignaturePart, SignatureScheme},
    secret::SecretValue,
};

/// What a signature may cover.
pub(super) struct Signed<'a> {
    /// Path and query as they are sent.
    pub(super) path: &'a str,
    /// The body as it is sent.
    pub(super) body: &'a [u8],
    /// When it is sent.
    pub(super) at: Timestamp,
}

/// Parts of what is signed, and of the header that carries the signature.
const MOST_PARTS: usize = 16;

/// The value of the header that carries a signature.
pub(super) fn header(
    signature: &RequestSignature,
    key: &SecretValue,
    signed: &Signed<'_>,
) -> Result<String, FillError> {
    check(&signature.over, &signature.value)?;
    let made = sign(signature, key, signed)?;
    let mut value = String::new();
    for part in &signature.value {
        match part {
            SignaturePart::Text(text) => value.push_str(text),
            SignaturePart::Timestamp => value.push_str(&seconds(signed.at)),
            SignaturePart::Hex => value.push_str(&hex::encode(&made)),
            SignaturePart::Base64 => value.push_str(&STANDARD.encode(&made)),
            // Refused by `check`.
            SignaturePart::Body | SignaturePart::Path => {}
        }
    }
    Ok(value)
}

/// Checks a description before anything is copied for it: its parts are small, and what they stand for is not.
fn check(over: &[SignaturePart], value: &[SignaturePart]) -> Result<(), FillError> {
    let refused = |problem| Err(FillError::Signature(problem));
    let times = |wanted: &SignaturePart| over.iter().filter(|part| *part == wanted).count();
    let says_something = |part: &SignaturePart| !matches!(part, SignaturePart::Text(text) if text.is_empty());
    if over.len() > MOST_PARTS || value.len() > MOST_PARTS {
        return refused("it has too many parts; 16 are enough");
    }
    if times(&SignaturePart::Body) > 1 || times(&SignaturePart::Path) > 1 {
        return refused("body or path stand twice in what it covers; once is enough");
    }
    if times(&SignaturePart::Hex) + times(&SignaturePart::Base64) > 0 {
        return refused("a signature cannot cover itself");
    }
    if value.iter().any(|part| matches!(part, SignaturePart::Body | SignaturePart::Path)) {
        return refused("neither body nor path can stand in its header");
    }
    if !over.iter().any(says_something) {
        return refused("it covers nothing; name what it is made over");
    }
    Ok(())
}

/// Hands what is signed over, part by part.
fn cover(over: &[SignaturePart], signed: &Signed<'_>, mut take: impl FnMut(&[u8])) {
    for part in over {
        match part {
            SignaturePart::Text(text) => take(text.as_bytes()),
            SignaturePart::Body => take(signed.body),
            SignaturePart::Path => take(signed.path.as_bytes()),
            SignaturePart::Timestamp => take(seconds(signed.at).as_bytes()),
            // Refused by `check`.
            SignaturePart::Hex | SignaturePart::Base64 => {}
        }
    }
}

fn sign(signature: &RequestSignature, key: &SecretValue, signed: &Signed<'_>) -> Result<Vec<u8>, FillError> {
    let unusable = || FillError::SigningKey(signature.secret.clone());
    match signature.scheme {
        SignatureScheme::HmacSha256 => {
            let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).map_err(|_| unusable())?;
            cover(&signature.over, signed, |bytes| mac.update(bytes));
            Ok(mac.finalize().into_bytes().to_vec())
        }
        SignatureScheme::Ed25519 => {
            let key = SigningKey::from_bytes(&key_bytes(key.expose()).ok_or_else(unusable)?);
            // Its bytes have to lie side by side: body and path once, and the plugin's own texts.
            let mut all = Vec::new();
            cover(&signature.over, signed, |bytes| all.extend_from_slice(bytes));
            Ok(key.sign(&all).to_bytes().to_vec())
        }
    }
}

/// The 32 bytes of a key in hexadecimal digits or base64.
pub(super) fn key_bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if hex::decode_to_slice(text, &mut bytes).is_ok() {
        return Some(bytes);
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn seconds(at: Timestamp) -> String {
    at.millis().div_euclid(1_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::Signature;

    fn signature(scheme: SignatureScheme, over: Vec<SignaturePart>, value: Vec<SignaturePart>) -> RequestSignature {
        RequestSignature { scheme, secret: "key".to_owned(), over, header: "x-signature".to_owned(), value }
    }

    fn made(signature: &RequestSignature, key: &str, body: &[u8]) -> Result<String, FillError> {
        let at = Timestamp::from_millis(1_700_000_000_999).unwrap();
        header(signature, &SecretValue::new(key).unwrap(), &Signed { path: "/v1?a=b", body, at })
    }

    #[test]
    fn hmac_is_what_others_make_of_the_parts_in_their_order() {
        // printf '1700000000./v1?a=b.hello' | openssl dgst -sha256 -hmac swordfish
        let text = |text: &str| SignaturePart::Text(text.to_owned());
        let over = vec![SignaturePart::Timestamp, text("."), SignaturePart::Path, text("."), SignaturePart::Body];
        let value = vec![text("t="), SignaturePart::Timestamp, text(",v1="), SignaturePart::Hex];
        let made = made(&signature(SignatureScheme::HmacSha256, over, value), "swordfish", b"hello").unwrap();
        assert_eq!(made, "t=1700000000,v1=a490fe0fc4d99bef6708e5bb69ac51c3a8134e5cfe1a0593fd8ab2ab7f85f0c9");
    }

    #[test]
    fn ed25519_takes_its_key_in_digits_or_base64_and_can_be_verified() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let shape = signature(SignatureScheme::Ed25519, vec![SignaturePart::Body], vec![SignaturePart::Base64]);
        let with_hex = made(&shape, &hex::encode([7; 32]), b"hello").unwrap();
        assert_eq!(made(&shape, &STANDARD.encode([7; 32]), b"hello").unwrap(), with_hex);
        let bytes: [u8; 64] = STANDARD.decode(with_hex).unwrap().try_into().unwrap();
        key.verifying_key().verify_strict(b"hello", &Signature::from_bytes(&bytes)).unwrap();
        assert_eq!(made(&shape, "swordfish", b"hello"), Err(FillError::SigningKey("key".to_owned())));
    }

    #[test]
    fn a_signature_neither_covers_itself_nor_carries_the_body_nor_covers_nothing() {
        let refused =
            |over, value| made(&signature(SignatureScheme::HmacSha256, over, value), "swordfish", b"").is_err();
        assert!(refused(vec![SignaturePart::Hex], vec![SignaturePart::Hex]));
        assert!(refused(vec![SignaturePart::Body], vec![SignaturePart::Body]));
        assert!(refused(vec![], vec![SignaturePart::Hex]));
        assert!(refused(vec![SignaturePart::Text(String::new())], vec![SignaturePart::Hex]));
        assert!(!refused(vec![SignaturePart::Body], vec![SignaturePart::Hex]), "an empty body is one");
    }

    #[test]
    fn a_description_unfolds_to_no_more_than_the_request() {
        let refused = |over: Vec<SignaturePart>, value: Vec<SignaturePart>| {
            made(&signature(SignatureScheme::HmacSha256, over, value), "swordfish", b"body").unwrap_err()
        };
        let too_many = FillError::Signature("it has too many parts; 16 are enough");
        assert_eq!(refused(vec![SignaturePart::Body; 120_000], vec![SignaturePart::Hex]), too_many);
        assert_eq!(refused(vec![SignaturePart::Body], vec![SignaturePart::Hex; 17]), too_many);
        for part in [SignaturePart::Body, SignaturePart::Path] {
            let twice = refused(vec![part.clone(), SignaturePart::Timestamp, part], vec![SignaturePart::Hex]);
            assert!(twice.to_string().contains("twice"), "{twice}");
        }
        let most = vec![SignaturePart::Timestamp; 16];
        assert!(
            made(&signature(SignatureScheme::Ed25519, most, vec![SignaturePart::Hex]), &"07".repeat(32), b"").is_ok()
        );
    }
}
