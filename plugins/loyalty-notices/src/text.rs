//! Texts in which names in braces stand for what a notice is about.

use std::fmt;

/// Something that stands for a value: its name in a text, and the most characters of its value.
pub type Placeholder = (&'static str, usize);

/// A text, ready to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Value(&'static str),
}

/// Why a text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadText {
    /// Something stands in braces that is no placeholder of this notice, or a brace stands alone.
    Braces {
        /// What stands there.
        found: String,
        /// What may stand there.
        known: String,
    },
    /// With its values it may be longer than a message may be.
    TooLong(usize),
}

impl Text {
    /// A text of at most so many characters, its values included.
    ///
    /// # Errors
    /// See [`BadText`].
    pub fn new(text: &str, placeholders: &[Placeholder], most: usize) -> Result<Self, BadText> {
        let known = || placeholders.iter().map(|(name, _)| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
        let bad = |found: &str| BadText::Braces { found: found.chars().take(40).collect(), known: known() };
        let (mut parts, mut rest, mut longest) = (Vec::new(), text, 0);
        loop {
            let (words, after) = rest.split_once('{').map_or((rest, None), |(words, after)| (words, Some(after)));
            if words.contains('}') {
                return Err(bad("}"));
            }
            longest += words.chars().count();
            parts.push(Part::Words(words.to_owned()));
            let Some(after) = after else { break };
            let (name, after) = after.split_once('}').ok_or_else(|| bad("{"))?;
            let placeholder = placeholders.iter().find(|(known, _)| *known == name);
            let (known, length) = placeholder.ok_or_else(|| bad(&format!("{{{name}}}")))?;
            longest += length;
            parts.push(Part::Value(known));
            rest = after;
        }
        if longest > most { Err(BadText::TooLong(most)) } else { Ok(Self(parts)) }
    }

    /// What is said, with these values by their names.
    #[must_use]
    pub fn filled(&self, values: &[(&'static str, String)]) -> String {
        let said = |part: &Part| match part {
            Part::Words(words) => words.clone(),
            Part::Value(name) => {
                values.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.clone())
            }
        };
        self.0.iter().map(said).collect()
    }
}

/// Goes on after the field's name.
impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Braces { found, known } => write!(f, "has `{found}`; write {known}, and no other braces"),
            Self::TooLong(most) => write!(f, "may have more than {most} characters with its values; make it shorter"),
        }
    }
}

impl std::error::Error for BadText {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: &[Placeholder] = &[("points", 13), ("day", 10)];

    fn filled(text: &str) -> String {
        let values = [("points", "120".to_owned()), ("day", "2026-03-31".to_owned())];
        Text::new(text, KNOWN, 300).unwrap().filled(&values)
    }

    fn refused(text: &str, most: usize) -> String {
        Text::new(text, KNOWN, most).unwrap_err().to_string()
    }

    #[test]
    fn values_stand_in_the_place_of_their_names() {
        assert_eq!(filled("{points} points until {day}: {points}!"), "120 points until 2026-03-31: 120!");
        assert_eq!(filled("Nothing to fill in"), "Nothing to fill in");
    }

    #[test]
    fn other_braces_are_refused_with_those_that_may_be() {
        for text in ["{name}", "{}", "a } b", "a { b", "{ points }"] {
            assert!(refused(text, 300).contains("write {points}, {day}, and no other braces"), "{text}");
        }
    }

    #[test]
    fn a_text_that_may_become_too_long_is_refused_before_it_does() {
        assert!(refused("{points}{day}", 22).contains("more than 22 characters"));
        assert!(Text::new("{points}{day}", KNOWN, 23).is_ok());
        assert!(refused(&"ü".repeat(301), 300).contains("more than 300 characters"));
    }

    proptest! {
        #[test]
        fn what_is_said_is_never_longer_than_it_may_be(text in "[a-zü]{0,9}(\\{(points|day)\\}[a-z]{0,5}){0,9}") {
            if let Ok(text) = Text::new(&text, KNOWN, 60) {
                let said = text.filled(&[("points", "9".repeat(13)), ("day", "2026-03-31".to_owned())]);
                prop_assert!(said.chars().count() <= 60);
            }
        }
    }
}
