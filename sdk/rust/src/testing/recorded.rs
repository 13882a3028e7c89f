//! What a call asked for.

use super::Effect;
use crate::{log::Level, state::Scope};
use serde::Serialize;

/// Everything that a call asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Effects, in the order in which they were asked for.
    pub effects: Vec<Effect>,
    /// Lines for the host's log, in order.
    pub log: Vec<LogLine>,
    /// The last change of each key, the customer's first, by key.
    pub state: Vec<StateChange>,
}

/// A line for the host's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: String,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// Whose state it is.
    pub scope: Scope,
    /// The key.
    pub key: String,
    /// The new value; `None` deletes.
    pub value: Option<Vec<u8>>,
}

impl StateChange {
    /// A key set to a value that is written as JSON: what `state::customer().set(key, &value)` asks for.
    ///
    /// # Panics
    /// The value cannot be written as JSON.
    #[must_use]
    pub fn set<T: Serialize + ?Sized>(scope: Scope, key: &str, value: &T) -> Self {
        Self { scope, key: key.to_owned(), value: Some(super::json(value)) }
    }

    /// A key deleted.
    #[must_use]
    pub fn deleted(scope: Scope, key: &str) -> Self {
        Self { scope, key: key.to_owned(), value: None }
    }
}
