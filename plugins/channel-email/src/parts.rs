//! The text and the attachments of a message (MIME, RFC 2045 to 2049).

use crate::{charset, html, message::Attachment, text};
use mail_parser::{Message, MessagePart, MessagePartId, MimeHeaders, PartType};
use std::{borrow::Cow, collections::BTreeMap};

/// The most characters of an attachment's name.
pub const LONGEST_NAME: usize = 300;

/// All that the body says, in its order, a blank line between its parts; HTML as text.
///
/// Of alternatives (RFC 2046, section 5.1.4) it is the first that says anything, plain text before HTML. Text beyond
/// `limit` characters is left out.
#[must_use]
pub fn text(message: &Message<'_>, limit: usize) -> String {
    let branches = branches(message);
    let plain = |part| plain(part, message.raw_message.as_ref(), limit);
    let mut chosen = BTreeMap::new();
    let mut texts = BTreeMap::new();
    // What to show where plain text is wanted comes first, then what to show where HTML is.
    for (wanted, ids) in [&message.text_body, &message.html_body].into_iter().enumerate() {
        for id in ids {
            let branch = branches.get(id).map(|branch| (branch.alternative, (wanted, branch.child)));
            let is_passed_over = branch.is_some_and(|(of, this)| chosen.get(&of).is_some_and(|taken| *taken != this));
            if is_passed_over || texts.contains_key(id) {
                continue;
            }
            if let Some(text) = message.part(*id).and_then(plain).filter(|text| !text.trim().is_empty()) {
                chosen.extend(branch);
                texts.insert(*id, text);
            }
        }
    }
    text::block(texts.values().flat_map(|text| "\n\n".chars().chain(text.trim().chars())), limit)
}

/// Where a part stands among alternatives.
#[derive(Debug, Clone, Copy)]
struct Branch {
    /// The outermost `multipart/alternative` around the part.
    alternative: MessagePartId,
    /// The alternative that the part belongs to.
    child: MessagePartId,
}

/// The branch of each part that stands among alternatives.
fn branches(message: &Message<'_>) -> BTreeMap<MessagePartId, Branch> {
    let mut branches = BTreeMap::new();
    // A part comes after the one that holds it.
    for (id, part) in (0..).zip(&message.parts) {
        let outer = branches.get(&id).copied();
        let is_alternative = part.content_type().and_then(|named| named.subtype()) == Some("alternative");
        for &child in part.sub_parts().unwrap_or_default() {
            let own = is_alternative.then_some(Branch { alternative: id, child });
            branches.extend(outer.or(own).map(|branch| (child, branch)));
        }
    }
    branches
}

fn plain<'a>(part: &'a MessagePart<'_>, raw: &[u8], limit: usize) -> Option<Cow<'a, str>> {
    match &part.body {
        PartType::Text(text) => Some(charset::text(text, part, raw)),
        PartType::Html(html) => Some(Cow::Owned(html::to_text(&charset::text(html, part, raw), limit))),
        _ => None,
    }
}

/// Everything that is no text of the body, images shown in it and forwarded messages included.
pub fn attachments<'a>(message: &'a Message<'_>) -> impl Iterator<Item = Attachment> + 'a {
    message.attachments().map(|part| Attachment {
        name: part.attachment_name().and_then(|name| text::line(name, LONGEST_NAME)).unwrap_or_default(),
        media_type: media_type(part),
        size: size(part, message.raw_message.as_ref()),
    })
}

fn media_type(part: &MessagePart<'_>) -> String {
    let named = part.content_type().and_then(|named| Some(format!("{}/{}", named.ctype(), named.subtype()?)));
    let usual = match &part.body {
        PartType::Message(_) => "message/rfc822",
        PartType::Text(_) => "text/plain",
        PartType::Html(_) => "text/html",
        _ => "application/octet-stream",
    };
    let named = named.and_then(|named| text::line(&named, 127));
    named.map_or_else(|| usual.to_owned(), |named| named.to_ascii_lowercase())
}

