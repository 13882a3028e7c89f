//! Building the server and the reference plugins.

use crate::{
    run::{cargo, root, run, step, target},
    tools,
};
use anyhow::{Context, Result};
use std::path::Path;
use std::{fs, path::PathBuf, process::Command};

/// How to build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, quick enough to run: the demo's and the tests' build.
    Dev,
    /// For benches and for production.
    Release,
}

/// The reference plugins, by folder.
pub(crate) const PLUGINS: [&str; 8] = [
    "loyalty-points",
    "loyalty-tiers",
    "loyalty-birthday",
    "loyalty-winback",
    "loyalty-notices",
    "quality-standards",
    "channel-email",
    "feedback-departments",
];

/// Builds the server; always the whole workspace, so that every task shares one set of compiled dependencies.
pub(crate) fn server(profile: Profile) -> Result<PathBuf> {
    step("Building the server", || {
        let mut command = cargo();
        command.args(["build", "--workspace", "--locked"]);
        if profile == Profile::Release {
            command.arg("--release");
        }
        run(with_libclang(&mut command))?;
        let folder = if profile == Profile::Release { "release" } else { "debug" };
        Ok(target().join(folder).join(format!("stammgast{}", std::env::consts::EXE_SUFFIX)))
    })
}

/// Points bindgen to libclang where it is not in a usual place.
pub(crate) fn with_libclang(command: &mut Command) -> &mut Command {
    if let Some(path) = tools::libclang_path() {
        command.env("LIBCLANG_PATH", path);
    }
    command
}

/// Builds the reference plugins with the tool that authors use; gives their components.
pub(crate) fn plugins(stammgast: &Path) -> Result<Vec<PathBuf>> {
    step("Building the reference plugins", || {
        PLUGINS.iter().map(|name| plugin(stammgast, name, &root().join("plugins").join(name))).collect()
    })
}

/// Builds the plugins that misbehave in tests: one harms itself, one is after secrets.
pub(crate) fn hostile_plugins(stammgast: &Path) -> Result<Vec<PathBuf>> {
    step("Building the hostile plugins for the tests", || {
        ["hostile", "leaky"].iter().map(|name| plugin(stammgast, name, &root().join("tests").join(name))).collect()
    })
}

fn plugin(stammgast: &Path, name: &str, source: &Path) -> Result<PathBuf> {
    let folder = target().join("plugins");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let component = folder.join(format!("{name}.wasm"));
    let mut command = Command::new(stammgast);
    command.args(["plugin", "build"]).arg(source).arg("-o").arg(&component);
    run(command.env("CARGO_TARGET_DIR", target().join("guests")))?;
    Ok(component)
}

/// Cargo in the folder of a guest, which is a workspace of its own.
pub(crate) fn in_guest(folder: &str, arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(root().join(folder)).env("CARGO_TARGET_DIR", target().join("guests"));
    command
}
