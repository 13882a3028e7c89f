//! Native unit tests: a host that a test sets up, and that records what a plugin asks for.
//!
//! ```
//! # #[cfg(feature = "loyalty")] {
//! use stammgast_sdk::{Reason, loyalty, testing};
//!
//! let give = || loyalty::earn("points", 3, Reason::new("gift", "a gift"));
//! let ((), recorded) = testing::run(testing::Host::new(), give);
//! assert_eq!(recorded.effects, [testing::Effect::Earn {
//!     program: "points".to_owned(),
//!     points: 3,
//!     reason: Reason::new("gift", "a gift"),
//! }]);
//! # }
//! ```
//!
//! What the real host would stop the call for — something that was not granted, a key that is too long, a reason
//! without a text — panics here, with the problem. What depends on the tenant is not checked: whether a program exists.

mod effect;
mod host;
pub(crate) mod native;
mod recorded;
mod rules;
mod samples;

use crate::state::Scope;
use serde::Serialize;
use std::{cell::RefCell, collections::BTreeMap, mem};

pub use effect::Effect;
pub use host::Host;
pub use recorded::{LogLine, Recorded, StateChange};
#[cfg(feature = "loyalty")]
pub use samples::{activity, occasion, points_change};
pub use samples::{event, interaction, line, past_interaction, purchase, tier};
#[cfg(feature = "channel")]
pub use samples::{outgoing_message, raw_message, response};

thread_local! {
    /// The run of this thread; tests on other threads have their own.
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// A call that is running, and what it asked for so far.
#[derive(Debug)]
struct Run {
    host: Host,
    effects: Vec<Effect>,
    log: Vec<LogLine>,
    changes: BTreeMap<(Scope, String), Option<Vec<u8>>>,
}

impl Run {
    const fn new(host: Host) -> Self {
        Self { host, effects: Vec::new(), log: Vec::new(), changes: BTreeMap::new() }
    }

    fn recorded(&mut self) -> Recorded {
        let changes = mem::take(&mut self.changes).into_iter();
        let state = changes.map(|((scope, key), value)| StateChange { scope, key, value }).collect();
        Recorded { effects: mem::take(&mut self.effects), log: mem::take(&mut self.log), state }
    }
}

/// Lets a plugin talk to a host, and gives what it answered and what it asked for. Where the answer is an error, the
/// real host does nothing of that.
///
/// # Panics
/// The call panics, or asks for something that the real host would stop it for.
pub fn run<R>(host: Host, call: impl FnOnce() -> R) -> (R, Recorded) {
    let running = Running(RUN.replace(Some(Run::new(host))));
    let result = call();
    let recorded = with_run(Run::recorded);
    drop(running);
    (result, recorded)
}

/// Puts back what ran before, also when the call panics.
struct Running(Option<Run>);

impl Drop for Running {
    fn drop(&mut self) {
        RUN.set(self.0.take());
    }
}

/// Records an effect.
pub(crate) fn ask(effect: Effect) {
    with_run(|run| {
        run.host.need(effect.capability());
        rules::check(&effect, &run.host);
        run.effects.push(effect);
    });
}

fn with_run<R>(act: impl FnOnce(&mut Run) -> R) -> R {
    RUN.with_borrow_mut(|run| match run {
        Some(run) => act(run),
        None => stop("there is no host; call the plugin inside `stammgast_sdk::testing::run`"),
    })
}

/// A value as `state` writes it.
fn json<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|error| stop(&format!("a value cannot be written as JSON: {error}")))
}

/// Ends a call as the real host would: with a fault, which is a panic here.
#[expect(clippy::panic, reason = "a test has to fail where the host would stop the call")]
fn stop(problem: &str) -> ! {
    panic!("{problem}")
}
