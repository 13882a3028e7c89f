//! Reading bytes as everything that they may mean: a character is itself, or written by one of the escapes that servers
//! use when they repeat what they got, or by an escape whose own characters are escaped again.

mod names;

use names::NAMES;
use std::cell::Cell;

/// How many escapes may lie inside one another, such as JSON in JSON in a form.
const DEPTH: usize = 3;
/// Ways to read one place; honest texts have two or three.
const WAYS: usize = 16;
/// Zeros that may stand before a number in HTML.
const ZEROS: usize = 6;
/// Letters of the longest name in [`NAMES`].
const NAME: usize = 8;
/// Readings beside the plain one that are kept in memory, where there are fewer bytes.
const MOST: usize = 1_000_000;

/// A character that may be read at some place, and where the next one begins.
pub(super) type Read = (u8, usize);

/// Looking for secrets took too long: the bytes consist of little but escapes of escapes, or of what looks like secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be searched for secrets: it consists of little but escapes, or of what looks like secrets")]
pub struct Unsearchable;

/// How often a place may still be looked at. Everything that reading and searching do is counted here.
pub(super) struct Steps(Cell<u64>);

impl Steps {
    pub(super) const fn new(most: u64) -> Self {
        Self(Cell::new(most))
    }

    pub(super) fn are_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// No more steps: there are too many ways to go.
    pub(super) fn give_up(&self) {
        self.0.set(0);
    }

    fn spend(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// Bytes, and what they may mean beside what they are.
pub(super) struct Reading<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) steps: &'a Steps,
    /// In the order of their places.
    escapes: Vec<Escape>,
}

/// A character that is written by an escape.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Escape {
    place: u32,
    end: u32,
    letter: u8,
}

const fn begins_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'=' | b'\\' | b'&' | b'+' | b'"' | b'\'')
}

