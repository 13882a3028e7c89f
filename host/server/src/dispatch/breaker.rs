//! When an installation is called no more for a while, because too many of its last calls failed: a circuit breaker
//! over a sliding window of calls, half-open for one trial call after each pause. Pure.

use super::invoke::Manner;
use crate::config::Dispatch;
use stammgast_domain::{Timestamp, plugin::FaultKind};
use std::collections::VecDeque;

/// Each pause is twice as long as the one before, up to this many times the first.
const LONGEST: i64 = 32;

/// The breaker of one installation.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// The last calls, oldest first: when each ended, and whether it failed.
    window: VecDeque<(Timestamp, bool)>,
    /// How many calls failed when it last opened.
    failed: usize,
    /// Trials that failed, and times that it opened again soon after one that worked.
    setbacks: u32,
    /// When a trial last worked.
    closed_at: Option<Timestamp>,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    /// Until then nothing is called.
    Open { until: Timestamp },
    /// One trial call runs.
    HalfOpen,
    /// The installation is in quarantine.
    Out,
}

/// What may be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// Calls.
    Free,
    /// One call, to see whether it works again.
    Trial,
    /// Nothing before that time; `None` where the end of a call decides.
    Shut(Option<Timestamp>),
}

/// A call that has ended, as the breaker sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The plugin did its part; an error of its own is an answer.
    Worked,
    /// The plugin failed.
    Failed,
    /// It tells nothing of the plugin.
    Neither,
}

/// How the breaker changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// So many of so many calls failed: it is open.
    Opened { failed: usize, calls: usize, until: Timestamp },
    /// The trial call went well.
    Closed,
    /// Too many trials failed, or it kept opening again: there is no more to be hoped for. So many calls had failed
    /// before.
    GaveUp { failed: usize },
}

impl Ending {
    /// What a fault says of the plugin.
    pub(super) const fn of(fault: Option<FaultKind>) -> Self {
        match fault {
            None | Some(FaultKind::Refused) => Self::Worked,
            Some(FaultKind::Host) => Self::Neither,
            Some(_) => Self::Failed,
        }
    }
}

impl Breaker {
    /// The breaker of an installation in quarantine: it never closes.
    pub(super) fn out() -> Self {
        Self { state: State::Out, ..Self::default() }
    }

    /// What may be started now; a [`Gate::Trial`] is given out once.
    pub(super) fn gate(&self, now: Timestamp) -> Gate {
        match self.state {
            State::Closed => Gate::Free,
            State::Open { until } if until > now => Gate::Shut(Some(until)),
            State::Open { .. } => Gate::Trial,
            State::HalfOpen | State::Out => Gate::Shut(None),
        }
    }

    /// The trial call begins.
    pub(super) const fn try_one(&mut self) {
        if matches!(self.state, State::Open { .. }) {
            self.state = State::HalfOpen;
        }
    }

    /// The trial call did not begin after all.
    pub(super) const fn not_tried(&mut self, now: Timestamp) {
        if matches!(self.state, State::HalfOpen) {
            self.state = State::Open { until: now };
        }
    }

    /// A call has ended. One that began before the breaker opened tells nothing any more.
    pub(super) fn ended(
        &mut self,
        manner: Manner,
        ending: Ending,
        now: Timestamp,
        settings: &Dispatch,
    ) -> Option<Turn> {
        match (self.state, manner) {
            (State::Closed, Manner::Call) => self.count(ending, now, settings),
            (State::HalfOpen, Manner::Trial) => self.tried(ending, now, settings),
            _ => None,
        }
    }

