//! Compiler flags that keep this computer's paths out of what is built, so that the same sources make the same bytes.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What separates flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\u{1f}";

/// The flags that are set already, followed by those that rename folders, in the form of `CARGO_ENCODED_RUSTFLAGS`.
/// The compiler takes the last name that fits, so the more special folders come last.
pub(super) fn encoded_flags(
    folders: &[(PathBuf, &str)],
    encoded: Option<OsString>,
    plain: Option<OsString>,
) -> OsString {
    let mut flags = match (encoded, plain) {
        (Some(encoded), _) => encoded,
        (None, Some(plain)) => {
            let words: Vec<String> = plain.to_string_lossy().split_whitespace().map(str::to_owned).collect();
            words.join(SEPARATOR).into()
        }
        (None, None) => OsString::new(),
    };
    for (folder, name) in folders {
        if !flags.is_empty() {
            flags.push(SEPARATOR);
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    }
    flags
}

/// Cargo's own folder: `CARGO_HOME`, or `.cargo` in the user's.
pub(super) fn cargo_home(set: Option<OsString>, user: Option<&Path>) -> Option<PathBuf> {
    set.filter(|set| !set.is_empty()).map(PathBuf::from).or_else(|| user.map(|user| user.join(".cargo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_are_set_are_kept_and_folders_renamed_after_them() {
        let folders = [(PathBuf::from("/home/ada/my plugin"), "/plugin")];
        let renamed = "--remap-path-prefix=/home/ada/my plugin=/plugin";
        assert_eq!(encoded_flags(&folders, None, None), OsString::from(renamed));
        let plain = encoded_flags(&folders, None, Some("-C  debuginfo=1".into()));
        assert_eq!(plain, OsString::from(format!("-C\u{1f}debuginfo=1\u{1f}{renamed}")));
        let both = encoded_flags(&folders, Some("-Cstrip=none".into()), Some("ignored".into()));
        assert_eq!(both, OsString::from(format!("-Cstrip=none\u{1f}{renamed}")));
    }

    #[test]
    fn cargos_folder_is_where_it_was_put_or_in_the_users() {
        let user = Path::new("/home/ada");
        assert_eq!(cargo_home(Some("/c".into()), Some(user)), Some(PathBuf::from("/c")));
        assert_eq!(cargo_home(Some("".into()), Some(user)), Some(PathBuf::from("/home/ada/.cargo")));
        assert_eq!(cargo_home(None, None), None);
    }
}
