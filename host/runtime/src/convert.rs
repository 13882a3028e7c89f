//! Between the domain's types and the contract's.

use crate::bindings::{channel, feedback, loyalty, quality};
use channel::stammgast::channel::channel_types as channel_wit;
use feedback::stammgast::feedback::effects as feedback_wit;
use loyalty::stammgast::{host::lookup, types::types as wit};
use quality::stammgast::quality::effects as quality_wit;
use stammgast_domain::{
    Timestamp,
    contact_point::ContactPointKind,
    customer::{Customer, CustomerKind, LifecycleStatus},
    effect::{Effect, RawParty, Reason, ReceivedMessage},
    event::Event,
    feedback::FeedbackKind,
    finding::{Evidence, Severity},
    interaction::{Attachment, Direction, Documentation, Interaction, Threading},
    purchase::Purchase,
    time::InvalidTime,
};

pub(crate) fn event_context(event: &Event) -> wit::EventContext {
    wit::EventContext {
        seq: event.seq,
        event_type: event.event.fact.event_type().as_str().to_owned(),
        occurred_at: event.event.occurred_at.millis(),
        recorded_at: event.event.recorded_at.millis(),
        customer: event.event.subject.customer().map(|id| id.to_string()),
    }
}

pub(crate) fn purchase(purchase: &Purchase) -> wit::Purchase {
    let currency = purchase.amount.currency;
    wit::Purchase {
        id: purchase.id.to_string(),
        source: purchase.source.clone(),
        amount: wit::Money {
            minor: purchase.amount.minor,
            currency: currency.code().to_owned(),
            minor_digits: u8::try_from(currency.minor_digits()).unwrap_or(u8::MAX),
        },
        lines: purchase
            .lines
            .iter()
            .map(|line| wit::PurchaseLine {
                product: line.product.clone(),
                category: line.category.clone(),
                quantity: line.quantity,
                amount_minor: line.amount_minor,
            })
            .collect(),
        occurred_at: purchase.occurred_at.millis(),
    }
}

pub(crate) fn interaction(contact: &Interaction) -> wit::Interaction {
    wit::Interaction {
        id: contact.id.to_string(),
        channel: contact.channel.clone(),
        direction: direction(contact.direction),
        subject: contact.content.subject.clone(),
        text: contact.content.text.clone(),
        attachments: contact
            .content
            .attachments
            .iter()
            .map(|attachment| wit::Attachment {
                name: attachment.name.clone(),
                media_type: attachment.media_type.clone(),
                size: attachment.size,
            })
            .collect(),
        party: contact.content.party.as_ref().map(|party| party.address.value.clone()),
        agent: contact.documentation.agent.clone(),
        topic: contact.documentation.topic.clone(),
        outcome: contact.documentation.outcome.clone(),
        occurred_at: contact.occurred_at.millis(),
    }
}

const fn direction(direction: Direction) -> wit::Direction {
    match direction {
        Direction::Inbound => wit::Direction::Inbound,
        Direction::Outbound => wit::Direction::Outbound,
    }
}

/// A contact of the past; text that is not granted is absent.
pub(crate) fn past_interaction(contact: Interaction, with_text: bool) -> lookup::PastInteraction {
    lookup::PastInteraction {
        id: contact.id.to_string(),
        channel: contact.channel,
        direction: direction(contact.direction),
        topic: contact.documentation.topic,
        outcome: contact.documentation.outcome,
        subject: contact.content.subject.filter(|_| with_text),
        text: Some(contact.content.text).filter(|_| with_text),
        occurred_at: contact.occurred_at.millis(),
    }
}

pub(crate) fn customer(customer: Customer) -> lookup::Customer {
    lookup::Customer {
        id: customer.id.to_string(),
        kind: match customer.kind {
            CustomerKind::Person => "person",
            CustomerKind::Organisation => "organisation",
        }
        .to_owned(),
        status: match customer.status {
            LifecycleStatus::Prospect => "prospect",
            LifecycleStatus::Active => "active",
            LifecycleStatus::Former => "former",
        }
        .to_owned(),
        name: customer.name,
        language: customer.language,
    }
}

pub(crate) fn reason(reason: wit::Reason) -> Reason {
    Reason { code: reason.code, text: reason.text }
}

pub(crate) fn evidence(evidence: wit::Evidence) -> Evidence {
    Evidence { field: evidence.field, quote: evidence.quote }
}

pub(crate) fn severity(severity: quality_wit::Severity) -> Severity {
    match severity {
        quality_wit::Severity::Info => Severity::Info,
        quality_wit::Severity::Minor => Severity::Minor,
        quality_wit::Severity::Major => Severity::Major,
        quality_wit::Severity::Critical => Severity::Critical,
    }
}

pub(crate) fn feedback(item: feedback_wit::Item) -> Effect {
    Effect::OpenFeedback {
        department: item.department,
        kind: match item.kind {
            feedback_wit::Kind::Complaint => FeedbackKind::Complaint,
            feedback_wit::Kind::Praise => FeedbackKind::Praise,
            feedback_wit::Kind::Suggestion => FeedbackKind::Suggestion,
            feedback_wit::Kind::Question => FeedbackKind::Question,
        },
        topic: item.topic,
        title: item.title,
        reason: reason(item.reason),
        evidence: item.evidence.map(evidence),
    }
}

pub(crate) fn received_message(message: channel_wit::ReceivedMessage) -> Result<ReceivedMessage, InvalidTime> {
    Ok(ReceivedMessage {
        external_id: message.external_id,
        direction: match message.direction {
            wit::Direction::Inbound => Direction::Inbound,
            wit::Direction::Outbound => Direction::Outbound,
        },
        party: message.party.map(|party| RawParty {
            name: party.name,
            kind: match party.kind {
                channel_wit::AddressKind::Email => ContactPointKind::Email,
                channel_wit::AddressKind::Phone => ContactPointKind::Phone,
                channel_wit::AddressKind::Handle => ContactPointKind::Handle,
                channel_wit::AddressKind::Chat => ContactPointKind::Chat,
            },
            address: party.address,
        }),
        subject: message.subject,
        text: message.text,
        attachments: message
            .attachments
            .into_iter()
            .map(|attachment| Attachment {
                name: attachment.name,
                media_type: attachment.media_type,
                size: attachment.size,
            })
            .collect(),
        threading: Threading {
            message_id: message.message_id,
            in_reply_to: message.in_reply_to,
            references: message.references,
        },
        documentation: Documentation { agent: message.agent, topic: None, outcome: None },
        sent_at: message.sent_at.map(Timestamp::from_millis).transpose()?,
    })
}
