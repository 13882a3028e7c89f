//! The contract with plugins that this binary was built with, and the one world that a plugin targets.
//!
//! The tools of most languages take one world. A plugin may be asked about several families of events, so its world includes
//! theirs.

use super::{KitError, files};
use stammgast_domain::plugin::Family;
use std::{collections::BTreeSet, path::Path};
use wit_parser::{Resolve, WorldId};

/// The version of the contract; each of its packages bears it.
pub const VERSION: &str = "0.2.1";
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

/// The world of a plugin that is asked about some families of events.
#[derive(Debug, Clone)]
pub struct World {
    /// The packages that it is made of.
    pub resolve: Resolve,
    /// The world among them.
    pub id: WorldId,
}

impl World {
    /// Puts the world for these families together.
    ///
    /// # Errors
    /// The contract does not hold together; a defect of this binary.
    pub fn of(families: &BTreeSet<Family>) -> Result<Self, KitError> {
        let mut resolve = Resolve::default();
        for package in packages(families) {
            resolve.push_str(package.path, package.text).map_err(broken)?;
        }
        let package = resolve.push_str(WORLD_FILE, &world_text(families)).map_err(broken)?;
        let id = resolve.select_world(&[package], Some(WORLD)).map_err(broken)?;
        Ok(Self { resolve, id })
    }
}

/// The world for these families and everything that it needs in one text, with nested packages.
#[must_use]
pub fn as_text(families: &BTreeSet<Family>) -> String {
    let nested = packages(families).map(|package| {
        let head = format!("package stammgast:{}@{VERSION}", package.name);
        format!("\n{}}}\n", package.text.replacen(&format!("{head};"), &format!("{head} {{"), 1))
    });
    world_text(families) + &nested.collect::<String>()
}

/// Writes the world for these families as a folder: the world's file, and what it needs in `deps/`.
///
/// # Errors
/// The folder cannot be written.
pub fn write_folder(families: &BTreeSet<Family>, folder: &Path) -> Result<(), KitError> {
    files::write(&folder.join(WORLD_FILE), world_text(families).as_bytes())?;
    packages(families).try_for_each(|package| {
        let file = folder.join("deps").join(package.name).join(format!("{}.wit", package.name));
        files::write(&file, package.text.as_bytes())
    })
}

fn packages(families: &BTreeSet<Family>) -> impl Iterator<Item = &'static Package> {
    let is_served = |package: &Package| families.iter().any(|family| family.kind().as_str() == package.name);
    PACKAGES
        .iter()
        .enumerate()
        .filter(move |(place, package)| *place < SHARED || is_served(package))
        .map(|(_, package)| package)
}

fn world_text(families: &BTreeSet<Family>) -> String {
    let include = |family: &Family| format!("  include stammgast:{}/{}@{VERSION};\n", family.kind(), family.world());
    format!("package stammgast:plugin;\n\nworld {WORLD} {{\n{}}}\n", families.iter().map(include).collect::<String>())
}

fn broken(error: impl std::fmt::Display) -> KitError {
    KitError::Contract(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice of families but none.
    fn choices() -> impl Iterator<Item = BTreeSet<Family>> {
        let all = Family::ALL;
        (1..1_usize << all.len())
            .map(move |bits| (0..all.len()).filter(|place| bits >> place & 1 == 1).map(|place| all[place]).collect())
    }

    fn exports(resolve: &Resolve, id: WorldId) -> BTreeSet<String> {
        resolve.worlds[id].exports.keys().map(|key| resolve.name_world_key(key)).collect()
    }

    #[test]
    fn every_choice_of_families_makes_a_world_that_exports_just_what_they_export() {
        for families in choices() {
            let world = World::of(&families).unwrap();
            let interfaces = families.iter().flat_map(|family| family.exports());
            let wanted: BTreeSet<String> = interfaces.map(|interface| format!("{interface}@{VERSION}")).collect();
            assert_eq!(exports(&world.resolve, world.id), wanted, "{families:?}");
        }
    }

    #[test]
    fn as_one_text_and_as_a_folder_it_is_the_same_world() {
        for families in choices() {
            let world = World::of(&families).unwrap();
            let mut from_text = Resolve::default();
            let package = from_text.push_str(WORLD_FILE, &as_text(&families)).unwrap();
            let text = from_text.select_world(&[package], Some(WORLD)).unwrap();
            let folder = tempfile::tempdir().unwrap();
            write_folder(&families, folder.path()).unwrap();
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
