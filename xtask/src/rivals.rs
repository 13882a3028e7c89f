//! What the bench of plugin calls compares with beside the floor: `tests/rivals`, its plugin for Extism, and Extism's
//! own library. They lie in the target folder, where the bench looks for them.

use crate::{
    build::in_guest,
    examples::made_from,
    run::{cargo, root, run, step, target},
    tools,
};
use anyhow::{Context, Result};
use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::{Path, PathBuf},
};

/// Extism's library, as Python's registry has it. Its makers build it, with the wasmtime that they choose.
const EXTISM: &str = "extism-sys==1.41.0";
/// The name of the library in there.
const LIBRARY: &str = "extism_sys";

/// Builds or fetches all of them.
pub(crate) fn build() -> Result<()> {
    step("Building the same rule as a webhook and for Extism", || {
        let folder = target().join("rivals");
        let mut command = cargo();
        command.args(["build", "--release", "--locked"]).current_dir(root().join("tests/rivals"));
        run(command.env("CARGO_TARGET_DIR", &folder))?;
        let mut command = in_guest("tests/rivals/guest", &["build", "--release", "--lib", "--locked"]);
        tools::for_wasm(&mut command);
        run(&mut command)?;
        let made = target().join("guests").join(tools::WASM).join("release/rival_guest.wasm");
        copy(&made, &folder.join("rival_guest.wasm"))?;
        let library = folder.join(format!("libextism{DLL_SUFFIX}"));
        made_from(&library, EXTISM, || copy(&fetched(&folder.join("python"))?, &library))
    })
}

/// Fetches Extism's library; gives its place.
fn fetched(folder: &Path) -> Result<PathBuf> {
    tools::python_package(EXTISM, folder)
        .with_context(|| format!("{EXTISM}, Extism's library, cannot be had from Python's registry"))?;
    let package = folder.join(LIBRARY);
    let names = [format!("{DLL_PREFIX}{LIBRARY}{DLL_SUFFIX}"), format!("{DLL_PREFIX}{LIBRARY}.so")];
    let found = names.iter().map(|name| package.join(name)).find(|path| path.exists());
    found.with_context(|| format!("{EXTISM} brought no library into {}", package.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}
