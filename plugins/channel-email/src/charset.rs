//! The character sets of text parts.

use mail_parser::{
    Encoding, MessagePart, MimeHeaders,
    decoders::{base64::base64_decode, charsets::map::charset_decoder, quoted_printable::quoted_printable_decode},
};
use std::borrow::Cow;

/// What mail programs of the West meant before UTF-8 where they did not say what they meant.
const UNSAID: &str = "windows-1252";

/// The text of a part; `parsed` is how the parser read it, `raw` the message.
///
/// A part that says nothing of its character set, names an unknown one or US-ASCII and has other bytes than that is
/// read as UTF-8, and as windows-1252 where it is not UTF-8. The parser would put marks in place of letters.
#[must_use]
pub fn text<'t>(parsed: &'t str, part: &MessagePart<'_>, raw: &[u8]) -> Cow<'t, str> {
    let named = part.content_type().and_then(|named| named.attribute("charset")).unwrap_or_default().trim();
    let is_doubtful = if is_ascii(named) {
        !parsed.is_ascii()
    } else {
        !is_known(named) && parsed.contains(char::REPLACEMENT_CHARACTER)
    };
    if is_doubtful { Cow::Owned(guessed(body(part, raw).into_owned())) } else { Cow::Borrowed(parsed) }
}

/// A part's body as its sender had it before the transfer encoding.
#[must_use]
pub fn body<'r>(part: &MessagePart<'_>, raw: &'r [u8]) -> Cow<'r, [u8]> {
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let body = raw.get(start..end).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::None => None,
        Encoding::Base64 => base64_decode(body),
        Encoding::QuotedPrintable => quoted_printable_decode(body),
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

fn is_ascii(charset: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968"].iter().any(|name| name.eq_ignore_ascii_case(charset))
}

/// The parser has no decoder for UTF-8, which is what it takes everything else for.
fn is_known(charset: &str) -> bool {
    charset.to_ascii_lowercase().contains("utf") || charset_decoder(charset.as_bytes()).is_some()
}

fn guessed(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| match charset_decoder(UNSAID.as_bytes()) {
        Some(decode) => decode(error.as_bytes()),
        None => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{MessageParser, PartType};

    fn read(head: &str, body: &[u8]) -> String {
        let bytes = [format!("{head}\r\n\r\n").as_bytes(), body].concat();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let part = message.root_part();
        let (PartType::Text(parsed) | PartType::Html(parsed)) = &part.body else { panic!("{head} is no text") };
        text(parsed, part, &message.raw_message).into_owned()
    }

    #[test]
    fn what_names_no_character_set_and_is_not_utf_8_is_windows_1252() {
        for head in [
            "Subject: none",
            "Content-Type: text/plain",
            "Content-Type: text/html",
            "Content-Type: text/plain; charset=us-ascii",
            "Content-Type: text/plain; charset=\"US-ASCII\"",
            "Content-Type: text/plain; charset=x-unknown",
        ] {
            assert_eq!(read(head, b"Gr\xfc\xdfe f\xfcr 5 \x80"), "Grüße für 5 €", "{head}");
            assert_eq!(read(head, "Grüße für 5 €".as_bytes()), "Grüße für 5 €", "{head}");
            assert_eq!(read(head, b"Gruss"), "Gruss", "{head}");
        }
    }

    #[test]
    fn transfer_encodings_are_decoded_before() {
        let head = |encoding: &str| format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}");
        assert_eq!(read(&head("quoted-printable"), b"Gr=FC=\r\n=DFe"), "Grüße");
        assert_eq!(read(&head("base64"), b"R3L832U=\r\n"), "Grüße");
    }

    #[test]
    fn what_names_its_character_set_is_read_as_that() {
        let greek = read("Content-Type: text/plain; charset=iso-8859-7", b"\xc3\xe5\xe9\xdc");
        assert_eq!(greek, "Γειά");
        assert_eq!(read("Content-Type: text/plain; charset=utf-8", b"Gr\xfce"), "Gr\u{fffd}e");
    }
}
