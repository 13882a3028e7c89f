//! Writing header fields (RFC 5322, section 2.2) with encoded words (RFC 2047).

use mail_builder::encoders::base64::base64_encode;

/// A line is folded before it grows longer.
const LONGEST_LINE: usize = 76;
/// Bytes in one encoded word, so that it and the name of its field fit into one line (RFC 2047, section 2).
const LONGEST_CHUNK: usize = 39;
/// A longer word of plain text is encoded, so that it can be folded.
const LONGEST_WORD: usize = 60;

/// One header field with its CRLF, folded between tokens.
///
/// Control characters are left out of tokens, so no token can end the field and start another one.
#[must_use]
pub fn field(name: &str, tokens: &[String]) -> String {
    let mut field = format!("{name}:");
    let mut line = field.len();
    for token in tokens {
        let token: String = token.chars().filter(|c| !c.is_control()).collect();
        if line + 1 + token.len() > LONGEST_LINE && line > name.len() + 1 {
            field.push_str("\r\n");
            line = 0;
        }
        field.push(' ');
        field.push_str(&token);
        line += 1 + token.len();
    }
    field + "\r\n"
}

/// The tokens of a subject: its words where they are plain ASCII, encoded words otherwise.
#[must_use]
pub fn unstructured(text: &str) -> Vec<String> {
    tokens(text, |word| word.chars().all(|c| c.is_ascii_graphic()) && !word.contains("=?"))
}

/// The tokens of a display name: its words where they are atoms (RFC 5322, section 3.2.3), encoded words otherwise.
#[must_use]
pub fn phrase(text: &str) -> Vec<String> {
    tokens(text, |word| word.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/^_`{|}~".contains(c)))
}

fn tokens(text: &str, is_plain: impl Fn(&str) -> bool) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().all(|word| word.len() <= LONGEST_WORD && is_plain(word)) {
        return words.into_iter().map(str::to_owned).collect();
    }
    chunks(&words.join(" ")).iter().map(|chunk| format!("=?utf-8?B?{}?=", base64(chunk))).collect()
}

/// Ids in their angle brackets; what cannot be an id is left out.
#[must_use]
pub fn ids(ids: &[String]) -> Vec<String> {
    ids.iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect()
}

/// Whether a text can stand between the angle brackets of an id.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=900).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
}

/// Pieces that each fit into one encoded word, cut between characters.
fn chunks(text: &str) -> Vec<String> {
    let mut chunks = vec![String::new()];
    for c in text.chars() {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() + c.len_utf8() <= LONGEST_CHUNK => chunk.push(c),
            _ => chunks.push(c.to_string()),
        }
    }
    chunks
}

fn base64(text: &str) -> String {
    // Writing to memory cannot fail, and base64 is ASCII.
    base64_encode(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    #[test]
    fn plain_text_stays_readable_and_other_text_is_encoded() {
        assert_eq!(field("Subject", &unstructured("Re:  your order")), "Subject: Re: your order\r\n");
        assert_eq!(field("Subject", &unstructured("Grüße")), "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n");
        assert_eq!(phrase("Anna Meier"), ["Anna", "Meier"]);
        assert_eq!(phrase("Meier, Anna"), ["=?utf-8?B?TWVpZXIsIEFubmE=?="]);
        assert_eq!(unstructured("=?utf-8?Q?x?="), ["=?utf-8?B?PT91dGYtOD9RP3g/PQ==?="]);
    }

    #[test]
    fn what_cannot_be_an_id_is_left_out() {
        let given = ["a@b", "", "a b", "a\r\nBcc: x", "<a>", "ä@b"].map(str::to_owned);
        assert_eq!(ids(&given), ["<a@b>"]);
    }

    proptest! {
        #[test]
        fn a_field_never_becomes_two(text in "\\PC*(\r\n|\r|\n|\0)?\\PC*", raw in any::<bool>()) {
            let tokens = if raw { vec![text] } else { unstructured(&text) };
            let field = field("Subject", &tokens);
            let rest = field.strip_suffix("\r\n").unwrap();
            prop_assert!(rest.split("\r\n").skip(1).all(|line| line.starts_with(' ')));
            prop_assert!(!rest.replace("\r\n", "").contains(['\r', '\n', '\0']));
        }

        #[test]
        fn a_subject_reads_back(text in "[a-zA-ZäöüÄß€😀?=_.,:()<>\" ]{1,120}") {
            let message = field("Subject", &unstructured(&text)) + "\r\n";
            let read = MessageParser::default().parse(message.as_bytes()).unwrap();
            let wanted = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(read.subject().unwrap_or_default(), wanted);
            prop_assert!(message.lines().all(|line| line.len() <= 76));
        }
    }
}
