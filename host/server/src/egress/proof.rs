//! Telling deliveries to a channel's webhook from forgeries, by what its plugin's manifest says.
//!
//! What the headers alone can prove is checked before the body is read. Comparisons take the same time whatever differs.

use super::sign::key_bytes;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use stammgast_domain::{
    Timestamp,
    plugin::{ProofScheme, SignatureEncoding, SignedPart, WebhookProof},
    secret::SecretValue,
};
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq;

/// Where Twilio's signature stands.
const TWILIO_HEADER: &str = "x-twilio-signature";
const AUTHORIZATION: &str = "authorization";
const FORM: &str = "application/x-www-form-urlencoded";

/// Why a delivery is not believed. For the log alone: whoever sent it learns nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// A header is missing, or stands there twice.
    #[error("the proof's header, or one that it covers, is missing or stands there twice")]
    Header,
    /// The proof does not have the form of its scheme.
    #[error("the proof does not have the form of its scheme")]
    Form,
    /// The secret is no key of the scheme.
    #[error("the secret is no key of the scheme; set it again")]
    Key,
    /// It was signed too long ago, or by a clock that is ahead.
    #[error("the time of signing is too far from now")]
    Time,
    /// The proof is wrong.
    #[error("the proof is wrong")]
    Wrong,
}

/// Headers of a delivery.
pub type Headers = reqwest::header::HeaderMap;

/// A delivery whose headers were checked. Its body is still to be.
pub struct Checked<'a> {
    proof: &'a WebhookProof,
    secret: &'a SecretValue,
    headers: &'a Headers,
    given: Vec<u8>,
}

/// Checks what can be checked without the body.
///
/// # Errors
/// The delivery is not proven.
pub fn check<'a>(
    proof: &'a WebhookProof,
    secret: &'a SecretValue,
    headers: &'a Headers,
    now: Timestamp,
) -> Result<Checked<'a>, Unproven> {
    let header = match proof.scheme {
        ProofScheme::Twilio => proof.header.as_deref().unwrap_or(TWILIO_HEADER),
        _ => proof.header.as_deref().unwrap_or(AUTHORIZATION),
    };
    let value = one(headers, header)?;
    let given = match proof.scheme {
        ProofScheme::HmacSha256 => signature(proof, value, 32)?,
        ProofScheme::Ed25519 => signature(proof, value, 64)?,
        ProofScheme::Twilio => STANDARD.decode(value).ok().filter(|mac| mac.len() == 20).ok_or(Unproven::Form)?,
        ProofScheme::Bearer => {
            // In a header of its own a token stands bare, behind what the manifest calls its prefix.
            let token = if header == AUTHORIZATION { credentials(value, "bearer") } else { bare(proof, value) };
            same(token.ok_or(Unproven::Form)?, secret.expose().as_bytes())?
        }
        ProofScheme::Basic => {
            let token = credentials(value, "basic").ok_or(Unproven::Form)?;
            let given = STANDARD.decode(token).map_err(|_| Unproven::Form)?;
            same(&given, secret.expose().as_bytes())?
        }
    };
    if let Some(time) = &proof.timestamp {
        let text = std::str::from_utf8(one(headers, &time.header)?).map_err(|_| Unproven::Form)?;
        // Digits alone: bytes of what is signed beside it cannot pass for a part of it.
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Unproven::Form);
        }
        let signed_at: i64 = text.parse().map_err(|_| Unproven::Form)?;
        let apart = now.millis().div_euclid(1_000).abs_diff(signed_at);
        if apart > u64::from(time.tolerance_seconds) {
            return Err(Unproven::Time);
        }
    }
    Ok(Checked { proof, secret, headers, given })
}

