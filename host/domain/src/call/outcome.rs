//! What came of a call, in few words: small enough to stay with every event that was done.

use crate::{Points, effect::Effect, feedback::FeedbackKind, finding::Severity, interaction::Direction};
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
