//! Building a message for the tenant's mail server.

use crate::{
    address::is_sendable,
    config::Config,
    header::{field, ids, is_id, phrase, unstructured},
    message::{Mail, Outgoing, Party},
    name, text,
};
use mail_builder::mime::MimePart;
use mail_parser::DateTime;
use std::fmt;

/// Why a message cannot be built.
#[derive(Debug)]
pub enum CannotBuild {
    /// The configuration names no sender.
    NoSender,
    /// The configured sender is no address.
    Sender(String),
    /// The recipient is no address that mail can be sent to.
    Recipient(String),
    /// The id cannot stand in a header.
    MessageId(String),
    /// The body could not be written.
    Body(std::io::Error),
}

impl fmt::Display for CannotBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSender => f.write_str("nobody to send from: set `from` or name an address in `own_addresses`"),
            Self::Sender(address) => write!(f, "mail cannot be sent from {address:?}; correct `from`"),
            Self::Recipient(address) => write!(f, "mail cannot be sent to {address:?}"),
            Self::MessageId(id) => write!(f, "{id:?} cannot be a Message-ID"),
            Self::Body(_) => f.write_str("the body could not be written"),
        }
    }
}

impl std::error::Error for CannotBuild {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Body(source) = self { Some(source) } else { None }
    }
}

/// Builds a plain-text message (RFC 5322, UTF-8) and its envelope.
///
/// # Errors
/// See [`CannotBuild`].
pub fn build(outgoing: &Outgoing, config: &Config) -> Result<Mail, CannotBuild> {
    let sender = config.sender().ok_or(CannotBuild::NoSender)?.trim();
    if !is_sendable(sender) {
        return Err(CannotBuild::Sender(sender.to_owned()));
    }
    let Party { name: recipient, address } = &outgoing.to;
    if !is_sendable(address) {
        return Err(CannotBuild::Recipient(address.clone()));
    }
    if !is_id(&outgoing.message_id) {
        return Err(CannotBuild::MessageId(outgoing.message_id.clone()));
    }
    let from = name::written(outgoing.agent.as_deref(), config.from_name.as_deref());
    let mut message = headers(outgoing, &mailbox(from.as_deref(), sender), &mailbox(recipient.as_deref(), address));
    let text = text::unix_lines(&outgoing.text).trim_end().replace('\n', "\r\n") + "\r\n";
    MimePart::new("text/plain", text).write_part(&mut message).map_err(CannotBuild::Body)?;
    Ok(Mail { mail_from: sender.to_owned(), recipient: address.clone(), message })
}

fn headers(outgoing: &Outgoing, from: &[String], to: &[String]) -> Vec<u8> {
    let date = DateTime::from_timestamp(outgoing.sent_at.div_euclid(1_000)).to_rfc822();
    let fields = [
        ("From", from.to_vec()),
        ("To", to.to_vec()),
        ("Subject", unstructured(outgoing.subject.as_deref().unwrap_or_default())),
        ("Date", vec![date]),
        ("Message-ID", ids(std::slice::from_ref(&outgoing.message_id))),
        ("In-Reply-To", ids(&outgoing.in_reply_to)),
        ("References", ids(&outgoing.references)),
        ("MIME-Version", vec!["1.0".to_owned()]),
    ];
    let present = fields.iter().filter(|(_, tokens)| !tokens.is_empty());
    present.flat_map(|(name, tokens)| field(name, tokens).into_bytes()).collect()
}

