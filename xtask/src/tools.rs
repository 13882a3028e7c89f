//! Finding or installing what a build needs: a C++ compiler and libclang for `RocksDB`, and a way to WebAssembly.

use crate::run::{cargo, output, root, run, step, target, works};
use anyhow::{Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The licence checker's version.
const CARGO_DENY: &str = "0.20.2";

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
        install(&missing)
    })
}

/// What the tests need beside that: on Linux a tracer, which shows that writes are synced before they are acknowledged.
pub(crate) fn setup_for_tests() -> Result<()> {
    setup()?;
    if cfg!(not(target_os = "linux")) || works("strace", &["--version"]) {
        return Ok(());
    }
    step("Looking for a tracer of system calls", || install(&["strace"]))
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

fn wasm_target_at_hand() -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let sysroot = output(rustc.args(["--print", "sysroot"])).unwrap_or_default();
    let installed = Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").exists();
    installed || Path::new("/usr/lib/rustlib/src/rust/library/std").exists() || add_target()
}

fn add_target() -> bool {
    // Bounded by rustup's own connection time-out; where it cannot download it fails at once.
    works("rustup", &["--version"]) && works("rustup", &["target", "add", "wasm32-unknown-unknown"])
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

fn install(missing: &[&str]) -> Result<()> {
    if works("apt-get", &["--version"]) && works("test", &["-w", "/var/lib/dpkg"]) {
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        return run(Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(missing)
            .env("DEBIAN_FRONTEND", "noninteractive"));
    }
    if missing == ["libclang-dev"] && works("python3", &["--version"]) {
        run(Command::new("python3").args(["-m", "venv"]).arg(venv()))?;
        return run(Command::new(venv().join("bin/pip")).args(["install", "--quiet", "libclang"]));
    }
    bail!(
        "please install {} and start again. On Debian and Ubuntu: `sudo apt-get install {}`; on macOS: \
         `xcode-select --install` and `brew install llvm`; for WebAssembly anywhere with rustup: \
         `rustup target add wasm32-unknown-unknown`",
        missing.join(", "),
        missing.join(" ")
    )
}

fn venv() -> PathBuf {
    let folder = target();
    if folder.is_absolute() { folder.join("venv") } else { root().join(folder).join("venv") }
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
