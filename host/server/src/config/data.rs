//! The section `data`.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The folder for the database, keys, components and caches. It is made where it is missing.
    pub folder: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self { folder: PathBuf::from("stammgast-data") }
    }
}
