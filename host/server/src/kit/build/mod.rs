//! From a plugin's sources to a component with its manifest inside.
//!
//! One file a language makes the component; what they share stands here. The same sources make the same bytes wherever
//! the language's own tools allow it: Rust and C. Those of Python and JavaScript start the plugin once and keep what is
//! in its memory then, random seeds among it.

mod c;
mod js;
mod program;
mod python;
mod rust;
mod sdk;

use super::{
    KitError, files,
    language::Language,
    manifest,
    pack::{self, Packed},
};
use stammgast_domain::plugin::Family;
use stammgast_runtime::check_component;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Whether the messages of compilers are shown.
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
    /// The language that it is written in.
    pub language: Language,
    /// What is in it.
    pub packed: Packed,
}

/// What a language is asked for.
struct Order<'o> {
    /// The plugin's folder, by its whole path.
    folder: &'o Path,
    /// The families of the events of its manifest.
    families: &'o BTreeSet<Family>,
    messages: Messages,
}

/// What a language makes.
struct Made {
    /// The package's name, in a language that has packages.
    name: Option<String>,
    /// The version that the package's file says.
    version: Option<String>,
    component: Vec<u8>,
}

/// Builds a plugin's folder: the component, and the manifest inside. Without an `output`, it is written to
/// `dist/<name>.wasm` in the folder. `say` is told what is done, in sentences.
///
/// # Errors
/// The folder shows no language, the manifest is missing or wrong, a compiler is missing, the sources do not compile, or
/// they make another plugin than the manifest says.
pub fn build(
    folder: &Path,
    output: Option<&Path>,
    messages: Messages,
    say: &mut dyn FnMut(&str),
) -> Result<Built, KitError> {
    let whole = folder.canonicalize().map_err(KitError::file(folder))?;
    let language = Language::of(&whole)?;
    // Before a compiler is looked for: a wrong manifest is told at once, not after minutes of compiling.
    let manifest = read_manifest(&whole)?;
    let checked = manifest::check(&manifest)?.manifest;
    let families = Family::of(&checked.kinds, &checked.events);
    let order = Order { folder: &whole, families: &families, messages };
    let made = match language {
        Language::Rust => rust::make(&order, say),
        Language::Python => python::make(&order, say),
        Language::JavaScript => js::make(&order, say),
        Language::C => c::make(&order, say),
    }?;
    let packed = pack::pack(&made.component, &manifest)?;
    check_component(&packed.bytes)?;
    let version = packed.manifest.version.to_string();
    if let Some(other) = made.version.filter(|other| *other != version) {
        say(&format!("manifest.json says version {version}, {} {other}; the manifest counts", language.file()));
    }
    let name = made.name.as_deref().unwrap_or_else(|| last_part(&packed.manifest.id));
    let path = output.map_or_else(|| in_dist(folder, name), PathBuf::from);
    files::write(&path, &packed.bytes)?;
    Ok(Built { path, language, packed })
}

fn read_manifest(folder: &Path) -> Result<String, KitError> {
    let path = folder.join("manifest.json");
    if !path.exists() {
        let problem = "it holds no manifest.json, which says what the plugin is and asks for; `stammgast plugin new` \
                       writes one to start from"
            .to_owned();
        return Err(KitError::Project { folder: folder.to_owned(), problem });
    }
    files::read(&path)
}

/// `dist/<name>.wasm` in a folder, as short as the folder was given.
fn in_dist(folder: &Path, name: &str) -> PathBuf {
    let folder = if folder == Path::new(".") { Path::new("") } else { folder };
    folder.join("dist").join(format!("{name}.wasm"))
}

/// The name of a plugin whose language has no packages: `points` of `acme.points`.
fn last_part(id: &str) -> &str {
    id.rsplit('.').next().unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_manifest_is_told_where_one_comes_from() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plugin.py"), "").unwrap();
        let error = build(folder.path(), None, Messages::Quiet, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains("no manifest.json") && error.contains("`stammgast plugin new`"), "{error}");
    }
}
