//! Putting secrets into the places that a request names, for origins that were granted and no others.

use super::{
    encode::{basic, encoded},
    sign::{self, Signed},
};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use stammgast_domain::{
    Timestamp,
    plugin::Origin,
    request::{Authorization, Body, HttpRequest, Method, Piece},
    secret::{OpenSecret, SecretValue},
    text::one_line,
};
use std::{borrow::Cow, collections::BTreeSet};
use url::{Position, Url};

/// Characters of a plugin's own words that are shown in an error.
const SHOWN: usize = 100;
/// Headers of one request.
const MOST_HEADERS: usize = 64;

/// Headers that belong to the connection and to the host (RFC 9110, sections 7.2, 7.6.1, 8.6, 10.1 and 12.5.3).
const RESERVED: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Why a request may not or cannot be sent. No text repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The admin did not grant the origin.
    #[error("it goes to {0}, which is not granted; grant it under `origins`, or correct the configuration")]
    Origin(Origin),
    /// The secret has no value.
    #[error("the secret `{0}` is not set; an admin gives it with `stammgast secret set`")]
    NoSecret(String),
    /// The secret may not go there.
    #[error("the secret `{name}` may not go to {origin}; set it for that origin, or correct the configuration")]
    SecretElsewhere {
        /// The secret.
        name: String,
        /// Where it would have gone.
        origin: Origin,
    },
    /// Path and query cannot be sent as they are.
    #[error("its path {0}")]
    Path(&'static str),
    /// A header's name is none, or belongs to the host.
    #[error("its header `{name}` {problem}")]
    Header {
        /// The header, as the plugin wrote it.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The signature's description makes no sense.
    #[error("its signature: {0}")]
    Signature(&'static str),
    /// The secret is no key of the signature's scheme.
    #[error("the secret `{0}` is no key for its signature: 32 bytes in hexadecimal digits or base64")]
    SigningKey(String),
    /// The request is too large.
    #[error("it has more than {0} KiB (setting egress.request_kib)")]
    TooLarge(usize),
}

/// A request with everything in its place. It never leaves this room.
pub(super) struct Filled {
    pub(super) method: Method,
    pub(super) origin: Origin,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether a secret is in it, or has signed it.
    pub(super) uses_secret: bool,
}

/// Puts secrets into a request and signs it. Also gives the forms in which secrets were written.
pub(super) fn fill(
    request: &HttpRequest,
    origins: &BTreeSet<Origin>,
    secrets: &[OpenSecret],
    now: Timestamp,
    most_kib: usize,
) -> Result<(Filled, BTreeSet<String>), FillError> {
    let origin = &request.origin;
    if !origins.contains(origin) {
        return Err(FillError::Origin(origin.clone()));
    }
    let mut pen = Pen { origin, secrets, written: BTreeSet::new(), uses_secret: false, left: most_kib << 10, most_kib };
    pen.take(origin.as_str().len())?;
    let url = address(origin, &pen.text(&request.path)?)?;
    let mut headers = HeaderMap::new();
    for header in &request.headers {
        pen.take(header.name.len())?;
        add(&mut headers, &header.name, &pen.text(&header.value)?)?;
    }
    if let Some(authorization) = &request.authorization {
        pen.take(AUTHORIZATION.as_str().len())?;
        add(&mut headers, AUTHORIZATION.as_str(), &pen.authorization(authorization)?)?;
    }
    let body = match &request.body {
        Body::Empty => Vec::new(),
        Body::Bytes(bytes) => {
            pen.take(bytes.len())?;
            bytes.clone()
        }
        Body::Pieces(pieces) => pen.text(pieces)?.into_bytes(),
    };
    // Last: it covers nothing but what is known to fit.
    if let Some(signature) = &request.signature {
        let key = pen.secret(&signature.secret)?.clone();
        let path = &url[Position::BeforePath..];
        let value = sign::header(signature, &key, &Signed { path, body: &body, at: now })?;
        pen.take(signature.header.len() + value.len())?;
        add(&mut headers, &signature.header, &value)?;
    }
    let Pen { written, uses_secret, .. } = pen;
    Ok((Filled { method: request.method, origin: origin.clone(), url, headers, body, uses_secret }, written))
}

/// Writes texts with secrets in them, as much as a request may have, and remembers how it wrote those.
struct Pen<'a> {
    origin: &'a Origin,
    secrets: &'a [OpenSecret],
    written: BTreeSet<String>,
    uses_secret: bool,
    /// Bytes that may still be written.
    left: usize,
    most_kib: usize,
}

impl<'a> Pen<'a> {
    /// A secret that may go to the request's origin.
    fn secret(&mut self, name: &str) -> Result<&'a SecretValue, FillError> {
        let secret = self.secrets.iter().find(|secret| secret.name == name);
        let secret = secret.ok_or_else(|| FillError::NoSecret(one_line(name, SHOWN)))?;
        if secret.origins.contains(self.origin) {
            self.uses_secret = true;
            return Ok(&secret.value);
        }
        Err(FillError::SecretElsewhere { name: secret.name.clone(), origin: self.origin.clone() })
    }

    /// Asked before anything is written: pieces are small and what they stand for is not.
    fn take(&mut self, bytes: usize) -> Result<(), FillError> {
        self.left = self.left.checked_sub(bytes).ok_or(FillError::TooLarge(self.most_kib))?;
        Ok(())
    }

    fn text(&mut self, pieces: &[Piece]) -> Result<String, FillError> {
        let mut text = String::new();
        for piece in pieces {
            text.push_str(&self.piece(piece)?);
        }
        Ok(text)
    }

    fn piece<'p>(&mut self, piece: &'p Piece) -> Result<Cow<'p, str>, FillError> {
        match piece {
            Piece::Text(text) => {
                self.take(text.len())?;
                Ok(Cow::Borrowed(text))
            }
            Piece::Secret { name, encoding } => {
                let text = encoded(self.secret(name)?.expose(), *encoding);
                self.take(text.len())?;
                if !self.written.contains(&text) {
                    self.written.insert(text.clone());
                }
                Ok(Cow::Owned(text))
            }
        }
    }

    fn authorization(&mut self, authorization: &Authorization) -> Result<String, FillError> {
        let value = match authorization {
            Authorization::Bearer(name) => format!("Bearer {}", self.secret(name)?.expose()),
            Authorization::Basic { user, password } => {
                let user = self.piece(user)?;
                if user.contains(':') {
                    let problem = "would be misread: the user's name holds a colon (RFC 7617)";
                    return Err(FillError::Header { name: AUTHORIZATION.to_string(), problem });
                }
                let credentials = basic(&user, self.secret(password)?.expose());
                self.written.insert(credentials.clone());
                format!("Basic {credentials}")
            }
        };
        self.take(value.len())?;
        Ok(value)
    }
}

