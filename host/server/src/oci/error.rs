//! Why a plugin did not come from a registry, or did not get there.

use super::{InvalidReference, Reference};
use crate::kit::KitError;
use oci_client::errors::{DigestError, OciDistributionError, OciErrorCode};
use stammgast_domain::{
    digest::Digest,
    signature::{InvalidSignature, InvalidSignatures, PublicKey},
};
use std::{io, time::Duration};

/// Characters of a registry's own words that are repeated.
const LONGEST_WORDS: usize = 300;

/// Why a plugin did not come from a registry, or did not get there.
#[derive(Debug, thiserror::Error)]
pub enum OciError {
    /// The reference is none.
    #[error(transparent)]
    Reference(#[from] InvalidReference),
    /// A plugin was to be pushed to a digest.
    #[error("{0} names a digest, which follows from the contents; push to a tag, such as the plugin's version")]
    PushToDigest(String),
    /// Docker's settings hold a token that cannot be used.
    #[error(
        "`docker login` left an identity token for {host}, which cannot be used here; give --username, and the password \
         as STAMMGAST_REGISTRY_PASSWORD"
    )]
    IdentityToken {
        /// The registry.
        host: String,
    },
    /// The client cannot be made.
    #[error("the registry's client cannot be made")]
    Setup(#[source] OciDistributionError),
    /// No answer.
    #[error(
        "no answer from the registry {host}; is the name right, and is it up? One without TLS needs --plain-http, and \
         only such a one"
    )]
    Unreachable {
        /// The registry.
        host: String,
        /// Why.
        #[source]
        source: OciDistributionError,
    },
    /// The connection ended before everything was there.
    #[error("the transfer from the registry {host} broke off; try again")]
    BrokenOff {
        /// The registry.
        host: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The answer took too long.
    #[error("the registry {host} did not get done within {} s; try again", limit.as_secs())]
    Slow {
        /// The registry.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
    /// Nothing is there.
    #[error(
        "the registry has no {0}; look at the name and the version. Some registries say so, too, of what you may not see: \
         then log in"
    )]
    NotFound(String),
    /// The registry wants to know who asks, or does not let them.
    #[error("the registry refuses {reference}: {remedy}")]
    Refused {
        /// What was asked for.
        reference: String,
        /// What to do about it.
        remedy: String,
    },
    /// The registry has had enough.
    #[error("the registry {0} takes no more requests for now; wait a while, or log in, which raises many limits")]
    Busy(String),
    /// The registry says something else.
    #[error("the registry {host} does not do it: {problem}")]
    Registry {
        /// The registry.
        host: String,
        /// What it says.
        problem: String,
    },
    /// The tag stands for something else than the digest beside it.
    #[error(
        "the tag has moved: {tag} stands for {now} now. To have what you pinned, write {exactly}; to have the new one, \
         look at it first, and then pin that"
    )]
    Moved {
        /// The tag.
        tag: String,
        /// What was pinned.
        exactly: String,
        /// What the tag stands for.
        now: Digest,
    },
    /// The artifact is something else.
    #[error(
        "{reference} is no plugin: {problem}. `stammgast plugin push` makes what is wanted here, in the form of `wkg`"
    )]
    NoPlugin {
        /// What was asked for.
        reference: String,
        /// What it is instead.
        problem: String,
    },
    /// The artifact is too large.
    #[error("{reference} has {size} bytes, and the server takes {most} at most; `runtime.component_mib` raises that")]
    TooLarge {
        /// What was asked for.
        reference: String,
        /// How large it is, at least.
        size: u64,
        /// The most bytes.
        most: usize,
    },
    /// What came is not what its name says.
    #[error(
        "what the registry {host} sent is not what {wanted} names: it was damaged or changed on the way, or there. Try \
         again; if it stays so, do not trust that registry"
    )]
    Changed {
        /// The registry.
        host: String,
        /// The digest that was wanted.
        wanted: String,
    },
    /// The component cannot be used.
    #[error("the component in {reference} cannot be used")]
    Component {
        /// What was asked for.
        reference: String,
        /// Why.
        #[source]
        source: KitError,
    },
    /// What came as signatures is nothing of the sort.
    #[error("the signatures in {reference} cannot be read; ask who pushed it")]
    Signatures {
        /// What was asked for.
        reference: String,
        /// Why.
        #[source]
        source: InvalidSignatures,
    },
    /// A signature is wrong.
    #[error("in {reference} the signature of {key} is wrong; ask who pushed it")]
    Signature {
        /// What was asked for.
        reference: String,
        /// Who is said to have signed.
        key: PublicKey,
        /// What is wrong.
        #[source]
        source: InvalidSignature,
    },
}

