//! The same plugin in four languages, built by the tool that authors use, wherever something has changed.
//!
//! They are built from a copy in the target folder: npm's packages and the headers that the kit makes for C lie beside
//! the sources, and nothing is to be left in the repository.

use crate::{
    languages::Languages,
    run::{root, run, step, target},
};
use anyhow::{Context, Result};
use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// A plugin and the language that it is written in.
pub(crate) struct Example {
    /// Its name, and that of its component.
    pub(crate) name: &'static str,
    /// Its folder in the repository.
    pub(crate) folder: &'static str,
    /// The language, as the folder of its SDK is called.
    pub(crate) language: &'static str,
}

/// The examples, and what the SDK for C is tested with.
pub(crate) static EXAMPLES: [Example; 5] = [
    Example { name: "points-rust", folder: "examples/plugins/points-rust", language: "rust" },
    Example { name: "points-python", folder: "examples/plugins/points-python", language: "python" },
    Example { name: "points-js", folder: "examples/plugins/points-js", language: "js" },
    Example { name: "points-c", folder: "examples/plugins/points-c", language: "c" },
    Example { name: "every-kind-c", folder: "sdk/c/tests", language: "c" },
];

/// What makes components of all of them. A change of the host elsewhere does not change them.
const KIT: &str = "host/server/src/kit";
/// The contract, which the kit holds.
const CONTRACT: &str = "wit";
/// What tools leave in folders of sources.
const MADE: [&str; 6] = ["__pycache__", ".venv", "build", "dist", "node_modules", "target"];

/// Builds those that are not up to date. Python and JavaScript take seconds, and never make the same bytes twice.
pub(crate) fn build(stammgast: &Path, languages: &Languages) -> Result<()> {
    step("Building the same plugin in four languages", || {
        for folder in ["examples/plugins", "sdk"] {
            copy(&root().join(folder), &place().join(folder))?;
        }
        for example in &EXAMPLES {
            let component = component(example.name);
            made_from(&component, &fingerprint(example, languages)?, || {
                make(stammgast, languages, example, &component)?;
                forget_compiled()
            })?;
        }
        Ok(())
    })
}

/// Makes a file, unless it is there and was made from the same before.
pub(crate) fn made_from(file: &Path, now: &str, make: impl FnOnce() -> Result<()>) -> Result<()> {
    let mark = file.with_extension("made-from");
    if file.exists() && fs::read_to_string(&mark).is_ok_and(|before| before == now) {
        println!("   {} is up to date", file.file_name().unwrap_or_default().display());
        return Ok(());
    }
    // What is begun and not finished is not taken for what was there before.
    let _ = fs::remove_file(&mark);
    make()?;
    fs::write(&mark, now).with_context(|| format!("{} cannot be written", mark.display()))
}

/// Where an example's component lies.
pub(crate) fn component(name: &str) -> PathBuf {
    target().join("plugins").join(format!("{name}.wasm"))
}

/// The copy that is built: the parts of the repository that plugins see, in the same order.
pub(crate) fn place() -> PathBuf {
    target().join("languages")
}

/// A number that changes with whatever an example is made from.
pub(crate) fn fingerprint(example: &Example, languages: &Languages) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    languages.version(example.language)?.hash(&mut hasher);
    fs::read(root().join("Cargo.lock"))?.hash(&mut hasher);
    let sdk = format!("sdk/{}", example.language);
    for (folder, left_out) in [(example.folder, &MADE[..]), (&sdk, &MADE), (KIT, &[]), (CONTRACT, &[])] {
        let folder = root().join(folder);
        for file in files(&folder, left_out)? {
            (&file, fs::read(folder.join(&file))?).hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn make(stammgast: &Path, languages: &Languages, example: &Example, component: &Path) -> Result<()> {
    // Cargo leaves nothing beside the sources, and its messages name files that somebody can edit.
    let home = if example.language == "rust" { root() } else { place() };
    let folder = home.join(example.folder);
    if folder.join("package-lock.json").exists() {
        install_packages(languages, &folder)?;
    }
    fs::create_dir_all(target().join("plugins"))?;
    let mut command = languages.command(stammgast);
    command.args(["plugin", "build"]).arg(folder).arg("-o").arg(component);
    run(command.env("CARGO_TARGET_DIR", target().join("guests")))
}

/// Installs the packages of a plugin in JavaScript, unless they are there.
fn install_packages(languages: &Languages, folder: &Path) -> Result<()> {
    let wanted = fs::read_to_string(folder.join("package-lock.json"))?;
    made_from(&folder.join("node_modules/.package-lock.json"), &wanted, || {
        // None of them needs to run programs of its own to be installed.
        let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(languages.command("npm").args(options).current_dir(folder))
    })
}

/// The tests keep native code of components, which is larger than they are. That of replaced ones is of no use.
fn forget_compiled() -> Result<()> {
    let folder = target().join("compiled");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    Ok(())
}

/// Makes one folder like another. What is the same stays untouched, and so does what tools made.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let wanted = files(from, &MADE)?;
    for file in &wanted {
        let (bytes, copy) = (fs::read(from.join(file))?, to.join(file));
        if fs::read(&copy).ok().as_ref() != Some(&bytes) {
            fs::create_dir_all(copy.parent().unwrap_or(to))?;
            fs::write(&copy, bytes).with_context(|| format!("{} cannot be written", copy.display()))?;
        }
    }
    for gone in files(to, &MADE)?.difference(&wanted) {
        fs::remove_file(to.join(gone))?;
    }
    Ok(())
}

/// The files below a folder, relative to it, but for those in folders of some names.
fn files(folder: &Path, left_out: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            let is_left_out = path.file_name().is_some_and(|name| left_out.iter().any(|other| name == *other));
            if path.is_dir() && !is_left_out {
                folders.push(path);
            } else if path.is_file() {
                found.insert(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_copy_follows_its_source_and_keeps_what_tools_made() {
        let top = env_folder("copy");
        let (from, to) = (top.join("from"), top.join("to"));
        write(&from.join("a/one"), "1");
        write(&from.join("a/target/made"), "not copied");
        write(&to.join("a/old"), "gone");
        write(&to.join("a/node_modules/kept"), "kept");
        copy(&from, &to).unwrap();
        assert_eq!(files(&to, &MADE).unwrap(), BTreeSet::from([PathBuf::from("a/one")]));
        assert!(to.join("a/node_modules/kept").exists() && !to.join("a/target").exists());
        fs::remove_dir_all(&top).unwrap();
    }

    fn env_folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("stammgast-xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }
}
