//! How a secret is written where a request wants it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use stammgast_domain::request::SecretEncoding;

/// A text in an encoding.
pub(super) fn encoded(text: &str, encoding: SecretEncoding) -> String {
    match encoding {
        SecretEncoding::Plain => text.to_owned(),
        SecretEncoding::Percent => percent(text),
        SecretEncoding::Json => json(text),
        SecretEncoding::Base64 => STANDARD.encode(text),
    }
}

/// Everything but unreserved characters (RFC 3986, section 2.3) becomes `%XX`.
pub(super) fn percent(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// The inside of a JSON string (RFC 8259, section 7).
pub(super) fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// What forms make of a text (WHATWG URL, section 5.2).
pub(super) fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What HTTP makes of credentials of RFC 7617.
pub(super) fn basic(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_written_as_its_place_wants_it() {
        let text = "a b+/\"\\~";
        assert_eq!(encoded(text, SecretEncoding::Plain), text);
        assert_eq!(encoded(text, SecretEncoding::Percent), "a%20b%2B%2F%22%5C~");
        assert_eq!(encoded(text, SecretEncoding::Json), "a b+/\\\"\\\\~");
        assert_eq!(encoded(text, SecretEncoding::Base64), "YSBiKy8iXH4=");
    }
}
