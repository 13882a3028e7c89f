//! Blotting secrets out of what comes back: plain, escaped, in digits and in base64, and in whatever form they were
//! written into the request.
//!
//! This holds against a server that repeats what it got. A server that means harm has the secret anyway, since it was
//! sent there: which server that is, the admin decides.

mod pattern;

use super::{
    encode::{form, json, percent},
    reading::{Reading, Steps, Unsearchable},
};
use pattern::{Pattern, Room, base64_of, following};
use std::{collections::BTreeSet, ops::Range};

/// What stands in place of a secret.
pub(super) const BLOT: &str = "[secret]";

/// Looks at a place for each byte: honest texts take about ten, and this many take a second or two for a mebibyte.
const STEPS_PER_BYTE: u64 = 100;
/// Looks at a place for a text of any size.
const STEPS: u64 = 1_000_000;

/// Finds secrets in what comes back.
pub(super) struct Redactor {
    patterns: Vec<Pattern>,
    /// Patterns by the two lower-case characters that they begin with; no list where none begins with the first.
    by_start: Vec<Vec<Vec<usize>>>,
}

/// How long may be looked for secrets in so many bytes.
pub(super) const fn steps_for(bytes: usize) -> Steps {
    Steps::new((bytes as u64).saturating_mul(STEPS_PER_BYTE).saturating_add(STEPS))
}

impl Redactor {
    /// Finds these secrets, and the forms in which they were written.
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>, written: &BTreeSet<String>) -> Self {
        let secrets: BTreeSet<&str> = secrets.collect();
        let mut patterns: Vec<Pattern> = secrets.iter().map(|secret| Pattern::text(secret)).collect();
        let mut forms = written.clone();
        for secret in secrets {
            forms.extend(forms_of(secret));
        }
        for form in &forms {
            patterns.extend([Pattern::hex(form), Pattern::decimal(form)]);
            patterns.extend((0..3).map(|before| Pattern::base64(form, before)));
        }
        let mut by_start = vec![Vec::new(); 256];
        for (number, pattern) in patterns.iter().enumerate() {
            for (first, second) in pattern.begins() {
                let Some(of_first) = by_start.get_mut(usize::from(first)) else { continue };
                of_first.resize(256, Vec::new());
                if let Some(list) = of_first.get_mut(usize::from(second)) {
                    list.push(number);
                }
            }
        }
        Self { patterns, by_start }
    }

    /// Whether there is nothing to find.
    pub(super) const fn is_idle(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The bytes with every secret blotted out.
    ///
    /// # Errors
    /// The steps are spent before it is certain that none is left.
    pub(super) fn redacted(&self, bytes: Vec<u8>, steps: &Steps) -> Result<Vec<u8>, Unsearchable> {
        if self.is_idle() {
            return Ok(bytes);
        }
        let mut bytes = bytes;
        let mut blot = BLOT;
        loop {
            let found = self.find(&Reading::new(&bytes, steps)?)?;
            if found.is_empty() {
                return Ok(bytes);
            }
            bytes = blotted(&bytes, &found, blot);
            // Where blots and what lies beside them read like a secret again, nothing at all takes its place.
            blot = "";
        }
    }

    /// Where secrets are, in order and apart from one another.
    fn find(&self, reading: &Reading<'_>) -> Result<Vec<Range<usize>>, Unsearchable> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let (mut room, mut numbers) = (Room::default(), Vec::new());
        for start in 0..reading.bytes.len() {
            for (first, next) in reading.at(start) {
                let of_first = self.by_start.get(usize::from(first.to_ascii_lowercase()));
                let Some(of_first) = of_first.filter(|of_first| !of_first.is_empty()) else { continue };
                numbers.clear();
                for second in following(reading, next, &mut room) {
                    numbers.extend(of_first.get(usize::from(*second)).into_iter().flatten());
                }
                for pattern in numbers.iter().filter_map(|number: &usize| self.patterns.get(*number)) {
                    let Some(end) = pattern.end(reading, next, &mut room) else { continue };
                    let range = pattern.widened(reading.bytes, start..end);
                    match found.last_mut() {
                        Some(last) if range.start <= last.end => {
                            *last = last.start.min(range.start)..last.end.max(range.end);
                        }
                        _ => found.push(range),
                    }
                }
            }
            if reading.steps.are_spent() {
                return Err(Unsearchable);
            }
        }
        Ok(found)
    }
}

/// A secret, and what servers make of it before they write the whole in digits or base64.
fn forms_of(secret: &str) -> BTreeSet<String> {
    let (json, percent, form) = (json(secret), percent(secret), form(secret));
    let lower = |text: &str| {
        let mut parts = text.split('%');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| {
            let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            format!("{all}%{}{rest}", digits.to_ascii_lowercase())
        })
    };
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        json.replace('/', "\\/"),
        lower(&percent),
        lower(&form),
        json,
        percent,
        form,
        hex::encode(secret),
        hex::encode_upper(secret),
    ]);
    for before in 0..3 {
        let base64 = base64_of(secret, before);
        forms.extend([base64.replace('+', "-").replace('/', "_"), base64]);
    }
    forms
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

#[cfg(test)]
mod tests;
