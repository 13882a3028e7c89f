//! Effects: what a plugin asks the host to do. The host validates all effects of a call and does all or none.

mod consequence;

pub use consequence::{Consequence, InvalidEffect, Surroundings, consequence_of, first_refused, whole};

use crate::{
    CustomerId, Points, Timestamp,
    contact_point::ContactPointKind,
    feedback::FeedbackKind,
    finding::{Evidence, Severity},
    interaction::{Attachment, Direction, Documentation, Threading},
    outreach::ProposedContact,
    plugin::Capability,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why an effect is asked for: a code for machines and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A code, such as `purchase`.
    pub code: String,
    /// A sentence for people.
    pub text: String,
}

/// A party as a connector read it; the host brings the address into normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawParty {
    /// Display name.
    pub name: Option<String>,
    /// What sort of address.
    pub kind: ContactPointKind,
    /// Address as the channel gave it.
    pub address: String,
}

/// A message that a connector read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedMessage {
    /// The message's name in its channel; without one the host derives it from the raw bytes.
    pub external_id: Option<String>,
    /// Which way it went.
    pub direction: Direction,
    /// The customer's side; without one the contact waits for a person.
    pub party: Option<RawParty>,
    /// Subject line.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Attachments, by description.
    pub attachments: Vec<Attachment>,
    /// What ties it to its thread.
    pub threading: Threading,
    /// What an agent documented, for messages that went out.
    pub documentation: Documentation,
    /// When it was sent, as the message says; the host's time where it does not say.
    pub sent_at: Option<Timestamp>,
}

/// A change of the plugin's own state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The customer it belongs to; without one it is shared by the installation.
    pub customer: Option<CustomerId>,
    /// The key: 1 to 200 characters.
    pub key: String,
    /// The new value; `None` deletes.
    #[serde(default, with = "crate::call::base64_option", skip_serializing_if = "Option::is_none")]
    pub value: Option<Vec<u8>>,
    /// The version that the plugin read; 0 where there was none. Another version runs the call again.
    pub read_version: u64,
    /// Whether what was read lies in an earlier generation of the state.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
}

/// One thing that a plugin asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// The event's customer earns points.
    Earn {
        /// The program's code.
        program: String,
        /// How many; at least 1.
        points: Points,
        /// Why.
        reason: Reason,
    },
    /// The event's customer earns points, by a number that need not be whole.
    EarnDecimal {
        /// The program's code.
        program: String,
        /// How many: digits, and after a point at most 9 more.
        points: String,
        /// Why.
        reason: Reason,
    },
    /// The event's customer should have a tier.
    ProposeTier {
        /// The program's code.
        program: String,
        /// The tier's code.
        tier: String,
        /// Why.
        reason: Reason,
    },
    /// The event's customer should have no tier any more.
    ProposeNoTier {
        /// The program's code.
        program: String,
        /// Why.
        reason: Reason,
    },
    /// The event's customer gets a voucher.
    IssueVoucher {
        /// The offer's code.
        offer: String,
        /// Why.
        reason: Reason,
    },
    /// The event's customer may claim a reward that is not for everyone.
    MakeEligible {
        /// The reward's code.
        reward: String,
        /// The last day on which the customer may; `None` where there is no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Date>,
        /// Why.
        reason: Reason,
    },
    /// The event's customer may not claim that reward any more.
    EndEligibility {
        /// The reward's code.
        reward: String,
        /// Why.
        reason: Reason,
    },
    /// Something should be said to the event's customer.
    ProposeContact(Box<ProposedContact>),
    /// The installation wants to be called again for the event's customer.
    SetReminder {
        /// The reminder's name, a code.
        name: String,
        /// The day.
        day: Date,
    },
    /// A reminder is taken back.
    CancelReminder {
        /// The reminder's name.
        name: String,
    },
    /// The checked interaction deviates from a standard.
    RaiseFinding {
        /// The broken rule and what is wrong.
        reason: Reason,
        /// How much it matters.
        severity: Severity,
        /// Where it shows.
        evidence: Option<Evidence>,
    },
    /// A department has to hear this.
    OpenFeedback {
        /// The department's code.
        department: String,
        /// What sort of feedback.
        kind: FeedbackKind,
        /// What it is about, a code.
        topic: String,
        /// A line that says what it is.
        title: String,
        /// Why it is sent there.
        reason: Reason,
        /// The words that led there.
        evidence: Option<Evidence>,
    },
    /// The raw bytes held this message.
    ReceiveMessage(Box<ReceivedMessage>),
    /// The plugin's own state changes.
    SetState(StateChange),
}

