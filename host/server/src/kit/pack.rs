//! The manifest's place: a custom section of the outermost component.

use super::{KitError, files, manifest};
use stammgast_domain::{digest::Digest, plugin::Manifest};
use stammgast_runtime::check_component;
use std::{fs, path::Path};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{BinaryReader, Parser};

/// The custom section that holds the manifest.
pub const MANIFEST_SECTION: &str = "stammgast:manifest";
/// Bytes of the header of every component.
const HEADER: usize = 8;
/// The id of custom sections.
const CUSTOM: u8 = 0;

/// A component with its manifest inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The component.
    pub bytes: Vec<u8>,
    /// SHA-256 of the component; its name.
    pub digest: Digest,
    /// The manifest that it carries.
    pub manifest: Manifest,
}

/// A component taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// The component without its manifests. Every other section is there byte for byte.
    pub rest: Vec<u8>,
    /// The manifests.
    pub manifests: Vec<Vec<u8>>,
}

/// Puts a manifest into a component, in place of any that is there. Packing twice is packing once.
///
/// # Errors
/// The manifest is wrong, or the bytes are no component.
pub fn pack(component: &[u8], manifest_json: &str) -> Result<Packed, KitError> {
    let checked = manifest::check(manifest_json)?;
    let Parts { rest: mut bytes, .. } = split(component)?;
    let section = CustomSection { name: MANIFEST_SECTION.into(), data: checked.minified.as_bytes().into() };
    section.append_to_component(&mut bytes);
    Ok(Packed { digest: Digest::of(&bytes), bytes, manifest: checked.manifest })
}

/// Packs files: a component and a manifest into a component with a manifest, which a server of this version would take.
///
/// # Errors
/// As for [`pack`], the component is another plugin than the manifest says, or a file cannot be read or written.
pub fn pack_files(component: &Path, manifest: &Path, output: &Path) -> Result<Packed, KitError> {
    let bytes = fs::read(component).map_err(KitError::file(component))?;
    let packed = pack(&bytes, &files::read(manifest)?)?;
    check_component(&packed.bytes)?;
    files::write(output, &packed.bytes)?;
    Ok(packed)
}

/// Takes a component apart.
///
/// # Errors
/// The bytes are no component.
pub(super) fn split(component: &[u8]) -> Result<Parts, KitError> {
    if !Parser::is_component(component) {
        return Err(KitError::NotAComponent);
    }
    let damaged = |error: wasmparser::BinaryReaderError| KitError::Damaged(error.to_string());
    let mut reader = BinaryReader::new(component, 0);
    let mut rest = reader.read_bytes(HEADER).map_err(damaged)?.to_vec();
    let mut manifests = Vec::new();
    while !reader.eof() {
        let start = reader.current_position();
        let id = reader.read_u8().map_err(damaged)?;
        let contents = reader.read_reader().map_err(damaged)?;
        if let Some(manifest) = manifest_in(id, contents).map_err(damaged)? {
            manifests.push(manifest);
        } else {
            rest.extend_from_slice(component.get(start..reader.current_position()).unwrap_or_default());
        }
    }
    Ok(Parts { rest, manifests })
}

fn manifest_in(id: u8, mut contents: BinaryReader<'_>) -> wasmparser::Result<Option<Vec<u8>>> {
    if id != CUSTOM || contents.read_string()? != MANIFEST_SECTION {
        return Ok(None);
    }
    let data = contents.read_bytes(contents.bytes_remaining())?;
    Ok(Some(data.to_vec()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::kit::{inspect::inspect, language::Language, template};
    use stammgast_domain::plugin::PluginKind;
    use wasm_encoder::{Component, ModuleSection};

    /// The manifest of a new loyalty plugin, with this version.
    pub(crate) fn manifest(version: &str) -> String {
        let files = template::files("hello-points", PluginKind::Loyalty, Language::Rust);
        let text = files.into_iter().find(|file| file.path == "manifest.json").unwrap().text;
        text.replace("\"0.1.0\"", &format!("\"{version}\""))
    }

    /// A component with another custom section, and a module inside that carries a section of the manifest's name.
    pub(crate) fn component() -> Vec<u8> {
        let mut module = wasm_encoder::Module::new();
        module.section(&CustomSection { name: MANIFEST_SECTION.into(), data: b"not mine".into() });
        let mut component = Component::new();
        component.section(&CustomSection { name: "other".into(), data: b"stays".into() });
        component.section(&ModuleSection(&module));
        component.finish()
    }

    #[test]
    fn packing_twice_is_packing_once_and_another_manifest_takes_the_place() {
        let once = pack(&component(), &manifest("0.1.0")).unwrap();
        assert_eq!(pack(&once.bytes, &manifest("0.1.0")).unwrap(), once);
        let other = pack(&once.bytes, &manifest("0.2.0")).unwrap();
        assert_eq!(other, pack(&component(), &manifest("0.2.0")).unwrap());
        assert_eq!(inspect(&other.bytes).unwrap().manifest.unwrap().version.to_string(), "0.2.0");
    }

    #[test]
    fn nothing_but_the_outermost_manifest_is_touched() {
        let packed = pack(&component(), &manifest("0.1.0")).unwrap();
        assert!(packed.bytes.starts_with(&component()));
        assert_eq!(split(&packed.bytes).unwrap().rest, component());
        wasmparser::Validator::new().validate_all(&packed.bytes).unwrap();
        assert_eq!(inspect(&component()).unwrap().manifest, None);
    }

    #[test]
    fn files_are_packed_only_where_the_manifest_says_what_is_exported() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("component.wasm"), component()).unwrap();
        fs::write(path("manifest.json"), manifest("0.1.0")).unwrap();
        let packed = pack_files(&path("component.wasm"), &path("manifest.json"), &path("packed.wasm"));
        let refused = packed.unwrap_err().to_string();
        assert!(refused.contains("says it serves loyalty, but it exports the interfaces of no kind"), "{refused}");
        assert!(!path("packed.wasm").exists());
    }

    #[test]
    fn what_is_no_component_or_breaks_off_is_refused() {
        assert!(matches!(pack(b"no wasm", &manifest("0.1.0")), Err(KitError::NotAComponent)));
        let module = wasm_encoder::Module::new().finish();
        assert!(matches!(pack(&module, &manifest("0.1.0")), Err(KitError::NotAComponent)));
        let mut broken = component();
        broken.truncate(broken.len() - 3);
        assert!(matches!(pack(&broken, &manifest("0.1.0")), Err(KitError::Damaged(_))));
    }
}
