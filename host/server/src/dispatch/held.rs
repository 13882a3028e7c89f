//! Events that are held back: one that failed, and those of the same subject behind it. Pure.

use stammgast_domain::Timestamp;
use stammgast_store::{Delivery, DeliveryStatus};
use std::collections::{BTreeMap, HashMap};

/// What is held back, by subject and in order.
#[derive(Debug, Default)]
pub(super) struct Held {
    subjects: HashMap<String, BTreeMap<u64, Delivery>>,
    running: HashMap<String, u64>,
}

impl Held {
    /// What was held back when the process last stopped.
    pub(super) fn from_rows(rows: Vec<Delivery>) -> Self {
        let mut held = Self::default();
        for row in rows {
            held.put(row);
        }
        held
    }

    /// Takes in a delivery that is not known yet, put in line by another process.
    pub(super) fn add(&mut self, delivery: Delivery) {
        let known = self.subjects.get(&delivery.subject).is_some_and(|rows| rows.contains_key(&delivery.id.1));
        if !known {
            self.put(delivery);
        }
    }

    /// Records where a delivery stands. A dead one holds nobody up any more.
    pub(super) fn put(&mut self, delivery: Delivery) {
        if delivery.status == DeliveryStatus::Dead {
            let subject = delivery.subject.clone();
            self.remove(&subject, delivery.id.1);
        } else {
            self.subjects.entry(delivery.subject.clone()).or_default().insert(delivery.id.1, delivery);
        }
    }

    /// A delivery went through, or is dead.
    pub(super) fn remove(&mut self, subject: &str, event: u64) {
        if let Some(rows) = self.subjects.get_mut(subject) {
            rows.remove(&event);
            if rows.is_empty() {
                self.subjects.remove(subject);
            }
        }
    }

    /// Whether events of a subject have to wait.
    pub(super) fn holds(&self, subject: &str) -> bool {
        self.subjects.contains_key(subject)
    }

    /// How many events are held back.
    pub(super) fn len(&self) -> usize {
        self.subjects.values().map(BTreeMap::len).sum()
    }

    /// Takes the first event of each subject whose time has come, at most `room`; each is running until
    /// [`Held::ran`].
    pub(super) fn take_due(&mut self, now: Timestamp, room: usize) -> Vec<Delivery> {
        let due: Vec<Delivery> = self
            .subjects
            .iter()
            .filter(|(subject, _)| !self.running.contains_key(*subject))
            .filter_map(|(_, rows)| rows.first_key_value().map(|(_, first)| first.clone()))
            .filter(|first| first.next_at.is_none_or(|next| next <= now))
            .take(room)
            .collect();
        for delivery in &due {
            self.running.insert(delivery.subject.clone(), delivery.id.1);
        }
        due
    }

    /// A delivery that was taken has ended, one way or the other.
    pub(super) fn ran(&mut self, subject: &str) {
        self.running.remove(subject);
    }

    /// When the next delivery is due that is not running.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.subjects
            .iter()
            .filter(|(subject, _)| !self.running.contains_key(*subject))
            .filter_map(|(_, rows)| rows.first_key_value().map(|(_, first)| first.next_at.unwrap_or(Timestamp::MIN)))
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::InstallationId;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn delivery(event: u64, subject: &str, next: i64, status: DeliveryStatus) -> Delivery {
        Delivery {
            id: (InstallationId::derived(&["i"]), event),
            subject: subject.into(),
            status,
            attempts: 1,
            postponed: 0,
            next_at: Some(at(next)),
            fault: None,
            first_failed_at: None,
            recorded_at: at(0),
        }
    }

    #[test]
    fn the_first_of_a_subject_runs_before_those_behind_it() {
        let mut held = Held::from_rows(vec![
            delivery(5, "a", 10, DeliveryStatus::Retrying),
            delivery(6, "a", 0, DeliveryStatus::Waiting),
            delivery(7, "b", 30, DeliveryStatus::Retrying),
        ]);
        assert!(held.take_due(at(9), 9).is_empty());
        assert_eq!(held.next_due(), Some(at(10)));
        assert_eq!(held.take_due(at(10), 9).iter().map(|due| due.id.1).collect::<Vec<_>>(), [5]);
        assert!(held.take_due(at(20), 9).is_empty(), "its successor waits while it runs");
        held.remove("a", 5);
        held.ran("a");
        assert_eq!(held.take_due(at(20), 9).iter().map(|due| due.id.1).collect::<Vec<_>>(), [6]);
    }

    #[test]
    fn a_dead_delivery_holds_nobody_up() {
        let mut held = Held::from_rows(vec![delivery(5, "a", 10, DeliveryStatus::Retrying)]);
        assert!(held.holds("a"));
        held.put(delivery(5, "a", 10, DeliveryStatus::Dead));
        assert!(!held.holds("a"));
        assert_eq!(held.len(), 0);
    }
}
