//! Eligibility: who may claim a reward that is not for everyone. Rules and people say so; the host asks nobody at the till.

use crate::{CustomerId, Timestamp, ledger::Cause};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who may claim a reward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenTo {
    /// Every customer.
    #[default]
    Everyone,
    /// Customers whom rules or people made eligible.
    Eligible,
}

/// What was said about a customer and a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EligibilityStatus {
    /// The customer may claim it.
    Eligible,
    /// The customer may not claim it any more.
    Ended,
}

/// The last word on whether a customer may claim a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// The reward's code.
    pub reward: String,
    /// Whose.
    pub customer: CustomerId,
    /// What was said.
    pub status: EligibilityStatus,
    /// The last day on which the customer may claim it; `None` where there is no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Why.
    pub cause: Cause,
    /// When what led there happened in the world.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// How often the customer was made eligible anew: with another last day, or after it had ended. What one customer can
    /// have of the reward counts for each of these times.
    pub round: u64,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl Eligibility {
    /// Whether the customer may claim the reward on a day.
    #[must_use]
    pub fn holds_on(&self, today: Date) -> bool {
        self.status == EligibilityStatus::Eligible && self.last_day.is_none_or(|last| today <= last)
    }

    /// Whether this comes to another decision than the one before, if there was one.
    #[must_use]
    pub fn differs_from(&self, before: Option<&Self>) -> bool {
        before.is_none_or(|before| (before.status, before.last_day) != (self.status, self.last_day))
    }

    /// This in place of what was said before; `None` where that is about a later time, because this is told late.
    #[must_use]
    pub fn after(self, before: Option<&Self>) -> Option<Self> {
        let is_late = before.is_some_and(|before| before.occurred_at > self.occurred_at);
        if is_late { None } else { Some(self.following(before)) }
    }

    /// This in place of what was said before, whenever that was.
    #[must_use]
    pub fn following(self, before: Option<&Self>) -> Self {
        let is_anew = self.status == EligibilityStatus::Eligible && self.differs_from(before);
        let (round, version) = before.map_or((0, 0), |before| (before.round, before.version));
        Self { round: round + u64::from(is_anew), version: version + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: EligibilityStatus, at: &str, last_day: Option<&str>) -> Eligibility {
        let cause = Cause { reason: "x".into(), text: "X.".into(), rule_version: "1".into(), event: None };
        let at = at.parse().unwrap();
        Eligibility {
            reward: "tent".to_owned(),
            customer: CustomerId::derived(&["ada"]),
            status,
            last_day: last_day.map(|day| day.parse().unwrap()),
            cause,
            occurred_at: at,
            recorded_at: at,
            round: 0,
            version: 0,
        }
    }

    #[test]
    fn it_holds_to_the_end_of_its_last_day_or_until_it_ends() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let may = said(EligibilityStatus::Eligible, "2026-03-01T00:00:00Z", Some("2026-03-31"));
        assert!(may.holds_on(day("2026-03-31")) && !may.holds_on(day("2026-04-01")));
        assert!(said(EligibilityStatus::Eligible, "2026-03-01T00:00:00Z", None).holds_on(day("2036-03-31")));
        assert!(!said(EligibilityStatus::Ended, "2026-03-01T00:00:00Z", None).holds_on(day("2026-03-01")));
    }

    #[test]
    fn the_last_word_counts_by_the_time_of_the_events() {
        let may = said(EligibilityStatus::Eligible, "2026-03-01T00:00:00Z", None).after(None).unwrap();
        let late = said(EligibilityStatus::Ended, "2026-02-28T00:00:00Z", None);
        assert_eq!(late.after(Some(&may)), None);
        let ended = said(EligibilityStatus::Ended, "2026-03-02T00:00:00Z", None).after(Some(&may)).unwrap();
        assert_eq!((ended.version, ended.status, ended.round), (2, EligibilityStatus::Ended, 1));
        let rounds = [
            ("2026-03-03T00:00:00Z", None),
            ("2026-03-04T00:00:00Z", None),
            ("2026-03-05T00:00:00Z", Some("2026-04-01")),
        ]
        .into_iter()
        .scan(ended.clone(), |before, (at, last_day)| {
            *before = said(EligibilityStatus::Eligible, at, last_day).after(Some(before))?;
            Some(before.round)
        });
        assert_eq!(rounds.collect::<Vec<_>>(), [2, 2, 3], "the same once more is not anew");
        assert!(ended.differs_from(Some(&may)) && ended.differs_from(None) && !ended.differs_from(Some(&ended)));
    }
}
