//! A folder to start from: a plugin that builds and does something as it stands.

use super::{KitError, files, language::Language, template};
use stammgast_domain::plugin::PluginKind;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The longest name, so that `example.<name>` stays a plugin id with room for a longer prefix.
const LONGEST_NAME: usize = 40;
/// Names of crates that a plugin in Rust is linked with, and words that cannot name a crate.
const TAKEN: &[&str] = &[
    "alloc",
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "serde-json",
    "stammgast-sdk",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "wit-bindgen",
    "yield",
];

/// A plugin that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlugin {
    /// Its folder.
    pub folder: PathBuf,
    /// Its files, relative to the folder.
    pub files: Vec<&'static str>,
}

/// Writes a new plugin in a language into a folder, which is made where it is missing.
///
/// # Errors
/// The name cannot be a plugin's, the folder is not empty, or it cannot be written.
pub fn create(name: &str, kind: PluginKind, language: Language, folder: &Path) -> Result<NewPlugin, KitError> {
    check_name(name)?;
    if !is_free(folder)? {
        return Err(KitError::FolderTaken(folder.to_owned()));
    }
    let written = template::files(name, kind, language);
    for file in &written {
        files::write(&folder.join(file.path), file.text.as_bytes())?;
    }
    Ok(NewPlugin { folder: folder.to_owned(), files: written.into_iter().map(|file| file.path).collect() })
}

/// Checks that a name can be a package's and a plugin's: lower-case letters, digits and single hyphens between them.
///
/// # Errors
/// [`KitError::Name`].
pub fn check_name(name: &str) -> Result<(), KitError> {
    let refused = |problem| Err(KitError::Name { given: name.chars().take(64).collect(), problem });
    if name.is_empty() || name.len() > LONGEST_NAME {
        return refused("write 1 to 40 characters");
    }
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return refused("write lower-case letters, digits and hyphens, such as `double-points`");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.ends_with('-') || name.contains("--") {
        return refused("start with a letter, and put single hyphens between words only");
    }
    if TAKEN.contains(&name) {
        return refused("it means something else to the compiler; choose another");
    }
    Ok(())
}

/// Nothing there, or an empty folder.
fn is_free(folder: &Path) -> Result<bool, KitError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(KitError::file(folder)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_cargo_and_manifests_both_take() {
        for name in ["points", "double-points", "p2"] {
            check_name(name).unwrap();
        }
        let long = "a".repeat(41);
        for name in ["", "Points", "2points", "-a", "a-", "a--b", "a_b", "a.b", "a/b", "serde", "test", long.as_str()] {
            assert!(matches!(check_name(name), Err(KitError::Name { .. })), "{name}");
        }
    }

    #[test]
    fn a_plugin_is_written_into_a_new_or_an_empty_folder_and_never_over_something() {
        let folder = tempfile::tempdir().unwrap();
        for language in Language::ALL {
            let place = folder.path().join(language.as_str());
            let new = create("hello-points", PluginKind::Loyalty, language, &place).unwrap();
            assert!(new.files.contains(&language.file()));
            for file in &new.files {
                assert!(new.folder.join(file).is_file(), "{file}");
            }
            assert_eq!(Language::of(&place).unwrap(), language);
            let again = create("hello-points", PluginKind::Loyalty, language, &place);
            assert!(matches!(again, Err(KitError::FolderTaken(_))), "{again:?}");
        }
    }
}
