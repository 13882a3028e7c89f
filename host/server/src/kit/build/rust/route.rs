//! The way to the wasm target on this computer: a compiler that has it, one that can be given it, or one that can
//! build the standard library along.

use crate::kit::KitError;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What plugins are built for: no clock, no files, no network, no randomness.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";
/// How long `rustup` may take to fetch the target.
const RUSTUP_PATIENCE: Duration = Duration::from_mins(2);
/// Where distributions put their compiler.
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";
/// A linker that distributions offer.
const SYSTEM_LINKER: &str = "/usr/bin/rust-lld";

/// A compiler, and what it takes to build for [`TARGET`] with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// The compiler; `None` for the one that cargo takes by itself.
    pub rustc: Option<PathBuf>,
    /// How it comes by the standard library.
    pub library: Library,
}

/// How a compiler comes by the standard library for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Library {
    /// It has it, built.
    Ready,
    /// It builds it along, from its sources.
    FromSource {
        /// The sources' folder.
        sources: PathBuf,
        /// The linker; `None` for the one that the compiler finds by itself.
        linker: Option<PathBuf>,
    },
}

/// A compiler that is installed.
struct Compiler {
    rustc: Option<PathBuf>,
    sysroot: PathBuf,
}

/// Finds a way, and says what it does. `folder` is where the build will run, since it may choose its own toolchain.
///
/// # Errors
/// There is no way; the error names what can be done on this computer.
pub(super) fn find(folder: &Path, say: &mut dyn FnMut(&str)) -> Result<Route, KitError> {
    let active = compiler(None, folder);
    if let Some(route) = active.as_ref().and_then(ready) {
        say(&format!("the compiler has the standard library for {TARGET}"));
        return Ok(route);
    }
    let system = Path::new(SYSTEM_RUSTC).is_file().then(|| compiler(Some(SYSTEM_RUSTC.into()), folder)).flatten();
    if let Some(route) = system.as_ref().and_then(ready) {
        say(&format!("{SYSTEM_RUSTC} has the standard library for {TARGET}"));
        return Ok(route);
    }
    let linker = linker(active.iter().chain(&system));
    if let Some(route) = active.iter().chain(&system).find_map(|compiler| from_source(compiler, linker.clone())) {
        if let Library::FromSource { sources, .. } = &route.library {
            say(&format!(
                "the standard library for {TARGET} is built along from {}; the first time takes minutes",
                sources.display()
            ));
        }
        return Ok(route);
    }
    // Last, because without a connection it takes its time to fail.
    let added = active.is_some() && add_with_rustup(folder, say);
    let route = active.as_ref().filter(|_| added).and_then(ready);
    route.ok_or_else(|| KitError::NoRoute { target: TARGET, choices: choices() })
}

fn compiler(rustc: Option<PathBuf>, folder: &Path) -> Option<Compiler> {
    let chosen = || env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let program = rustc.clone().unwrap_or_else(chosen);
    let output = Command::new(program).args(["--print", "sysroot"]).current_dir(folder).output().ok()?;
    let sysroot = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(Compiler { rustc, sysroot: PathBuf::from(sysroot.trim()) })
}

fn ready(compiler: &Compiler) -> Option<Route> {
    let libraries = fs::read_dir(compiler.sysroot.join("lib/rustlib").join(TARGET).join("lib")).ok()?;
    let has_core = libraries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"));
    has_core.then(|| Route { rustc: compiler.rustc.clone(), library: Library::Ready })
}

fn from_source(compiler: &Compiler, linker: Option<PathBuf>) -> Option<Route> {
    let sources = compiler.sysroot.join("lib/rustlib/src/rust");
    let is_there = sources.join("library/std/Cargo.toml").is_file();
    is_there.then(|| Route { rustc: compiler.rustc.clone(), library: Library::FromSource { sources, linker } })
}

/// A linker for WebAssembly: one that a toolchain brings, or the distribution's.
fn linker<'c>(compilers: impl Iterator<Item = &'c Compiler>) -> Option<PathBuf> {
    let hosts = compilers.filter_map(|compiler| fs::read_dir(compiler.sysroot.join("lib/rustlib")).ok());
    let brought = hosts.flat_map(Iterator::flatten).map(|host| host.path().join("bin/rust-lld"));
    brought.chain([PathBuf::from(SYSTEM_LINKER)]).find(|path| path.is_file())
}

/// Whether `rustup` exists and could add the target in time.
fn add_with_rustup(folder: &Path, say: &mut dyn FnMut(&str)) -> bool {
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(folder);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        return false;
    };
    say(&format!("`rustup target add {TARGET}` fetches the target's standard library"));
    let deadline = Instant::now() + RUSTUP_PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                if !status.success() {
                    say("rustup could not fetch it; looking for another way");
                }
                return status.success();
            }
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(100)),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                say("rustup took too long; looking for another way");
                return false;
            }
        }
    }
}

/// What this computer's owner can do about it.
fn choices() -> String {
    let mut choices = Vec::new();
    if Command::new("rustup").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok() {
        choices.push(format!("  - with a connection to static.rust-lang.org: rustup target add {TARGET}"));
        choices.push("  - or, to build the standard library along: rustup component add rust-src".to_owned());
    } else {
        choices.push(format!("  - install Rust with https://rustup.rs, then: rustup target add {TARGET}"));
    }
    if Path::new("/usr/bin/apt-get").is_file() {
        choices.push("  - Debian's compiler and its sources: apt-get install rustc-web rust-web-src".to_owned());
    }
    choices.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sysroot(files: &[&str]) -> (tempfile::TempDir, Compiler) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let compiler = Compiler { rustc: None, sysroot: folder.path().to_owned() };
        (folder, compiler)
    }

    #[test]
    fn a_compiler_is_ready_when_the_targets_core_lies_in_its_sysroot() {
        let (_folder, bare) = sysroot(&["lib/rustlib/wasm32-unknown-unknown/lib/self-contained/crt.o"]);
        assert_eq!(ready(&bare), None);
        let (_folder, full) = sysroot(&["lib/rustlib/wasm32-unknown-unknown/lib/libcore-0123.rlib"]);
        assert_eq!(ready(&full), Some(Route { rustc: None, library: Library::Ready }));
    }

    #[test]
    fn sources_and_a_linker_are_found_where_toolchains_keep_them() {
        let (_folder, bare) = sysroot(&["lib/rustlib/src/rust/README"]);
        assert_eq!(from_source(&bare, None), None);
        let (folder, full) =
            sysroot(&["lib/rustlib/src/rust/library/std/Cargo.toml", "lib/rustlib/a-host/bin/rust-lld"]);
        let lld = folder.path().join("lib/rustlib/a-host/bin/rust-lld");
        assert_eq!(linker([&bare, &full].into_iter()), Some(lld.clone()));
        let Some(Route { library: Library::FromSource { sources, linker }, .. }) = from_source(&full, Some(lld)) else {
            panic!("no route");
        };
        assert!(sources.join("library/std").is_dir());
        assert!(linker.is_some());
    }
}
