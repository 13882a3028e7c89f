//! Files and folders of plugins.

use super::KitError;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Writes a file, and its folder where that is missing.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), KitError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(KitError::file(folder))?;
    }
    fs::write(path, bytes).map_err(KitError::file(path))
}

/// Reads a file of text.
pub(super) fn read(path: &Path) -> Result<String, KitError> {
    fs::read_to_string(path).map_err(KitError::file(path))
}

/// The nearest of a folder and those above it in which something lies: the path of that.
pub(super) fn nearest(folder: &Path, what: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|ancestor| ancestor.join(what)).find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_the_one_that_lies_lowest() {
        let top = tempfile::tempdir().unwrap();
        let low = top.path().join("a/b");
        write(&top.path().join("sdk/one"), b"").unwrap();
        write(&low.join("c/one"), b"").unwrap();
        assert_eq!(nearest(&low, Path::new("sdk/one")), Some(top.path().join("sdk/one")));
        write(&top.path().join("a/sdk/one"), b"").unwrap();
        assert_eq!(nearest(&low, Path::new("sdk/one")), Some(top.path().join("a/sdk/one")));
        assert_eq!(nearest(&low, Path::new("sdk/two")), None);
    }
}