impl<'a> Reading<'a> {
    /// Reads bytes.
    ///
    /// # Errors
    /// They consist of little but escapes of escapes, which no honest server writes.
    pub(super) fn new(bytes: &'a [u8], steps: &'a Steps) -> Result<Self, Unsearchable> {
        let most = MOST.max(bytes.len());
        let number = |place: usize| u32::try_from(place).map_err(|_| Unsearchable);
        let mut reading = Self { bytes, steps, escapes: Vec::new() };
        for _ in 0..DEPTH {
            let mut all = Vec::with_capacity(reading.escapes.len());
            for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| begins_escape(**byte)) {
                if steps.are_spent() || all.len() > most {
                    return Err(Unsearchable);
                }
                let (place, first) = (number(at)?, all.len());
                all.extend_from_slice(reading.escapes_at(at));
                for (letter, end) in reading.read_escapes(at) {
                    let escape = Escape { place, end: number(end)?, letter };
                    let known = all.get(first..).unwrap_or_default();
                    if known.len() < WAYS && !known.contains(&escape) {
                        all.push(escape);
                    }
                }
            }
            let has_grown = all.len() > reading.escapes.len();
            reading.escapes = all;
            if !has_grown {
                break;
            }
        }
        Ok(reading)
    }

    /// Everything that may be read at a place.
    pub(super) fn at(&self, place: usize) -> impl Iterator<Item = Read> + '_ {
        self.steps.spend();
        let plain = self.bytes.get(place).map(|byte| (*byte, place + 1));
        let escapes = self.escapes_at(place).iter().map(|escape| (escape.letter, escape.end as usize));
        plain.into_iter().chain(escapes)
    }

    fn escapes_at(&self, place: usize) -> &[Escape] {
        if !self.bytes.get(place).copied().is_some_and(begins_escape) {
            return &[];
        }
        let first = self.escapes.partition_point(|escape| (escape.place as usize) < place);
        let from_here = self.escapes.get(first..).unwrap_or_default();
        let count = from_here.iter().take_while(|escape| escape.place as usize == place).count();
        from_here.get(..count).unwrap_or_default()
    }

    /// What the escapes that begin at a place mean, by what is known so far.
    fn read_escapes(&self, place: usize) -> Vec<Read> {
        let mut reads = Vec::new();
        for (lead, next) in self.at(place) {
            match lead {
                // Percent-encoding (RFC 3986), quoted-printable (RFC 2045).
                b'%' | b'=' => reads.extend(ascii(self.digits(next, 2))),
                // Forms write a space so.
                b'+' => reads.push((b' ', next)),
                b'\\' => self.backslash(next, &mut reads),
                b'&' => self.entity(next, &mut reads),
                // CSV (RFC 4180) and SQL write a quotation mark twice.
                b'"' | b'\'' => reads.extend(self.past(next, lead).map(|end| (lead, end))),
                _ => {}
            }
        }
        reads
    }

    /// Escapes of JSON and its relatives (RFC 8259, section 7), and of C.
    fn backslash(&self, place: usize, reads: &mut Vec<Read>) {
        reads.extend(ascii(self.based(place, 3, 8)));
        for (sort, next) in self.at(place) {
            match sort.to_ascii_lowercase() {
                b'"' | b'\\' | b'/' | b'\'' | b'`' => reads.push((sort, next)),
                b'n' => reads.push((b'\n', next)),
                b'r' => reads.push((b'\r', next)),
                b't' => reads.push((b'\t', next)),
                b'x' => reads.extend(ascii(self.digits(next, 2))),
                b'u' => {
                    reads.extend(ascii(self.digits(next, 4)));
                    for after in self.past(next, b'{') {
                        for (value, end) in (1..=6).flat_map(|count| ascii(self.digits(after, count))) {
                            reads.extend(self.past(end, b'}').map(|end| (value, end)));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Character references of HTML: numbers and names.
    fn entity(&self, place: usize, reads: &mut Vec<Read>) {
        for number in self.past(place, b'#') {
            for after in self.past(number, b'x').chain(self.past(number, b'X')) {
                reads.extend(self.number(after, 16));
            }
            reads.extend(self.number(number, 10));
        }
        let mut so_far = vec![(String::new(), place)];
        for _ in 0..=NAME {
            let mut longer = Vec::new();
            for (name, place) in &so_far {
                for (letter, next) in self.at(*place) {
                    if letter == b';' {
                        reads.extend(NAMES.iter().filter(|(one, _)| one == name).map(|(_, value)| (*value, next)));
                    } else if letter.is_ascii_alphabetic() && longer.len() < WAYS {
                        longer.push((format!("{name}{}", char::from(letter.to_ascii_lowercase())), next));
                    }
                }
            }
            so_far = longer;
        }
    }

    /// A number of ASCII, with zeros before it, and the semicolon after it.
    fn number(&self, place: usize, base: u32) -> Vec<Read> {
        let (mut starts, mut at) = (vec![place], vec![place]);
        for _ in 0..ZEROS {
            at = at.into_iter().flat_map(|place| self.past(place, b'0')).take(WAYS).collect();
            starts.extend(&at);
        }
        let longest = if base == 16 { 2 } else { 3 };
        let mut reads = Vec::new();
        for start in starts {
            for count in 1..=longest {
                for (value, end) in ascii(self.based(start, count, base)) {
                    reads.extend(self.past(end, b';').map(|end| (value, end)));
                }
            }
        }
        reads
    }

    /// Where it goes on after one character.
    pub(super) fn past(&self, place: usize, wanted: u8) -> impl Iterator<Item = usize> + '_ {
        self.at(place).filter(move |(letter, _)| *letter == wanted).map(|(_, next)| next)
    }

    fn digits(&self, place: usize, count: usize) -> Vec<(u32, usize)> {
        self.based(place, count, 16)
    }

    /// Numbers of so many digits.
    fn based(&self, place: usize, count: usize, base: u32) -> Vec<(u32, usize)> {
        let mut numbers = vec![(0_u32, place)];
        for _ in 0..count {
            numbers = numbers
                .into_iter()
                .flat_map(|(value, place)| {
                    let digit = move |(letter, next): Read| {
                        let digit = char::from(letter).to_digit(base)?;
                        Some((value.saturating_mul(base).saturating_add(digit), next))
                    };
                    self.at(place).filter_map(digit)
                })
                .take(WAYS)
                .collect();
        }
        numbers
    }
}

/// Numbers that are characters of ASCII.
fn ascii(numbers: Vec<(u32, usize)>) -> impl Iterator<Item = Read> {
    numbers.into_iter().filter_map(|(value, end)| Some((u8::try_from(value).ok().filter(u8::is_ascii)?, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Vec<char> {
        let steps = Steps::new(1_000_000);
        let reading = Reading::new(text.as_bytes(), &steps).unwrap();
        let whole = reading.at(0).filter(|(_, end)| *end == text.len());
        whole.map(|(letter, _)| char::from(letter)).collect()
    }

    #[test]
    fn a_character_is_read_in_every_form_that_servers_write() {
        for text in [
            "/",
            "%2F",
            "%2f",
            "=2F",
            "\\/",
            "\\u002f",
            "\\u002F",
            "\\x2f",
            "\\u{2f}",
            "\\u{00002f}",
            "&#47;",
            "&#047;",
            "&#x2f;",
            "&#x002F;",
            "&sol;",
            "%252F",
            "%25252f",
            "\\\\/",
            "\\\\u002f",
            "\\u005cu002f",
            "%5Cu002f",
            "&amp;#47;",
            "&amp;amp;#47;",
            "%26%2347%3B",
            "\\\\\\\\/",
            "\\057",
            "\\\\057",
        ] {
            assert!(first(text).contains(&'/'), "{text}: {:?}", first(text));
        }
        assert!(first("+").contains(&' ') && first("%20").contains(&' ') && first("&QUOT;").contains(&'"'));
        assert!(first("\"\"").contains(&'"') && first("''").contains(&'\'') && first("\\\"\\\"").contains(&'"'));
        assert!(!first("%C3%BC").contains(&'C') && first("&sol").is_empty());
    }

    #[test]
    fn escapes_without_end_are_not_read() {
        let read = |bytes: Vec<u8>, most: u64| Reading::new(&bytes, &Steps::new(most)).is_ok();
        assert!(!read(vec![b'\\'; 1 << 20], u64::MAX) && !read(vec![b'"'; 1 << 20], u64::MAX));
        for byte in [b'%', b'&', b'+'] {
            assert!(read(vec![byte; 1 << 20], u64::MAX));
        }
        assert!(!read(b"\\u0041".repeat(1_000), 1_000) && read(b"\\u0041".repeat(1_000), 1_000_000));
    }
}
