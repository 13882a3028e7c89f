//! What a customer has got, by day, so that limits hold whatever the order in which things are told.
//!
//! It is kept in the customer's state, and it stays small: what lies far enough back is forgotten, and where that is
//! not enough, neighbouring days are counted together. Both only ever leave less.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, num::NonZeroU32};

/// The most spans that are kept under one name: each day of a month, and of the month before.
pub const MOST_SPANS: usize = 64;

/// What a customer has got of several things, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<String, Count>);

impl Counts {
    /// Reads what stands in the state; nothing where there is none.
    ///
    /// # Errors
    /// Something else stands there.
    pub fn read(state: Option<&[u8]>) -> serde_json::Result<Self> {
        state.map_or_else(|| Ok(Self::default()), serde_json::from_slice)
    }

    /// What shall stand in the state.
    ///
    /// # Errors
    /// None that is known of.
    pub fn written(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// The count of a name.
    pub fn of(&mut self, name: &str) -> &mut Count {
        self.0.entry(name.to_owned()).or_default()
    }

    /// Forgets names that nobody counts any more, and those of which nothing is known.
    pub fn keep(&mut self, is_counted: impl Fn(&str) -> bool) {
        self.0.retain(|name, count| is_counted(name) && *count != Count::default());
    }
}

/// What a customer has got of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The first day from which on everything is known; absent where nothing was ever forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// From old to new, without overlaps.
    #[serde(default)]
    spans: Vec<Span>,
}

/// Some days in a row, and what was got on one of them or another. Written as three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64, i64)", into = "(i64, i64, i64)")]
struct Span {
    first: i64,
    last: i64,
    got: i64,
}

impl From<(i64, i64, i64)> for Span {
    fn from((first, last, got): (i64, i64, i64)) -> Self {
        Self { first, last, got }
    }
}

impl From<Span> for (i64, i64, i64) {
    fn from(Span { first, last, got }: Span) -> Self {
        (first, last, got)
    }
}

impl Count {
    /// How much may still be got on a day, so that no stretch of so many days has more than `most`: neither one that
    /// ends on that day nor one that holds later days, which were told before.
    #[must_use]
    pub fn room(&self, day: i64, most: i64, days: NonZeroU32) -> i64 {
        let reach = i64::from(days.get()) - 1;
        if self.since.is_some_and(|since| day - reach < since) {
            return 0;
        }
        // The stretch that holds most ends on that day, or where a later span begins.
        let later = self.spans.iter().map(|span| span.first).filter(|first| (day..=day + reach).contains(first));
        let fullest = later.chain([day]).map(|end| self.got_within(end - reach, end)).max().unwrap_or_default();
        most.saturating_sub(fullest).max(0)
    }

    /// Counts what was got on a day, and forgets what no limit of so many days needs.
    pub fn add(&mut self, day: i64, got: i64, days: NonZeroU32) {
        if let Some(span) = self.spans.iter_mut().find(|span| (span.first..=span.last).contains(&day)) {
            span.got = span.got.saturating_add(got);
        } else {
            let place = self.spans.partition_point(|span| span.last < day);
            self.spans.insert(place, Span { first: day, last: day, got });
        }
        while self.spans.len() > MOST_SPANS {
            self.shorten(i64::from(days.get()));
        }
    }

    /// What was got from one day to another, both included; too much where a span lies across the edge.
    fn got_within(&self, first: i64, last: i64) -> i64 {
        let spans = self.spans.iter().filter(|span| span.first <= last && span.last >= first);
        spans.fold(0_i64, |sum, span| sum.saturating_add(span.got))
    }

    /// Makes one span fewer: forgets the oldest, if it lies twice the days back, or makes one of the two closest.
    fn shorten(&mut self, days: i64) {
        let newest = self.spans.last().map_or(0, |span| span.last);
        if self.spans.first().is_some_and(|oldest| newest - oldest.last >= 2 * days) {
            let oldest = self.spans.remove(0);
            self.since = self.since.max(Some(oldest.last + 1));
            return;
        }
        let lengths = self.spans.iter().zip(self.spans.iter().skip(1)).map(|(span, next)| next.last - span.first);
        let closest = lengths.enumerate().min_by_key(|(_, length)| *length);
        let Some((place, _)) = closest else { return };
        let next = self.spans.remove(place + 1);
        if let Some(span) = self.spans.get_mut(place) {
            (span.last, span.got) = (next.last, span.got.saturating_add(next.got));
        }
    }
}

#[cfg(test)]
mod tests;
