//! Texts with secrets in them. A secret is a piece of its own and never text, so nobody's words can pass for one.

use super::{Piece, SecretEncoding, SecretUse};

/// A secret of the manifest, by its name. The host puts it in at the last moment; no plugin ever sees it.
pub fn secret(name: impl Into<String>) -> SecretUse {
    SecretUse { name: name.into(), encoding: SecretEncoding::Plain }
}

impl SecretUse {
    /// Percent-encoded (RFC 3986), for paths, queries and forms.
    #[must_use]
    pub fn percent(self) -> Self {
        Self { encoding: SecretEncoding::Percent, ..self }
    }

    /// Escaped for the inside of a JSON string, without quotation marks.
    #[must_use]
    pub fn json(self) -> Self {
        Self { encoding: SecretEncoding::Json, ..self }
    }

    /// In base64.
    #[must_use]
    pub fn base64(self) -> Self {
        Self { encoding: SecretEncoding::Base64, ..self }
    }
}

/// A text put together from pieces. Every text is one already:
///
/// ```
/// use stammgast_sdk::channel::{Pieces, secret};
///
/// let path = Pieces::from("/bot").then(secret("token").percent()).then("/sendMessage");
/// # assert_eq!(path.into_vec().len(), 3);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces(Vec<Piece>);

impl Pieces {
    /// The same with one piece more.
    #[must_use]
    pub fn then(mut self, piece: impl Into<Piece>) -> Self {
        self.0.push(piece.into());
        self
    }

    /// The pieces, as requests hold them.
    #[must_use]
    pub fn into_vec(self) -> Vec<Piece> {
        self.0
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<SecretUse> for Piece {
    fn from(secret: SecretUse) -> Self {
        Self::Secret(secret)
    }
}

impl<P: Into<Piece>> From<P> for Pieces {
    fn from(piece: P) -> Self {
        Self(vec![piece.into()])
    }
}

impl From<Vec<Piece>> for Pieces {
    fn from(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }
}

impl FromIterator<Piece> for Pieces {
    fn from_iter<I: IntoIterator<Item = Piece>>(pieces: I) -> Self {
        Self(pieces.into_iter().collect())
    }
}

/// A text percent-encoded (RFC 3986), as one segment of a path or one value of a query: everything but letters, digits
/// and `-._~`.
#[must_use]
pub fn percent(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
