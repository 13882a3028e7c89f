//! Reading a message: who wrote it to whom, when, about what, and in answer to which.

use crate::{
    config::Config,
    message::Incoming,
    parts,
    sides::{Sides, parties, sides},
    text,
};
use mail_parser::{DateTime, HeaderName, Message, MessageParser};
use std::fmt;

/// What an interaction holds; the rest stays in the stored bytes.
const MOST_TEXT: usize = 200_000;
const MOST_SUBJECT: usize = 2_000;
const LONGEST_ID: usize = 1_000;
const MOST_IDS: usize = 100;
const MOST_ATTACHMENTS: usize = 100;

/// The bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the bytes are no e-mail: the headers From, To, Subject, Date and Message-ID are all missing or \
             unreadable; the bytes stay stored",
        )
    }
}

impl std::error::Error for Unreadable {}

/// Reads a message (RFC 5322 and MIME) as well as it can be read.
///
/// # Errors
/// [`Unreadable`] where not even one header says what it is.
pub fn read(bytes: &[u8], config: &Config) -> Result<Incoming, Unreadable> {
    let message = MessageParser::default().parse(bytes).ok_or(Unreadable)?;
    let subject = message.subject().and_then(|subject| text::line(subject, MOST_SUBJECT));
    let message_id = ids(&message, HeaderName::MessageId).into_iter().next();
    let sent_at = message.date().and_then(milliseconds);
    let names_somebody = [message.from(), message.to()].into_iter().any(|header| parties(header).next().is_some());
    let is_message = names_somebody || subject.is_some() || sent_at.is_some() || message_id.is_some();
    if !is_message {
        return Err(Unreadable);
    }
    let Sides { direction, customer, agent } = sides(&message, config);
    let text = parts::text(&message, MOST_TEXT + 1);
    let is_long = text.chars().nth(MOST_TEXT).is_some();
    Ok(Incoming {
        is_cut: is_long || message.attachment_count() > MOST_ATTACHMENTS,
        direction,
        party: customer,
        subject,
        text: text::block(text.chars(), MOST_TEXT),
        attachments: parts::attachments(&message).take(MOST_ATTACHMENTS).collect(),
        message_id,
        in_reply_to: ids(&message, HeaderName::InReplyTo),
        references: ids(&message, HeaderName::References),
        agent,
        sent_at,
    })
}

