//! What a component says about itself, without running any of it.

use super::{
    KitError, manifest,
    pack::{self, Parts},
};
use stammgast_domain::{digest::Digest, plugin::Manifest};
use stammgast_runtime::Refusal;
use std::collections::BTreeSet;
use wasmparser::{Parser, Payload};

/// What every name of the contract begins with.
const NAMESPACE: &str = "stammgast:";

/// What a component says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// SHA-256 of the component; its name.
    pub digest: Digest,
    /// Size in bytes.
    pub size: usize,
    /// The manifest that it carries.
    pub manifest: Option<Manifest>,
    /// Interfaces that it imports.
    pub imports: Vec<String>,
    /// Interfaces that it exports.
    pub exports: Vec<String>,
    /// Versions of the contract that it was built for; one, as a rule.
    pub contract: BTreeSet<String>,
}

/// Looks at a component.
///
/// # Errors
/// The bytes are no component, or its manifest is wrong.
pub fn inspect(component: &[u8]) -> Result<Facts, KitError> {
    let Parts { manifests, .. } = pack::split(component)?;
    let manifest = match manifests.as_slice() {
        [] => None,
        [one] => Some(manifest::check(&String::from_utf8_lossy(one))?.manifest),
        _ => {
            let problem = "there is more than one; pack one into the component again".to_owned();
            return Err(Refusal::Manifest { at: String::new(), problem }.into());
        }
    };
    let (imports, exports) = names(component).map_err(|error| KitError::Damaged(error.to_string()))?;
    let version = |name: &String| Some(name.strip_prefix(NAMESPACE)?.split_once('@')?.1.to_owned());
    let contract = imports.iter().chain(&exports).filter_map(version).collect();
    Ok(Facts { digest: Digest::of(component), size: component.len(), manifest, imports, exports, contract })
}

/// The names that the outermost component imports and exports.
fn names(component: &[u8]) -> wasmparser::Result<(Vec<String>, Vec<String>)> {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            // The outermost end comes last, when there is nothing more to leave.
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{
        contract::{self, World},
        pack::tests::{component, manifest},
    };
    use stammgast_domain::plugin::Family;
    use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

    /// A component that exports what loyalty plugins export, by hand, with functions that trap.
    fn loyalty() -> Vec<u8> {
        let world = World::of(&BTreeSet::from([Family::Purchases])).unwrap();
        let mut module = hollow();
        embed_component_metadata(&mut module, &world.resolve, world.id, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
    }

    /// The core module of a loyalty plugin that traps.
    fn hollow() -> Vec<u8> {
        use wasm_encoder::{
            CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, MemorySection, MemoryType,
            Module, TypeSection, ValType,
        };
        // `on-purchase` has too many parameters for a flat call: it takes a pointer and gives one. `realloc` takes four.
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        for (index, parameters) in [(0, 1), (1, 4)] {
            types.ty().function(vec![ValType::I32; parameters], [ValType::I32]);
            functions.function(index);
            let mut body = Function::new([]);
            body.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
            code.function(&body);
        }
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut exports = ExportSection::new();
        let function = format!("stammgast:loyalty/purchase-rules@{}#on-purchase", contract::VERSION);
        exports.export(&function, ExportKind::Func, 0).export("cabi_realloc", ExportKind::Func, 1);
        exports.export("memory", ExportKind::Memory, 0);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&memories).section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn a_component_shows_what_it_exports_and_for_which_contract_it_was_built() {
        let facts = inspect(&loyalty()).unwrap();
        assert_eq!(facts.exports, [format!("stammgast:loyalty/purchase-rules@{}", contract::VERSION)]);
        assert_eq!(facts.imports, [format!("stammgast:types/types@{}", contract::VERSION)]);
        assert_eq!(facts.contract, BTreeSet::from([contract::VERSION.to_owned()]));
        assert_eq!(facts.manifest, None);
    }

    #[test]
    fn the_host_takes_what_exports_as_its_manifest_says_and_names_what_is_missing() {
        let packed = pack::pack(&loyalty(), &manifest("0.1.0")).unwrap();
        stammgast_runtime::check_component(&packed.bytes).unwrap();
        let more = manifest("0.1.0").replace("[\"loyalty\"]", "[\"loyalty\", \"quality\"]");
        let packed = pack::pack(&loyalty(), &more).unwrap();
        let refused = stammgast_runtime::check_component(&packed.bytes).unwrap_err().to_string();
        assert!(refused.contains("serves loyalty, quality, but it exports the interfaces of loyalty"), "{refused}");
    }

    #[test]
    fn what_a_component_inside_carries_is_not_taken_for_its_own() {
        let facts = inspect(&component()).unwrap();
        assert_eq!((facts.manifest, facts.contract), (None, BTreeSet::new()));
        let packed = pack::pack(&component(), &manifest("0.1.0")).unwrap();
        assert_eq!(inspect(&packed.bytes).unwrap().manifest, Some(packed.manifest));
    }
}
