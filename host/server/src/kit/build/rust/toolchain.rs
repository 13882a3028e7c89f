//! Rust's programs on this computer: cargo and compilers, as far as they are new enough for plugins.

use crate::kit::{KitError, build::program};
use std::{
    env,
    path::{Path, PathBuf},
};

/// What plugins are built for: no clock, no files, no network, no randomness.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Rust that the SDK can be built with.
const OLDEST: (u32, u32) = (1, 95);
/// Where distributions put their compiler.
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";

/// A compiler that is installed and new enough.
#[derive(Debug)]
pub(super) struct Compiler {
    /// The compiler; `None` for the one that cargo takes by itself.
    pub rustc: Option<PathBuf>,
    /// Where its libraries lie.
    pub sysroot: PathBuf,
}

/// Makes sure that there is a cargo that will do. `folder` is where it will run, since it may choose its own toolchain.
pub(super) fn check_cargo(folder: &Path) -> Result<(), KitError> {
    let Some(cargo) = program::on_path("cargo") else {
        return Err(missing("a plugin in Rust is built with cargo, which is not installed here".to_owned()));
    };
    let answer = program::answer_in(folder, &cargo, &["--version"]);
    program::in_version(&cargo, answer, &wanted(), will_do).map_err(missing)
}

/// The compilers that will do, in the order in which they are tried, and what is wrong with the others.
pub(super) fn compilers(folder: &Path) -> (Vec<Compiler>, Vec<String>) {
    let system = Some(PathBuf::from(SYSTEM_RUSTC)).filter(|rustc| rustc.is_file());
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for rustc in std::iter::once(None).chain(system.map(Some)) {
        match ask(folder, rustc) {
            Ok(compiler) => fit.push(compiler),
            Err(problem) => unfit.push(problem),
        }
    }
    (fit, unfit)
}

/// What is missing, with what this computer's owner can do about it.
pub(super) fn missing(problem: String) -> KitError {
    let mut choices = Vec::new();
    if program::on_path("rustup").is_some() {
        choices.push(format!(
            "  - with a connection to static.rust-lang.org: rustup update && rustup target add {TARGET}"
        ));
        choices.push(
            "  - the same, building the standard library along: rustup update && rustup component add rust-src"
                .to_owned(),
        );
    } else {
        choices.push(format!("  - install Rust with https://rustup.rs, then: rustup target add {TARGET}"));
    }
    if program::has_debian_packages() {
        choices.push(format!(
            "  - where Debian has {} or newer: apt-get install cargo-web rustc-web rust-web-src",
            number()
        ));
    }
    KitError::Toolchain { problem, choices: choices.join("\n") }
}

fn ask(folder: &Path, rustc: Option<PathBuf>) -> Result<Compiler, String> {
    let usual = || env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let program = rustc.clone().unwrap_or_else(usual);
    program::in_version(&program, program::answer_in(folder, &program, &["--version"]), &wanted(), will_do)?;
    match program::answer_in(folder, &program, &["--print", "sysroot"]) {
        Some(sysroot) => Ok(Compiler { rustc, sysroot: sysroot.into() }),
        None => Err(format!("{} does not say where its libraries lie", program.display())),
    }
}

fn will_do(answer: &str) -> bool {
    program::version(answer).is_some_and(|version| version >= OLDEST)
}

fn wanted() -> String {
    format!("Rust {} or newer", number())
}

fn number() -> String {
    let (major, minor) = OLDEST;
    format!("{major}.{minor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_version_is_the_one_that_the_sdk_names() {
        let sdk = include_str!("../../../../../../sdk/rust/Cargo.toml");
        assert!(sdk.contains(&format!("rust-version = \"{}\"", number())), "{sdk}");
    }

    #[test]
    fn what_is_missing_is_told_with_the_way_to_it() {
        let text = missing("a plugin in Rust is built with cargo, which is not installed here".to_owned()).to_string();
        assert!(text.contains("is not installed here. Choose one:\n  - "), "{text}");
        assert!(text.contains("rustup target add wasm32-unknown-unknown"), "{text}");
    }

    #[test]
    fn compilers_that_are_too_old_are_told_from_those_that_will_do() {
        for new in ["rustc 1.95.0 (59807616e 2026-04-14)", "rustc 1.97.0-nightly (0c1f2e3d4 2026-05-01)", "cargo 2.0.0"]
        {
            assert!(will_do(new), "{new}");
        }
        for old in ["rustc 1.63.0", "cargo 1.94.1 (0123456789 2026-01-01)", "no version"] {
            assert!(!will_do(old), "{old}");
        }
    }

    #[test]
    fn a_compiler_that_does_not_run_is_told_with_the_version_that_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let problem = ask(folder.path(), Some(folder.path().join("rustc"))).unwrap_err();
        assert!(problem.ends_with("rustc does not run, and Rust 1.95 or newer is needed"), "{problem}");
    }
}
