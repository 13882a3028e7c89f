//! A plan: what a use case wants to write, and what it answers once that is written.
//!
//! The edge commits it, together with the answer itself when the caller sent an `Idempotency-Key`.

use stammgast_store::{Change, Settled};
use std::sync::Arc;

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

/// The answer to what the ledger decided; `None` where it does not tell what it should.
pub type AnswerOf<T> = Arc<dyn Fn(&Settled) -> Option<T> + Send + Sync>;

/// A change whose answer depends on what the ledger decides when it is committed.
pub struct LedgerPlan<T> {
    /// What is to be written, with what the ledger is asked for.
    pub change: Change,
    /// What is answered then.
    pub answer: AnswerOf<T>,
    /// Whether the answer tells of something new.
    pub outcome: Outcome,
}

impl<T> LedgerPlan<T> {
    /// Something new.
    pub fn created(change: Change, answer: impl Fn(&Settled) -> Option<T> + Send + Sync + 'static) -> Self {
        Self { change, answer: Arc::new(answer), outcome: Outcome::Created }
    }

    /// A change.
    pub fn done(change: Change, answer: impl Fn(&Settled) -> Option<T> + Send + Sync + 'static) -> Self {
        Self { change, answer: Arc::new(answer), outcome: Outcome::Done }
    }

    /// Nothing to do.
    pub fn existing(answer: impl Fn(&Settled) -> Option<T> + Send + Sync + 'static) -> Self {
        Self { change: Change::new(), answer: Arc::new(answer), outcome: Outcome::Existing }
    }
}
