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

/// The flags that rename folders, as a setting of cargo that joins the flags for the target in its files.
pub(super) fn target_flags(target: &str, folders: &[(PathBuf, &str)]) -> String {
    let flag = |(folder, name): &(PathBuf, &str)| format!("--remap-path-prefix={}={name}", folder.display());
    let flags = toml::Value::Array(folders.iter().map(|folder| toml::Value::String(flag(folder))).collect());
    format!("target.{target}.rustflags={flags}")
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
    fn as_a_setting_they_are_toml() {
        let folders = [(PathBuf::from(r"C:\ada's"), "/plugin"), (PathBuf::from("/b"), "/target")];
        let setting = target_flags("wasm32-unknown-unknown", &folders);
        let read: toml::Table = setting.parse().unwrap();
        let flags = read["target"]["wasm32-unknown-unknown"]["rustflags"].as_array().unwrap();
        let wanted = [r"--remap-path-prefix=C:\ada's=/plugin", "--remap-path-prefix=/b=/target"];
        assert_eq!(flags.iter().map(|flag| flag.as_str().unwrap()).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn cargos_folder_is_where_it_was_put_or_in_the_users() {
        let user = Path::new("/home/ada");
        assert_eq!(cargo_home(Some("/c".into()), Some(user)), Some(PathBuf::from("/c")));
        assert_eq!(cargo_home(Some("".into()), Some(user)), Some(PathBuf::from("/home/ada/.cargo")));
        assert_eq!(cargo_home(None, None), None);
    }
}
