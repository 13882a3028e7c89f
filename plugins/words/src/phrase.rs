//! Phrases that an admin writes into a configuration, and where they occur in a text.

use crate::word::{Word, words};
use serde::Deserialize;
use std::fmt;

/// One or more consecutive words; a `*` at the end stands for the rest of the last word.
///
/// `scratch*` occurs in "Scratches!", `too late` in "far too late", but `late` not in "chocolate".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Phrase {
    words: Vec<String>,
    last_is_prefix: bool,
}

/// A place at which a phrase occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Byte at which it starts.
    pub start: usize,
    /// Byte after its last one.
    pub end: usize,
    /// The words that matched, in the form that is compared.
    pub normal: String,
}

/// A text that is no phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPhrase(String);

impl fmt::Display for InvalidPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no phrase: write at least one word, and `*` only at its end", self.0)
    }
}

impl std::error::Error for InvalidPhrase {}

impl TryFrom<String> for Phrase {
    type Error = InvalidPhrase;

    fn try_from(text: String) -> Result<Self, InvalidPhrase> {
        let stem = text.trim();
        let (stem, last_is_prefix) = stem.strip_suffix('*').map_or((stem, false), |stem| (stem, true));
        let words: Vec<String> = words(stem).map(|word| word.normal).collect();
        let ends_in_word = !last_is_prefix || stem.ends_with(char::is_alphanumeric);
        if words.is_empty() || stem.contains('*') || !ends_in_word {
            return Err(InvalidPhrase(text));
        }
        Ok(Self { words, last_is_prefix })
    }
}

impl Phrase {
    /// Every place at which the phrase occurs in the words of a text.
    pub fn matches<'a>(&'a self, text: &'a [Word<'_>]) -> impl Iterator<Item = Match> + 'a {
        (0..text.len()).filter_map(|place| self.match_at(text, place))
    }

    /// The phrase, if it starts at this word of a text.
    #[must_use]
    pub fn match_at(&self, text: &[Word<'_>], place: usize) -> Option<Match> {
        let window = text.get(place..place + self.words.len()).filter(|window| self.fits(window))?;
        let (first, last) = (window.first()?, window.last()?);
        let normal = window.iter().map(|word| word.normal.as_str()).collect::<Vec<_>>().join(" ");
        Some(Match { start: first.start, end: last.end(), normal })
    }

    /// The letter with which every place where the phrase occurs begins.
    #[must_use]
    pub fn first_letter(&self) -> Option<char> {
        self.words.first()?.chars().next()
    }

    fn fits(&self, window: &[Word<'_>]) -> bool {
        let last = self.words.len().saturating_sub(1);
        self.words.iter().zip(window).enumerate().all(|(place, (wanted, word))| {
            if self.last_is_prefix && place == last { word.normal.starts_with(wanted) } else { word.normal == *wanted }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(phrase: &str, text: &str) -> Vec<String> {
        let phrase = Phrase::try_from(phrase.to_owned()).unwrap();
        let words: Vec<Word<'_>> = words(text).collect();
        phrase.matches(&words).map(|found| text.get(found.start..found.end).unwrap().to_owned()).collect()
    }

    #[test]
    fn a_word_is_found_whole_and_in_any_case() {
        assert_eq!(found("late", "LATE, Late and chocolate: later"), ["LATE", "Late"]);
        assert_eq!(found("über", "ÜBER uns"), ["ÜBER"]);
    }

    #[test]
    fn a_star_stands_for_the_rest_of_the_last_word() {
        assert_eq!(found("scratch*", "Scratches! A scratch."), ["Scratches", "scratch"]);
        assert_eq!(found("very scratch*", "very   scratched, very"), ["very   scratched"]);
    }

    #[test]
    fn several_words_are_found_only_in_a_row() {
        assert_eq!(found("too late", "too very late; too\nlate"), ["too\nlate"]);
    }

    #[test]
    fn a_phrase_without_a_word_or_with_a_star_inside_is_refused() {
        for text in ["", "  ", "*", "!?", "sc*atch", "too *", "**"] {
            assert!(Phrase::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_is_found_in_it(text in "(\\PC{0,5} ){0,8}") {
            let words: Vec<Word<'_>> = words(&text).collect();
            for word in &words {
                let phrase = Phrase::try_from(word.text.to_owned()).unwrap();
                prop_assert!(phrase.matches(&words).any(|found| found.start == word.start));
            }
        }

        #[test]
        fn a_prefix_is_found_wherever_the_word_is(text in "([a-zäß]{1,6} ){1,8}", length in 1_usize..4) {
            let words: Vec<Word<'_>> = words(&text).collect();
            for word in &words {
                let stem: String = word.text.chars().take(length).collect();
                let phrase = Phrase::try_from(format!("{stem}*")).unwrap();
                prop_assert!(phrase.matches(&words).any(|found| found.start == word.start));
            }
        }
    }
}
