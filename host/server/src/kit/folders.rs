//! Where the author's tools keep things on this computer.

use std::path::PathBuf;

/// The folder for what can be made again, such as compiled code; `None` where the system names none.
#[must_use]
pub fn cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|folder| folder.join("stammgast"))
}

/// The folder for an author's signing keys; `None` where the system names none for settings.
#[must_use]
pub fn keys() -> Option<PathBuf> {
    dirs::config_dir().map(|folder| folder.join("stammgast/keys"))
}
