//! From a plugin's sources to a component with its manifest inside.

use super::{
    KitError,
    pack::{self, Packed},
    project::{self, Project},
    remap,
    route::{self, Library, Route, TARGET},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use wit_component::ComponentEncoder;

/// Whether cargo's own messages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// Everything.
    Shown,
    /// Errors and warnings alone.
    Quiet,
}

/// A plugin that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The component's file.
    pub path: PathBuf,
    /// What is in it.
    pub packed: Packed,
}

/// Finds a way to the target and builds a plugin's folder: cargo, component, manifest. Without an `output`, the
/// component is written to `dist/<package>.wasm` in the folder. `say` is told what is done, in sentences.
///
/// # Errors
/// There is no way to the target, the sources do not compile, or the manifest is wrong.
pub fn build(
    folder: &Path,
    output: Option<&Path>,
    messages: Messages,
    say: &mut dyn FnMut(&str),
) -> Result<Built, KitError> {
    let project = project::find(folder)?;
    // Before the way is looked for: a wrong manifest is told at once, not after minutes of compiling.
    read_manifest(&project)?;
    let route = route::find(&project.folder, say)?;
    build_along(&route, folder, output, messages, say)
}

/// Builds along a way that was found before: for several plugins in a row.
///
/// # Errors
/// As for [`build`].
pub fn build_along(
    route: &Route,
    folder: &Path,
    output: Option<&Path>,
    messages: Messages,
    say: &mut dyn FnMut(&str),
) -> Result<Built, KitError> {
    let project = project::find(folder)?;
    let manifest = read_manifest(&project)?;
    let module = compile(&project, route, messages)?;
    let component = componentize(&fs::read(&module).map_err(KitError::file(module))?)?;
    let packed = pack::pack(&component, &manifest)?;
    if packed.manifest.version.to_string() != project.version {
        let (manifest, package) = (&packed.manifest.version, &project.version);
        say(&format!("manifest.json says version {manifest}, Cargo.toml {package}; the manifest counts"));
    }
    let path = output.map_or_else(|| in_dist(folder, &project.name), PathBuf::from);
    pack::write(&path, &packed.bytes)?;
    Ok(Built { path, packed })
}

fn read_manifest(project: &Project) -> Result<String, KitError> {
    let path = project.folder.join("manifest.json");
    let text = fs::read_to_string(&path).map_err(KitError::file(path))?;
    super::manifest::check(&text)?;
    Ok(text)
}

/// `dist/<package>.wasm` in a folder, as short as the folder was given.
fn in_dist(folder: &Path, package: &str) -> PathBuf {
    let folder = if folder == Path::new(".") { Path::new("") } else { folder };
    folder.join("dist").join(format!("{package}.wasm"))
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
    let status = command.status().map_err(|source| KitError::Program { program: "cargo".to_owned(), source })?;
    if !status.success() {
        return Err(KitError::Compile);
    }
    Ok(project.target.join(TARGET).join("release").join(format!("{}.wasm", project.library)))
}

fn renamed_folders(project: &Project, route: &Route) -> Vec<(PathBuf, &'static str)> {
    let home = remap::cargo_home(env::var_os("CARGO_HOME"), env::home_dir().as_deref());
    let mut folders = vec![(project.workspace.clone(), "/plugin"), (project.target.clone(), "/target")];
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