/// The newest ids in all headers of a name, oldest first and without angle brackets; ids that are too long are none.
fn ids(message: &Message<'_>, name: HeaderName<'static>) -> Vec<String> {
    let listed = message.header_values(name).filter_map(|value| value.as_text_list()).flatten();
    let is_id = |id: &&str| {
        let is_short = id.chars().nth(LONGEST_ID).is_none();
        !id.is_empty() && is_short && !id.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    let ids: Vec<&str> = listed.map(|id| id.trim()).filter(is_id).collect();
    let surplus = ids.len().saturating_sub(MOST_IDS);
    ids.into_iter().skip(surplus).map(str::to_owned).collect()
}

/// Milliseconds since 1970; `None` for a day that no calendar has, such as 30 February.
fn milliseconds(date: &DateTime) -> Option<i64> {
    let is_real = date.is_valid() && DateTime::from_timestamp(date.to_timestamp_local()).day == date.day;
    is_real.then(|| date.to_timestamp().saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Direction, Party};
    use proptest::prelude::*;

    fn config() -> Config {
        crate::config::parse(r#"{ "own_addresses": ["service@klanghaus.example"] }"#).unwrap()
    }

    fn incoming(message: &str) -> Incoming {
        read(message.replace('\n', "\r\n").as_bytes(), &config()).unwrap()
    }

    #[test]
    fn a_message_from_a_customer_is_inbound() {
        let message = incoming(
            "From: =?utf-8?Q?J=C3=BCrgen_Gr=C3=BCn?= <j.gruen@mail.example>\nReply-To: other@mail.example\n\
             To: service@klanghaus.example\nSubject: =?iso-8859-1?Q?L=E4uft_nicht?=\n\
             Date: Tue, 3 Mar 2026 10:15:30 +0100\nMessage-ID: <a1@mail.example>\n\
             In-Reply-To: <b2@klanghaus.example>\nReferences: <b1@klanghaus.example>\n <b2@klanghaus.example>\n\nHallo\n",
        );
        let party = Party { name: Some("Jürgen Grün".to_owned()), address: "j.gruen@mail.example".to_owned() };
        assert_eq!((message.direction, message.party), (Direction::Inbound, Some(party)));
        assert_eq!(message.subject.as_deref(), Some("Läuft nicht"));
        assert_eq!(message.message_id.as_deref(), Some("a1@mail.example"));
        assert_eq!(message.in_reply_to, ["b2@klanghaus.example"]);
        assert_eq!(message.references, ["b1@klanghaus.example", "b2@klanghaus.example"]);
        assert_eq!(message.sent_at, Some(1_772_529_330_000));
        assert_eq!((message.text.as_str(), message.agent), ("Hallo", None));
    }

    #[test]
    fn a_message_from_an_own_address_is_outbound_and_names_its_agent() {
        let message = incoming(
            "From: \"Anna Meier (Klanghaus)\" <Service@Klanghaus.example>\n\
             To: service@klanghaus.example, Jo <jo@mail.example>\nSubject: Re\n\nHallo Jo\n",
        );
        assert_eq!(message.direction, Direction::Outbound);
        assert_eq!(message.party.unwrap().address, "jo@mail.example");
        assert_eq!(message.agent.as_deref(), Some("Anna Meier"));
        let nameless = incoming("From: service@klanghaus.example\nTo: service@klanghaus.example\n\nnote\n");
        assert_eq!((nameless.direction, nameless.party, nameless.agent), (Direction::Inbound, None, None));
    }

    #[test]
    fn a_message_that_names_no_sender_is_inbound_without_a_party() {
        for from in ["", "From: \n", "From: Whomever\n", "From: undisclosed:;\n"] {
            let message = incoming(&format!("{from}Subject: Hello\n\ntext\n"));
            assert_eq!((message.direction, message.party), (Direction::Inbound, None), "{from}");
        }
    }

    #[test]
    fn a_blank_subject_and_an_impossible_date_are_absent() {
        for date in ["Whenever", "Tue, 30 Feb 2026 10:00:00 +0000", "Tue, 3 Mar 2026 25:00:00 +0000"] {
            let message = incoming(&format!("From: a@b.example\nSubject:  \nDate: {date}\n\ntext\n"));
            assert_eq!((message.subject, message.sent_at), (None, None), "{date}");
        }
    }

    #[test]
    fn a_phrase_is_no_message_id() {
        let message = incoming("From: a@b.example\nIn-Reply-To: Your message of Monday\nMessage-ID: <>\n\ntext\n");
        assert_eq!((message.in_reply_to.as_slice(), message.message_id), (&[][..], None));
    }

    #[test]
    fn the_newest_ids_are_kept_and_those_that_are_too_long_are_dropped() {
        let listed = (0..MOST_IDS + 50).map(|n| format!("<{n}@b.example>")).collect::<Vec<_>>().join("\n ");
        let (long, fitting) = ("i".repeat(LONGEST_ID + 1), "i".repeat(LONGEST_ID));
        let message =
            incoming(&format!("From: a@b.example\nIn-Reply-To: <{long}> <{fitting}>\nReferences: {listed}\n\ntext\n"));
        assert_eq!(message.in_reply_to, [fitting]);
        assert_eq!(message.references.len(), MOST_IDS);
        assert_eq!(message.references.first().unwrap(), "50@b.example");
        assert_eq!(message.references.last().unwrap(), "149@b.example");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for bytes in
            [&b""[..], b"\r\n\r\n", b"hello, world", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"X-Spam: yes\r\n\r\nbody"]
        {
            assert_eq!(read(bytes, &config()), Err(Unreadable), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_an_interaction_cannot_hold_is_left_out_and_said() {
        let long = incoming(&format!("From: a@b.example\n\n{}", "ä".repeat(MOST_TEXT + 1)));
        assert_eq!((long.text.chars().count(), long.is_cut), (MOST_TEXT, true));
        let part = "--x\nContent-Type: image/png\n\n.\n".repeat(MOST_ATTACHMENTS + 1);
        let many = incoming(&format!("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n{part}--x--\n"));
        assert_eq!((many.attachments.len(), many.is_cut), (MOST_ATTACHMENTS, true));
        let name = "n".repeat(parts::LONGEST_NAME + 1);
        let named = incoming(&format!(
            "From: a@b.example\nContent-Type: image/png\nContent-Disposition: attachment; filename={name}\n\n.\n"
        ));
        assert_eq!(named.attachments.first().unwrap().name.len(), parts::LONGEST_NAME);
        assert!(!incoming("From: a@b.example\n\ntext\n").is_cut);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &config());
        }

        #[test]
        fn no_headers_make_it_panic(
            lines in prop::collection::vec("(From|To|Subject|Date|Content-Type|References): \\PC{0,40}", 0..8),
            body in "\\PC{0,200}",
        ) {
            let _ = read(format!("{}\r\n\r\n{body}", lines.join("\r\n")).as_bytes(), &config());
        }
    }
}
