//! Why an effect is asked for, and what shows it.

use crate::{Evidence, Reason};

impl Reason {
    /// A reason: a code for machines (lower-case letters, digits, `-`, `_`, `.`; at most 64 characters) and a sentence
    /// for people (at most 1,000 characters).
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into() }
    }
}

impl Evidence {
    /// Evidence: the field where it shows, a code such as `subject` or `text`, and the words that show it (at most 500
    /// characters; empty where something is missing).
    pub fn new(field: impl Into<String>, quote: impl Into<String>) -> Self {
        Self { field: field.into(), quote: quote.into() }
    }
}
