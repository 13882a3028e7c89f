//! Requests over HTTP. The host performs them, at origins that the admin granted and no others.

use super::{
    Authorization, BasicCredentials, ChannelError, HttpBody, HttpHeader, HttpMethod, HttpRequest, Piece, Pieces,
    SecretEncoding, Signature, percent,
};
use serde::Serialize;

/// Building a request, one part after the other:
///
/// ```
/// # use stammgast_sdk::channel::{ChannelError, HttpRequest, SendRequest};
/// # fn build(to: &str, text: &str) -> Result<SendRequest, ChannelError> {
/// let body = serde_json::json!({ "to": to, "text": text });
/// Ok(HttpRequest::post("https://api.example.com", "/v1/messages").bearer("token").json(&body)?.into())
/// # }
/// # assert!(build("+49 30 1234", "Hello").is_ok());
/// ```
impl HttpRequest {
    /// A request: origin (scheme, host and port), then path and query, beginning with `/`.
    pub fn new(method: HttpMethod, origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self {
            method,
            origin: origin.into(),
            path: path.into().into_vec(),
            headers: Vec::new(),
            body: HttpBody::Empty,
            authorization: None,
            signature: None,
        }
    }

    /// A GET request.
    pub fn get(origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self::new(HttpMethod::Get, origin, path)
    }

    /// A POST request.
    pub fn post(origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self::new(HttpMethod::Post, origin, path)
    }

    /// A PUT request.
    pub fn put(origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self::new(HttpMethod::Put, origin, path)
    }

    /// A PATCH request.
    pub fn patch(origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self::new(HttpMethod::Patch, origin, path)
    }

    /// A DELETE request.
    pub fn delete(origin: impl Into<String>, path: impl Into<Pieces>) -> Self {
        Self::new(HttpMethod::Delete, origin, path)
    }

    /// One header more. The host sets `host`, `content-length` and what belongs to the connection.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Pieces>) -> Self {
        self.headers.push(HttpHeader { name: name.into(), value: value.into().into_vec() });
        self
    }

    /// Carries bytes of a media type.
    #[must_use]
    pub fn bytes(self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.carrying(media_type, HttpBody::Bytes(bytes.into()))
    }

    /// Carries text of a media type, put together from pieces.
    #[must_use]
    pub fn pieces(self, media_type: &str, pieces: impl Into<Pieces>) -> Self {
        self.carrying(media_type, HttpBody::Pieces(pieces.into().into_vec()))
    }

    /// Carries a value as JSON. For JSON with a secret in it, use [`HttpRequest::pieces`].
    ///
    /// # Errors
    /// The value cannot be written as JSON, such as a map whose keys are no texts.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, ChannelError> {
        let failed = |error| ChannelError::Other(format!("the request cannot be written as JSON: {error}"));
        let bytes = serde_json::to_vec(value).map_err(failed)?;
        Ok(self.bytes("application/json", bytes))
    }

    /// Carries the fields of a form, percent-encoded; secrets in it are, too.
    #[must_use]
    pub fn form<'n, V: Into<Pieces>>(self, fields: impl IntoIterator<Item = (&'n str, V)>) -> Self {
        let mut body = Vec::new();
        for (name, value) in fields {
            let separator = if body.is_empty() { "" } else { "&" };
            body.push(Piece::Text(format!("{separator}{}=", percent(name))));
            body.extend(value.into().into_vec().into_iter().map(percent_encoded));
        }
        self.carrying("application/x-www-form-urlencoded", HttpBody::Pieces(body))
    }

    /// Says who it comes from: `Authorization: Bearer <secret>` (RFC 6750), by the secret's name.
    #[must_use]
    pub fn bearer(self, secret: impl Into<String>) -> Self {
        Self { authorization: Some(Authorization::Bearer(secret.into())), ..self }
    }

    /// Says who it comes from: `Authorization: Basic …` (RFC 7617). The user is a text or a secret, the password a
    /// secret by its name.
    #[must_use]
    pub fn basic(self, user: impl Into<Piece>, password: impl Into<String>) -> Self {
        let credentials = BasicCredentials { user: user.into(), password: password.into() };
        Self { authorization: Some(Authorization::Basic(credentials)), ..self }
    }

    /// Carries a signature that the host makes once all secrets are in their places.
    #[must_use]
    pub fn signed(self, signature: Signature) -> Self {
        Self { signature: Some(signature), ..self }
    }

    /// Any earlier body and its media type make room.
    fn carrying(mut self, media_type: &str, body: HttpBody) -> Self {
        self.headers.retain(|header| !header.name.eq_ignore_ascii_case("content-type"));
        Self { body, ..self }.header("content-type", media_type)
    }
}

fn percent_encoded(piece: Piece) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(percent(&text)),
        Piece::Secret(secret) if secret.encoding == SecretEncoding::Plain => Piece::Secret(secret.percent()),
        Piece::Secret(secret) => Piece::Secret(secret),
    }
}