impl OciError {
    /// Whether the same call may succeed when it is simply tried again.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::BrokenOff { .. }
                | Self::Slow { .. }
                | Self::Busy(_)
                | Self::Changed { .. }
        )
    }
}

/// What a failure of the client means for somebody who asked for this.
pub(super) fn of(reference: &Reference, remedy: &str, error: OciDistributionError) -> OciError {
    let host = || reference.registry().to_owned();
    let refused = || OciError::Refused { reference: reference.to_string(), remedy: remedy.to_owned() };
    match error {
        OciDistributionError::RequestError(_) => OciError::Unreachable { host: host(), source: error },
        OciDistributionError::UnauthorizedError { .. }
        | OciDistributionError::AuthenticationFailure(_)
        | OciDistributionError::ServerError { code: 401 | 403, .. } => refused(),
        OciDistributionError::DigestError(DigestError::VerificationError { expected, .. }) => {
            OciError::Changed { host: host(), wanted: words(&expected) }
        }
        OciDistributionError::RegistryError { envelope, .. } => {
            let has = |codes: &[OciErrorCode]| envelope.errors.iter().any(|one| codes.contains(&one.code));
            if has(&[OciErrorCode::Unauthorized, OciErrorCode::Denied]) {
                return refused();
            }
            let missing = [
                OciErrorCode::ManifestUnknown,
                OciErrorCode::NameUnknown,
                OciErrorCode::NotFound,
                OciErrorCode::BlobUnknown,
            ];
            if has(&missing) {
                return OciError::NotFound(reference.to_string());
            }
            if has(&[OciErrorCode::Toomanyrequests]) {
                return OciError::Busy(host());
            }
            let said: Vec<&str> = envelope.errors.iter().map(|one| one.message.as_str()).collect();
            OciError::Registry { host: host(), problem: words(&said.join("; ")) }
        }
        OciDistributionError::ServerError { code: 404, .. } => OciError::NotFound(reference.to_string()),
        OciDistributionError::ServerError { code: 429, .. } => OciError::Busy(host()),
        OciDistributionError::ServerError { code, message, .. } => {
            OciError::Registry { host: host(), problem: words(format!("status {code} {message}").trim_end()) }
        }
        other => OciError::Registry { host: host(), problem: words(&other.to_string()) },
    }
}

/// A stranger's words, cut, and without control characters, which could paint over the terminal.
pub(super) fn words(text: &str) -> String {
    text.chars().take(LONGEST_WORDS).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oci_client::errors::{OciEnvelope, OciError as Said};

    fn reference() -> Reference {
        "oci://ghcr.io/acme/points:1.2.0".parse().unwrap()
    }

    fn server(code: u16) -> OciError {
        let error = OciDistributionError::ServerError { code, url: "u".to_owned(), message: "no\u{1b}[2J".to_owned() };
        of(&reference(), "log in", error)
    }

    fn registry(code: OciErrorCode) -> OciError {
        let said = Said { code, message: "odd".to_owned(), detail: serde_json::Value::Null };
        let envelope = OciEnvelope { errors: vec![said] };
        of(&reference(), "log in", OciDistributionError::RegistryError { envelope, url: "u".to_owned() })
    }

    #[test]
    fn whatever_form_a_refusal_has_the_sentence_says_what_to_do() {
        for refused in [server(401), server(403), registry(OciErrorCode::Denied)] {
            assert_eq!(refused.to_string(), "the registry refuses oci://ghcr.io/acme/points:1.2.0: log in");
        }
        for missing in [server(404), registry(OciErrorCode::ManifestUnknown), registry(OciErrorCode::NameUnknown)] {
            assert!(matches!(missing, OciError::NotFound(_)), "{missing}");
        }
        for busy in [server(429), registry(OciErrorCode::Toomanyrequests)] {
            assert!(matches!(busy, OciError::Busy(_)) && busy.retryable(), "{busy}");
        }
        assert_eq!(server(500).to_string(), "the registry ghcr.io does not do it: status 500 no [2J");
        assert!(registry(OciErrorCode::Other("LOCKED".to_owned())).to_string().ends_with("does not do it: odd"));
    }

    #[test]
    fn a_moved_tag_names_both_ways_on() {
        let (tag, now) = (reference().to_string(), Digest::of(b"new"));
        let exactly = reference().pinned(Digest::of(b"old")).to_string();
        let said = OciError::Moved { tag, exactly: exactly.clone(), now }.to_string();
        assert!(said.contains(&format!("oci://ghcr.io/acme/points:1.2.0 stands for {now} now")), "{said}");
        assert!(said.contains(&format!("write {exactly};")), "{said}");
    }
}
