//! Requests that connectors build and the host performs. Secrets are named in them, and never there.

use crate::plugin::Origin;
use serde::{Deserialize, Serialize};

/// How a secret is written where the host puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretEncoding {
    /// As it is.
    Plain,
    /// Percent-encoded (RFC 3986).
    Percent,
    /// Escaped for the inside of a JSON string (RFC 8259).
    Json,
    /// Base64 (RFC 4648, section 4).
    Base64,
}

/// A piece of a request: text as it is, or a secret that the host puts in its place at the last moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A secret.
    Secret {
        /// Its name in the manifest.
        name: String,
        /// How it is written.
        encoding: SecretEncoding,
    },
}

/// How a request is sent (RFC 9110, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH (RFC 5789).
    Patch,
    /// DELETE.
    Delete,
}

impl Method {
    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Vec<Piece>,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes.
    Bytes(#[serde(with = "crate::call::base64_bytes")] Vec<u8>),
    /// Text, put together from pieces.
    Pieces(Vec<Piece>),
}

/// Who a request says it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authorization {
    /// The secret of this name as a bearer token (RFC 6750).
    Bearer(String),
    /// Credentials of RFC 7617.
    Basic {
        /// The user's name.
        user: Piece,
        /// The password: the secret's name.
        password: String,
    },
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureScheme {
    /// HMAC with SHA-256 (RFC 2104).
    HmacSha256,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// A part of what is signed, or of the header that carries the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignaturePart {
    /// Text as it is.
    Text(String),
    /// The body's bytes.
    Body,
    /// Path and query.
    Path,
    /// Seconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// The signature in hexadecimal digits.
    Hex,
    /// The signature in base64.
    Base64,
}

/// A signature that the host makes over a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSignature {
    /// How it is made.
    pub scheme: SignatureScheme,
    /// The key: the secret's name.
    pub secret: String,
    /// What is signed.
    pub over: Vec<SignaturePart>,
    /// The header that carries it.
    pub header: String,
    /// What stands in the header.
    pub value: Vec<SignaturePart>,
}

/// A request over HTTP, with secrets named and not filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// How it is sent.
    pub method: Method,
    /// Where it goes.
    pub origin: Origin,
    /// Path and query.
    pub path: Vec<Piece>,
    /// Further headers.
    pub headers: Vec<Header>,
    /// What it carries.
    pub body: Body,
    /// Who it says it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    /// A signature over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<RequestSignature>,
}

impl HttpRequest {
    /// The names of the secrets that it wants, with repetitions.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let body = match &self.body {
            Body::Pieces(pieces) => pieces.as_slice(),
            Body::Empty | Body::Bytes(_) => &[],
        };
        let headers = self.headers.iter().flat_map(|header| &header.value);
        let (user, credential) = match &self.authorization {
            Some(Authorization::Bearer(name)) => (None, Some(name.as_str())),
            Some(Authorization::Basic { user, password }) => (Some(user), Some(password.as_str())),
            None => (None, None),
        };
        let pieces = self.path.iter().chain(headers).chain(body).chain(user);
        let named = pieces.filter_map(|piece| match piece {
            Piece::Secret { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        });
        named.chain(credential).chain(self.signature.as_ref().map(|signature| signature.secret.as_str())).collect()
    }
}

/// What came back. Secrets of the installation are blotted out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    /// Status code.
    pub status: u16,
    /// Header names in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    #[serde(with = "crate::call::base64_bytes")]
    pub body: Vec<u8>,
}

/// What became of a message, as its connector reads the response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum SendOutcome {
    /// The provider took it.
    Sent {
        /// The id that the provider gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_id: Option<String>,
    },
    /// To be tried again.
    Later {
        /// Why, for people.
        reason: String,
        /// Milliseconds to wait at least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
    },
    /// The provider will not take it.
    Rejected {
        /// Why, for people.
        reason: String,
    },
}
