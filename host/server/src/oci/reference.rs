//! References: which artifact of which registry is meant.

use stammgast_domain::digest::Digest;
use std::{fmt, net::Ipv6Addr, str::FromStr};

/// What every reference begins with, so that no name of a file is taken for one.
const SCHEME: &str = "oci://";
/// Characters of the longest name, and of the longest tag (OCI distribution specification 1.1).
const LONGEST_NAME: usize = 255;
const LONGEST_TAG: usize = 128;

/// An artifact in a registry; as text `oci://HOST[:PORT]/NAME:TAG`, `oci://HOST[:PORT]/NAME@sha256:…`, or with both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    name: String,
    version: Version,
}

/// Which of the artifacts of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    /// Whatever the tag stands for today.
    Tag(String),
    /// Exactly this one.
    Pinned(Digest),
    /// Exactly this one, and the tag has to stand for it.
    TagAt(String, Digest),
}

/// The text given names no artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` names no plugin in a registry: {problem}; write oci://HOST/NAME:TAG or oci://HOST/NAME@sha256:…")]
pub struct InvalidReference {
    /// The text.
    pub given: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl Reference {
    /// Whether a text is meant to be a reference, and no name of a file.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// The registry: its host, and its port where it has one.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The last part of the name, fit for the name of a file.
    #[must_use]
    pub fn last_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The tag, where one is named.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match &self.version {
            Version::Tag(tag) | Version::TagAt(tag, _) => Some(tag),
            Version::Pinned(_) => None,
        }
    }

    /// The digest of the artifact's manifest, where one is named.
    #[must_use]
    pub const fn digest(&self) -> Option<Digest> {
        match &self.version {
            Version::Tag(_) => None,
            Version::Pinned(digest) | Version::TagAt(_, digest) => Some(*digest),
        }
    }

    /// Exactly this artifact of the same name.
    #[must_use]
    pub fn pinned(&self, digest: Digest) -> Self {
        Self { version: Version::Pinned(digest), ..self.clone() }
    }

    /// What the tag alone stands for, where there is a digest beside it.
    pub(super) fn tag_alone(&self) -> Option<Self> {
        match &self.version {
            Version::TagAt(tag, _) => Some(Self { version: Version::Tag(tag.clone()), ..self.clone() }),
            Version::Tag(_) | Version::Pinned(_) => None,
        }
    }

    /// The same for the client: by its digest, where it has one.
    pub(super) fn wire(&self) -> oci_client::Reference {
        let (registry, name) = (self.registry.clone(), self.name.clone());
        match &self.version {
            Version::Tag(tag) => oci_client::Reference::with_tag(registry, name, tag.clone()),
            Version::Pinned(digest) | Version::TagAt(_, digest) => {
                oci_client::Reference::with_digest(registry, name, digest.to_string())
            }
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.registry, self.name)?;
        if let Some(tag) = self.tag() {
            write!(f, ":{tag}")?;
        }
        self.digest().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        parse(text).map_err(|problem| InvalidReference { given: text.chars().take(300).collect(), problem })
    }
}

fn parse(text: &str) -> Result<Reference, &'static str> {
    let rest = text.strip_prefix(SCHEME).ok_or("it does not begin with oci://")?;
    let (rest, digest) = rest.split_once('@').map_or((rest, None), |(rest, digest)| (rest, Some(digest)));
    let digest: Option<Digest> = digest
        .map(str::parse)
        .transpose()
        .map_err(|_| "what follows the @ is not sha256: and 64 hexadecimal digits")?;
    let (registry, name) = rest.split_once('/').ok_or("it has no name behind the host")?;
    if !is_registry(registry) {
        return Err("what stands before the first / is no host");
    }
    let (name, tag) = name.split_once(':').map_or((name, None), |(name, tag)| (name, Some(tag)));
    if name.len() > LONGEST_NAME || !name.split('/').all(is_part_of_name) {
        return Err("the name has to be of lower-case letters, digits and /, with single . _ or - between them");
    }
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Err("the tag has to be of 1 to 128 letters, digits, . _ and -, and not begin with . or -");
    }
    let version = match (tag.map(str::to_owned), digest) {
        (Some(tag), None) => Version::Tag(tag),
        (None, Some(digest)) => Version::Pinned(digest),
        (Some(tag), Some(digest)) => Version::TagAt(tag, digest),
        (None, None) => return Err("it has neither a tag nor a digest"),
    };
    Ok(Reference { registry: registry.to_owned(), name: name.to_owned(), version })
}

