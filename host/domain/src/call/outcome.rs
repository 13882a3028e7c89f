//! What came of a call, in few words: small enough to stay with every event that was done.

use crate::{
    Points, effect::Effect, feedback::FeedbackKind, finding::Severity, interaction::Direction, outreach::Purpose,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One effect without its texts, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Outcome {
    /// Points were earned.
    Earn {
        /// The program's code.
        program: String,
        /// How many.
        points: Points,
        /// The reason's code.
        reason: String,
    },
    /// Points were earned, by a number that need not be whole.
    EarnDecimal {
        /// The program's code.
        program: String,
        /// How many.
        points: String,
        /// The reason's code.
        reason: String,
    },
    /// A tier was proposed.
    ProposeTier {
        /// The program's code.
        program: String,
        /// The tier's code.
        tier: String,
        /// The reason's code.
        reason: String,
    },
    /// No tier was proposed.
    ProposeNoTier {
        /// The program's code.
        program: String,
        /// The reason's code.
        reason: String,
    },
    /// A voucher was issued.
    IssueVoucher {
        /// The offer's code.
        offer: String,
        /// The reason's code.
        reason: String,
    },
    /// The customer may claim a reward.
    MakeEligible {
        /// The reward's code.
        reward: String,
        /// The last day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Date>,
        /// The reason's code.
        reason: String,
    },
    /// The customer may not claim a reward any more.
    EndEligibility {
        /// The reward's code.
        reward: String,
        /// The reason's code.
        reason: String,
    },
    /// A message was proposed.
    ProposeContact {
        /// What it is for.
        purpose: Purpose,
        /// What it is about.
        topic: String,
        /// The offer of the voucher that goes with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<String>,
    },
    /// A reminder was set.
    SetReminder {
        /// Its name.
        name: String,
        /// The day.
        day: Date,
    },
    /// A reminder was taken back.
    CancelReminder {
        /// Its name.
        name: String,
    },
    /// A finding was raised.
    RaiseFinding {
        /// The broken rule.
        rule: String,
        /// How much it matters.
        severity: Severity,
    },
    /// Feedback was sent to a department.
    OpenFeedback {
        /// The department's code.
        department: String,
        /// What sort of feedback.
        kind: FeedbackKind,
        /// What it is about.
        topic: String,
    },
    /// A message was read.
    ReceiveMessage {
        /// Which way it went.
        direction: Direction,
    },
}

impl Outcome {
    /// An effect in few words; `None` for changes of the plugin's own state.
    #[must_use]
    pub fn of(effect: &Effect) -> Option<Self> {
        Some(match effect {
            Effect::Earn { program, points, reason } => {
                Self::Earn { program: program.clone(), points: *points, reason: reason.code.clone() }
            }
            Effect::EarnDecimal { program, points, reason } => {
                Self::EarnDecimal { program: program.clone(), points: points.clone(), reason: reason.code.clone() }
            }
            Effect::ProposeTier { program, tier, reason } => {
                Self::ProposeTier { program: program.clone(), tier: tier.clone(), reason: reason.code.clone() }
            }
            Effect::ProposeNoTier { program, reason } => {
                Self::ProposeNoTier { program: program.clone(), reason: reason.code.clone() }
            }
            Effect::IssueVoucher { offer, reason } => {
                Self::IssueVoucher { offer: offer.clone(), reason: reason.code.clone() }
            }
            Effect::MakeEligible { reward, last_day, reason } => {
                Self::MakeEligible { reward: reward.clone(), last_day: *last_day, reason: reason.code.clone() }
            }
            Effect::EndEligibility { reward, reason } => {
                Self::EndEligibility { reward: reward.clone(), reason: reason.code.clone() }
            }
            Effect::ProposeContact(contact) => Self::ProposeContact {
                purpose: contact.purpose,
                topic: contact.topic.clone(),
                offer: contact.offer.clone(),
            },
            Effect::SetReminder { name, day } => Self::SetReminder { name: name.clone(), day: *day },
            Effect::CancelReminder { name } => Self::CancelReminder { name: name.clone() },
            Effect::RaiseFinding { reason, severity, .. } => {
                Self::RaiseFinding { rule: reason.code.clone(), severity: *severity }
            }
            Effect::OpenFeedback { department, kind, topic, .. } => {
                Self::OpenFeedback { department: department.clone(), kind: *kind, topic: topic.clone() }
            }
            Effect::ReceiveMessage(message) => Self::ReceiveMessage { direction: message.direction },
            Effect::SetState(_) => return None,
        })
    }
}
