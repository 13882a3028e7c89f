//! What calls of a plugin cost and how they ended, added up. Numbers alone: nothing of what the calls were about.

mod spread;

pub use spread::Spread;

use crate::plugin::FaultKind;
use std::{collections::BTreeMap, time::Duration};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Well: its effects were applied, or noted where it ran in shadow.
    Effects,
    /// A connector said that the bytes are no message of its channel.
    Malformed,
    /// The plugin's state changed while it ran, so that it was called again.
    StateChanged,
    /// In a fault of this sort; `host` where the host could not do its part.
    Fault(FaultKind),
}

impl Ending {
    /// The name in texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Effects => "effects",
            Self::Malformed => "malformed",
            Self::StateChanged => "state-changed",
            Self::Fault(kind) => kind.as_str(),
        }
    }
}

/// One call, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallCost {
    /// How it ended.
    pub ending: Ending,
    /// Fuel that it used.
    pub fuel: u64,
    /// Memory that it held in the end, in bytes over all memories.
    pub memory_bytes: u64,
    /// Time that it took, by the clock on the wall.
    pub duration: Duration,
    /// Time that it waited for its turn, from the moment when nothing but other calls held it up.
    pub queued: Duration,
}

/// Calls, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    endings: BTreeMap<Ending, u64>,
    fuel: u64,
    most_memory_bytes: u64,
    duration: Spread,
    queued: Spread,
}

impl Figures {
    /// Adds a call.
    pub fn count(&mut self, call: CallCost) {
        *self.endings.entry(call.ending).or_default() += 1;
        self.fuel = self.fuel.saturating_add(call.fuel);
        self.most_memory_bytes = self.most_memory_bytes.max(call.memory_bytes);
        self.duration.count(call.duration);
        self.queued.count(call.queued);
    }

    /// How many calls there were.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.duration.values()
    }

    /// How many calls ended so.
    #[must_use]
    pub fn ended(&self, ending: Ending) -> u64 {
        self.endings.get(&ending).copied().unwrap_or_default()
    }

    /// How many calls ended in which way; ways in which none did are left out.
    pub fn endings(&self) -> impl Iterator<Item = (Ending, u64)> + '_ {
        self.endings.iter().map(|(ending, count)| (*ending, *count))
    }

    /// How many calls ended in which sort of fault.
    pub fn faults(&self) -> impl Iterator<Item = (FaultKind, u64)> + '_ {
        self.endings().filter_map(|(ending, count)| match ending {
            Ending::Fault(kind) => Some((kind, count)),
            _ => None,
        })
    }

    /// Fuel that all calls used.
    #[must_use]
    pub const fn fuel(&self) -> u64 {
        self.fuel
    }

    /// Bytes of memory that the largest call held.
    #[must_use]
    pub const fn most_memory_bytes(&self) -> u64 {
        self.most_memory_bytes
    }

    /// How long calls took.
    #[must_use]
    pub const fn duration(&self) -> &Spread {
        &self.duration
    }

    /// How long calls waited for their turn.
    #[must_use]
    pub const fn queued(&self) -> &Spread {
        &self.queued
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn call(ending: Ending, fuel: u64, memory_bytes: u64, micros: u64) -> CallCost {
        let (duration, queued) = (Duration::from_micros(micros), Duration::from_micros(micros / 2));
        CallCost { ending, fuel, memory_bytes, duration, queued }
    }

    #[test]
    fn calls_are_added_up_by_how_they_ended() {
        let mut figures = Figures::default();
        figures.count(call(Ending::Effects, 10, 300, 40));
        figures.count(call(Ending::Fault(FaultKind::Trap), 5, 100, 90));
        figures.count(call(Ending::Effects, 20, 200, 60));
        figures.count(call(Ending::StateChanged, 1, 0, 1));
        assert_eq!((figures.calls(), figures.fuel(), figures.most_memory_bytes()), (4, 36, 300));
        assert_eq!((figures.ended(Ending::Effects), figures.ended(Ending::Malformed)), (2, 0));
        assert_eq!(figures.faults().collect::<Vec<_>>(), [(FaultKind::Trap, 1)]);
        let endings: Vec<(&str, u64)> = figures.endings().map(|(ending, count)| (ending.as_str(), count)).collect();
        assert_eq!(endings, [("effects", 2), ("state-changed", 1), ("trap", 1)]);
        assert_eq!(figures.duration().most(), Duration::from_micros(90));
        assert_eq!(figures.queued().sum(), Duration::from_micros(20 + 45 + 30));
    }

    #[test]
    fn where_nothing_was_called_all_figures_are_zero() {
        let figures = Figures::default();
        assert_eq!((figures.calls(), figures.endings().count()), (0, 0));
        assert_eq!(figures.duration().percentile(50), Duration::ZERO);
    }
}
