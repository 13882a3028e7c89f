//! The way to the wasm target on this computer: a compiler that has it, one that can be given it, or one that can
//! build the standard library along.

use super::toolchain::{self, Compiler, TARGET};
use crate::kit::KitError;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long `rustup` may take to fetch the target.
const RUSTUP_PATIENCE: Duration = Duration::from_mins(2);
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

/// Finds a way, and says what it does. The order is that of the help of `stammgast plugin build`. `folder` is where the
/// build will run, since it may choose its own toolchain.
///
/// # Errors
/// There is no way; the error names what can be done on this computer.
pub(super) fn find(folder: &Path, say: &mut dyn FnMut(&str)) -> Result<Route, KitError> {
    let (compilers, unfit) = toolchain::compilers(folder);
    if let Some(route) = compilers.iter().find_map(ready) {
        let compiler =
            route.rustc.as_ref().map_or_else(|| "the compiler".to_owned(), |rustc| rustc.display().to_string());
        say(&format!("{compiler} has the standard library for {TARGET}"));
        return Ok(route);
    }
    let linker = linker(compilers.iter());
    if let Some(route) = compilers.iter().find_map(|compiler| from_source(compiler, linker.clone())) {
        if let Library::FromSource { sources, .. } = &route.library {
            say(&format!(
                "the standard library for {TARGET} is built along from {}; the first time takes minutes",
                sources.display()
            ));
        }
        return Ok(route);
    }
    // Last, because without a connection it takes its time to fail.
    let usual = compilers.iter().find(|compiler| compiler.rustc.is_none());
    let route = usual.filter(|_| add_with_rustup(folder, say)).and_then(ready);
    route.ok_or_else(|| {
        let problem = [format!("no compiler here can build for {TARGET}")].into_iter().chain(unfit);
        toolchain::missing(problem.collect::<Vec<_>>().join("; "))
    })
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
