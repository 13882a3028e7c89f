//! Secrets that admins give for plugins' requests and webhooks. Nobody but the host ever sees their values.

use crate::{Timestamp, plugin::Origin};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// The fewest characters of a secret: shorter ones stand in texts by chance, and could not be blotted out of them.
pub const SHORTEST: usize = 8;
/// The most characters of a secret.
pub const LONGEST: usize = 4_096;

/// A secret's value. It is shown nowhere: neither `Debug` nor serde tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(String);

/// A value that is no secret. The texts never repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// Too short or too long.
    #[error("a secret has {SHORTEST} to {LONGEST} characters; this one has {0}")]
    Length(usize),
    /// A character that could not be found again in every form in which servers repeat it.
    #[error(
        "a secret holds letters, digits, punctuation marks and spaces of ASCII alone; character {0} is none of them"
    )]
    Character(usize),
    /// White space around it.
    #[error("the secret begins or ends with a space; it was probably copied along, so leave it out")]
    Space,
}

impl SecretValue {
    /// Takes a value.
    ///
    /// # Errors
    /// See [`InvalidSecret`].
    pub fn new(value: impl Into<String>) -> Result<Self, InvalidSecret> {
        let value = value.into();
        let length = value.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(InvalidSecret::Length(length));
        }
        let fits = |letter: char| letter == ' ' || letter.is_ascii_graphic();
        if let Some(place) = value.chars().position(|letter| !fits(letter)) {
            return Err(InvalidSecret::Character(place + 1));
        }
        if value.starts_with(' ') || value.ends_with(' ') {
            return Err(InvalidSecret::Space);
        }
        Ok(Self(value))
    }

    /// The value itself, for whoever puts it into a request, checks a proof or seals it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

/// What is known of a secret without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRecord {
    /// Its name in the manifest.
    pub name: String,
    /// Where it may go.
    pub origins: BTreeSet<Origin>,
    /// When it was set.
    pub set_at: Timestamp,
    /// Who set it.
    pub set_by: String,
}

/// A secret with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSecret {
    /// Its name in the manifest.
    pub name: String,
    /// Its value.
    pub value: SecretValue,
    /// Where it may go.
    pub origins: BTreeSet<Origin>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_can_be_found_again_and_is_never_shown() {
        let secret = SecretValue::new("sk_live-0123 /+=\"\\").unwrap();
        assert_eq!(secret.expose(), "sk_live-0123 /+=\"\\");
        assert_eq!(format!("{secret:?}"), "SecretValue(…)");
        let refused = |value: &str| SecretValue::new(value).unwrap_err();
        assert_eq!(refused("1234567"), InvalidSecret::Length(7));
        assert_eq!(refused(&"x".repeat(LONGEST + 1)), InvalidSecret::Length(LONGEST + 1));
        assert_eq!(refused("password\n"), InvalidSecret::Character(9));
        assert_eq!(refused("geheimwört"), InvalidSecret::Character(8));
        assert_eq!(refused(" password"), InvalidSecret::Space);
    }
}
