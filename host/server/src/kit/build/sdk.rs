//! Where the SDK lies that a plugin is built with.

use crate::kit::{KitError, files, language::Language};
use std::path::{Path, PathBuf};

/// The name of the SDK's folder.
pub(super) const FOLDER: &str = "stammgast";

/// The folder that holds the SDK's folder: the plugin's own, or the nearest `sdk/<language>` above it.
pub(super) fn find(folder: &Path, language: Language) -> Result<PathBuf, KitError> {
    if folder.join(FOLDER).is_dir() {
        return Ok(folder.to_owned());
    }
    let above = Path::new("sdk").join(language.as_str());
    let found = files::nearest(folder, &above.join(FOLDER)).and_then(|sdk| sdk.parent().map(Path::to_owned));
    found.ok_or_else(|| {
        let problem = format!(
            "the SDK is missing: there is neither a folder `{FOLDER}` in it nor a folder `{}/{FOLDER}` above it; copy \
             `{FOLDER}` from a new plugin, which `stammgast plugin new --lang {}` writes",
            above.display(),
            language.as_str()
        );
        KitError::Project { folder: folder.to_owned(), problem }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plugins_own_sdk_comes_before_the_one_above() {
        let top = tempfile::tempdir().unwrap();
        let plugin = top.path().join("examples/a");
        files::write(&plugin.join("plugin.py"), b"").unwrap();
        let missing = find(&plugin, Language::Python).unwrap_err().to_string();
        assert!(missing.contains("sdk/python/stammgast"), "{missing}");
        files::write(&top.path().join("sdk/python/stammgast/__init__.py"), b"").unwrap();
        assert_eq!(find(&plugin, Language::Python).unwrap(), top.path().join("sdk/python"));
        assert!(find(&plugin, Language::C).is_err());
        files::write(&plugin.join("stammgast/__init__.py"), b"").unwrap();
        assert_eq!(find(&plugin, Language::Python).unwrap(), plugin);
    }
}
