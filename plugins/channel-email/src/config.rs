//! The configuration, as `config_schema` in `manifest.json` describes it.

use serde::Deserialize;

/// What the tenant's admin has configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The company's own addresses: mail from them went out.
    pub own_addresses: Vec<String>,
    /// Address that answers come from; the first own address where absent.
    pub from: Option<String>,
    /// Name that answers come from; in brackets beside an agent's.
    pub from_name: Option<String>,
}

impl Config {
    /// Whether an address is one of the company's. Letters count alike in either case.
    #[must_use]
    pub fn is_own(&self, address: &str) -> bool {
        self.own_addresses.iter().any(|own| own.trim().eq_ignore_ascii_case(address))
    }

    /// The address that answers come from.
    #[must_use]
    pub fn sender(&self) -> Option<&str> {
        self.from.as_deref().or(self.own_addresses.first().map(String::as_str))
    }
}

/// Reads the configuration.
///
/// # Errors
/// It is no JSON or does not fit the schema.
pub fn parse(json: &str) -> serde_json::Result<Config> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_configuration_owns_no_address() {
        let config = parse("{}").unwrap();
        assert!(!config.is_own(""));
        assert_eq!(config.sender(), None);
    }

    #[test]
    fn the_schema_examples_can_be_read() {
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        for example in manifest["config_schema"]["examples"].as_array().unwrap() {
            parse(&example.to_string()).unwrap();
        }
    }

    #[test]
    fn own_addresses_are_known_in_either_case_and_the_first_one_sends() {
        let config = parse(r#"{ "own_addresses": ["Service@klanghaus.example", "info@klanghaus.example"] }"#).unwrap();
        assert!(config.is_own("service@KLANGHAUS.example"));
        assert_eq!(config.sender(), Some("Service@klanghaus.example"));
    }
}
