//! Events that are held back: one that failed, and those of the same subject behind it. Pure.

use stammgast_domain::Timestamp;
use stammgast_store::{Delivery, DeliveryStatus};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What is held back, by subject and in order.
#[derive(Debug, Default)]
pub(super) struct Held {
    subjects: HashMap<String, BTreeMap<u64, Delivery>>,
    running: HashSet<String>,
    /// When the first event of each subject that is not running is due.
    due: BTreeSet<(Timestamp, String)>,
    due_at: HashMap<String, Timestamp>,
    rows: usize,
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
        let subject = delivery.subject.clone();
        if delivery.status == DeliveryStatus::Dead {
            return self.remove(&subject, delivery.id.1);
        }
        let rows = self.subjects.entry(subject.clone()).or_default();
        if rows.insert(delivery.id.1, delivery).is_none() {
            self.rows += 1;
        }
        self.note_due(&subject);
    }

    /// A delivery went through, or is dead.
    pub(super) fn remove(&mut self, subject: &str, event: u64) {
        let Some(rows) = self.subjects.get_mut(subject) else { return };
        if rows.remove(&event).is_some() {
            self.rows -= 1;
        }
        if rows.is_empty() {
            self.subjects.remove(subject);
        }
        self.note_due(subject);
    }

    /// Whether events of a subject have to wait.
    pub(super) fn holds(&self, subject: &str) -> bool {
        self.subjects.contains_key(subject)
    }

    /// How many events are held back.
    pub(super) const fn len(&self) -> usize {
        self.rows
    }

    /// Takes the first event of each subject whose time has come, at most `room`; each is running until
    /// [`Held::ran`].
    pub(super) fn take_due(&mut self, now: Timestamp, room: usize) -> Vec<Delivery> {
        let mut taken = Vec::new();
        while taken.len() < room {
            let Some((at, subject)) = self.due.first().cloned() else { break };
            if at > now {
                break;
            }
            let first = self.subjects.get(&subject).and_then(|rows| rows.first_key_value());
            taken.extend(first.map(|(_, delivery)| delivery.clone()));
            self.running.insert(subject.clone());
            self.note_due(&subject);
        }
        taken
    }

    /// A delivery that was taken has ended, one way or the other.
    pub(super) fn ran(&mut self, subject: &str) {
        self.running.remove(subject);
        self.note_due(subject);
    }

    /// When the next delivery is due that is not running.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    fn note_due(&mut self, subject: &str) {
        if let Some(at) = self.due_at.remove(subject) {
            self.due.remove(&(at, subject.to_owned()));
        }
        let first = self.subjects.get(subject).and_then(|rows| rows.first_key_value());
        if let Some((_, first)) = first.filter(|_| !self.running.contains(subject)) {
            let at = first.next_at.unwrap_or(Timestamp::MIN);
            self.due_at.insert(subject.to_owned(), at);
            self.due.insert((at, subject.to_owned()));
        }
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
            tried: 0,
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
