//! The contract as C: what wit-bindgen makes of a plugin's world.

use super::sdk;
use crate::kit::{
    KitError,
    contract::{WORLD, World},
    files,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wit_bindgen_core::Files;

/// The header, which the SDK includes.
const HEADER: &str = "bindings.h";
/// The functions that it declares.
pub(super) const SOURCE: &str = "bindings.c";
/// Where they go in a folder without an SDK of its own.
const APART: &str = "build";

/// Where the bindings of a plugin go: into its copy of the SDK, where native tests find them, too.
pub(super) fn folder(plugin: &Path) -> PathBuf {
    let copy = plugin.join(sdk::FOLDER);
    if copy.is_dir() { copy } else { plugin.join(APART) }
}

/// The bindings of a world.
pub(super) struct Bindings {
    header: String,
    source: String,
    /// An object file with the description of the world, which the linker takes into the module.
    pub object: Vec<u8>,
}

impl Bindings {
    /// Makes the bindings of a world.
    pub(super) fn of(world: &World) -> Result<Self, KitError> {
        let failed = |error| KitError::Contract(format!("{error:#}"));
        // The generator names types anew; the world itself stays as it is.
        let (mut resolve, mut made) = (world.resolve.clone(), Files::default());
        wit_bindgen_c::Opts::default().build().generate(&mut resolve, world.id, &mut made).map_err(failed)?;
        let take = |ending: &str| {
            let name = format!("{WORLD}{ending}");
            let found = made.iter().find(|(file, _)| *file == name).map(|(_, bytes)| bytes.to_vec());
            found.ok_or_else(|| KitError::Contract(format!("{name} was not made")))
        };
        let text = |ending| Ok::<_, KitError>(String::from_utf8_lossy(&take(ending)?).into_owned());
        // It names its files like the world, and `plugin.c` is the plugin itself.
        let (theirs, ours) = (format!("#include \"{WORLD}.h\""), format!("#include \"{HEADER}\""));
        Ok(Self {
            header: text(".h")?,
            source: text(".c")?.replace(&theirs, &ours),
            object: take("_component_type.o")?,
        })
    }

    /// Writes header and source into a folder. A file that stays as it is keeps its time, and whatever is made from it
    /// need not be made again.
    pub(super) fn write(&self, folder: &Path) -> Result<(), KitError> {
        for (name, text) in [(HEADER, &self.header), (SOURCE, &self.source)] {
            let path = folder.join(name);
            if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
                files::write(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::plugin::Family;
    use std::collections::BTreeSet;

    fn bindings(family: Family) -> Bindings {
        Bindings::of(&World::of(&BTreeSet::from([family])).unwrap()).unwrap()
    }

    #[test]
    fn every_family_has_bindings_and_they_are_the_same_each_time() {
        for family in Family::ALL {
            let (once, again) = (bindings(*family), bindings(*family));
            assert!(once.header.contains("plugin_string_t"));
            assert!(once.header.contains(&format!("stammgast_{}_effects_", family.kind())));
            assert!(once.source.contains("#include \"bindings.h\"") && !once.source.contains("#include \"plugin.h\""));
            assert!(once.header == again.header && once.source == again.source && once.object == again.object);
        }
    }

    #[test]
    fn a_header_that_stays_as_it_is_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let time = || fs::metadata(folder.path().join(HEADER)).unwrap().modified().unwrap();
        bindings(Family::Purchases).write(folder.path()).unwrap();
        let first = time();
        bindings(Family::Purchases).write(folder.path()).unwrap();
        assert_eq!(time(), first);
        bindings(Family::Checks).write(folder.path()).unwrap();
        assert_ne!(time(), first);
    }
}
