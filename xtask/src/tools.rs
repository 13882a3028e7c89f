//! Finding or installing what a build needs: a C++ compiler and libclang for `RocksDB`, and a way to WebAssembly.

use crate::{
    registry,
    run::{cargo, output, run, step, target, works},
};
use anyhow::{Context, Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The licence checker's version.
const CARGO_DENY: &str = "0.20.2";
/// Where there are no Debian packages.
const ELSEWHERE: &str = "on macOS: `xcode-select --install` and `brew install llvm`; for WebAssembly anywhere with \
                         rustup: `rustup target add wasm32-unknown-unknown`";

/// Everything that the builds need.
pub(crate) fn setup() -> Result<()> {
    step("Looking for a C++ compiler, libclang and a way to WebAssembly", || {
        let mut missing = Vec::new();
        if !works("c++", &["--version"]) {
            missing.push("g++");
        }
        if libclang().is_none() {
            missing.push("libclang-dev");
        }
        if !wasm_target_at_hand() {
            missing.extend(["rustc-web", "rust-web-src"]);
        }
        if missing.is_empty() {
            println!("   all there");
            return Ok(());
        }
        println!("   missing: {}", missing.join(", "));
        if missing == ["libclang-dev"] && !takes_debian_packages() && works("python3", &["--version"]) {
            return run(Command::new(pip()?).args(["install", "--quiet", "libclang"]));
        }
        install(&missing, ELSEWHERE)
    })
}

/// What the tests need beside that: a registry for containers, curl for what pages tell to type, and on Linux a tracer, which
/// shows that writes are synced before they are acknowledged.
pub(crate) fn setup_for_tests() -> Result<()> {
    setup()?;
    registry::setup()?;
    if !works("curl", &["--version"]) {
        step("Looking for curl", || install(&["curl"], "curl comes with macOS"))?;
    }
    if cfg!(not(target_os = "linux")) || works("strace", &["--version"]) {
        return Ok(());
    }
    step("Looking for a tracer of system calls", || install(&["strace"], "strace is Linux's own"))
}

/// A folder with libclang, if one is to be set by `LIBCLANG_PATH`.
pub(crate) fn libclang_path() -> Option<PathBuf> {
    find_below(&venv().join("lib"), is_libclang, 6).and_then(|file| file.parent().map(Path::to_owned))
}

fn libclang() -> Option<PathBuf> {
    if let Some(given) = env::var_os("LIBCLANG_PATH") {
        return Some(given.into());
    }
    let places = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/opt/llvm/lib", "/Library/Developer"];
    let system = places.iter().find_map(|place| find_below(Path::new(place), is_libclang, 3));
    system.or_else(libclang_path)
}

/// Whether a file is the C interface that bindgen loads: `libclang.so`, `libclang.so.1`, `libclang-14.so.1` or
/// `libclang.dylib`, but not the C++ interface `libclang-cpp.so.14`.
fn is_libclang(file: &str) -> bool {
    let version = |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let Some(rest) = file.strip_prefix("libclang") else { return false };
    match rest.split_once(".so") {
        Some((before, after)) => version(before.trim_start_matches('-')) && version(after),
        None => rest == ".dylib",
    }
}

fn find_below(folder: &Path, wanted: fn(&str) -> bool, depth: u32) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    let named = |path: &&PathBuf| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy()));
    if let Some(found) = entries.iter().find(named) {
        return Some(found.clone());
    }
    let deeper = depth.checked_sub(1)?;
    entries.iter().filter(|path| path.is_dir()).find_map(|path| find_below(path, wanted, deeper))
}

/// What plugins in Rust are built for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Lets cargo build for [`WASM`]. A compiler that does not have it builds the standard library along.
pub(crate) fn for_wasm(command: &mut Command) {
    command.args(["--target", WASM]);
    if has_wasm_target() {
        return;
    }
    command.arg("-Zbuild-std=std,panic_abort").env("RUSTC", rustc_for_wasm()).env("RUSTC_BOOTSTRAP", "1");
    if let Some(linker) = find_below(&sysroot().join("lib/rustlib"), |file| file == "rust-lld", 2) {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
}

/// The compiler that plugins in Rust are built with: the usual one where it has the target, else the distribution's.
pub(crate) fn rustc_for_wasm() -> PathBuf {
    let system = PathBuf::from("/usr/bin/rustc");
    if has_wasm_target() || !system.exists() { rustc() } else { system }
}

fn rustc() -> PathBuf {
    env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()).into()
}

fn has_wasm_target() -> bool {
    sysroot().join("lib/rustlib").join(WASM).exists()
}

fn sysroot() -> PathBuf {
    output(Command::new(rustc()).args(["--print", "sysroot"])).unwrap_or_default().trim().into()
}

fn wasm_target_at_hand() -> bool {
    has_wasm_target() || Path::new("/usr/lib/rustlib/src/rust/library/std").exists() || add_target()
}

fn add_target() -> bool {
    // Bounded by rustup's own connection time-out; where it cannot download it fails at once.
    works("rustup", &["--version"]) && works("rustup", &["target", "add", WASM])
}

/// The licence checker, installed into the target folder at first use.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let tools = target().join("tools");
    let binary = tools.join("bin").join(format!("cargo-deny{}", env::consts::EXE_SUFFIX));
    if !binary.exists() {
        run(cargo().args(["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--root"]).arg(&tools))?;
    }
    Ok(binary)
}

/// Installs Debian's packages, where this is Debian and its user may; `elsewhere` tells the way on other systems.
pub(crate) fn install(missing: &[&str], elsewhere: &str) -> Result<()> {
    if takes_debian_packages() {
        update_packages()?;
        return run(Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(missing)
            .env("DEBIAN_FRONTEND", "noninteractive"));
    }
    bail!(
        "please install {} and start again. On Debian and Ubuntu: `sudo apt-get install {}`; {elsewhere}",
        missing.join(", "),
        missing.join(" ")
    )
}

/// Asks for Debian's newest list of packages, where its user may.
pub(crate) fn update_packages() -> Result<()> {
    if takes_debian_packages() { run(Command::new("apt-get").args(["update", "-qq"])) } else { Ok(()) }
}

fn takes_debian_packages() -> bool {
    works("apt-get", &["--version"]) && works("test", &["-w", "/var/lib/dpkg"])
}

/// Puts a package of Python's registry, and nothing that it needs, into a folder.
pub(crate) fn python_package(package: &str, folder: &Path) -> Result<()> {
    let quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade", "--target"];
    run(Command::new(pip()?).args(quiet).arg(folder).arg(package))
}

/// Python's installer, in an environment of its own.
fn pip() -> Result<PathBuf> {
    let pip = venv().join("bin/pip");
    if !pip.exists() {
        let missing = "it takes `python3` with its module `venv`; on Debian and Ubuntu: `apt-get install python3-venv`";
        run(Command::new("python3").args(["-m", "venv"]).arg(venv())).context(missing)?;
    }
    Ok(pip)
}

fn venv() -> PathBuf {
    target().join("venv")
}

#[cfg(test)]
mod tests {
    use super::is_libclang;

    #[test]
    fn only_the_library_that_bindgen_loads_counts() {
        for good in ["libclang.so", "libclang.so.1", "libclang-14.so.1", "libclang-14.so.14.0.6", "libclang.dylib"] {
            assert!(is_libclang(good), "{good}");
        }
        for bad in ["libclang-cpp.so.14", "libclang_rt.asan.so", "libclang-cpp.so", "libclang.a", "liblldb.so"] {
            assert!(!is_libclang(bad), "{bad}");
        }
    }
}