/// Bytes of a part as its sender had them: before the transfer encoding, in the sender's character set.
fn size(part: &MessagePart<'_>, raw: &[u8]) -> usize {
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.len(),
        _ => charset::body(part, raw).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;

    fn message(bytes: &[u8]) -> Message<'_> {
        MessageParser::default().parse(bytes).unwrap()
    }

    fn text_of(bytes: &[u8]) -> String {
        text(&message(bytes), 1_000)
    }

    #[test]
    fn transfer_encodings_and_character_sets_are_decoded() {
        let quoted = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=\r\n=C3=9Fe\r\nAnna";
        assert_eq!(text_of(quoted), "Grüße\nAnna");
        let base64 =
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nR3LDvMOfZQ==\r\n";
        assert_eq!(text_of(base64), "Grüße");
        let windows = b"Content-Type: text/plain; charset=windows-1252\r\n\r\n\x84Gr\xfc\xdfe\x93 f\xfcr 5 \x80";
        assert_eq!(text_of(windows), "„Grüße“ für 5 €");
    }

    #[test]
    fn html_becomes_text_where_there_is_no_plain_text() {
        let html = b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Hello &amp; <b>thanks</b></p><p>Jo</p>";
        assert_eq!(text_of(html), "Hello & thanks\nJo");
        let both = b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nplain\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--x--\r\n";
        assert_eq!(text_of(both), "plain");
        let blank = b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n \r\n--x\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--x--\r\n";
        assert_eq!(text_of(blank), "rich");
        let blocks = b"Content-Type: text/html\r\n\r\n<div>meine CD ist kaputt</div><div>Bitte</div>";
        assert_eq!(text_of(blocks), "meine CD ist kaputt\nBitte");
        let unsaid = b"Content-Type: text/html\r\n\r\n<td>Stra\xdfe</td><td>f\xfcnf</td>";
        assert_eq!(text_of(unsaid), "Straße fünf");
    }

    #[test]
    fn only_the_start_of_a_long_page_is_laid_out() {
        let long = format!("Content-Type: text/html\r\n\r\n<p>{}</p>", "ä".repeat(5_000));
        assert_eq!(text_of(long.as_bytes()), "ä".repeat(1_000));
    }

    /// A multipart of a kind, such as `mixed`, that holds parts.
    fn multipart(kind: &str, parts: &[&str]) -> String {
        let boundary = format!("{kind}-{}", parts.concat().len());
        let parts = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect::<Vec<_>>().concat();
        format!("Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{parts}--{boundary}--\r\n")
    }

    const FIRST: &str = "Content-Type: text/plain\r\n\r\nfirst\r\n";
    const LAST: &str = "Content-Type: text/plain\r\n\r\n\r\nlast";
    const BLANK: &str = "Content-Type: text/plain\r\n\r\n \r\n";
    const RICH: &str = "Content-Type: text/html\r\n\r\n<p>rich</p>";
    const MORE: &str = "Content-Type: text/html\r\n\r\n<p>more</p>";
    const IMAGE: &str = "Content-Type: image/png\r\nContent-Disposition: inline; filename=a.png\r\n\r\n.";
    const PDF: &str = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n.";

    #[test]
    fn text_around_images_and_attachments_is_joined() {
        let around = multipart("mixed", &[FIRST, IMAGE, LAST]);
        assert_eq!(text_of(around.as_bytes()), "first\n\nlast");
        assert_eq!(attachments(&message(around.as_bytes())).count(), 1);
        assert_eq!(text_of(multipart("mixed", &[RICH, PDF, MORE, IMAGE, LAST]).as_bytes()), "rich\n\nmore\n\nlast");
        assert_eq!(text_of(multipart("mixed", &[IMAGE, BLANK, PDF, LAST]).as_bytes()), "last");
        let nested = multipart("mixed", &[&multipart("related", &[RICH, IMAGE]), PDF, LAST]);
        assert_eq!(text_of(nested.as_bytes()), "rich\n\nlast");
    }

    #[test]
    fn an_attached_text_is_no_text_of_the_body() {
        let attached = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nattached";
        let mixed = multipart("mixed", &[FIRST, attached, LAST]);
        assert_eq!(text_of(mixed.as_bytes()), "first\n\nlast");
        assert_eq!(attachments(&message(mixed.as_bytes())).count(), 1);
    }

    #[test]
    fn of_alternatives_one_is_taken() {
        assert_eq!(text_of(multipart("alternative", &[RICH, FIRST]).as_bytes()), "first");
        assert_eq!(text_of(multipart("alternative", &[FIRST, LAST]).as_bytes()), "first");
        let apple = |plain| multipart("alternative", &[plain, &multipart("mixed", &[RICH, PDF, MORE])]);
        assert_eq!(text_of(apple(FIRST).as_bytes()), "first");
        assert_eq!(text_of(apple(BLANK).as_bytes()), "rich\n\nmore");
        let around = multipart("alternative", &[&multipart("mixed", &[FIRST, IMAGE, LAST]), RICH]);
        assert_eq!(text_of(around.as_bytes()), "first\n\nlast");
        let inner = multipart("related", &[&multipart("alternative", &[LAST, RICH]), IMAGE]);
        assert_eq!(text_of(multipart("alternative", &[FIRST, &inner]).as_bytes()), "first");
        assert_eq!(text_of(multipart("alternative", &[BLANK, &inner]).as_bytes()), "last");
    }

    #[test]
    fn text_beside_alternatives_is_joined_to_the_one_taken() {
        let footer = |plain| multipart("mixed", &[&multipart("alternative", &[plain, RICH]), PDF, LAST]);
        assert_eq!(text_of(footer(FIRST).as_bytes()), "first\n\nlast");
        assert_eq!(text_of(footer(BLANK).as_bytes()), "rich\n\nlast");
        let twice = [multipart("alternative", &[FIRST, RICH]), multipart("alternative", &[BLANK, MORE])];
        assert_eq!(text_of(multipart("mixed", &[&twice[0], &twice[1]]).as_bytes()), "first\n\nmore");
    }

    #[test]
    fn a_message_that_breaks_off_keeps_the_one_alternative() {
        let whole = multipart("mixed", &[&multipart("alternative", &[FIRST, RICH]), PDF]);
        for end in ["--mixed", PDF, "--alternative"] {
            let (broken, _) = whole.rsplit_once(end).unwrap();
            assert_eq!(text_of(broken.as_bytes()), "first", "{end}");
        }
    }

    #[test]
    fn deep_nesting_is_read() {
        let level = |n| format!("Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n");
        let deep = (0..20_000).map(level).collect::<Vec<_>>().concat();
        assert_eq!(text_of(format!("{deep}{FIRST}--x19999--\r\n").as_bytes()), "first");
    }

    #[test]
    fn attachments_are_described_after_decoding() {
        let bytes = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/plain\r\n\r\nSee below\r\n\
            --x\r\nContent-Type: image/PNG; name=\"=?utf-8?Q?sch=C3=A4den.png?=\"\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQ=\r\n\
            --x\r\nContent-Type: text/csv; charset=iso-8859-1\r\nContent-Disposition: attachment; filename*=utf-8''%C3%BC.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=FC;=E4\r\n\
            --x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nforwarded\r\n\
            --x--\r\n";
        let message = message(bytes);
        assert_eq!(text(&message, 1_000), "See below");
        let found: Vec<(String, String, usize)> =
            attachments(&message).map(|found| (found.name, found.media_type, found.size)).collect();
        let wanted = [("schäden.png", "image/png", 5), ("ü.csv", "text/csv", 3), ("", "message/rfc822", 27)];
        assert_eq!(found, wanted.map(|(name, media_type, size)| (name.to_owned(), media_type.to_owned(), size)));
    }
}
