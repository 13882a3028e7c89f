//! Why the host stopped an installation. Sorts and numbers only: a plugin's own words may be personal, and what is said
//! here stays in the history and in the audit log.

use super::FaultKind;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// How an installation kept failing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Calls that failed.
    pub faults: u32,
    /// Within how many seconds they did.
    pub window_seconds: u64,
    /// What went wrong last.
    pub fault: FaultKind,
    /// The event at which it did.
    pub event: u64,
}

/// An installation's quarantine: the host calls it no more until an admin decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// Since when.
    pub since: Timestamp,
    /// What led to it; the last fault is that of the trial call.
    #[serde(flatten)]
    pub failing: Failing,
}

impl Failing {
    /// What happened, in words that can follow a colon.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { event, fault, .. } = self;
        let why = fault.in_words();
        match self.faults {
            1 => format!("a call failed at event {event}, because {why}"),
            _ => format!("{}, the last at event {event}, because {why}", self.counted()),
        }
    }

    fn counted(&self) -> String {
        let Self { faults, window_seconds, .. } = self;
        let calls = if *faults == 1 { "a call".to_owned() } else { format!("{faults} calls") };
        let within = if *window_seconds == 1 { "a second".to_owned() } else { format!("{window_seconds} seconds") };
        format!("{calls} failed within {within}")
    }
}

impl Quarantine {
    /// What led to it, in words that can follow a colon.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Failing { fault, event, .. } = self.failing;
        let counted = self.failing.counted();
        format!("{counted}, and a trial afterwards failed as well, at event {event}, because {}", fault.in_words())
    }

    /// What happened and what to do, in sentences. `who` begins the first one.
    #[must_use]
    pub fn told_of(&self, who: &str) -> String {
        format!(
            "{who} is stopped: {}. Its events wait, and none is lost. Look at its recorded calls, put right what it \
             fails of (another configuration or version, or back to what ran before), then enable it again and say \
             whether what waited is run or skipped.",
            self.in_words()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILING: Failing = Failing { faults: 5, window_seconds: 60, fault: FaultKind::Trap, event: 4711 };

    #[test]
    fn failing_is_told_with_its_numbers_and_its_last_fault() {
        assert_eq!(FAILING.in_words(), "5 calls failed within 60 seconds, the last at event 4711, because it trapped");
        let once = Failing { faults: 1, fault: FaultKind::Load, ..FAILING };
        assert_eq!(once.in_words(), "a call failed at event 4711, because it could not be loaded");
    }

    #[test]
    fn a_quarantine_says_what_happened_and_what_to_do() {
        let quarantine = Quarantine { since: Timestamp::MIN, failing: FAILING };
        let told = quarantine.told_of("`points`");
        let start = "`points` is stopped: 5 calls failed within 60 seconds, and a trial afterwards failed as well, at \
                     event 4711, because it trapped. Its events wait";
        assert!(told.starts_with(start), "{told}");
        assert!(told.ends_with("enable it again and say whether what waited is run or skipped."), "{told}");
    }

    #[test]
    fn a_quarantine_is_one_flat_object() {
        let quarantine = Quarantine { since: "2026-03-01T10:00:00Z".parse().unwrap(), failing: FAILING };
        let written = serde_json::to_value(quarantine).unwrap();
        let expected = serde_json::json!({
            "since": "2026-03-01T10:00:00.000Z", "faults": 5, "window_seconds": 60, "fault": "trap", "event": 4711,
        });
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Quarantine>(written).unwrap(), quarantine);
    }
}
