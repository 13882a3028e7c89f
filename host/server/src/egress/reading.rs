//! Reading bytes as everything that they may mean: a character is itself, or written by one of the escapes that servers
//! use when they repeat what they got, or by an escape whose own characters are escaped again.

use std::collections::HashMap;

/// How many escapes may lie inside one another, such as JSON in JSON in a form.
const DEPTH: usize = 3;
/// Ways to read one place; honest texts have two or three.
const WAYS: usize = 16;
/// Zeros that may stand before a number in HTML.
const ZEROS: usize = 6;
/// Letters of the longest name in [`NAMES`].
const NAME: usize = 8;
/// Readings beside the plain one that are kept in memory.
const MOST: usize = 1_000_000;

/// Characters of ASCII that have names in HTML (WHATWG HTML, section 13.5).
const NAMES: &[(&str, u8)] = &[
    ("amp", b'&'),
    ("lt", b'<'),
    ("gt", b'>'),
    ("quot", b'"'),
    ("apos", b'\''),
    ("excl", b'!'),
    ("num", b'#'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("lpar", b'('),
    ("rpar", b')'),
    ("ast", b'*'),
    ("plus", b'+'),
    ("comma", b','),
    ("period", b'.'),
    ("sol", b'/'),
    ("colon", b':'),
    ("semi", b';'),
    ("equals", b'='),
    ("quest", b'?'),
    ("commat", b'@'),
    ("lsqb", b'['),
    ("lbrack", b'['),
    ("bsol", b'\\'),
    ("rsqb", b']'),
    ("rbrack", b']'),
    ("hat", b'^'),
    ("lowbar", b'_'),
    ("grave", b'`'),
    ("lcub", b'{'),
    ("lbrace", b'{'),
    ("verbar", b'|'),
    ("vert", b'|'),
    ("rcub", b'}'),
    ("rbrace", b'}'),
    ("nbsp", b' '),
    ("tab", b'\t'),
    ("newline", b'\n'),
];

/// A character that may be read at some place, and where the next one begins.
pub(super) type Read = (u8, usize);

/// Bytes, and what they may mean beside what they are.
pub(super) struct Reading<'a> {
    pub(super) bytes: &'a [u8],
    more: HashMap<usize, Vec<Read>>,
}

impl<'a> Reading<'a> {
    /// Reads bytes. `None` where they consist of little but escapes of escapes, which no honest server writes.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let escapes = |byte: &u8| matches!(byte, b'%' | b'=' | b'\\' | b'&' | b'+');
        let places: Vec<usize> = bytes.iter().enumerate().filter(|(_, byte)| escapes(byte)).map(|(at, _)| at).collect();
        let (mut reading, mut kept) = (Self { bytes, more: HashMap::new() }, 0);
        for _ in 0..DEPTH {
            let found: Vec<(usize, Vec<Read>)> =
                places.iter().map(|at| (*at, reading.escapes(*at))).filter(|(_, reads)| !reads.is_empty()).collect();
            for (at, reads) in found {
                let known = reading.more.entry(at).or_default();
                for read in reads {
                    if known.len() < WAYS && !known.contains(&read) {
                        known.push(read);
                        kept += 1;
                    }
                }
                if kept > MOST {
                    return None;
                }
            }
        }
        Some(reading)
    }

    /// Everything that may be read at a place.
    pub(super) fn at(&self, place: usize) -> impl Iterator<Item = Read> + '_ {
        let plain = self.bytes.get(place).map(|byte| (*byte, place + 1));
        plain.into_iter().chain(self.more.get(&place).into_iter().flatten().copied())
    }

    /// What the escapes that begin at a place mean, by what is known so far.
    fn escapes(&self, place: usize) -> Vec<Read> {
        let mut reads = Vec::new();
        for (lead, next) in self.at(place) {
            match lead {
                // Percent-encoding (RFC 3986), quoted-printable (RFC 2045).
                b'%' | b'=' => reads.extend(ascii(self.digits(next, 2))),
                // Forms write a space so.
                b'+' => reads.push((b' ', next)),
                b'\\' => self.backslash(next, &mut reads),
                b'&' => self.entity(next, &mut reads),
                _ => {}
            }
        }
        reads
    }

    /// Escapes of JSON and its relatives (RFC 8259, section 7).
    fn backslash(&self, place: usize, reads: &mut Vec<Read>) {
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
                        for (value, end) in (2..=6).flat_map(|count| ascii(self.digits(after, count))) {
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
            for count in 2..=longest {
                for (value, end) in ascii(self.based(start, count, base)) {
                    reads.extend(self.past(end, b';').map(|end| (value, end)));
                }
            }
        }
        reads
    }

    /// Where it goes on after one character.
    fn past(&self, place: usize, wanted: u8) -> impl Iterator<Item = usize> + '_ {
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
        let reading = Reading::new(text.as_bytes()).unwrap();
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
        ] {
            assert!(first(text).contains(&'/'), "{text}: {:?}", first(text));
        }
        assert!(first("+").contains(&' ') && first("%20").contains(&' ') && first("&QUOT;").contains(&'"'));
        assert!(!first("%C3%BC").contains(&'C') && first("&sol").is_empty());
    }

    #[test]
    fn escapes_without_end_are_not_read() {
        assert!(Reading::new(&vec![b'\\'; 1 << 20]).is_none());
        assert!(Reading::new(&vec![b'%'; 1 << 20]).is_some() && Reading::new(&vec![b'&'; 1 << 20]).is_some());
    }
}
