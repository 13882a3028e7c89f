//! Bounds of numbers: every one has a least and a greatest value that makes sense.

use super::ConfigError;

/// A setting's value and the bounds it must lie within, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The setting's whole name, such as `http.json_bytes`.
    pub setting: &'static str,
    /// Its value.
    pub given: u64,
    /// The least allowed.
    pub least: u64,
    /// The most allowed.
    pub most: u64,
}

/// Shorthand for the tables of the sections.
pub(super) const fn bound(setting: &'static str, given: u64, least: u64, most: u64) -> Bound {
    Bound { setting, given, least, most }
}

impl Bound {
    pub(super) const fn check(self) -> Result<(), ConfigError> {
        let Self { setting, given, least, most } = self;
        if given < least || given > most {
            return Err(ConfigError::OutOfBounds { setting, given, least, most });
        }
        Ok(())
    }
}