/// A host with or without a port; IPv6 addresses stand in brackets.
fn is_registry(text: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_rest = |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return address.parse::<Ipv6Addr>().is_ok() && is_rest(rest);
    }
    let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_letter) && !label.starts_with('-');
    host.split('.').all(is_label) && is_rest(rest)
}

fn is_part_of_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_separator =
        |between: &str| matches!(between, "" | "." | "_" | "__") || between.chars().all(|letter| letter == '-');
    text.starts_with(is_letter) && text.ends_with(is_letter) && text.split(is_letter).all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=LONGEST_TAG).contains(&text.len()) && text.bytes().all(is_letter) && !text.starts_with(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn problem(text: &str) -> &'static str {
        text.parse::<Reference>().unwrap_err().problem
    }

    #[test]
    fn a_reference_is_read_as_it_is_written() {
        for text in [
            "oci://ghcr.io/acme/points:1.2.0",
            "oci://localhost:5000/points:latest",
            "oci://127.0.0.1:5000/a/b/c:v1",
            "oci://[::1]:5000/points:1",
            "oci://[::1]/points:1",
            "oci://Registry.example/a__b/c--d.e_f:1.2.0-rc.1_build",
            &format!("oci://ghcr.io/acme/points@{DIGEST}"),
            &format!("oci://ghcr.io/acme/points:1.2.0@{DIGEST}"),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn its_parts_are_told_apart() {
        let both: Reference = format!("oci://localhost:5000/acme/points:1.2.0@{DIGEST}").parse().unwrap();
        assert_eq!((both.registry(), both.last_name(), both.tag()), ("localhost:5000", "points", Some("1.2.0")));
        assert_eq!(both.digest().unwrap().to_string(), DIGEST);
        assert_eq!(both.wire().whole(), format!("localhost:5000/acme/points@{DIGEST}"), "the digest counts");
        let tag = both.tag_alone().unwrap();
        assert_eq!(tag.to_string(), "oci://localhost:5000/acme/points:1.2.0");
        assert_eq!((tag.digest(), tag.tag_alone(), tag.wire().tag()), (None, None, Some("1.2.0")));
        let pinned = tag.pinned(both.digest().unwrap());
        assert_eq!(pinned.to_string(), format!("oci://localhost:5000/acme/points@{DIGEST}"));
    }

    #[test]
    fn a_name_of_a_file_is_never_taken_for_a_reference() {
        for file in ["points.wasm", "ghcr.io/acme/points:1.2.0", "oci/points.wasm", "./oci:points", "oci:/a/b:1"] {
            assert!(!Reference::is_meant(file), "{file}");
            assert!(problem(file).contains("oci://"), "{file}");
        }
        assert!(Reference::is_meant("oci://ghcr.io/acme/points:1.2.0"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(problem("oci://ghcr.io/acme/points"), "it has neither a tag nor a digest");
        assert_eq!(problem("oci://ghcr.io"), "it has no name behind the host");
        for host in ["", "-", "a..b", "a b", "ghcr.io:", "ghcr.io:99999", "ghcr.io:+1", "[::1", "[g]", "user:word"] {
            assert!(problem(&format!("oci://{host}/points:1")).ends_with("is no host"), "{host}");
        }
        for name in ["", "Points", "a//b", "/a", "a/", "a..b", "-a", "a-", "a___b", "..", "a b", "ä"] {
            assert!(problem(&format!("oci://ghcr.io/{name}:1")).starts_with("the name"), "{name}");
        }
        assert!(problem(&format!("oci://ghcr.io/{}:1", "a".repeat(256))).starts_with("the name"));
        for tag in ["", ".1", "-1", "1+2", "1:2", "1/2", &"1".repeat(129)] {
            assert!(problem(&format!("oci://ghcr.io/points:{tag}")).starts_with("the tag"), "{tag}");
        }
        for digest in ["", "sha256:", "sha512:00", "sha256:zz", &DIGEST[..70]] {
            assert!(problem(&format!("oci://ghcr.io/points@{digest}")).starts_with("what follows"), "{digest}");
        }
        let said = "oci://ghcr.io/points".parse::<Reference>().unwrap_err().to_string();
        assert!(
            said.contains("`oci://ghcr.io/points` names no plugin") && said.contains("oci://HOST/NAME:TAG"),
            "{said}"
        );
    }
}
