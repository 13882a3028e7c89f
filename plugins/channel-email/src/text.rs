//! Bringing text from outside into a form that can be kept.

use std::mem;

/// The text with LF line ends, without other control characters than tabs, trimmed and cut to `limit` characters.
#[must_use]
pub fn block(text: impl Iterator<Item = char>, limit: usize) -> String {
    let kept: String = unix(text).skip_while(|c| c.is_whitespace()).take(limit).collect();
    kept.trim_end().to_owned()
}

/// The text with LF line ends and without other control characters than tabs.
#[must_use]
pub fn unix_lines(text: &str) -> String {
    unix(text.chars()).collect()
}

/// One character after the other: a long text is not copied to be cleaned.
fn unix(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut is_after_cr = false;
    text.filter_map(move |c| match (c, mem::replace(&mut is_after_cr, c == '\r')) {
        ('\n', true) => None,
        ('\r', _) => Some('\n'),
        _ => (!c.is_control() || matches!(c, '\n' | '\t')).then_some(c),
    })
}

/// The text on one line, cut to `limit` characters; `None` where nothing is left.
#[must_use]
pub fn line(text: &str, limit: usize) -> Option<String> {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let line = text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let kept: String = line.chars().take(limit).collect();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_its_lines_and_loses_control_characters() {
        let block = |text: &str, limit| block(text.chars(), limit);
        assert_eq!(block("\r\n a\r\nb\rc\td\0\u{7}\n\n", 100), "a\nb\nc\td");
        assert_eq!(block("a\r\n\r\nb\n\rc\r\rd", 100), "a\n\nb\n\nc\n\nd");
        assert_eq!(block("äöü", 2), "äö");
        assert_eq!(block(" a b", 2), "a");
    }

    #[test]
    fn a_line_has_no_breaks() {
        assert_eq!(line(" a\r\n\tb \u{1b}c ", 100).as_deref(), Some("a b c"));
        assert_eq!(line(" \r\n", 100), None);
    }
}
