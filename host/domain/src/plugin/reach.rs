//! What a plugin's requests may reach: origins, the secrets that go there, and how webhooks are told from forgeries.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};
use url::{Host, Url};

/// Scheme, host and port of a URL (RFC 6454), such as `https://api.example.com`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    text: String,
}

/// The text given is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no origin; write scheme and host, with a port where it is not the usual one, such as https://api.example.com"
)]
pub struct InvalidOrigin(pub String);

impl Origin {
    /// The origin as text; the scheme's own port is left out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether what is sent there is encrypted on its way.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.text.starts_with("https://")
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(text.chars().take(300).collect());
        // `url` would quietly drop tabs and line breaks, and the user's name would not be seen in the origin.
        if text.len() > 300 || !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
            return Err(invalid());
        }
        let url = Url::parse(text).map_err(|_| invalid())?;
        let bare = matches!(url.scheme(), "https" | "http")
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && !text.contains('@')
            && matches!(url.host(), Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)));
        if bare { Ok(Self { text: url.origin().ascii_serialization() }) } else { Err(invalid()) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// An origin that a manifest names, or leaves to the admin to name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WantedOrigin {
    /// This one.
    Named(Origin),
    /// One or more that the admin names, since every tenant has its own; `*` in the manifest.
    AdminNames,
}

impl Serialize for WantedOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(origin) => origin.serialize(serializer),
            Self::AdminNames => serializer.serialize_str("*"),
        }
    }
}

impl<'de> Deserialize<'de> for WantedOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "*" { Ok(Self::AdminNames) } else { text.parse().map(Self::Named).map_err(de::Error::custom) }
    }
}

/// An origin that a plugin's requests go to, and what for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostRequest {
    /// The origin; `*` where the admin names it.
    pub origin: WantedOrigin,
    /// What for, in the author's words.
    pub why: String,
}

/// A secret that the admin has to give, and what for. The plugin never sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRequest {
    /// Its name in requests, a code.
    pub name: String,
    /// What for, in the author's words.
    pub why: String,
}

/// How deliveries to the channel's webhook prove who sent them. The host checks it; the plugin is called for nothing
/// that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookProof {
    /// How the proof is made.
    pub scheme: ProofScheme,
    /// The secret that it is checked with.
    pub secret: String,
    /// The header that carries it, in lower case; `authorization` for bearer and basic. In any other header a bearer token
    /// stands bare, behind `prefix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// What stands before the signature in the header, such as `sha256=`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// How the signature is written.
    #[serde(default)]
    pub encoding: SignatureEncoding,
    /// What is signed, one part after the other; the body alone where nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<SignedPart>,
    /// Where the time of signing stands and how old a delivery may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<SignedTime>,
}

/// How a proof is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofScheme {
    /// HMAC with SHA-256 (RFC 2104) over `signed`.
    HmacSha256,
    /// Ed25519 (RFC 8032) over `signed`; the secret holds the public key in hexadecimal digits or base64.
    Ed25519,
    /// Twilio's: base64 of HMAC with SHA-1 over the URL and the sorted parameters of the form.
    Twilio,
    /// The secret as a bearer token (RFC 6750).
    Bearer,
    /// The secret as `user:password` of RFC 7617.
    Basic,
}

/// How a signature is written in its header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureEncoding {
    /// Hexadecimal digits.
    #[default]
    Hex,
    /// Base64 (RFC 4648, section 4).
    Base64,
}

/// A part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SignedPart {
    /// Text as it is.
    Text(String),
    /// A header's value; its name in lower case.
    Header(String),
    /// The body's bytes.
    Body,
}

/// Where the time of signing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedTime {
    /// The header that carries it in seconds since 1970-01-01T00:00:00Z, in lower case.
    pub header: String,
    /// How far it may lie from the time of the delivery, in seconds.
    pub tolerance_seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Option<String> {
        text.parse::<Origin>().ok().map(|origin| origin.to_string())
    }

    #[test]
    fn origins_have_one_form_and_nothing_but_scheme_host_and_port() {
        assert_eq!(origin("https://API.example.com:443/").as_deref(), Some("https://api.example.com"));
        assert_eq!(origin("http://127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("https://[::1]:8443").as_deref(), Some("https://[::1]:8443"));
        assert_eq!(origin("https://0x7f.1").as_deref(), Some("https://127.0.0.1"), "written as what it is");
        for wrong in [
            "api.example.com",
            "ftp://example.com",
            "https://example.com/path",
            "https://example.com?q",
            "https://user@example.com",
            "https://example.com\\@evil.example",
            "https://exa\nmple.com",
            "https://",
            "file:///etc/passwd",
        ] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_manifest_may_leave_the_origin_to_the_admin() {
        let read = |json: &str| serde_json::from_str::<WantedOrigin>(json);
        assert_eq!(read("\"*\"").unwrap(), WantedOrigin::AdminNames);
        assert_eq!(serde_json::to_string(&read("\"https://a.example\"").unwrap()).unwrap(), "\"https://a.example\"");
        assert!(read("\"*.example\"").is_err());
    }
}
