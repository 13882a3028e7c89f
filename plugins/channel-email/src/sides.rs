//! Which way a message went, who its customer is and which agent wrote it.

use crate::{
    config::Config,
    message::{Direction, Party},
    name, text,
};
use mail_parser::{Addr, Address, Message};

/// What an interaction holds.
const MOST_NAME: usize = 200;
const MOST_ADDRESS: usize = 400;

/// Who stands on either side of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Which way it went.
    pub direction: Direction,
    /// The customer; `None` where the message names nobody.
    pub customer: Option<Party>,
    /// Who wrote it for the company.
    pub agent: Option<String>,
}

/// The sides of a message.
///
/// It went out only if it comes from an own address and is for somebody else. What the company's own address sends to
/// the company is no answer to anybody: it came in, as from a form on its site, which names the customer in Reply-To.
#[must_use]
pub fn sides(message: &Message<'_>, config: &Config) -> Sides {
    let sender = parties(message.from()).next();
    if !sender.as_ref().is_some_and(|sender| config.is_own(&sender.address)) {
        return came_in(sender);
    }
    let foreign = |header| parties(header).find(|listed| !config.is_own(&listed.address));
    let recipient = foreign(message.to());
    // Comes before Cc: many a form sends a copy to whoever filled it in.
    let asking = if recipient.is_none() { foreign(message.reply_to()) } else { None };
    if asking.is_some() {
        return came_in(asking);
    }
    let recipient = recipient.or_else(|| foreign(message.cc())).or_else(|| foreign(message.bcc()));
    let Some(customer) = recipient else { return came_in(None) };
    let agent = sender.and_then(|sender| name::agent(&sender.name?, config.from_name.as_deref()));
    Sides { direction: Direction::Outbound, customer: Some(cut(customer)), agent }
}

/// Everybody in an address header who has an address.
pub fn parties<'a>(header: Option<&'a Address<'_>>) -> impl Iterator<Item = Party> + 'a {
    header.into_iter().flat_map(Address::iter).filter_map(party)
}

fn came_in(customer: Option<Party>) -> Sides {
    Sides { direction: Direction::Inbound, customer: customer.map(cut), agent: None }
}

fn party(listed: &Addr<'_>) -> Option<Party> {
    let address = text::line(listed.address()?, MOST_ADDRESS)?;
    let (local, domain) = address.rsplit_once('@')?;
    let is_address = !local.is_empty() && !domain.is_empty() && !address.contains(' ');
    let name = listed.name().and_then(|name| text::line(name, name::LONGEST));
    is_address.then(|| Party { name, address: address.clone() })
}

/// The party with a name no longer than an interaction holds.
fn cut(party: Party) -> Party {
    Party { name: party.name.and_then(|name| text::line(&name, MOST_NAME)), ..party }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use mail_parser::MessageParser;

    fn of(headers: &str) -> Sides {
        let config = config::parse(r#"{ "own_addresses": ["service@klanghaus.example", "form@klanghaus.example"] }"#);
        let message = format!("{headers}\nSubject: x\n\ntext\n").replace('\n', "\r\n");
        sides(&MessageParser::default().parse(message.as_bytes()).unwrap(), &config.unwrap())
    }

    fn inbound(address: Option<&str>) -> Sides {
        let customer = address.map(|address| Party { name: None, address: address.to_owned() });
        Sides { direction: Direction::Inbound, customer, agent: None }
    }

    #[test]
    fn a_message_from_somebody_else_came_in_from_its_sender() {
        let plain = "From: jo@mail.example\nTo: service@klanghaus.example\nReply-To: other@mail.example";
        assert_eq!(of(plain), inbound(Some("jo@mail.example")));
        assert_eq!(of("To: service@klanghaus.example\nReply-To: other@mail.example"), inbound(None));
    }

    #[test]
    fn what_a_contact_form_sends_came_in_from_whoever_shall_get_the_answer() {
        let form = "From: Website <form@klanghaus.example>\nTo: service@klanghaus.example";
        let reply_to = "Reply-To: service@klanghaus.example, jo@mail.example";
        assert_eq!(of(&format!("{form}\n{reply_to}")), inbound(Some("jo@mail.example")));
        assert_eq!(of(&format!("{form}\n{reply_to}\nCc: jo@mail.example")), inbound(Some("jo@mail.example")));
    }

    #[test]
    fn what_the_company_sends_to_itself_came_in_and_waits_for_a_person() {
        for rest in [
            "To: form@klanghaus.example",
            "To: form@klanghaus.example\nReply-To: service@klanghaus.example",
            "To: form@klanghaus.example\nCc: SERVICE@klanghaus.example",
            "To: undisclosed-recipients:;",
            "Date: Tue, 3 Mar 2026 10:15:30 +0100",
        ] {
            assert_eq!(of(&format!("From: Anna Meier <service@klanghaus.example>\n{rest}")), inbound(None), "{rest}");
        }
    }

    #[test]
    fn a_message_to_somebody_else_went_out() {
        for rest in [
            "To: form@klanghaus.example, jo@mail.example\nReply-To: eve@mail.example",
            "To: form@klanghaus.example\nCc: jo@mail.example",
            "Bcc: jo@mail.example",
        ] {
            let sides = of(&format!("From: Anna Meier <service@klanghaus.example>\n{rest}"));
            assert_eq!((sides.direction, sides.agent.as_deref()), (Direction::Outbound, Some("Anna Meier")), "{rest}");
            assert_eq!(sides.customer.unwrap().address, "jo@mail.example", "{rest}");
        }
    }
}
