//! The section `log`.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A filter such as `info` or `stammgast=debug,warn`.
    pub filter: String,
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One readable line an event.
    Text,
    /// One JSON object an event.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info,surrealdb=warn,surrealdb_core=warn".to_owned(), format: LogFormat::Text }
    }
}

impl Log {
    /// The filter, ready for use.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn env_filter(&self) -> Result<EnvFilter, String> {
        EnvFilter::try_new(&self.filter).map_err(|error| format!("log.filter: {error}"))
    }
}
