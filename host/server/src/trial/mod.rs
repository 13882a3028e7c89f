//! Trying a component in the real runtime with the real limits, without a server: cases, replays, conformance.

pub mod case;
pub mod compare;
pub mod conformance;
pub mod facts;
mod sound;
pub mod workshop;

#[cfg(test)]
mod schema;

pub use case::{CaseReport, run_case};
pub use compare::{Difference, Outcome};
pub use workshop::{Subject, Workshop, WorkshopError};
