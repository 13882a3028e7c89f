//! One form of a secret, and finding it among everything that bytes may mean.

use super::super::reading::Reading;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use std::{mem, ops::Range};

/// Separators between two characters that are looked past.
const SEPARATORS: usize = 8;
/// Places where one character may end; honest texts have two or three.
const PLACES: usize = 256;

/// A text to be found, one character after the other.
pub(super) struct Pattern {
    characters: Vec<Wanted>,
    sort: Sort,
}

/// A character in lower case, and another that may stand in its place.
type Wanted = (u8, Option<u8>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// As it is.
    Text,
    /// Hexadecimal digits; separators may stand between them.
    Hex,
    /// The numbers of its bytes, one after the other.
    Decimal,
    /// Base64, broken into lines perhaps. Neighbours share a character with the text on these sides.
    Base64 { left: bool, right: bool },
}

/// Room to work in, so that no step asks for any.
#[derive(Default)]
pub(super) struct Room {
    places: Vec<usize>,
    next: Vec<usize>,
    letters: Vec<u8>,
}

impl Pattern {
    pub(super) fn text(secret: &str) -> Self {
        let characters = secret.bytes().map(|byte| (byte.to_ascii_lowercase(), None)).collect();
        Self { characters, sort: Sort::Text }
    }

    pub(super) fn hex(form: &str) -> Self {
        let characters = hex::encode(form).bytes().map(|digit| (digit, None)).collect();
        Self { characters, sort: Sort::Hex }
    }

    /// What many languages make of a list of bytes, such as `[116, 75]`.
    pub(super) fn decimal(form: &str) -> Self {
        let mut characters: Vec<Wanted> = Vec::new();
        for byte in form.bytes() {
            if !characters.is_empty() {
                characters.push((b',', Some(b' ')));
            }
            characters.extend(byte.to_string().bytes().map(|digit| (digit, None)));
        }
        Self { characters, sort: Sort::Decimal }
    }

    /// What base64 makes of a form that has so many bytes before it, as far as it does not hang on its neighbours.
    pub(super) fn base64(form: &str, before: usize) -> Self {
        let either = |digit: u8| match digit {
            b'+' => (b'+', Some(b'-')),
            b'/' => (b'/', Some(b'_')),
            other => (other.to_ascii_lowercase(), None),
        };
        let (bits_before, bits) = (before * 8, (before + form.len()) * 8);
        let sort = Sort::Base64 { left: bits_before % 6 != 0, right: bits % 6 != 0 };
        Self { characters: base64_of(form, before).bytes().map(either).collect(), sort }
    }

    /// The pairs of characters that it may begin with, in lower case.
    pub(super) fn begins(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        let at = |number: usize| {
            let wanted = self.characters.get(number);
            wanted.into_iter().flat_map(|(one, other)| [Some(*one), *other]).flatten()
        };
        at(0).flat_map(move |first| at(1).map(move |second| (first, second)))
    }

    /// Where the pattern ends whose first character was read; `None` where it is not there.
    pub(super) fn end(&self, reading: &Reading<'_>, after_first: usize, room: &mut Room) -> Option<usize> {
        let Room { places, next, .. } = room;
        places.clear();
        places.push(after_first);
        for (one, other) in self.characters.iter().skip(1) {
            look_past_separators(self.sort, reading, places);
            next.clear();
            for place in places.iter() {
                for (letter, end) in reading.at(*place) {
                    let letter = letter.to_ascii_lowercase();
                    if letter == *one || Some(letter) == *other {
                        next.push(end);
                    }
                }
            }
            if next.is_empty() || reading.steps.are_spent() {
                return None;
            }
            tidy(reading, next);
            mem::swap(places, next);
        }
        places.iter().max().copied()
    }

    /// Takes in what carries some bits of the secret beside it, and padding.
    pub(super) fn widened(&self, bytes: &[u8], range: Range<usize>) -> Range<usize> {
        let Sort::Base64 { left, right } = self.sort else { return range };
        let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        let Range { mut start, mut end } = range;
        if left && start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(is_digit) {
            start -= 1;
        }
        if right && bytes.get(end).is_some_and(is_digit) {
            end += 1;
        }
        while bytes.get(end) == Some(&b'=') {
            end += 1;
        }
        start..end
    }
}

/// The characters, in lower case, that may be read after one, whatever separators stand between them.
pub(super) fn following<'r>(reading: &Reading<'_>, after_first: usize, room: &'r mut Room) -> &'r [u8] {
    let Room { places, letters, .. } = room;
    places.clear();
    places.push(after_first);
    // Whatever separates anything separates digits.
    look_past_separators(Sort::Hex, reading, places);
    letters.clear();
    for place in places.iter() {
        for (letter, _) in reading.at(*place) {
            let letter = letter.to_ascii_lowercase();
            if !letters.contains(&letter) {
                letters.push(letter);
            }
        }
    }
    letters
}

/// Adds the places after separators that begin at a place.
fn look_past_separators(sort: Sort, reading: &Reading<'_>, places: &mut Vec<usize>) {
    let mut checked = 0;
    for _ in 0..SEPARATORS {
        let known = places.len();
        while let Some(place) = places.get(checked).copied().filter(|_| checked < known) {
            checked += 1;
            for (letter, end) in reading.at(place) {
                if sort.separates(letter) {
                    places.push(end);
                }
                break_within(letter, end, reading, places);
            }
        }
        if places.len() == known || reading.steps.are_spent() {
            break;
        }
        if places.len() > PLACES {
            reading.steps.give_up();
            break;
        }
    }
    tidy(reading, places);
}

impl Sort {
    const fn separates(self, letter: u8) -> bool {
        matches!(
            (letter, self),
            // The other half of characters in UTF-16, then white space, then what stands between digits.
            (0, _)
                | (b' ' | b'\t' | b'\r' | b'\n', Self::Hex | Self::Base64 { .. } | Self::Decimal)
                | (b':' | b'-' | b',', Self::Hex)
        )
    }
}

/// What base64 makes of a text that has so many bytes before it, as far as it does not hang on its neighbours.
pub(super) fn base64_of(text: &str, before: usize) -> String {
    let (bits_before, bits) = (before * 8, (before + text.len()) * 8);
    let whole = STANDARD_NO_PAD.encode([vec![0; before], text.as_bytes().to_vec()].concat());
    whole.get(bits_before.div_ceil(6)..bits / 6).unwrap_or_default().to_owned()
}

/// Lines that are broken within a word: softly in quoted-printable (RFC 2045, section 6.7), or folded (RFC 5322, section
/// 2.2.3).
fn break_within(letter: u8, end: usize, reading: &Reading<'_>, places: &mut Vec<usize>) {
    let line_feeds = |place: usize| {
        let after_return = reading.past(place, b'\r').flat_map(|next| reading.past(next, b'\n'));
        reading.past(place, b'\n').chain(after_return)
    };
    let blanks = |place: usize| reading.past(place, b' ').chain(reading.past(place, b'\t'));
    match letter {
        b'=' => places.extend(line_feeds(end)),
        b'\n' => places.extend(blanks(end)),
        b'\r' => places.extend(reading.past(end, b'\n').flat_map(blanks)),
        _ => {}
    }
}

/// Each place once, and not too many.
fn tidy(reading: &Reading<'_>, places: &mut Vec<usize>) {
    if places.len() > 1 {
        places.sort_unstable();
        places.dedup();
    }
    if places.len() > PLACES {
        reading.steps.give_up();
    }
}
