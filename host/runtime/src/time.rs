//! How long a call may take: by the clock on the wall, or as it was in the call that is repeated. Pure.

use crate::{Answer, CallLimits};
use stammgast_domain::{call::Fault, plugin::FaultKind};

/// A repeated call may take so many times as long as the first one might.
const SLOWER: u32 = 4;

/// How a call's time is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Time {
    /// By the clock on the wall.
    #[default]
    Real,
    /// As it was in the call that is repeated, whether this machine is faster or slower.
    Recorded {
        /// CPU in units of fuel that the call had used when its time was up; `None` where it was not.
        up_at: Option<u64>,
    },
}

impl Time {
    /// What the next question of a call may use, when those before have used so much fuel.
    pub(crate) fn limits(self, limits: CallLimits, used: u64) -> CallLimits {
        match self {
            Self::Real => limits,
            Self::Recorded { up_at } => CallLimits {
                wall: limits.wall.saturating_mul(SLOWER),
                fuel: up_at.map_or(limits.fuel, |at| at.saturating_sub(used).min(limits.fuel)),
                ..limits
            },
        }
    }

    /// What became of the question: where it came as far as the recorded call, its time is up as it was then.
    pub(crate) fn judge(self, answer: Answer, limits: CallLimits, used: u64) -> Answer {
        match (self, answer) {
            (Self::Recorded { up_at: Some(at) }, Answer::Fault(fault))
                if fault.kind == FaultKind::Cpu && at.saturating_sub(used) <= limits.fuel =>
            {
                let wall = limits.wall.as_millis();
                let message = format!("it came to the place where the recorded call had taken longer than {wall} ms");
                Answer::Fault(Fault::new(FaultKind::WallClock, message))
            }
            (_, answer) => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limits() -> CallLimits {
        CallLimits { fuel: 1_000, wall: Duration::from_secs(1), ..CallLimits::default() }
    }

    fn cpu() -> Answer {
        Answer::Fault(Fault::new(FaultKind::Cpu, "it spent its CPU budget"))
    }

    fn kind(answer: Answer) -> FaultKind {
        match answer {
            Answer::Fault(fault) => fault.kind,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn real_time_changes_nothing() {
        assert_eq!(Time::Real.limits(limits(), 7), limits());
        assert_eq!(kind(Time::Real.judge(cpu(), limits(), 7)), FaultKind::Cpu);
    }

    #[test]
    fn a_call_that_was_in_time_has_more_of_it_and_no_more_cpu() {
        let time = Time::Recorded { up_at: None };
        assert_eq!(time.limits(limits(), 7), CallLimits { wall: Duration::from_secs(4), ..limits() });
        assert_eq!(kind(time.judge(cpu(), limits(), 7)), FaultKind::Cpu);
    }

    #[test]
    fn a_call_whose_time_was_up_ends_where_it_did() {
        let time = Time::Recorded { up_at: Some(300) };
        assert_eq!(time.limits(limits(), 100).fuel, 200, "over all questions of the call");
        assert_eq!(kind(time.judge(cpu(), limits(), 100)), FaultKind::WallClock);
        let malformed = Answer::Malformed("no".to_owned());
        assert_eq!(time.judge(malformed.clone(), limits(), 100), malformed, "it ended otherwise before");
        let late = Time::Recorded { up_at: Some(3_000) };
        assert_eq!(kind(late.judge(cpu(), limits(), 100)), FaultKind::Cpu, "its CPU is up first");
    }
}
