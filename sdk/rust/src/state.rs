//! Small key/value state of the installation, through the grants `state.customer` and `state.shared`.
//!
//! ```no_run
//! # fn count() -> Result<(), stammgast_sdk::PluginError> {
//! use stammgast_sdk::state;
//!
//! let visits: u32 = state::customer().get("visits")?.unwrap_or(0);
//! state::customer().set("visits", &(visits + 1))?;
//! # Ok(())
//! # }
//! ```
//!
//! A change is an effect: it happens when the call has ended well, and only if the value has not changed since it was
//! read; otherwise the host calls again. Keys have 1 to 200 characters; the host bounds the size of a value (64 KiB by
//! default) and the number of keys.

use crate::{PluginError, host};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

#[doc(inline)]
pub use crate::bindings::stammgast::host::state::Scope;

/// The state of the event's customer.
#[must_use]
pub const fn customer() -> State {
    State(Scope::Customer)
}

/// The state of the whole installation. Calls that change one shared key wait for one another: prefer [`customer`].
#[must_use]
pub const fn shared() -> State {
    State(Scope::Shared)
}

/// State of one scope. Values are read and written as JSON, or as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State(Scope);

impl State {
    /// Reads a value from its JSON; `None` where there is none. Sees this call's own changes.
    ///
    /// # Errors
    /// What is there is not JSON of this type.
    pub fn get<T: DeserializeOwned>(self, key: &str) -> Result<Option<T>, StateError> {
        let read = |bytes: Vec<u8>| serde_json::from_slice(&bytes).map_err(|error| StateError::read(key, error));
        self.get_bytes(key).map(read).transpose()
    }

    /// Sets a value, written as JSON.
    ///
    /// # Errors
    /// The value cannot be written as JSON, such as a map whose keys are no texts.
    pub fn set<T: Serialize + ?Sized>(self, key: &str, value: &T) -> Result<(), StateError> {
        let bytes = serde_json::to_vec(value).map_err(|error| StateError::write(key, error))?;
        self.set_bytes(key, &bytes);
        Ok(())
    }

    /// Reads a value's bytes; `None` where there is none. Sees this call's own changes.
    #[must_use]
    pub fn get_bytes(self, key: &str) -> Option<Vec<u8>> {
        host::state::get(self.0, key)
    }

    /// Sets a value to bytes.
    pub fn set_bytes(self, key: &str, value: &[u8]) {
        host::state::set(self.0, key, value);
    }

    /// Deletes a value; nothing happens where there is none.
    pub fn delete(self, key: &str) {
        host::state::delete(self.0, key);
    }
}

/// State is not what the plugin takes it for. `?` makes it the plugin's own error.
#[derive(Debug)]
pub struct StateError {
    key: String,
    problem: &'static str,
    source: serde_json::Error,
}

impl StateError {
    fn read(key: &str, source: serde_json::Error) -> Self {
        let problem = "holds something else than this version of the plugin reads; delete it or read both forms";
        Self { key: key.to_owned(), problem, source }
    }

    fn write(key: &str, source: serde_json::Error) -> Self {
        Self { key: key.to_owned(), problem: "was given a value that cannot be written as JSON", source }
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "state `{}` {}", self.key, self.problem)
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl StateError {
    /// The whole sentence, cause and all: the host shows nothing else.
    fn sentence(&self) -> String {
        format!("{self}: {}", self.source)
    }
}

impl From<StateError> for PluginError {
    fn from(error: StateError) -> Self {
        Self::Other(error.sentence())
    }
}

#[cfg(feature = "channel")]
impl From<StateError> for crate::channel::ChannelError {
    fn from(error: StateError) -> Self {
        Self::Other(error.sentence())
    }
}
