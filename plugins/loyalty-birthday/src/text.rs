//! Texts in which `{name}` and `{years}` stand for what is known of a customer.

use std::{borrow::Cow, fmt};

/// A text, ready to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// It is said as it stands.
    Plain(String),
    /// It holds placeholders.
    Filled {
        /// Its parts, in order.
        parts: Vec<Part>,
        /// What is said where one of them is not known.
        if_unknown: String,
    },
}

/// A part of a text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words that are said as they stand.
    Words(String),
    /// The customer's name.
    Name,
    /// The years that the customer completes.
    Years,
}

/// What is known of a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// The years that the customer completes.
    pub years: Option<u32>,
}

/// Why a text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadText {
    /// Something else than a placeholder stands in braces.
    Unknown(String),
    /// A brace stands alone.
    Brace,
    /// A value may be unknown, and nothing says what is said then.
    NoAlternative,
    /// What is said where a value is unknown needs one itself.
    AlternativeNeedsValue,
}

impl Text {
    /// A text, and what is said in its place where a value that it needs is not known.
    ///
    /// # Errors
    /// See [`BadText`].
    pub fn new(text: String, if_unknown: Option<String>) -> Result<Self, BadText> {
        if if_unknown.as_ref().is_some_and(|text| text.contains(['{', '}'])) {
            return Err(BadText::AlternativeNeedsValue);
        }
        let parts = parts(&text)?;
        if parts.iter().all(|part| matches!(part, Part::Words(_))) {
            return Ok(Self::Plain(text));
        }
        let if_unknown = if_unknown.ok_or(BadText::NoAlternative)?;
        Ok(Self::Filled { parts, if_unknown })
    }

    /// Whether it needs the customer's name.
    #[must_use]
    pub fn needs_name(&self) -> bool {
        matches!(self, Self::Filled { parts, .. } if parts.contains(&Part::Name))
    }

    /// What is said; the alternative where a value is not known, or where more than `limit` characters came of it.
    #[must_use]
    pub fn said(&self, known: Known<'_>, limit: usize) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Filled { parts, if_unknown } => {
                let whole: Option<String> = parts.iter().map(|part| part.said(known)).collect();
                whole.filter(|text| text.chars().count() <= limit).unwrap_or_else(|| if_unknown.clone())
            }
        }
    }
}

impl Part {
    fn said<'a>(&'a self, known: Known<'a>) -> Option<Cow<'a, str>> {
        match self {
            Self::Words(words) => Some(words.into()),
            Self::Name => known.name.map(str::trim).filter(|name| !name.is_empty()).map(Cow::from),
            Self::Years => known.years.map(|years| years.to_string().into()),
        }
    }
}

fn parts(text: &str) -> Result<Vec<Part>, BadText> {
    let (mut parts, mut rest) = (Vec::new(), text);
    loop {
        let (words, after) = rest.split_once('{').map_or((rest, None), |(words, after)| (words, Some(after)));
        if words.contains('}') {
            return Err(BadText::Brace);
        }
        parts.push(Part::Words(words.to_owned()));
        let Some(after) = after else { return Ok(parts) };
        let (placeholder, after) = after.split_once('}').ok_or(BadText::Brace)?;
        parts.push(match placeholder {
            "name" => Part::Name,
            "years" => Part::Years,
            other => return Err(BadText::Unknown(other.to_owned())),
        });
        rest = after;
    }
}

/// Goes on after the field's name.
impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(other) => {
                write!(
                    f,
                    "has `{{{other}}}`, which is no placeholder; write {{name}} or {{years}}, and no other braces"
                )
            }
            Self::Brace => f.write_str("has a brace that stands alone; write {name} or {years}, and no other braces"),
            Self::NoAlternative => f.write_str(
                "has a placeholder and no alternative; add the same field with `_if_unknown`, which is said where the \
                 value is not known",
            ),
            Self::AlternativeNeedsValue => f.write_str(
                "has an alternative with braces; the `_if_unknown` is said where a value is not known, so write it \
                 without {name} and {years}",
            ),
        }
    }
}

impl std::error::Error for BadText {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: Known<'_> = Known { name: Some("Ada"), years: Some(30) };

    fn text(text: &str) -> Text {
        Text::new(text.to_owned(), Some("otherwise".to_owned())).unwrap()
    }

    #[test]
    fn placeholders_become_values() {
        assert_eq!(text("{name}, {years} years: well done, {name}!").said(ALL, 300), "Ada, 30 years: well done, Ada!");
        assert_eq!(text("{years}{name}").said(ALL, 300), "30Ada");
    }

    #[test]
    fn where_one_value_is_not_known_the_alternative_is_said() {
        let both = text("{name} is {years}");
        for known in [
            Known { name: None, ..ALL },
            Known { years: None, ..ALL },
            Known::default(),
            Known { name: Some("  "), ..ALL },
        ] {
            assert_eq!(both.said(known, 300), "otherwise");
        }
        assert_eq!(text("Well done").said(Known::default(), 300), "Well done");
    }

    #[test]
    fn what_would_be_too_long_is_not_said() {
        assert_eq!(text("For {name}").said(ALL, 7), "For Ada");
        assert_eq!(text("For {name}").said(ALL, 6), "otherwise");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_none() {
        assert_eq!(text("For {name}").said(Known { name: Some("{years}"), ..ALL }, 300), "For {years}");
    }

    #[test]
    fn the_name_is_needed_where_it_is_said() {
        assert!(text("For {name}").needs_name());
        assert!(!text("After {years} years").needs_name() && !text("Well done").needs_name());
    }

    #[test]
    fn texts_that_cannot_be_used_say_why() {
        let refusal = |text: &str, if_unknown: Option<&str>| {
            Text::new(text.to_owned(), if_unknown.map(str::to_owned)).unwrap_err().to_string()
        };
        assert!(refusal("For {nmae}", Some("x")).starts_with("has `{nmae}`, which is no placeholder; write {name}"));
        for lone in ["For {name", "For name}", "{name} :-}"] {
            assert!(refusal(lone, Some("x")).contains("stands alone"), "{lone}");
        }
        assert!(refusal("For {name}", None).contains("no alternative"));
        assert!(refusal("For you", Some("For {name}")).contains("without {name}"));
    }

    proptest! {
        #[test]
        fn all_but_placeholders_stays_as_it_is(
            pieces in prop::collection::vec("[^{}]{0,9}|\\{name\\}|\\{years\\}", 0..9)
        ) {
            let whole = pieces.concat();
            let expected = whole.replace("{name}", "Ada").replace("{years}", "30");
            prop_assert_eq!(text(&whole).said(ALL, 10_000), expected);
        }

        #[test]
        fn no_text_is_taken_for_something_else(given in "[a-z{}]{0,12}") {
            // Either it is refused, or every brace in it belongs to a placeholder.
            if let Ok(text) = Text::new(given.clone(), Some("otherwise".to_owned())) {
                let rest = given.replace("{name}", "").replace("{years}", "");
                prop_assert!(!rest.contains(['{', '}']), "{text:?}");
            }
        }
    }
}
