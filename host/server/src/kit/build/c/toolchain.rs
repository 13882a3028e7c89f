//! The compiler for C on this computer, and what it needs beside it.

use super::{PROGRAM, program};
use crate::kit::KitError;
use std::{
    env,
    path::{Path, PathBuf},
};

/// Where somebody says which WASI SDK to take.
const VARIABLE: &str = "WASI_SDK_PATH";
/// The oldest version of the compiler that will do.
const OLDEST: u32 = 14;
/// Names of the one target, older first.
const TARGETS: [&str; 2] = ["wasm32-wasi", "wasm32-wasip1"];
/// What a module without `main` starts with; part of wasi-libc.
const START: &str = "crt1-reactor.o";

/// A compiler that has all that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// The compiler.
    pub clang: PathBuf,
    /// Its name for what it compiles for.
    pub target: &'static str,
}

/// Finds the compiler: that of the WASI SDK that is named, or the installed one.
pub(super) fn find() -> Result<Toolchain, KitError> {
    let named = env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let clang = match &named {
        Some(folder) => Some(folder.join("bin").join(program::file_name(PROGRAM))).filter(|clang| clang.is_file()),
        None => program::on_path(PROGRAM),
    };
    match (clang, named) {
        (Some(clang), _) => complete(clang),
        (None, Some(folder)) => {
            Err(missing(format!("{VARIABLE} is {}, which holds no bin/{PROGRAM}", folder.display())))
        }
        (None, None) => Err(missing(format!("a plugin in C is built with {PROGRAM}, which is not installed here"))),
    }
}

/// Checks that a compiler has all that it needs.
fn complete(clang: PathBuf) -> Result<Toolchain, KitError> {
    let will_do = |said: &str| major(said).is_some_and(|major| major >= OLDEST);
    let said = program::answer(&clang, &["--version"]);
    program::in_version(&clang, said, &format!("{PROGRAM} {OLDEST} or newer"), will_do).map_err(missing)?;
    let ask = |target: &str, question: &str| program::answer(&clang, &[&format!("--target={target}"), question]);
    if !program::answer(&clang, &["--print-targets"]).is_some_and(|targets| targets.contains("wasm32")) {
        return Err(missing(format!("{} cannot compile for WebAssembly", clang.display())));
    }
    // A compiler that does not find a file answers with its bare name.
    let has = |answer: Option<String>| {
        answer.is_some_and(|path| Path::new(&path).is_absolute() && Path::new(&path).is_file())
    };
    let start = format!("-print-file-name={START}");
    let target = TARGETS.into_iter().find(|target| has(ask(target, &start)));
    let likely = target.unwrap_or(TARGETS[0]);
    let has_linker = has(ask(likely, "-print-prog-name=wasm-ld")) || program::on_path("wasm-ld").is_some();
    let needs = [
        ("the linker wasm-ld", has_linker),
        ("wasi-libc", target.is_some()),
        ("the compiler's own library for WebAssembly", target.is_none() || has(ask(likely, "-print-libgcc-file-name"))),
    ];
    let lacking: Vec<&str> = needs.iter().filter(|(_, is_there)| !is_there).map(|(what, _)| *what).collect();
    match target {
        Some(target) if lacking.is_empty() => Ok(Toolchain { clang, target }),
        _ => Err(missing(format!("{} lacks {}", clang.display(), lacking.join(" and ")))),
    }
}

/// The number in `clang version N`. Distributions and Apple put words before it, the WASI SDK puts one behind it.
fn major(said: &str) -> Option<u32> {
    let (_, number) = said.split_once("clang version ")?;
    number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

fn missing(problem: String) -> KitError {
    let mut choices = Vec::new();
    if program::has_debian_packages() {
        choices.push(
            "  - apt-get install clang lld wasi-libc libclang-rt-dev-wasm32 (where there is no package of that last \
             name, the one with clang's version in it, such as libclang-rt-14-dev-wasm32)"
                .to_owned(),
        );
    }
    choices.push(format!(
        "  - on every system: unpack a release of https://github.com/WebAssembly/wasi-sdk and set {VARIABLE} to its folder"
    ));
    KitError::Toolchain { problem, choices: choices.join("\n") }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn every_clang_says_its_version_in_words_of_its_own() {
        for (said, wanted) in [
            ("Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu", Some(14)),
            ("Ubuntu clang version 18.1.3 (1ubuntu1)", Some(18)),
            ("Apple clang version 15.0.0 (clang-1500.3.9.4)", Some(15)),
            ("clang version 19.1.5-wasi-sdk (https://github.com/llvm/llvm-project ab4b5a2)", Some(19)),
            ("clang version 22.0.0git", Some(22)),
            ("gcc (Debian 12.2.0-14) 12.2.0", None),
        ] {
            assert_eq!(major(said), wanted, "{said}");
        }
    }

    /// A compiler that answers with these words.
    fn compiler(folder: &Path, version: u32, targets: &str, start: &str) -> PathBuf {
        let path = folder.join("clang");
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n--version) echo clang version {version}.0.6;;\n*print-targets*) echo {targets};;\n*print-file-name*) echo {start};;\n*) echo nothing;;\nesac\n"
        );
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_compiler_says_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let old = complete(compiler(folder.path(), 13, "wasm32", "/bin/sh")).unwrap_err().to_string();
        assert!(old.contains("is clang version 13.0.6, but clang 14 or newer is needed. Choose one:"), "{old}");
        let foreign = complete(compiler(folder.path(), 14, "x86", "")).unwrap_err().to_string();
        assert!(foreign.contains("cannot compile for WebAssembly. Choose one:"), "{foreign}");
        let bare = complete(compiler(folder.path(), 14, "wasm32", START)).unwrap_err().to_string();
        assert!(bare.contains("wasi-libc") && bare.contains("WASI_SDK_PATH"), "{bare}");
        let library = complete(compiler(folder.path(), 14, "wasm32", "/bin/sh")).unwrap_err().to_string();
        assert!(library.contains("own library") && !library.contains("lacks wasi-libc"), "{library}");
    }
}
