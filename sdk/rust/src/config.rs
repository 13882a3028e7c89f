//! The configuration: JSON from the host, a type of the plugin's own.

use serde::{Deserialize, de::DeserializeOwned};

/// The configuration of a plugin that has none: an empty object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoConfig {}

/// Reads a configuration; the error says what does not fit, and where.
pub fn parse<C: DeserializeOwned>(config: &str) -> Result<C, String> {
    serde_json::from_str(config).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_without_configuration_takes_the_empty_object_alone() {
        assert_eq!(parse("{}"), Ok(NoConfig {}));
        assert!(parse::<NoConfig>(r#"{ "points": 2 }"#).unwrap_err().contains("points"));
    }
}