fn mailbox(name: Option<&str>, address: &str) -> Vec<String> {
    let mut tokens = phrase(name.unwrap_or_default());
    tokens.push(format!("<{address}>"));
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, read};
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    /// Names of people and companies, with whatever could confuse a reader of headers.
    const NAME: &str = "[a-zA-ZäöüÄß€😀?=_.,;:@<>()\"\\\\ ]{0,199}[a-zé]";

    fn klanghaus() -> Config {
        config::parse(r#"{ "own_addresses": ["service@klanghaus.example"], "from_name": "Klanghaus" }"#).unwrap()
    }

    fn answer() -> Outgoing {
        Outgoing {
            to: Party { name: Some("Jürgen Grün".to_owned()), address: "j.gruen@mail.example".to_owned() },
            agent: Some("Anna Meier".to_owned()),
            subject: Some("Re: Läuft nicht [SG-1234]".to_owned()),
            text: "Guten Tag,\nalles gut.\n\n.\nGrüße".to_owned(),
            message_id: "c3@klanghaus.example".to_owned(),
            in_reply_to: vec!["a1@mail.example".to_owned()],
            references: vec!["b2@klanghaus.example".to_owned(), "a1@mail.example".to_owned()],
            sent_at: 1_772_529_330_999,
        }
    }

    fn built(outgoing: &Outgoing) -> String {
        String::from_utf8(build(outgoing, &klanghaus()).unwrap().message).unwrap()
    }

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        let answer = answer();
        let mail = build(&answer, &klanghaus()).unwrap();
        assert_eq!(
            (mail.mail_from.as_str(), mail.recipient.as_str()),
            ("service@klanghaus.example", "j.gruen@mail.example")
        );
        let read = read::read(&mail.message, &klanghaus()).unwrap();
        assert_eq!((read.party, read.subject, read.text), (Some(answer.to), answer.subject, answer.text));
        assert_eq!(read.message_id, Some(answer.message_id));
        assert_eq!((read.in_reply_to, read.references), (answer.in_reply_to, answer.references));
        assert_eq!((read.agent, read.sent_at), (answer.agent, Some(1_772_529_330_000)));
    }

    #[test]
    fn an_answer_comes_from_its_agent_and_the_company() {
        let read_back = |agent: Option<&str>, from_name: Option<&str>| {
            let config = Config { from_name: from_name.map(str::to_owned), ..klanghaus() };
            let mail = build(&Outgoing { agent: agent.map(str::to_owned), ..answer() }, &config).unwrap();
            let parsed = MessageParser::default().parse(&mail.message).unwrap();
            let shown = parsed.from().and_then(|from| from.first()).and_then(|from| from.name()).map(str::to_owned);
            (shown, read::read(&mail.message, &config).unwrap().agent)
        };
        let names = |shown: Option<&str>, agent: Option<&str>| (shown.map(str::to_owned), agent.map(str::to_owned));
        let company = Some("Klanghaus");
        assert_eq!(read_back(Some("Anna Meier"), company), names(Some("Anna Meier (Klanghaus)"), Some("Anna Meier")));
        assert_eq!(read_back(Some("Anna Meier"), None), names(Some("Anna Meier"), Some("Anna Meier")));
        assert_eq!(read_back(None, company), names(company, None));
        assert_eq!(read_back(Some(" "), company), names(company, None));
        assert_eq!(read_back(None, None), names(None, None));
    }

    #[test]
    fn the_message_is_seven_bit_with_crlf_and_its_date_in_utc() {
        let message = built(&answer());
        assert!(message.is_ascii());
        assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
        assert!(message.contains("Date: Tue, 3 Mar 2026 09:15:30 +0000\r\n"), "{message}");
        assert!(message.contains("Content-Type: text/plain; charset=\"utf-8\"\r\n"), "{message}");
    }

    #[test]
    fn a_message_without_subject_or_ancestors_has_no_such_headers() {
        let message = built(&Outgoing { subject: None, in_reply_to: Vec::new(), references: Vec::new(), ..answer() });
        assert!(["Subject:", "In-Reply-To:", "References:"].iter().all(|name| !message.contains(name)), "{message}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let to = |address: &str| Outgoing { to: Party { name: None, address: address.to_owned() }, ..answer() };
        assert!(matches!(build(&to("nobody"), &klanghaus()), Err(CannotBuild::Recipient(_))));
        assert!(matches!(build(&to("a@b.example\r\nBcc: x@b.example"), &klanghaus()), Err(CannotBuild::Recipient(_))));
        assert!(matches!(build(&answer(), &Config::default()), Err(CannotBuild::NoSender)));
        let sender = Config { from: Some("me".to_owned()), ..klanghaus() };
        assert!(matches!(build(&answer(), &sender), Err(CannotBuild::Sender(_))));
        let id = Outgoing { message_id: "a>\r\nBcc: <x@b.example".to_owned(), ..answer() };
        assert!(matches!(build(&id, &klanghaus()), Err(CannotBuild::MessageId(_))));
    }

    #[test]
    fn nobody_can_smuggle_in_a_header() {
        let evil = "x\r\nBcc: eve@mail.example\r\n\r\nbody\n\rX-Evil: yes";
        let outgoing = Outgoing {
            to: Party { name: Some(evil.to_owned()), address: "jo@mail.example".to_owned() },
            agent: Some(evil.to_owned()),
            subject: Some(evil.to_owned()),
            in_reply_to: vec![evil.to_owned()],
            references: vec![evil.to_owned(), "a1@mail.example".to_owned()],
            ..answer()
        };
        let config = Config { from_name: Some(evil.to_owned()), ..klanghaus() };
        let message = String::from_utf8(build(&outgoing, &config).unwrap().message).unwrap();
        let head = message.split("\r\n\r\n").next().unwrap();
        let names: Vec<&str> =
            head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        let wanted = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "References",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert_eq!(names, wanted);
        assert!(message.contains("References: <a1@mail.example>\r\n"));
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in "[a-zäß€.= \t\n]{0,300}[a-z]") {
            let message = built(&Outgoing { text: text.clone(), ..answer() });
            prop_assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert!(message.lines().all(|line| line.len() <= 78));
            prop_assert_eq!(read::read(message.as_bytes(), &klanghaus()).unwrap().text, text.trim());
        }

        #[test]
        fn any_agent_reads_back(agent in NAME, company in NAME) {
            let config = Config { from_name: Some(company), ..klanghaus() };
            let message = build(&Outgoing { agent: Some(agent.clone()), ..answer() }, &config).unwrap().message;
            let lines = String::from_utf8(message.clone()).unwrap();
            prop_assert!(lines.lines().all(|line| line.len() <= 78));
            prop_assert_eq!(read::read(&message, &config).unwrap().agent, text::line(&agent, 200));
        }

        #[test]
        fn only_crlf_ends_a_line(text in "(\\PC{0,20}(\r|\n|\r\n|\0)){0,10}") {
            let message = built(&Outgoing { text, ..answer() });
            prop_assert!(!message.replace("\r\n", "").contains(['\r', '\n', '\0']));
        }
    }
}
