//! The languages that plugins are written in.

use super::KitError;
use std::{fmt, path::Path};

/// A language that the kit has a folder to start from and a way to WebAssembly for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Rust, through cargo.
    Rust,
    /// Python, through componentize-py.
    Python,
    /// JavaScript, through componentize-js.
    JavaScript,
    /// C, through clang and wasi-libc.
    C,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::JavaScript, Self::C];

    /// Its name on the command line and in folders.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "js",
            Self::C => "c",
        }
    }

    /// Its name in sentences.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::C => "C",
        }
    }

    /// The file that a plugin's folder is told by.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Python => "plugin.py",
            Self::JavaScript => "package.json",
            Self::C => "plugin.c",
        }
    }

    /// What has to be done once in a plugin's folder before it can be built, as a line of a shell.
    #[must_use]
    pub const fn first(self) -> Option<&'static str> {
        match self {
            Self::Python if cfg!(windows) => {
                Some("python3 -m venv .venv && .venv/Scripts/pip install 'componentize-py==0.25.*'")
            }
            Self::Python => Some("python3 -m venv .venv && .venv/bin/pip install 'componentize-py==0.25.*'"),
            Self::JavaScript => Some("npm install"),
            Self::Rust | Self::C => None,
        }
    }

    /// The language of the plugin in a folder.
    ///
    /// # Errors
    /// The folder holds none of the files that tell it, or several of them.
    pub fn of(folder: &Path) -> Result<Self, KitError> {
        let found: Vec<Self> =
            Self::ALL.into_iter().filter(|language| folder.join(language.file()).is_file()).collect();
        let files = |languages: &[Self]| {
            let names = languages.iter().map(|language| format!("{} ({})", language.file(), language.title()));
            names.collect::<Vec<_>>()
        };
        let problem = match found.as_slice() {
            [one] => return Ok(*one),
            [] => format!(
                "it holds none of {}; name a plugin's folder, or make one with `stammgast plugin new`",
                files(&Self::ALL).join(", ")
            ),
            several => {
                format!("it holds {}; a plugin is written in one language, so leave one", files(several).join(" and "))
            }
        };
        Err(KitError::Project { folder: folder.to_owned(), problem })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_shows_its_language_by_one_file() {
        for language in Language::ALL {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(language.file()), "").unwrap();
            assert_eq!(Language::of(folder.path()).unwrap(), language);
        }
    }

    #[test]
    fn without_such_a_file_or_with_two_the_error_names_them() {
        let folder = tempfile::tempdir().unwrap();
        let none = Language::of(folder.path()).unwrap_err().to_string();
        assert!(Language::ALL.iter().all(|language| none.contains(language.file())), "{none}");
        for file in ["plugin.py", "plugin.c"] {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let two = Language::of(folder.path()).unwrap_err().to_string();
        assert!(two.contains("plugin.py (Python) and plugin.c (C)"), "{two}");
    }
}
