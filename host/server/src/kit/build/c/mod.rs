//! C: clang makes a module of the plugin, the SDK and the bindings, and the module becomes a component.

mod bindings;
mod toolchain;

use self::{bindings::Bindings, toolchain::Toolchain};
use super::{Made, Messages, Order, program, sdk};
use crate::kit::{KitError, contract::World, files, language::Language};
use stammgast_domain::plugin::{Family, PluginKind};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::ComponentEncoder;

/// The compiler.
const PROGRAM: &str = "clang";
/// What the names of files with native tests begin with.
const TESTS: &str = "test_";

/// Builds a plugin's folder.
pub(super) fn make(order: &Order<'_>, say: &mut dyn FnMut(&str)) -> Result<Made, KitError> {
    let sdk = sdk::find(order.folder, Language::C)?.join(sdk::FOLDER);
    let toolchain = toolchain::find()?;
    say(&format!("{} compiles for {}", toolchain.clang.display(), toolchain.target));
    let bindings = Bindings::of(&World::of(order.families)?)?;
    let module = compile(order, &toolchain, &sdk, &bindings)?;
    Ok(Made { name: None, version: None, component: componentize(&module)? })
}

/// Runs clang and gives the module.
fn compile(order: &Order<'_>, toolchain: &Toolchain, sdk: &Path, bindings: &Bindings) -> Result<Vec<u8>, KitError> {
    let work = tempfile::tempdir().map_err(KitError::file(env::temp_dir()))?;
    let (object, output) = (work.path().join("world.o"), work.path().join("plugin.wasm"));
    let generated = bindings::folder(order.folder);
    bindings.write(&generated)?;
    files::write(&object, &bindings.object)?;
    let mut command = Command::new(&toolchain.clang);
    command.arg(format!("--target={}", toolchain.target)).args(["-O2", "-mexec-model=reactor", "-Wl,--strip-debug"]);
    // The stack lies below all data, so that one which overflows is a fault and not a silent change of data.
    command.args(["-Wl,--stack-first", "-Wl,-z,stack-size=262144"]);
    if order.messages == Messages::Shown {
        command.arg("-Wall");
    }
    command.args(defines(order.families).iter().map(|name| format!("-DSTAMMGAST_{name}=1")));
    // The more special folder comes last, since it counts. They keep this computer's paths out of `__FILE__`.
    for (folder, name) in [(sdk, "/sdk"), (order.folder, "/plugin")] {
        command.arg(format!("-ffile-prefix-map={}={name}", folder.display()));
    }
    command.arg("-I").arg(&generated).arg("-I").arg(sdk);
    let own = sources(order.folder)?.into_iter().filter(|path| !is_test(path));
    let theirs = sources(sdk)?.into_iter().filter(|path| path.file_name() != Some(bindings::SOURCE.as_ref()));
    command.args(own).args(theirs).arg(generated.join(bindings::SOURCE)).arg(object).arg("-o").arg(&output);
    program::run(command.current_dir(order.folder), PROGRAM)?;
    fs::read(&output).map_err(KitError::file(output))
}

/// What the SDK goes by: the kinds, and the families of those that have several.
fn defines(families: &BTreeSet<Family>) -> BTreeSet<String> {
    let kinds = families.iter().map(|family| family.kind().as_str().to_uppercase());
    let of_loyalty = families.iter().filter(|family| family.kind() == PluginKind::Loyalty);
    kinds.chain(of_loyalty.map(|family| format!("LOYALTY_{}", family.as_str().to_uppercase()))).collect()
}

/// The C files in a folder, in the order of their names: it decides about the bytes of the module.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, KitError> {
    let entries = fs::read_dir(folder).map_err(KitError::file(folder))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    paths.sort();
    Ok(paths)
}

fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TESTS))
}

fn componentize(module: &[u8]) -> Result<Vec<u8>, KitError> {
    let failed = |error| KitError::Component(format!("{error:#}"));
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder.validate(true).module(module).map_err(failed)?;
    let adapted = encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
    adapted.map_err(failed)?.encode().map_err(failed)
}
