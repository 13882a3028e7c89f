//! What the two sides of a back-test asked for, added up.

use crate::{
    CustomerId, Points,
    call::{CallRecord, Outcome},
    plugin::FaultKind,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one side asked for, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Calls.
    pub calls: u64,
    /// Calls that ended in a fault, by sort; what the host would have refused is `invalid-effect`.
    #[serde(default)]
    pub faults: BTreeMap<String, u64>,
    /// Points and postings, by program.
    #[serde(default)]
    pub earned: BTreeMap<String, Earned>,
    /// Findings, by rule and severity, such as `language/major`.
    #[serde(default)]
    pub findings: BTreeMap<String, u64>,
    /// Feedback items, by department, kind and topic, such as `logistics/complaint/delivery`.
    #[serde(default)]
    pub routes: BTreeMap<String, u64>,
    /// Messages that were read, by direction.
    #[serde(default)]
    pub messages: BTreeMap<String, u64>,
    /// What else was asked for: `tier/status/gold`, `reminder/lapse`.
    #[serde(default)]
    pub proposals: BTreeMap<String, u64>,
    /// Messages that could not be read.
    #[serde(default)]
    pub malformed: u64,
    /// Fuel of all calls.
    pub fuel: u64,
    /// Fuel of the call that took most.
    pub most_fuel: u64,
    /// Memory of the call that held most, in bytes.
    pub most_memory_bytes: u64,
    /// Time of all calls, in microseconds by the clock on the wall.
    pub duration_us: u64,
    /// Time of the call that took longest, in microseconds.
    pub most_duration_us: u64,
}

/// Points that were earned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    /// The sum.
    pub points: i64,
    /// How many postings.
    pub postings: u64,
}

/// What a call cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Fuel.
    pub fuel: u64,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Time in microseconds.
    pub duration_us: u64,
}

/// How one side dealt with one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dealt {
    /// It asked for this.
    Outcomes(Vec<Outcome>),
    /// It could not read the bytes.
    Malformed,
    /// It failed.
    Fault(FaultKind),
    /// It is not known what came of it, or it has not been called.
    Unknown,
}

impl Dealt {
    /// What is known of a call that was made.
    #[must_use]
    pub fn of(record: &CallRecord) -> Self {
        match (&record.fault, &record.outcomes) {
            (Some(kind), _) => Self::Fault(*kind),
            _ if record.malformed => Self::Malformed,
            (None, Some(outcomes)) => Self::Outcomes(outcomes.clone()),
            (None, None) => Self::Unknown,
        }
    }

    /// Whether it comes to the same: who is not called does as little as who asks for nothing.
    #[must_use]
    pub fn comes_to(&self, other: &Self) -> bool {
        let nothing = |dealt: &Self| match dealt {
            Self::Unknown => true,
            Self::Outcomes(outcomes) => outcomes.is_empty(),
            Self::Malformed | Self::Fault(_) => false,
        };
        self == other || nothing(self) && nothing(other)
    }
}

impl From<&CallRecord> for Cost {
    fn from(record: &CallRecord) -> Self {
        Self { fuel: record.fuel, memory_bytes: record.memory_bytes, duration_us: record.duration_us }
    }
}

impl Side {
    /// Counts one call.
    pub fn count(&mut self, dealt: &Dealt, cost: Cost) {
        if matches!(dealt, Dealt::Unknown) {
            return;
        }
        self.calls += 1;
        self.fuel = self.fuel.saturating_add(cost.fuel);
        self.most_fuel = self.most_fuel.max(cost.fuel);
        self.most_memory_bytes = self.most_memory_bytes.max(cost.memory_bytes);
        self.duration_us = self.duration_us.saturating_add(cost.duration_us);
        self.most_duration_us = self.most_duration_us.max(cost.duration_us);
        let outcomes = match dealt {
            Dealt::Outcomes(outcomes) => outcomes,
            Dealt::Malformed => return self.malformed += 1,
            Dealt::Fault(kind) => return *self.faults.entry(kind.as_str().to_owned()).or_default() += 1,
            Dealt::Unknown => return,
        };
        for outcome in outcomes {
            match outcome {
                Outcome::Earn { program, points, .. } => {
                    let earned = self.earned.entry(program.clone()).or_default();
                    earned.points = earned.points.saturating_add(points.0);
                    earned.postings += 1;
                }
                Outcome::RaiseFinding { rule, severity } => {
                    *self.findings.entry(format!("{rule}/{}", severity.as_str())).or_default() += 1;
                }
                Outcome::OpenFeedback { department, kind, topic } => {
                    *self.routes.entry(format!("{department}/{}/{topic}", kind.as_str())).or_default() += 1;
                }
                Outcome::ReceiveMessage { direction } => {
                    *self.messages.entry(direction.as_str().to_owned()).or_default() += 1;
                }
                Outcome::EarnDecimal { .. }
                | Outcome::ProposeTier { .. }
                | Outcome::ProposeNoTier { .. }
                | Outcome::IssueVoucher { .. }
                | Outcome::MakeEligible { .. }
                | Outcome::EndEligibility { .. }
                | Outcome::ProposeContact { .. }
                | Outcome::SetReminder { .. }
                | Outcome::CancelReminder { .. } => {
                    *self.proposals.entry(proposal(outcome)).or_default() += 1;
                }
            }
        }
    }

