//! What the plugins of a language share, and their code.

use crate::kit::language::Language;
use stammgast_domain::plugin::PluginKind;

/// What a file is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// With marks for the plugin's names.
    Marked(&'static str),
    /// As it is.
    Verbatim(&'static str),
}

/// The parts of a language, for one kind.
pub(super) struct Parts {
    /// The code, its tests and what builds it: where it goes, and what is in it.
    pub files: Vec<(&'static str, Text)>,
    /// What git leaves alone.
    pub gitignore: &'static str,
    /// A section of the README: what has to be installed.
    pub readme: &'static str,
    /// The file with the rule.
    pub code: &'static str,
    /// Rows of the README's table of files.
    pub rows: &'static str,
    /// What runs the tests natively, as the beginning of a sentence.
    pub test: &'static str,
    /// The package's file, which has a version, too.
    pub package: Option<&'static str>,
}

macro_rules! template {
    ($($part:literal),+) => {
        include_str!(concat!("../../../template/", $($part),+))
    };
}

/// The file of each kind, in a folder, with an ending.
macro_rules! of_kind {
    ($kind:expr, $folder:literal, $ending:literal) => {
        match $kind {
            PluginKind::Loyalty => template!($folder, "/loyalty", $ending),
            PluginKind::Quality => template!($folder, "/quality", $ending),
            PluginKind::Channel => template!($folder, "/channel", $ending),
            PluginKind::Feedback => template!($folder, "/feedback", $ending),
        }
    };
}

/// The parts of a language, for one kind.
pub(super) fn parts(language: Language, kind: PluginKind) -> Parts {
    match language {
        Language::Rust => rust(kind),
        Language::Python => python(kind),
        Language::JavaScript => javascript(kind),
        Language::C => c(kind),
    }
}

fn rust(kind: PluginKind) -> Parts {
    Parts {
        files: vec![
            ("Cargo.toml", Text::Marked(template!("rust/Cargo.toml.in"))),
            ("src/lib.rs", Text::Verbatim(of_kind!(kind, "rust", ".rs"))),
        ],
        gitignore: template!("rust/gitignore"),
        readme: template!("rust/language.md"),
        code: "src/lib.rs",
        rows: "| `sdk/` | what the plugin is written with. Leave it as it is |\n\
               | `wit/` | the contract with the host, which the SDK is made from. Leave it as it is |",
        test: "`cargo test`",
        package: Some("Cargo.toml"),
    }
}

fn python(kind: PluginKind) -> Parts {
    Parts {
        files: vec![
            ("plugin.py", Text::Verbatim(of_kind!(kind, "python", ".py"))),
            ("test_plugin.py", Text::Verbatim(of_kind!(kind, "python", "_test.py"))),
        ],
        gitignore: template!("python/gitignore"),
        readme: template!("python/language.md"),
        code: "plugin.py",
        rows: "| `test_plugin.py` | its tests |\n\
               | `stammgast/` | what the plugin is written with. Leave it as it is |",
        test: "`python3 -m unittest`",
        package: None,
    }
}

fn javascript(kind: PluginKind) -> Parts {
    Parts {
        files: vec![
            ("package.json", Text::Marked(template!("js/package.json.in"))),
            ("plugin.js", Text::Verbatim(of_kind!(kind, "js", ".js"))),
            ("plugin.test.js", Text::Verbatim(of_kind!(kind, "js", ".test.js"))),
        ],
        gitignore: template!("js/gitignore"),
        readme: template!("js/language.md"),
        code: "plugin.js",
        rows: "| `plugin.test.js` | its tests |\n\
               | `package.json` | what it is built with |\n\
               | `stammgast/` | what the plugin is written with. Leave it as it is |",
        test: "`npm test`",
        package: Some("package.json"),
    }
}

fn c(kind: PluginKind) -> Parts {
    Parts {
        files: vec![
            ("plugin.c", Text::Verbatim(of_kind!(kind, "c", ".c"))),
            ("test_plugin.c", Text::Verbatim(of_kind!(kind, "c", "_test.c"))),
        ],
        gitignore: template!("c/gitignore"),
        readme: template!("c/language.md"),
        code: "plugin.c",
        rows: "| `test_plugin.c` | its tests |\n\
               | `stammgast/` | what the plugin is written with. Leave it as it is |",
        test: "The command under \"Native tests\"",
        package: None,
    }
}
