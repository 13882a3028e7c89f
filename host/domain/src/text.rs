//! Bounded texts: what people and plugins may write, measured in Unicode scalar values.

/// A text is empty or too long where it may not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("{field} is empty; write at least one character")]
    Empty {
        /// The field that holds the text.
        field: &'static str,
    },
    /// More characters than the field takes.
    #[error("{field} has {length} characters; at most {limit} fit")]
    TooLong {
        /// The field that holds the text.
        field: &'static str,
        /// Characters that were given.
        length: usize,
        /// Characters that fit.
        limit: usize,
    },
    /// A character that the field's form does not allow.
    #[error(
        "{field} `{given}` may hold only lower-case letters, digits, `-`, `_` and `.`, and starts with a letter or digit"
    )]
    BadCode {
        /// The field that holds the text.
        field: &'static str,
        /// The text that was given.
        given: String,
    },
}

impl InvalidText {
    /// The field that holds the text.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Empty { field } | Self::TooLong { field, .. } | Self::BadCode { field, .. } => field,
        }
    }
}

/// A text as one line of at most `limit` characters: control characters, line breaks among them, become blanks.
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    text.chars().take(limit).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Checks that a text is not blank and has at most `limit` characters.
///
/// # Errors
/// [`InvalidText::Empty`] or [`InvalidText::TooLong`].
pub fn required(field: &'static str, text: &str, limit: usize) -> Result<(), InvalidText> {
    if text.trim().is_empty() {
        return Err(InvalidText::Empty { field });
    }
    at_most(field, text, limit)
}

/// Checks that a text has at most `limit` characters; it may be empty.
///
/// # Errors
/// [`InvalidText::TooLong`].
pub fn at_most(field: &'static str, text: &str, limit: usize) -> Result<(), InvalidText> {
    let length = text.chars().count();
    if length > limit { Err(InvalidText::TooLong { field, length, limit }) } else { Ok(()) }
}

/// Checks a machine-readable code such as a department, topic or reason: 1 to 64 of `a-z 0-9 - _ .`.
///
/// # Errors
/// Any [`InvalidText`].
pub fn code(field: &'static str, text: &str) -> Result<(), InvalidText> {
    required(field, text, 64)?;
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let starts_well = text.chars().next().is_some_and(lower);
    if starts_well && text.chars().all(|c| lower(c) || matches!(c, '-' | '_' | '.')) {
        Ok(())
    } else {
        Err(InvalidText::BadCode { field, given: text.to_owned() })
    }
}