    fn count(&mut self, ending: Ending, now: Timestamp, settings: &Dispatch) -> Option<Turn> {
        let failed = match ending {
            Ending::Worked => false,
            Ending::Failed => true,
            Ending::Neither => return None,
        };
        self.window.push_back((now, failed));
        let oldest = window_before(now, settings);
        while self.window.len() > settings.breaker_calls || self.window.front().is_some_and(|(at, _)| *at < oldest) {
            self.window.pop_front();
        }
        let (calls, failed) = (self.window.len(), self.window.iter().filter(|(_, failed)| *failed).count());
        if calls < settings.breaker_calls || failed * 100 < calls * settings.breaker_percent {
            return None;
        }
        self.window.clear();
        self.failed = failed;
        // A trial that worked proves little where it opens again so soon.
        let is_setback = self.closed_at.is_some_and(|closed_at| closed_at >= oldest);
        self.setbacks = if is_setback { self.setbacks + 1 } else { 0 };
        let until = self.open(now, settings);
        Some(self.given_up(settings).unwrap_or(Turn::Opened { failed, calls, until }))
    }

    fn tried(&mut self, ending: Ending, now: Timestamp, settings: &Dispatch) -> Option<Turn> {
        if ending == Ending::Worked {
            self.state = State::Closed;
            self.closed_at = Some(now);
            return Some(Turn::Closed);
        }
        self.setbacks += u32::from(ending == Ending::Failed);
        self.open(now, settings);
        self.given_up(settings)
    }

    fn given_up(&self, settings: &Dispatch) -> Option<Turn> {
        (self.setbacks >= settings.breaker_trials).then_some(Turn::GaveUp { failed: self.failed })
    }

    fn open(&mut self, now: Timestamp, settings: &Dispatch) -> Timestamp {
        let growth = 2_i64.saturating_pow(self.setbacks).min(LONGEST);
        let pause = millis(settings.breaker_pause_ms, 1).saturating_mul(growth);
        let until = now.plus_millis(pause);
        self.state = State::Open { until };
        until
    }
}

/// The start of the window that ends now.
fn window_before(now: Timestamp, settings: &Dispatch) -> Timestamp {
    now.plus_millis(-millis(settings.breaker_window_seconds, 1_000))
}

