//! A plan: what a use case wants to write, and what it answers once that is written.
//!
//! The edge commits it, together with the answer itself when the caller sent an `Idempotency-Key`.

use stammgast_store::Change;

/// A change that waits to be committed, and its answer.
#[derive(Debug)]
pub struct Plan<T> {
    /// What is to be written.
    pub change: Change,
    /// What is answered then.
    pub answer: T,
    /// Whether the answer tells of something new.
    pub outcome: Outcome,
}

/// Whether something came into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new row.
    Created,
    /// A changed row, or several.
    Done,
    /// Nothing changed: it was there already.
    Existing,
}

impl<T> Plan<T> {
    /// Something new.
    pub fn created(change: Change, answer: T) -> Self {
        Self { change, answer, outcome: Outcome::Created }
    }

    /// A change.
    pub fn done(change: Change, answer: T) -> Self {
        Self { change, answer, outcome: Outcome::Done }
    }

    /// Nothing to do.
    pub fn existing(answer: T) -> Self {
        Self { change: Change::new(), answer, outcome: Outcome::Existing }
    }
}
