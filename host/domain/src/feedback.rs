//! Feedback to departments: what customers said that somebody else in the company has to hear.

use crate::{CustomerId, FeedbackItemId, InteractionId, Timestamp, finding::Evidence, finding::Provenance, text};
use serde::{Deserialize, Serialize};

/// A part of the company that receives feedback, such as `production`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Short name, a code.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// Whether contacts go there that no plugin can sort, because it is out of order. One department at most.
    pub is_default: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl Department {
    /// # Errors
    /// The code is no code, or the name is blank or longer than 200 characters.
    pub fn new(code: String, name: String, now: Timestamp) -> Result<Self, text::InvalidText> {
        text::code("code", &code)?;
        text::required("name", &name, 200)?;
        Ok(Self { code, name, is_default: false, created_at: now, version: 1 })
    }
}

/// What sort of feedback it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackKind {
    /// Something went wrong (Reklamation).
    Complaint,
    /// Something went well.
    Praise,
    /// Something could be better.
    Suggestion,
    /// Something is unclear.
    Question,
}

impl FeedbackKind {
    /// The name in rows and texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Praise => "praise",
            Self::Suggestion => "suggestion",
            Self::Question => "question",
        }
    }
}

/// How far the department has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedbackStatus {
    /// Waits for the department.
    Open,
    /// The department works on it.
    Accepted,
    /// The department says why it is not theirs.
    Rejected,
    /// Closed with a root cause and an action.
    Done,
}

/// One piece of feedback for one department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackItem {
    /// Derived from the event, the installation and the effect's place.
    pub id: FeedbackItemId,
    /// The department that has to hear it.
    pub department: String,
    /// What sort of feedback.
    pub kind: FeedbackKind,
    /// What it is about, a code such as `delivery`.
    pub topic: String,
    /// A line that says what it is.
    pub title: String,
    /// Why it was sent here, in a sentence for people.
    pub text: String,
    /// The words that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// The interaction it came from.
    pub interaction: InteractionId,
    /// The customer who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// How far it has got.
    pub status: FeedbackStatus,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<String>,
    /// What caused the trouble; needed to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// What was done about it; needed to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Which call sent it.
    pub provenance: Provenance,
    /// When the contact happened.
    pub occurred_at: Timestamp,
    /// When it was sent.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What a department does with an item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FeedbackDecision {
    /// Take it on.
    Accept,
    /// Send it back.
    Reject {
        /// Why.
        reason: String,
    },
    /// Close it.
    Close {
        /// What caused the trouble.
        root_cause: String,
        /// What was done about it.
        action: String,
    },
}

/// Why a decision is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedDecision {
    /// The item is past that step.
    #[error("the item is {status}; {remedy}")]
    WrongStatus {
        /// Where the item stands.
        status: &'static str,
        /// What can be done instead.
        remedy: &'static str,
    },
    /// A text is blank or too long.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
}

impl FeedbackItem {
    /// The item after a department's decision.
    ///
    /// # Errors
    /// The item is past that step, or a text that the step needs is blank or too long.
    pub fn decided(&self, decision: FeedbackDecision) -> Result<Self, RefusedDecision> {
        let mut item = Self { version: self.version + 1, ..self.clone() };
        match (self.status, decision) {
            (FeedbackStatus::Open, FeedbackDecision::Accept) => item.status = FeedbackStatus::Accepted,
            (FeedbackStatus::Open | FeedbackStatus::Accepted, FeedbackDecision::Reject { reason }) => {
                text::required("reason", &reason, 2_000)?;
                item.status = FeedbackStatus::Rejected;
                item.rejection = Some(reason);
            }
            (FeedbackStatus::Accepted, FeedbackDecision::Close { root_cause, action }) => {
                text::required("root_cause", &root_cause, 2_000)?;
                text::required("action", &action, 2_000)?;
                item.status = FeedbackStatus::Done;
                item.root_cause = Some(root_cause);
                item.action = Some(action);
            }
            (FeedbackStatus::Open, FeedbackDecision::Close { .. }) => {
                return Err(RefusedDecision::WrongStatus { status: "open", remedy: "accept it before closing it" });
            }
            (FeedbackStatus::Accepted, FeedbackDecision::Accept) => {
                return Err(RefusedDecision::WrongStatus { status: "accepted", remedy: "close or reject it" });
            }
            (FeedbackStatus::Rejected, _) => {
                return Err(RefusedDecision::WrongStatus { status: "rejected", remedy: "it cannot change any more" });
            }
            (FeedbackStatus::Done, _) => {
                return Err(RefusedDecision::WrongStatus { status: "done", remedy: "it cannot change any more" });
            }
        }
        Ok(item)
    }
}
