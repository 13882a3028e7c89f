//! The contract with plugins that this binary was built with, and the one world that a plugin of some kinds targets.
//!
//! The tools of most languages take one world. A plugin may serve several kinds, so its world includes theirs.

use super::{KitError, files};
use stammgast_domain::plugin::PluginKind;
use std::{collections::BTreeSet, path::Path};
use wit_parser::{Resolve, WorldId};

/// The version of the contract; each of its packages bears it.
pub const VERSION: &str = "0.2.0";
/// The name of a plugin's world, in the package `stammgast:plugin`.
pub const WORLD: &str = "plugin";
/// The file that holds a plugin's world.
const WORLD_FILE: &str = "plugin.wit";
/// How many of [`PACKAGES`] every plugin needs; they stand first.
const SHARED: usize = 2;

/// One package of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Its name without the namespace; for the packages of kinds, the kind's.
    pub name: &'static str,
    /// Its file, in this repository and in plugins that bring the contract along.
    pub path: &'static str,
    /// The package in WIT.
    pub text: &'static str,
}

macro_rules! package {
    ($name:literal) => {
        Package {
            name: $name,
            path: concat!("wit/", $name, "/", $name, ".wit"),
            text: include_str!(concat!("../../../../wit/", $name, "/", $name, ".wit")),
        }
    };
}

/// The whole contract, each package after those that it uses.
pub const PACKAGES: [Package; 6] = [
    package!("types"),
    package!("host"),
    package!("loyalty"),
    package!("quality"),
    package!("channel"),
    package!("feedback"),
];

/// The world of a plugin that serves some kinds.
#[derive(Debug, Clone)]
pub struct World {
    /// The packages that it is made of.
    pub resolve: Resolve,
    /// The world among them.
    pub id: WorldId,
}

impl World {
    /// Puts the world for these kinds together.
    ///
    /// # Errors
    /// The contract does not hold together; a defect of this binary.
    pub fn of(kinds: &BTreeSet<PluginKind>) -> Result<Self, KitError> {
        let mut resolve = Resolve::default();
        for package in packages(kinds) {
            resolve.push_str(package.path, package.text).map_err(broken)?;
        }
        let package = resolve.push_str(WORLD_FILE, &world_text(kinds)).map_err(broken)?;
        let id = resolve.select_world(&[package], Some(WORLD)).map_err(broken)?;
        Ok(Self { resolve, id })
    }
}

/// The world for these kinds and everything that it needs in one text, with nested packages.
#[must_use]
pub fn as_text(kinds: &BTreeSet<PluginKind>) -> String {
    let nested = packages(kinds).map(|package| {
        let head = format!("package stammgast:{}@{VERSION}", package.name);
        format!("\n{}}}\n", package.text.replacen(&format!("{head};"), &format!("{head} {{"), 1))
    });
    world_text(kinds) + &nested.collect::<String>()
}

/// Writes the world for these kinds as a folder: the world's file, and what it needs in `deps/`.
///
/// # Errors
/// The folder cannot be written.
pub fn write_folder(kinds: &BTreeSet<PluginKind>, folder: &Path) -> Result<(), KitError> {
    files::write(&folder.join(WORLD_FILE), world_text(kinds).as_bytes())?;
    packages(kinds).try_for_each(|package| {
        let file = folder.join("deps").join(package.name).join(format!("{}.wit", package.name));
        files::write(&file, package.text.as_bytes())
    })
}

fn packages(kinds: &BTreeSet<PluginKind>) -> impl Iterator<Item = &'static Package> {
    let is_served = |package: &Package| kinds.iter().any(|kind| kind.as_str() == package.name);
    PACKAGES
        .iter()
        .enumerate()
        .filter(move |(place, package)| *place < SHARED || is_served(package))
        .map(|(_, package)| package)
}

fn world_text(kinds: &BTreeSet<PluginKind>) -> String {
    let include = |kind: &PluginKind| format!("  include stammgast:{kind}/{}@{VERSION};\n", world_of(*kind));
    format!("package stammgast:plugin;\n\nworld {WORLD} {{\n{}}}\n", kinds.iter().map(include).collect::<String>())
}

const fn world_of(kind: PluginKind) -> &'static str {
    match kind {
        PluginKind::Loyalty => "loyalty-rules",
        PluginKind::Quality => "quality-checks",
        PluginKind::Channel => "channel-connector",
        PluginKind::Feedback => "feedback-routes",
    }
}

fn broken(error: impl std::fmt::Display) -> KitError {
    KitError::Contract(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice of kinds but none.
    fn choices() -> impl Iterator<Item = BTreeSet<PluginKind>> {
        let all = PluginKind::ALL;
        (1..1_usize << all.len())
            .map(move |bits| (0..all.len()).filter(|place| bits >> place & 1 == 1).map(|place| all[place]).collect())
    }

    fn exports(resolve: &Resolve, id: WorldId) -> BTreeSet<String> {
        resolve.worlds[id].exports.keys().map(|key| resolve.name_world_key(key)).collect()
    }

    #[test]
    fn every_choice_of_kinds_makes_a_world_that_exports_what_they_export() {
        for kinds in choices() {
            let world = World::of(&kinds).unwrap();
            let exports = exports(&world.resolve, world.id);
            for kind in PluginKind::ALL {
                let is_served = exports.iter().any(|name| name.starts_with(&format!("stammgast:{kind}/")));
                assert_eq!(is_served, kinds.contains(kind), "{kinds:?} {exports:?}");
            }
        }
    }

    #[test]
    fn as_one_text_and_as_a_folder_it_is_the_same_world() {
        for kinds in choices() {
            let world = World::of(&kinds).unwrap();
            let mut from_text = Resolve::default();
            let package = from_text.push_str(WORLD_FILE, &as_text(&kinds)).unwrap();
            let text = from_text.select_world(&[package], Some(WORLD)).unwrap();
            let folder = tempfile::tempdir().unwrap();
            write_folder(&kinds, folder.path()).unwrap();
            let mut from_folder = Resolve::default();
            let (package, _) = from_folder.push_dir(folder.path()).unwrap();
            let dir = from_folder.select_world(&[package], Some(WORLD)).unwrap();
            let wanted = exports(&world.resolve, world.id);
            assert_eq!((exports(&from_text, text), exports(&from_folder, dir)), (wanted.clone(), wanted));
        }
    }

    #[test]
    fn every_package_bears_the_contracts_version_and_it_is_the_one_that_runs() {
        assert_eq!(stammgast_runtime::CONTRACT.to_string(), VERSION);
        for package in PACKAGES {
            assert!(
                package.text.contains(&format!("package stammgast:{}@{VERSION};", package.name)),
                "{}",
                package.name
            );
        }
    }
}
