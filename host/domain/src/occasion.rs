//! Occasions: days that matter to a customer or to the customer's points. The host tells of each once.

use crate::{CustomerId, InstallationId, Timestamp, text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most reminders that one installation has for one customer.
pub const MAX_REMINDERS: usize = 32;

/// What sort of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OccasionKind {
    /// The customer's birthday.
    Birthday,
    /// So many years a customer.
    Anniversary,
    /// Points can be spent for some more days only.
    PointsExpiring,
    /// A tier's time is over: it is lost unless it is earned again.
    TierReview,
    /// A membership ends, unless it is renewed.
    MembershipEnding,
    /// An installation asked to be reminded.
    Reminder,
}

impl OccasionKind {
    /// The name in rows, events and calls of plugins.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Birthday => "birthday",
            Self::Anniversary => "anniversary",
            Self::PointsExpiring => "points-expiring",
            Self::TierReview => "tier-review",
            Self::MembershipEnding => "membership-ending",
            Self::Reminder => "reminder",
        }
    }
}

/// A day that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// Whose.
    pub customer: CustomerId,
    /// What sort.
    pub kind: OccasionKind,
    /// The day: of the birthday, the anniversary, the reminder; the last day of the points or of the tier.
    pub day: Date,
    /// Years that are completed, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u16>,
    /// The program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// How many points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// The tier, the membership's plan, or the reminder's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The installation that it is for; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// When it came: the beginning of a day in the tenant's zone.
    pub occurred_at: Timestamp,
    /// When it was told of.
    pub recorded_at: Timestamp,
}

impl Occasion {
    /// An occasion of a customer, with nothing told beside its day.
    #[must_use]
    pub const fn of(customer: CustomerId, kind: OccasionKind, day: Date, at: Timestamp, now: Timestamp) -> Self {
        Self {
            customer,
            kind,
            day,
            years: None,
            program: None,
            points: None,
            name: None,
            installation: None,
            occurred_at: at,
            recorded_at: now,
        }
    }

    /// What makes it one occasion: it is told of once, whatever happens. A birthday and an anniversary come once a year,
    /// also where somebody changes their day meanwhile.
    #[must_use]
    pub fn key(&self) -> String {
        let kind = self.kind.as_str();
        let rest = match self.kind {
            OccasionKind::Birthday | OccasionKind::Anniversary => self.day.year().to_string(),
            OccasionKind::PointsExpiring | OccasionKind::TierReview => {
                format!("{}/{}", self.program.as_deref().unwrap_or_default(), self.day)
            }
            OccasionKind::MembershipEnding => format!("{}/{}", self.name.as_deref().unwrap_or_default(), self.day),
            OccasionKind::Reminder => {
                let installation = self.installation.map(|id| id.to_string()).unwrap_or_default();
                format!("{installation}/{}/{}", self.name.as_deref().unwrap_or_default(), self.day)
            }
        };
        format!("{}/{kind}/{rest}", self.customer)
    }
}

/// An installation's wish to be called again for a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Who asked.
    pub installation: InstallationId,
    /// For whom.
    pub customer: CustomerId,
    /// Its name, a code.
    pub name: String,
    /// The day.
    pub day: Date,
    /// The beginning of that day in the tenant's zone.
    pub at: Timestamp,
    /// Sequence number of the event that it was set for; a later one replaces it.
    pub version: u64,
    /// How many consequences lie before it; 0 for a day that was to come, which begins anew.
    #[serde(default)]
    pub depth: u8,
}

impl Reminder {
    /// Its key: who asked, for whom, and its name.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(self.installation, self.customer, &self.name)
    }

    /// The key of a reminder.
    #[must_use]
    pub fn key_of(installation: InstallationId, customer: CustomerId, name: &str) -> String {
        format!("{installation}/{customer}/{name}")
    }

    /// # Errors
    /// The name is no code.
    pub fn check_name(name: &str) -> Result<(), text::InvalidText> {
        text::code("reminder", name)
    }
}
