//! Cutting text into words.

use std::iter;

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word as it is written.
    pub text: &'a str,
    /// Byte at which it starts.
    pub start: usize,
    /// The form that is compared: lower case, one sort of hyphen and apostrophe.
    pub normal: String,
}

impl Word<'_> {
    /// Byte after its last one.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a text: runs of letters and digits, with the hyphens and apostrophes inside them.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut reached = 0;
    iter::from_fn(move || {
        let start = reached + text.get(reached..)?.find(char::is_alphanumeric)?;
        let word = first_word(text.get(start..)?);
        reached = start + word.len();
        let normal = word.to_lowercase().chars().map(|c| plain_joint(c).unwrap_or(c)).collect();
        Some(Word { text: word, start, normal })
    })
}

/// The word with which a text starts.
fn first_word(text: &str) -> &str {
    let continues = |at: usize, c: char| {
        let letter_follows =
            || text.get(at + c.len_utf8()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        c.is_alphanumeric() || (plain_joint(c).is_some() && letter_follows())
    };
    let end = text.char_indices().find(|&(at, c)| !continues(at, c)).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// The plain form of a hyphen or apostrophe; `None` for everything else.
fn plain_joint(c: char) -> Option<char> {
    match c {
        '-' | '\u{2010}' | '\u{2011}' => Some('-'),
        '\'' | '\u{2019}' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normals(text: &str) -> Vec<String> {
        words(text).map(|word| word.normal).collect()
    }

    #[test]
    fn hyphens_and_apostrophes_belong_to_a_word_only_inside_it() {
        assert_eq!(normals("E-Mail, don’t -- 'quoted' 7-9 a--b"), ["e-mail", "don't", "quoted", "7-9", "a", "b"]);
        assert_eq!(normals("ÄRGER über Straße-"), ["ärger", "über", "straße"]);
        assert!(normals(" -- ' … ").is_empty());
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in ".*") {
            let mut reached = 0;
            for word in words(&text) {
                prop_assert!(word.start >= reached);
                prop_assert_eq!(text.get(word.start..word.end()), Some(word.text));
                prop_assert!(word.text.starts_with(char::is_alphanumeric));
                prop_assert!(word.text.ends_with(char::is_alphanumeric));
                reached = word.end();
            }
        }

        #[test]
        fn no_letter_is_lost(text in ".*") {
            let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
            prop_assert_eq!(words(&text).map(|word| count(word.text)).sum::<usize>(), count(&text));
        }
    }
}
