//! Finding configured phrases in a contact's subject and text.

use stammgast_words::{Phrase, Word, sentence_around, words};
use std::{cmp::Reverse, collections::BTreeMap};

/// A contact's subject and text, cut into words once.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    fields: [Field<'a>; 2],
}

#[derive(Debug, Clone)]
struct Field<'a> {
    name: &'static str,
    text: &'a str,
    words: Vec<Word<'a>>,
    /// Places of words by their first letter, so that a phrase is compared only where it can start.
    places: BTreeMap<char, Vec<usize>>,
}

/// A place at which a phrase was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'a> {
    /// `subject` or `text`.
    pub field: &'static str,
    /// The words that matched, in lower case.
    pub words: String,
    text: &'a str,
    start: usize,
}

impl Found<'_> {
    /// The sentence or line around it, in at most 300 characters.
    #[must_use]
    pub fn sentence(&self) -> String {
        sentence_around(self.text, self.start, 300)
    }
}

impl<'a> Reading<'a> {
    /// Cuts a subject and a text into words.
    #[must_use]
    pub fn new(subject: &'a str, text: &'a str) -> Self {
        Self { fields: [Field::new("subject", subject), Field::new("text", text)] }
    }

    /// Where any of the phrases occurs, from the start of the subject to the end of the text. Phrases that start at
    /// the same word count once.
    #[must_use]
    pub fn find(&self, phrases: &[&Phrase]) -> Vec<Found<'a>> {
        self.fields.iter().flat_map(|field| field.find(phrases)).collect()
    }
}

impl<'a> Field<'a> {
    fn new(name: &'static str, text: &'a str) -> Self {
        let words: Vec<Word<'a>> = words(text).collect();
        let mut places = BTreeMap::<char, Vec<usize>>::new();
        for (place, word) in words.iter().enumerate() {
            if let Some(letter) = word.normal.chars().next() {
                places.entry(letter).or_default().push(place);
            }
        }
        Self { name, text, words, places }
    }

    fn find(&self, phrases: &[&Phrase]) -> impl Iterator<Item = Found<'a>> {
        let starts = |phrase: &Phrase| phrase.first_letter().and_then(|letter| self.places.get(&letter));
        let mut matches: Vec<_> = phrases
            .iter()
            .flat_map(|phrase| starts(phrase).into_iter().flatten().map(move |place| (phrase, *place)))
            .filter_map(|(phrase, place)| phrase.match_at(&self.words, place))
            .collect();
        matches.sort_by_key(|found| (found.start, Reverse(found.end)));
        matches.dedup_by_key(|found| found.start);
        let (field, text) = (self.name, self.text);
        matches.into_iter().map(move |found| Found { field, words: found.normal, text, start: found.start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[&str]) -> Vec<(&'static str, String)> {
        let phrases: Vec<Phrase> = phrases.iter().map(|text| Phrase::try_from((*text).to_owned()).unwrap()).collect();
        let phrases: Vec<&Phrase> = phrases.iter().collect();
        let reading = Reading::new("Late parcel", "The parcel came late.\nMuch too late!");
        reading.find(&phrases).into_iter().map(|found| (found.field, found.words)).collect()
    }

    #[test]
    fn phrases_are_found_in_reading_order() {
        let parcel_and_late = ["late", "parcel", "parcel", "late", "late"].map(str::to_owned);
        let words: Vec<String> = found(&["parcel", "late"]).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, parcel_and_late);
    }

    #[test]
    fn phrases_that_start_at_one_word_count_once_and_the_longest_is_named() {
        assert_eq!(found(&["too", "too late", "to*"]), [("text", "too late".to_owned())]);
    }

    #[test]
    fn the_sentence_around_a_place_is_found() {
        let too = Phrase::try_from("too".to_owned()).unwrap();
        let found = Reading::new("", "It came late.\nMuch too late!").find(&[&too]);
        assert_eq!(found.first().unwrap().sentence(), "Much too late!");
    }
}