impl Effect {
    /// The capability that an installation needs for this effect.
    #[must_use]
    pub const fn capability(&self) -> Capability {
        match self {
            Self::Earn { .. } | Self::EarnDecimal { .. } => Capability::LoyaltyEarn,
            Self::ProposeTier { .. } | Self::ProposeNoTier { .. } => Capability::LoyaltyProposeTier,
            Self::IssueVoucher { .. } => Capability::LoyaltyIssueVoucher,
            Self::MakeEligible { .. } | Self::EndEligibility { .. } => Capability::LoyaltyMakeEligible,
            Self::ProposeContact(_) => Capability::ContactsPropose,
            Self::SetReminder { .. } | Self::CancelReminder { .. } => Capability::Reminders,
            Self::RaiseFinding { .. } => Capability::QualityRaiseFinding,
            Self::OpenFeedback { .. } => Capability::FeedbackOpenItem,
            Self::ReceiveMessage(_) => Capability::ChannelReceiveMessage,
            Self::SetState(StateChange { customer: Some(_), .. }) => Capability::StateCustomer,
            Self::SetState(StateChange { customer: None, .. }) => Capability::StateShared,
        }
    }

    /// Bytes that it holds in memory, about: its texts, and a little for every item of a list.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Earn { program, reason, .. } | Self::ProposeNoTier { program, reason } => {
                program.len() + reason.bytes()
            }
            Self::EarnDecimal { program, points, reason } => program.len() + points.len() + reason.bytes(),
            Self::ProposeTier { program, tier, reason } => program.len() + tier.len() + reason.bytes(),
            Self::IssueVoucher { offer, reason } => offer.len() + reason.bytes(),
            Self::MakeEligible { reward, reason, .. } | Self::EndEligibility { reward, reason } => {
                reward.len() + reason.bytes()
            }
            Self::ProposeContact(contact) => contact.bytes(),
            Self::SetReminder { name, .. } | Self::CancelReminder { name } => name.len(),
            Self::RaiseFinding { reason, evidence, .. } => reason.bytes() + evidence_bytes(evidence.as_ref()),
            Self::OpenFeedback { department, topic, title, reason, evidence, .. } => {
                department.len() + topic.len() + title.len() + reason.bytes() + evidence_bytes(evidence.as_ref())
            }
            Self::ReceiveMessage(message) => message.bytes(),
            Self::SetState(state) => state.key.len() + state.value.as_ref().map_or(0, Vec::len),
        }
    }
}

/// What an item of a list costs beside its texts.
const ITEM_BYTES: usize = 64;

impl Reason {
    const fn bytes(&self) -> usize {
        self.code.len() + self.text.len()
    }
}

fn evidence_bytes(evidence: Option<&Evidence>) -> usize {
    evidence.map_or(0, |evidence| evidence.field.len() + evidence.quote.len())
}

impl ReceivedMessage {
    fn bytes(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let listed = |texts: &[String]| texts.iter().map(|text| ITEM_BYTES + text.len()).sum::<usize>();
        let attached = |one: &Attachment| ITEM_BYTES + one.name.len() + one.media_type.len();
        let party = self.party.as_ref().map_or(0, |party| party.address.len() + length(&party.name));
        party
            + length(&self.external_id)
            + length(&self.subject)
            + self.text.len()
            + self.attachments.iter().map(attached).sum::<usize>()
            + length(&self.threading.message_id)
            + listed(&self.threading.in_reply_to)
            + listed(&self.threading.references)
            + length(&self.documentation.agent)
    }
}