impl Checked<'_> {
    /// Checks the rest. `urls` are the addresses that the delivery may have been sent to, as its sender knows them.
    ///
    /// # Errors
    /// The delivery is not proven.
    pub fn verify(&self, body: &[u8], media_type: Option<&str>, urls: &[String]) -> Result<(), Unproven> {
        match self.proof.scheme {
            ProofScheme::HmacSha256 => {
                let mut mac =
                    Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()).map_err(|_| Unproven::Key)?;
                mac.update(&self.signed(body)?);
                mac.verify_slice(&self.given).map_err(|_| Unproven::Wrong)
            }
            ProofScheme::Ed25519 => {
                let key = key_bytes(self.secret.expose()).ok_or(Unproven::Key)?;
                let key = VerifyingKey::from_bytes(&key).map_err(|_| Unproven::Key)?;
                let signature = Signature::from_slice(&self.given).map_err(|_| Unproven::Form)?;
                key.verify_strict(&self.signed(body)?, &signature).map_err(|_| Unproven::Wrong)
            }
            ProofScheme::Twilio => self.verify_twilio(body, media_type, urls),
            // Their headers prove all there is to prove.
            ProofScheme::Bearer | ProofScheme::Basic => Ok(()),
        }
    }

    /// What tells the delivery from others where its bytes do not: Twilio signs a form's fields in an order of its own,
    /// so that somebody who caught a delivery could write it otherwise and send it again.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        (self.proof.scheme == ProofScheme::Twilio).then(|| format!("twilio:{}", hex::encode(&self.given)))
    }

    /// The bytes that are signed: the body alone where the manifest says nothing.
    fn signed(&self, body: &[u8]) -> Result<Vec<u8>, Unproven> {
        if self.proof.signed.is_empty() {
            return Ok(body.to_vec());
        }
        let mut bytes = Vec::with_capacity(body.len());
        for part in &self.proof.signed {
            match part {
                SignedPart::Text(text) => bytes.extend_from_slice(text.as_bytes()),
                SignedPart::Header(name) => bytes.extend_from_slice(one(self.headers, name)?),
                SignedPart::Body => bytes.extend_from_slice(body),
            }
        }
        Ok(bytes)
    }

    /// Twilio signs its own address of the webhook and the form's fields in order; bodies that are no forms by their
    /// digest in the address.
    fn verify_twilio(&self, body: &[u8], media_type: Option<&str>, urls: &[String]) -> Result<(), Unproven> {
        let is_form = media_type
            .is_some_and(|given| given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(FORM)));
        for url in urls {
            let fields = if is_form { fields(body) } else { String::new() };
            if !is_form && !is_digest_in(url, body) {
                continue;
            }
            let mut mac = Hmac::<Sha1>::new_from_slice(self.secret.expose().as_bytes()).map_err(|_| Unproven::Key)?;
            mac.update(url.as_bytes());
            mac.update(fields.as_bytes());
            if mac.verify_slice(&self.given).is_ok() {
                return Ok(());
            }
        }
        Err(Unproven::Wrong)
    }
}

/// The fields of a form, names and values one after the other, sorted; a value that stands there twice counts once.
fn fields(body: &[u8]) -> String {
    let mut sorted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        sorted.entry(name.into_owned()).or_default().insert(value.into_owned());
    }
    sorted.iter().flat_map(|(name, values)| values.iter().flat_map(move |value| [name.as_str(), value])).collect()
}

fn is_digest_in(url: &str, body: &[u8]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let digest = hex::encode(Sha256::digest(body));
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "bodySHA256" && *value == digest)
}

/// The value of a header that stands there once.
fn one<'a>(headers: &'a Headers, name: &str) -> Result<&'a [u8], Unproven> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.as_bytes()),
        _ => Err(Unproven::Header),
    }
}

/// A signature of so many bytes, behind its prefix.
fn signature(proof: &WebhookProof, value: &[u8], length: usize) -> Result<Vec<u8>, Unproven> {
    let written = bare(proof, value).ok_or(Unproven::Form)?;
    let bytes = match proof.encoding {
        SignatureEncoding::Hex => hex::decode(written).ok(),
        SignatureEncoding::Base64 => STANDARD.decode(written).ok(),
    };
    bytes.filter(|bytes| bytes.len() == length).ok_or(Unproven::Form)
}

fn bare<'a>(proof: &WebhookProof, value: &'a [u8]) -> Option<&'a [u8]> {
    value.strip_prefix(proof.prefix.as_bytes())
}

/// What stands behind the name of a scheme (RFC 9110, section 11.4).
fn credentials<'a>(value: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = value.split_at_checked(scheme.len())?;
    let rest = rest.strip_prefix(b" ").filter(|_| name.eq_ignore_ascii_case(scheme.as_bytes()))?;
    Some(rest.trim_ascii())
}

/// Compares by digests, so that not even the length shows.
fn same(given: &[u8], expected: &[u8]) -> Result<Vec<u8>, Unproven> {
    let same: bool = Sha256::digest(given).ct_eq(&Sha256::digest(expected)).into();
    if same { Ok(Vec::new()) } else { Err(Unproven::Wrong) }
}

#[cfg(test)]
mod tests;