/// The whole address. It is sent exactly as it is written, since a signature may cover it.
fn address(origin: &Origin, path: &str) -> Result<Url, FillError> {
    if !path.starts_with('/') {
        return Err(FillError::Path("does not begin with `/`"));
    }
    // Characters of RFC 3986; all others have to be percent-encoded.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte);
    if !path.bytes().all(fits) {
        return Err(FillError::Path("holds a character that has to be percent-encoded"));
    }
    let url = Url::parse(&format!("{origin}{path}")).map_err(|_| FillError::Path("cannot be read"))?;
    if url.origin().ascii_serialization() != origin.as_str() || &url[Position::BeforePath..] != path {
        return Err(FillError::Path("would be sent otherwise than it is written; leave out `.` and `..`"));
    }
    Ok(url)
}

fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), FillError> {
    let refused = |problem| FillError::Header { name: one_line(name, SHOWN), problem };
    let name: HeaderName = name.parse().map_err(|_| refused("is no name of a header (RFC 9110, section 5.1)"))?;
    if RESERVED.contains(&name.as_str()) {
        return Err(refused("belongs to the host, which sets it itself"));
    }
    if headers.contains_key(&name) {
        return Err(refused("stands there twice"));
    }
    if headers.len() >= MOST_HEADERS {
        return Err(refused("is one too many; 64 headers are enough"));
    }
    // A line break would begin a header of its own; other control characters are misread by somebody on the way.
    if value.chars().any(|letter| letter.is_control() && letter != '\t') {
        return Err(refused("holds a line break or another control character"));
    }
    let mut value =
        HeaderValue::from_bytes(value.as_bytes()).map_err(|_| refused("holds a character that no header may hold"))?;
    // Kept out of what libraries tell of their work.
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

#[cfg(test)]
mod tests;
