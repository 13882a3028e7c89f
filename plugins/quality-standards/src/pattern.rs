//! Regular expressions that an admin writes into the configuration.

use regex_lite::Regex;
use serde::Deserialize;
use std::fmt;

/// A regular expression that has been compiled, so that a bad one is refused before anything is checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether the text has a match.
    #[must_use]
    pub fn occurs_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A text that is no regular expression.
#[derive(Debug)]
pub struct InvalidPattern {
    given: String,
    source: regex_lite::Error,
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no regular expression: {}", self.given, self.source)
    }
}

impl std::error::Error for InvalidPattern {}

impl TryFrom<String> for Pattern {
    type Error = InvalidPattern;

    fn try_from(given: String) -> Result<Self, InvalidPattern> {
        Regex::new(&given).map(Self).map_err(|source| InvalidPattern { given, source })
    }
}
