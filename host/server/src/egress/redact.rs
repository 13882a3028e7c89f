//! Blotting secrets out of what comes back: plain, escaped, in hexadecimal digits and in base64, and in whatever form
//! they were written into the request.
//!
//! This holds against a server that repeats what it got. A server that means harm has the secret anyway, since it was
//! sent there: which server that is, the admin decides.

use super::reading::Reading;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use std::{collections::BTreeSet, ops::Range};

/// What stands in place of a secret.
pub(super) const BLOT: &str = "[secret]";

/// Finds secrets in what comes back.
pub(super) struct Redactor {
    patterns: Vec<Pattern>,
    /// Patterns by the lower-case character that they begin with.
    by_first: Vec<Vec<usize>>,
}

/// A text to be found, one character after the other.
struct Pattern {
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
    /// Base64, broken into lines perhaps. Neighbours share a character with the text on these sides.
    Base64 { left: bool, right: bool },
}

impl Redactor {
    /// Finds these secrets, and the forms in which they were written.
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>, written: &BTreeSet<String>) -> Self {
        let secrets: BTreeSet<&str> = secrets.collect();
        let mut patterns: Vec<Pattern> = secrets.iter().map(|secret| Pattern::text(secret)).collect();
        let forms: BTreeSet<&str> = secrets.into_iter().chain(written.iter().map(String::as_str)).collect();
        for form in forms {
            patterns.push(Pattern::hex(form));
            patterns.extend((0..3).map(|before| Pattern::base64(form, before)));
        }
        let mut by_first = vec![Vec::new(); 256];
        for (number, pattern) in patterns.iter().enumerate() {
            for first in pattern.characters.iter().take(1).flat_map(|(one, other)| [Some(*one), *other]).flatten() {
                if let Some(list) = by_first.get_mut(usize::from(first)) {
                    list.push(number);
                }
            }
        }
        Self { patterns, by_first }
    }

    /// The bytes with every secret blotted out.
    pub(super) fn redacted(&self, bytes: Vec<u8>) -> Vec<u8> {
        let mut bytes = bytes;
        let mut blot = BLOT;
        loop {
            let Some(reading) = Reading::new(&bytes) else { return BLOT.into() };
            let found = self.find(&reading);
            if found.is_empty() {
                return bytes;
            }
            bytes = blotted(&bytes, &found, blot);
            // Where blots and what lies beside them read like a secret again, nothing at all takes its place.
            blot = "";
        }
    }

    /// Where secrets are, in order and apart from one another.
    fn find(&self, reading: &Reading<'_>) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for start in 0..reading.bytes.len() {
            for (first, next) in reading.at(start) {
                let candidates = self.by_first.get(usize::from(first.to_ascii_lowercase())).into_iter().flatten();
                for pattern in candidates.filter_map(|number| self.patterns.get(*number)) {
                    let Some(end) = pattern.end(reading, next) else { continue };
                    let range = pattern.widened(reading.bytes, start..end);
                    match found.last_mut() {
                        Some(last) if range.start <= last.end => {
                            *last = last.start.min(range.start)..last.end.max(range.end);
                        }
                        _ => found.push(range),
                    }
                }
            }
        }
        found
    }
}

fn blotted(bytes: &[u8], found: &[Range<usize>], blot: &str) -> Vec<u8> {
    let (mut kept, mut from) = (Vec::with_capacity(bytes.len()), 0);
    for range in found {
        kept.extend_from_slice(bytes.get(from..range.start).unwrap_or_default());
        kept.extend_from_slice(blot.as_bytes());
        from = range.end;
    }
    kept.extend_from_slice(bytes.get(from..).unwrap_or_default());
    kept
}

impl Pattern {
    fn text(secret: &str) -> Self {
        let characters = secret.bytes().map(|byte| (byte.to_ascii_lowercase(), None)).collect();
        Self { characters, sort: Sort::Text }
    }

    fn hex(form: &str) -> Self {
        let characters = hex::encode(form).bytes().map(|digit| (digit, None)).collect();
        Self { characters, sort: Sort::Hex }
    }

    /// What base64 makes of a form that has so many bytes before it, as far as it does not hang on its neighbours.
    fn base64(form: &str, before: usize) -> Self {
        let (bits_before, bits) = (before * 8, (before + form.len()) * 8);
        let whole = STANDARD_NO_PAD.encode([vec![0; before], form.as_bytes().to_vec()].concat());
        let (first, end) = (bits_before.div_ceil(6), bits / 6);
        let either = |digit: u8| match digit {
            b'+' => (b'+', Some(b'-')),
            b'/' => (b'/', Some(b'_')),
            other => (other.to_ascii_lowercase(), None),
        };
        let characters = whole.bytes().skip(first).take(end.saturating_sub(first)).map(either).collect();
        let sort = Sort::Base64 { left: bits_before % 6 != 0, right: bits % 6 != 0 };
        Self { characters, sort }
    }

    /// Where the pattern ends whose first character was read; `None` where it is not there.
    fn end(&self, reading: &Reading<'_>, after_first: usize) -> Option<usize> {
        let mut places = vec![after_first];
        for (one, other) in self.characters.iter().skip(1) {
            let mut next = Vec::new();
            for place in self.past_separators(reading, &places) {
                for (letter, end) in reading.at(place) {
                    let letter = letter.to_ascii_lowercase();
                    if (letter == *one || Some(letter) == *other) && !next.contains(&end) {
                        next.push(end);
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            places = next;
        }
        places.into_iter().max()
    }

    /// These places, and those after separators that begin there.
    fn past_separators(&self, reading: &Reading<'_>, places: &[usize]) -> Vec<usize> {
        let separates = |letter: u8| match self.sort {
            Sort::Text => false,
            Sort::Hex => matches!(letter, b' ' | b':' | b'-' | b',' | b'\t' | b'\r' | b'\n'),
            Sort::Base64 { .. } => matches!(letter, b' ' | b'\t' | b'\r' | b'\n'),
        };
        let mut all = places.to_vec();
        let mut checked = 0;
        while let Some(place) = all.get(checked).copied() {
            checked += 1;
            for (_, end) in reading.at(place).filter(|(letter, _)| separates(*letter)) {
                if !all.contains(&end) && all.len() < SEPARATORS {
                    all.push(end);
                }
            }
        }
        all
    }

    /// Takes in what carries some bits of the secret beside it, and padding.
    fn widened(&self, bytes: &[u8], range: Range<usize>) -> Range<usize> {
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

/// Separators between two characters that are looked past.
const SEPARATORS: usize = 8;

/// What HTTP makes of credentials of RFC 7617.
pub(super) fn basic(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

#[cfg(test)]
mod tests;
