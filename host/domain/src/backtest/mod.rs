//! Back-tests: a version and configuration run over the past without writing, beside what happened or another version.

mod notes;
mod totals;

pub use notes::notes;
pub use totals::{Both, Cost, Dealt, Earned, EventDifference, Side, Totals, add_points};

use crate::{
    InstallationId, Timestamp,
    digest::Digest,
    plugin::{Capability, WantedLimits},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is tried: a version with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// The component.
    pub digest: Digest,
    /// What it may do; all that it asks for.
    pub grants: BTreeSet<Capability>,
    /// Its configuration.
    pub config: serde_json::Value,
    /// Limits that the admin sets.
    #[serde(default)]
    pub limits: WantedLimits,
}

/// What it is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "against", rename_all = "kebab-case")]
pub enum Against {
    /// Nothing: what would have happened is counted alone.
    Nothing,
    /// What an installation did.
    Happened {
        /// The installation.
        installation: InstallationId,
        /// Its name then.
        name: String,
    },
    /// Another version, or another configuration, run over the same events.
    Version(Box<Candidate>),
}

/// Which part of the past is looked at: events that happened in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Events that happened at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Events that happened before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

impl Period {
    /// Whether a time lies in it.
    #[must_use]
    pub fn holds(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time < to)
    }
}

/// Where a back-test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BacktestStatus {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It is through.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// It could not go on.
    Failed,
}

impl BacktestStatus {
    /// Whether it will not go on by itself.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A back-test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// `UUIDv7`.
    pub id: Uuid,
    /// What is tried.
    pub candidate: Candidate,
    /// The name under which it is tried; a connector is asked about the channel of this name.
    pub name: String,
    /// The installation that it stands for: points that it posted in the period are tried anew, not historical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// What it is compared with.
    pub against: Against,
    /// Which events.
    pub period: Period,
    /// Who wanted it.
    pub actor: String,
    /// The server that runs it.
    pub node: String,
    /// Where it stands.
    pub status: BacktestStatus,
    /// Every event up to this one was looked at.
    pub position: u64,
    /// The last event that is looked at: the log's end when it was made.
    pub until: u64,
    /// What came so far.
    pub totals: Totals,
    /// Why it could not go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds that it worked.
    pub worked_ms: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// Counts up with every change.
    pub version: u64,
}

impl Backtest {
    /// Whether it calls a component: the one that is tried, or the one that it is compared with.
    #[must_use]
    pub fn calls(&self, digest: &Digest) -> bool {
        let compared = match &self.against {
            Against::Version(other) => Some(other.digest),
            Against::Nothing | Against::Happened { .. } => None,
        };
        self.candidate.digest == *digest || compared == Some(*digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_its_beginning_and_not_its_end() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let period = Period { from: Some(at(10)), to: Some(at(20)) };
        assert_eq!([9, 10, 19, 20].map(|millis| period.holds(at(millis))), [false, true, true, false]);
        assert!(Period::default().holds(at(0)));
    }

    fn version(component: &[u8]) -> Candidate {
        Candidate {
            plugin: "acme.points".into(),
            version: "1.0.0".into(),
            digest: Digest::of(component),
            grants: BTreeSet::new(),
            config: serde_json::Value::Null,
            limits: WantedLimits::default(),
        }
    }

    fn back_test(against: Against) -> Backtest {
        Backtest {
            id: Uuid::nil(),
            candidate: version(b"tried"),
            name: "points".into(),
            installation: None,
            against,
            period: Period::default(),
            actor: "key:test".into(),
            node: "one".into(),
            status: BacktestStatus::Queued,
            position: 0,
            until: 0,
            totals: Totals::default(),
            error: None,
            worked_ms: 0,
            created_at: Timestamp::MIN,
            updated_at: Timestamp::MIN,
            version: 1,
        }
    }

    #[test]
    fn a_back_test_calls_what_it_tries_and_what_it_compares_that_with() {
        let happened = Against::Happened { installation: InstallationId::derived(&["points"]), name: "points".into() };
        let compared = Against::Version(Box::new(version(b"other")));
        for (against, calls_other) in [(Against::Nothing, false), (happened, false), (compared, true)] {
            let test = back_test(against);
            assert!(test.calls(&Digest::of(b"tried")) && !test.calls(&Digest::of(b"third")));
            assert_eq!(test.calls(&Digest::of(b"other")), calls_other);
        }
    }
}
