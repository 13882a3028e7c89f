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
    /// How often the customer became eligible, having not been so before. What one customer can have of the reward counts for
    /// each of these times.
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

    /// This in place of what was said before, `today` being its day; `None` where that is about a later time, because this
    /// is told late.
    #[must_use]
    pub fn after(self, before: Option<&Self>, today: Date) -> Option<Self> {
        let is_late = before.is_some_and(|before| before.order() > self.order());
        if is_late { None } else { Some(self.following(before, today)) }
    }

    /// This in place of what was said before, whenever that was.
    #[must_use]
    pub fn following(self, before: Option<&Self>, today: Date) -> Self {
        let goes_on = before.is_some_and(|before| before.holds_on(today));
        let is_anew = self.status == EligibilityStatus::Eligible && !goes_on;
        let (round, version) = before.map_or((0, 0), |before| (before.round, before.version));
        Self { round: round + u64::from(is_anew), version: version + 1, ..self }
    }

    /// When it counts from: a time that is still to come counts as of when it was told, so that a slip of the pen does not
    /// outlast what is said after it.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.occurred_at.min(self.recorded_at)
    }

    /// Later words go before earlier ones; of one time a person's, then the later event's, then the kinder one.
    fn order(&self) -> (Timestamp, u64, bool) {
        (self.as_of(), self.cause.event.unwrap_or(u64::MAX), self.status == EligibilityStatus::Eligible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAY: EligibilityStatus = EligibilityStatus::Eligible;
    const ENDED: EligibilityStatus = EligibilityStatus::Ended;

    /// What an event of a day in March 2026 led to.
    fn said(status: EligibilityStatus, day: u8, last_day: Option<u8>) -> Eligibility {
        let cause =
            Cause { reason: "x".into(), text: "X.".into(), rule_version: "1".into(), event: Some(u64::from(day)) };
        let at = format!("2026-03-{day:02}T10:00:00Z").parse().unwrap();
        Eligibility {
            reward: "tent".to_owned(),
            customer: CustomerId::derived(&["ada"]),
            status,
            last_day: last_day.map(march),
            cause,
            occurred_at: at,
            recorded_at: at,
            round: 0,
            version: 0,
        }
    }

    fn march(day: u8) -> Date {
        format!("2026-03-{day:02}").parse().unwrap()
    }

    #[test]
    fn it_holds_to_the_end_of_its_last_day_or_until_it_ends() {
        let may = said(MAY, 1, Some(30));
        assert!(may.holds_on(march(30)) && !may.holds_on(march(31)));
        assert!(said(MAY, 1, None).holds_on(march(31)) && !said(ENDED, 1, None).holds_on(march(1)));
    }

    #[test]
    fn the_last_word_counts_by_the_time_of_the_events() {
        let may = said(MAY, 5, None).after(None, march(5)).unwrap();
        assert_eq!(said(ENDED, 4, None).after(Some(&may), march(4)), None);
        let ended = said(ENDED, 6, None).after(Some(&may), march(6)).unwrap();
        assert_eq!((ended.version, ended.status, ended.round), (2, ENDED, 1));
        assert!(ended.differs_from(Some(&may)) && ended.differs_from(None) && !ended.differs_from(Some(&ended)));
        // Of one event that two installations answer the kinder word counts, whichever comes first.
        assert_eq!(said(ENDED, 5, None).after(Some(&may), march(5)), None);
        assert_eq!(may.after(Some(&said(ENDED, 5, None)), march(5)).unwrap().status, MAY);
    }

    #[test]
    fn an_event_of_a_time_to_come_counts_as_of_when_it_was_told() {
        let typo = Eligibility { occurred_at: "2062-03-02T10:00:00Z".parse().unwrap(), ..said(MAY, 2, None) };
        assert_eq!(said(ENDED, 3, None).after(Some(&typo), march(3)).unwrap().status, ENDED);
    }

    #[test]
    fn a_round_begins_when_the_one_before_is_over() {
        let words = [
            (said(MAY, 1, Some(7)), 1),
            (said(MAY, 3, Some(5)), 1),
            (said(MAY, 5, Some(9)), 1),
            (said(MAY, 10, Some(12)), 2),
            (said(ENDED, 11, None), 2),
            (said(MAY, 11, None), 3),
            (said(MAY, 20, None), 3),
        ];
        let mut before = None;
        for (number, (word, round)) in words.into_iter().enumerate() {
            let today = march(word.occurred_at.to_string()[8..10].parse().unwrap());
            let after = word.after(before.as_ref(), today).unwrap_or_else(|| panic!("word {number} is late"));
            assert_eq!((after.round, after.version), (round, number as u64 + 1), "word {number}");
            before = Some(after);
        }
    }
}