fn millis(number: u64, unit: i64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn settings() -> Dispatch {
        Dispatch {
            breaker_calls: 4,
            breaker_percent: 50,
            breaker_window_seconds: 10,
            breaker_pause_ms: 1_000,
            breaker_trials: 2,
            ..Dispatch::default()
        }
    }

    fn after(endings: &[Ending]) -> (Breaker, Option<Turn>) {
        let mut breaker = Breaker::default();
        let turn = endings.iter().fold(None, |_, ending| breaker.ended(Manner::Call, *ending, at(0), &settings()));
        (breaker, turn)
    }

    #[test]
    fn it_opens_when_the_window_is_full_and_half_of_it_failed() {
        use Ending::{Failed, Neither, Worked};
        assert_eq!(after(&[Failed, Failed, Failed]).1, None, "too few calls to judge by");
        assert_eq!(after(&[Worked, Worked, Worked, Failed]).1, None, "one bad event is no broken plugin");
        assert_eq!(after(&[Failed, Neither, Neither, Neither]).1, None, "the host's failures tell nothing");
        let (breaker, turn) = after(&[Worked, Failed, Worked, Failed]);
        assert_eq!(turn, Some(Turn::Opened { failed: 2, calls: 4, until: at(1_000) }));
        assert_eq!(breaker.gate(at(999)), Gate::Shut(Some(at(1_000))));
        assert_eq!(breaker.gate(at(1_000)), Gate::Trial);
    }

    #[test]
    fn old_calls_fall_out_of_the_window() {
        let mut breaker = Breaker::default();
        for second in [0, 1, 2, 13] {
            assert_eq!(breaker.ended(Manner::Call, Ending::Failed, at(second * 1_000), &settings()), None);
        }
        assert_eq!(breaker.gate(at(13_000)), Gate::Free);
    }

    #[test]
    fn a_trial_that_works_closes_it_and_trials_that_fail_end_it() {
        let (mut breaker, _) = after(&[Ending::Failed; 4]);
        assert_eq!(breaker.ended(Manner::Call, Ending::Worked, at(10), &settings()), None, "that call began before");
        breaker.try_one();
        assert_eq!(breaker.gate(at(5_000)), Gate::Shut(None), "one trial at a time");
        assert_eq!(breaker.ended(Manner::Trial, Ending::Failed, at(5_000), &settings()), None);
        assert_eq!(breaker.gate(at(6_999)), Gate::Shut(Some(at(7_000))), "the second pause is twice as long");
        breaker.try_one();
        assert_eq!(
            breaker.ended(Manner::Trial, Ending::Failed, at(8_000), &settings()),
            Some(Turn::GaveUp { failed: 4 })
        );

        let (mut breaker, _) = after(&[Ending::Failed; 4]);
        breaker.try_one();
        assert_eq!(breaker.ended(Manner::Trial, Ending::Worked, at(1_000), &settings()), Some(Turn::Closed));
        assert_eq!(breaker.gate(at(1_000)), Gate::Free);
    }

    /// Lets calls end one a second, through all pauses, until the breaker gives up; says how often it opened.
    fn openings_of(endings: impl IntoIterator<Item = Ending>, settings: &Dispatch) -> (usize, bool) {
        let (mut breaker, mut now, mut opened) = (Breaker::default(), at(0), 0);
        for ending in endings {
            now = now.plus_millis(1_000);
            let manner = match breaker.gate(now) {
                Gate::Free => Manner::Call,
                Gate::Trial => Manner::Trial,
                Gate::Shut(until) => {
                    now = until.expect("no trial runs");
                    Manner::Trial
                }
            };
            if manner == Manner::Trial {
                breaker.try_one();
            }
            match breaker.ended(manner, ending, now, settings) {
                Some(Turn::Opened { .. }) => opened += 1,
                Some(Turn::GaveUp { .. }) => return (opened, true),
                Some(Turn::Closed) | None => {}
            }
        }
        (opened, false)
    }

    #[test]
    fn one_that_opens_again_soon_after_a_trial_that_worked_comes_to_its_end() {
        use Ending::{Failed, Worked};
        let settings = Dispatch { breaker_trials: 5, breaker_window_seconds: 600, ..settings() };
        let six_of_ten = [Worked, Failed, Failed, Worked, Failed].into_iter().cycle().take(1_000);
        let (opened, gave_up) = openings_of(six_of_ten, &settings);
        assert!(gave_up && opened <= 5, "{opened}");
    }

    #[test]
    fn one_that_worked_for_a_whole_window_begins_anew() {
        let settings = Dispatch { breaker_trials: 2, ..settings() };
        let (mut breaker, _) = after(&[Ending::Failed; 4]);
        for day in 1..100 {
            let now = at(day * 86_400_000);
            breaker.try_one();
            assert_eq!(breaker.ended(Manner::Trial, Ending::Worked, now, &settings), Some(Turn::Closed));
            let late = now.plus_millis(10_001);
            let turns = [(); 4].map(|()| breaker.ended(Manner::Call, Ending::Failed, late, &settings));
            let until = late.plus_millis(1_000);
            assert_eq!(turns, [None, None, None, Some(Turn::Opened { failed: 4, calls: 4, until })], "day {day}");
        }
    }

    proptest! {
        /// Between two quiet windows no installation opens its breaker more often than it may fail trials.
        #[test]
        fn openings_one_after_another_are_bounded(
            failed in proptest::collection::vec(any::<bool>(), 0..400), trials in 1_u32..6,
        ) {
            let settings = Dispatch { breaker_trials: trials, breaker_window_seconds: 86_400, ..settings() };
            let endings = failed.into_iter().map(|failed| if failed { Ending::Failed } else { Ending::Worked });
            let (opened, _) = openings_of(endings, &settings);
            prop_assert!(opened <= trials as usize, "{opened} of {trials}");
        }
    }

    #[test]
    fn a_refusal_is_an_answer() {
        assert_eq!(Ending::of(Some(FaultKind::Refused)), Ending::Worked);
        assert_eq!(Ending::of(Some(FaultKind::Trap)), Ending::Failed);
        assert_eq!(Ending::of(Some(FaultKind::Host)), Ending::Neither);
        assert_eq!(Ending::of(None), Ending::Worked);
    }
}
