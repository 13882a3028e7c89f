//! Order: one subject's events run one after another, different subjects in parallel. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// Events that were read ahead, in lanes by subject.
#[derive(Debug)]
pub(super) struct Lanes<E> {
    queues: HashMap<String, VecDeque<(u64, E)>>,
    busy: BTreeSet<String>,
    ready: VecDeque<String>,
    open: BTreeMap<u64, u32>,
}

impl<E> Default for Lanes<E> {
    fn default() -> Self {
        Self { queues: HashMap::new(), busy: BTreeSet::new(), ready: VecDeque::new(), open: BTreeMap::new() }
    }
}

impl<E> Lanes<E> {
    /// Puts an event of a partition in line behind the others of its subject.
    pub(super) fn push(&mut self, subject: &str, partition: u32, seq: u64, event: E) {
        self.open.insert(seq, partition);
        let queue = self.queues.entry(subject.to_owned()).or_default();
        if queue.is_empty() && !self.busy.contains(subject) {
            self.ready.push_back(subject.to_owned());
        }
        queue.push_back((seq, event));
    }

    /// The next event whose subject is free; the subject is busy until [`Lanes::done`].
    pub(super) fn next(&mut self) -> Option<(String, u64, E)> {
        let subject = self.ready.pop_front()?;
        let (seq, event) = self.queues.get_mut(&subject)?.pop_front()?;
        self.busy.insert(subject.clone());
        Some((subject, seq, event))
    }

    /// An event of a subject is over; its next one may run.
    pub(super) fn done(&mut self, subject: &str, seq: u64) {
        self.open.remove(&seq);
        self.busy.remove(subject);
        match self.queues.get(subject) {
            Some(queue) if queue.is_empty() => {
                self.queues.remove(subject);
            }
            Some(_) => self.ready.push_back(subject.to_owned()),
            None => {}
        }
    }

    /// Events in line or running.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// The first event that is in line or running.
    pub(super) fn first_open(&self) -> Option<u64> {
        self.open.first_key_value().map(|(seq, _)| *seq)
    }

    /// How far a partition has got when everything up to `read` was read: just before its first open event.
    pub(super) fn position(&self, partition: u32, read: u64) -> u64 {
        let first = self.open.iter().find(|(_, owner)| **owner == partition);
        first.map_or(read, |(seq, _)| seq.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_runs_one_event_at_a_time_and_in_order() {
        let mut lanes = Lanes::default();
        for (seq, subject) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
            lanes.push(subject, 0, seq, ());
        }
        assert_eq!(lanes.next().map(|next| next.1), Some(1));
        assert_eq!(lanes.next().map(|next| next.1), Some(3), "another subject runs beside it");
        assert_eq!(lanes.next(), None);
        lanes.done("a", 1);
        assert_eq!((lanes.position(0, 4), lanes.position(1, 4)), (1, 4));
        assert_eq!(lanes.first_open(), Some(2));
        assert_eq!(lanes.next().map(|next| next.1), Some(2));
        lanes.done("b", 3);
        lanes.done("a", 2);
        assert_eq!(lanes.next().map(|next| next.1), Some(4));
        lanes.done("a", 4);
        assert_eq!((lanes.len(), lanes.position(0, 4)), (0, 4));
        lanes.push("a", 0, 5, ());
        assert_eq!(lanes.next().map(|next| next.1), Some(5));
    }
}
