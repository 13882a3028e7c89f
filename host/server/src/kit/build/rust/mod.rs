//! Rust: cargo makes a module, and the module becomes a component. It brings the description of its world along.
//!
//! A package outside the plugin's workspace, such as an SDK that lies above it, has its whole path in cargo's names for
//! things. Such a plugin is the same, byte for byte, only where that path is the same.

mod project;
mod remap;
mod route;
mod toolchain;

use self::{
    project::Project,
    route::{Library, Route},
    toolchain::TARGET,
};
use super::{Made, Messages, Order};
use crate::kit::{KitError, files};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use wit_component::ComponentEncoder;

/// Where the SDK lies above a plugin that has not copied it.
const SDK: &str = "sdk/rust";

/// Finds a way to the target and builds a plugin's folder.
pub(super) fn make(order: &Order<'_>, say: &mut dyn FnMut(&str)) -> Result<Made, KitError> {
    toolchain::check_cargo(order.folder)?;
    let project = project::find(order.folder)?;
    let route = route::find(&project.folder, say)?;
    let module = compile(&project, &route, order.messages)?;
    let component = componentize(&fs::read(&module).map_err(KitError::file(module))?)?;
    Ok(Made { name: Some(project.name), version: Some(project.version), component })
}

/// Runs cargo and gives the module's path.
fn compile(project: &Project, route: &Route, messages: Messages) -> Result<PathBuf, KitError> {
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--lib", "--target", TARGET]).current_dir(&project.folder);
    if messages == Messages::Quiet {
        command.arg("--quiet");
    }
    if let Some(rustc) = &route.rustc {
        command.env("RUSTC", rustc);
    }
    if let Library::FromSource { linker, .. } = &route.library {
        command.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
        if let Some(linker) = linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }
    let (encoded, plain) = (env::var_os("CARGO_ENCODED_RUSTFLAGS"), env::var_os("RUSTFLAGS"));
    let folders = renamed_folders(project, route);
    if encoded.is_some() || plain.is_some() {
        command.env("CARGO_ENCODED_RUSTFLAGS", remap::encoded_flags(&folders, encoded, plain));
    } else {
        // The variable would silence the flags of the plugin's own `.cargo/config.toml`; these join them.
        command.arg("--config").arg(remap::target_flags(TARGET, &folders));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().map_err(KitError::program("cargo"))?;
    if !status.success() {
        return Err(KitError::Compile("cargo build"));
    }
    Ok(project.target.join(TARGET).join("release").join(format!("{}.wasm", project.library)))
}

fn renamed_folders(project: &Project, route: &Route) -> Vec<(PathBuf, &'static str)> {
    let home = remap::cargo_home(env::var_os("CARGO_HOME"), env::home_dir().as_deref());
    let sdk = files::nearest(&project.folder, Path::new(SDK));
    let mut folders: Vec<(PathBuf, &'static str)> = sdk.map(|sdk| (sdk, "/sdk")).into_iter().collect();
    folders.extend([(project.workspace.clone(), "/plugin"), (project.target.clone(), "/target")]);
    folders.extend(home.map(|home| (home, "/cargo")));
    if let Library::FromSource { sources, .. } = &route.library {
        folders.push((sources.clone(), "/rust"));
        // Distributions put the sources elsewhere and link to them.
        folders.extend(sources.canonicalize().map(|real| (real, "/rust")));
    }
    folders
}

fn componentize(module: &[u8]) -> Result<Vec<u8>, KitError> {
    let failed = |error| KitError::Component(format!("{error:#}"));
    ComponentEncoder::default().module(module).map_err(failed)?.validate(true).encode().map_err(failed)
}