    /// Adds another part of the same side.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.fuel = self.fuel.saturating_add(other.fuel);
        self.most_fuel = self.most_fuel.max(other.most_fuel);
        self.most_memory_bytes = self.most_memory_bytes.max(other.most_memory_bytes);
        self.duration_us = self.duration_us.saturating_add(other.duration_us);
        self.most_duration_us = self.most_duration_us.max(other.most_duration_us);
        self.malformed += other.malformed;
        for (program, earned) in &other.earned {
            let sum = self.earned.entry(program.clone()).or_default();
            sum.points = sum.points.saturating_add(earned.points);
            sum.postings += earned.postings;
        }
        let pairs = [
            (&mut self.faults, &other.faults),
            (&mut self.findings, &other.findings),
            (&mut self.routes, &other.routes),
            (&mut self.messages, &other.messages),
            (&mut self.proposals, &other.proposals),
        ];
        for (sums, counts) in pairs {
            for (name, count) in counts {
                *sums.entry(name.clone()).or_default() += count;
            }
        }
    }
}

/// What else was asked for, as a path of names.
fn proposal(outcome: &Outcome) -> String {
    match outcome {
        Outcome::EarnDecimal { program, .. } => format!("earn/{program}"),
        Outcome::ProposeTier { program, tier, .. } => format!("tier/{program}/{tier}"),
        Outcome::ProposeNoTier { program, .. } => format!("no-tier/{program}"),
        Outcome::IssueVoucher { offer, .. } => format!("voucher/{offer}"),
        Outcome::MakeEligible { reward, .. } => format!("eligible/{reward}"),
        Outcome::EndEligibility { reward, .. } => format!("not-eligible/{reward}"),
        Outcome::ProposeContact { purpose, topic, .. } => format!("contact/{}/{topic}", purpose.as_str()),
        Outcome::SetReminder { name, .. } => format!("reminder/{name}"),
        Outcome::CancelReminder { name } => format!("no-reminder/{name}"),
        Outcome::Earn { .. }
        | Outcome::RaiseFinding { .. }
        | Outcome::OpenFeedback { .. }
        | Outcome::ReceiveMessage { .. } => String::new(),
    }
}

/// What came of a back-test, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Events that it was called for.
    pub events: u64,
    /// Events for which the two sides asked for something else.
    pub differing: u64,
    /// Events for which what they asked for differs in its texts alone; known where two versions are compared.
    pub differing_texts: u64,
    /// Events for which it is not known what happened.
    pub unknown: u64,
    /// Events that were left out because the personal data of their customer was erased.
    pub erased: u64,
    /// Customers for whom the points differ, by the end.
    pub customers_differing: u64,
    /// What is tried.
    pub candidate: Side,
    /// What it is compared with.
    pub baseline: Side,
}

impl Totals {
    /// Adds another part.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.differing += other.differing;
        self.differing_texts += other.differing_texts;
        self.unknown += other.unknown;
        self.erased += other.erased;
        self.candidate.add(&other.candidate);
        self.baseline.add(&other.baseline);
    }
}

/// One event with which the two sides dealt differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDifference {
    /// Sequence number of the event.
    pub event: u64,
    /// The customer it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What the tried version asked for.
    pub candidate: Dealt,
    /// What it is compared with.
    pub baseline: Dealt,
}

/// A customer's points on both sides, in one program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// What the tried version gave.
    pub candidate: i64,
    /// What it is compared with.
    pub baseline: i64,
}

/// Adds the points of one event to a customer's.
pub fn add_points(points: &mut BTreeMap<String, Both>, candidate: &Dealt, baseline: &Dealt) {
    let mut add = |dealt: &Dealt, side: fn(&mut Both) -> &mut i64| {
        let Dealt::Outcomes(outcomes) = dealt else { return };
        for outcome in outcomes {
            if let Outcome::Earn { program, points: Points(earned), .. } = outcome {
                let sum = side(points.entry(program.clone()).or_default());
                *sum = sum.saturating_add(*earned);
            }
        }
    };
    add(candidate, |both| &mut both.candidate);
    add(baseline, |both| &mut both.baseline);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn earn(points: i64) -> Outcome {
        Outcome::Earn { program: "points".into(), points: Points(points), reason: "purchase".into() }
    }

    #[test]
    fn not_being_called_comes_to_asking_for_nothing() {
        let nothing = Dealt::Outcomes(Vec::new());
        assert!(Dealt::Unknown.comes_to(&nothing) && nothing.comes_to(&Dealt::Unknown));
        for other in [Dealt::Outcomes(vec![earn(1)]), Dealt::Malformed, Dealt::Fault(FaultKind::Trap)] {
            assert!(
                other.comes_to(&other) && !other.comes_to(&Dealt::Unknown) && !nothing.comes_to(&other),
                "{other:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn adding_parts_is_counting_all_at_once(points in prop::collection::vec(1_i64..1_000, 0..60), cut in 0_usize..60) {
            let count = |points: &[i64]| {
                let mut side = Side::default();
                for points in points {
                    let cost = Cost { fuel: points.unsigned_abs(), memory_bytes: 5, duration_us: 2 };
                    side.count(&Dealt::Outcomes(vec![earn(*points)]), cost);
                }
                side
            };
            let cut = cut.min(points.len());
            let mut parts = count(&points[..cut]);
            parts.add(&count(&points[cut..]));
            prop_assert_eq!(parts, count(&points));
        }
    }

    #[test]
    fn points_are_added_up_on_both_sides() {
        let mut points = BTreeMap::new();
        let (ten, four) = (Dealt::Outcomes(vec![earn(10)]), Dealt::Outcomes(vec![earn(4)]));
        add_points(&mut points, &ten, &four);
        add_points(&mut points, &Dealt::Fault(FaultKind::Trap), &four);
        assert_eq!(points.get("points"), Some(&Both { candidate: 10, baseline: 8 }));
    }
}
