//! Reading a manifest with the eyes of the server that will be asked to install it.

use super::KitError;
use serde_json::Value;
use stammgast_domain::plugin::Manifest;
use stammgast_runtime::{Refusal, check_manifest};

/// A manifest and the smallest text that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedManifest {
    /// The manifest.
    pub manifest: Manifest,
    /// The same JSON without white space.
    pub minified: String,
}

/// Reads and checks a manifest.
///
/// # Errors
/// It is too large, no JSON, does not fit the schema, or contradicts itself.
pub fn check(text: &str) -> Result<CheckedManifest, KitError> {
    let manifest = check_manifest(text.as_bytes())?;
    let json: Value = serde_json::from_str(text)
        .map_err(|error| Refusal::Manifest { at: String::new(), problem: error.to_string() })?;
    Ok(CheckedManifest { manifest, minified: json.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{language::Language, template::files};
    use stammgast_domain::plugin::PluginKind;

    fn example() -> String {
        let files = files("hello-points", PluginKind::Loyalty, Language::Rust);
        files.into_iter().find(|file| file.path == "manifest.json").unwrap().text
    }

    #[test]
    fn white_space_is_all_that_is_lost() {
        let checked = check(&example()).unwrap();
        assert_eq!(checked.manifest.id, "example.hello-points");
        assert!(!checked.minified.contains('\n'));
        assert_eq!(check(&checked.minified).unwrap(), checked);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let says = |text: &str| check(text).unwrap_err().to_string();
        assert!(says("{").contains("line 1"), "{}", says("{"));
        let kind = example().replace("[\"loyalty\"]", "[\"royalty\"]");
        assert!(says(&kind).contains("`/kinds/0`"), "{}", says(&kind));
        let foreign = example().replace("purchase.recorded", "message.received");
        assert!(says(&foreign).contains("message.received"), "{}", says(&foreign));
        let schema = example().replace("\"type\": \"object\"", "\"type\": \"thing\"");
        assert!(says(&schema).contains("config_schema"), "{}", says(&schema));
    }
}
