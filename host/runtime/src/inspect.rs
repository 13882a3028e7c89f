//! Looking at a component before it may be installed, without running any of its code.

use crate::{compiler::Uncompilable, config_schema::config_validator, schema_error::told};
use stammgast_domain::{
    digest::Digest,
    plugin::{Family, InvalidManifest, Manifest, PluginKind},
};
use std::collections::BTreeSet;
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

/// The custom section that holds the manifest.
pub const MANIFEST_SECTION: &str = "stammgast:manifest";
/// The manifest's largest size in bytes.
const MANIFEST_BYTES: usize = 256 << 10;
/// The manifest's JSON Schema.
const MANIFEST_SCHEMA: &str = include_str!("../../../schemas/manifest.schema.json");

/// What a component is and asks for.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Interfaces it imports.
    pub imports: Vec<String>,
    /// Size in bytes.
    pub size: u64,
}

/// What a component shows without being compiled.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    /// What it says about itself.
    pub(crate) manifest: Manifest,
    /// Interfaces it imports.
    pub(crate) imports: Vec<String>,
    /// Interfaces it exports.
    pub(crate) exports: Vec<String>,
}

/// Why a component is refused: what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Larger than the host takes.
    #[error(
        "it has more than the {limit} bytes that are taken at most; build it for size, or raise runtime.component_mib"
    )]
    TooBig {
        /// The limit.
        limit: usize,
    },
    /// Native code that somebody compiled.
    #[error("it is precompiled native code, which cannot be checked; give the WebAssembly component it was made from")]
    Precompiled,
    /// Not WebAssembly at all.
    #[error("it is no WebAssembly; build the plugin with `stammgast plugin build`")]
    NotWasm,
    /// A core module.
    #[error(
        "it is a core module, not a component; build it with `stammgast plugin build`, which makes a component of it"
    )]
    CoreModule,
    /// Not valid.
    #[error("it is not a valid component: {0}; build it anew with `stammgast plugin build`")]
    Invalid(String),
    /// Without a manifest.
    #[error("it carries no manifest; pack one into it with `stammgast plugin pack`")]
    NoManifest,
    /// With more than one manifest.
    #[error("it carries more than one manifest; pack it again from the component that was built")]
    TwoManifests,
    /// The manifest does not have the right form.
    #[error("its manifest is wrong{}: {problem}", if at.is_empty() { String::new() } else { format!(" at `{at}`") })]
    Manifest {
        /// Where in the manifest, as a JSON pointer.
        at: String,
        /// What is wrong there.
        problem: String,
    },
    /// The manifest contradicts itself.
    #[error("its manifest is wrong: {0}")]
    Contradiction(#[from] InvalidManifest),
    /// The configuration schema is none, or too costly.
    #[error("its manifest's config_schema cannot be used: {0}")]
    ConfigSchema(String),
    /// The manifest names other kinds than the component exports.
    #[error(
        "its manifest says it serves {claimed}, but it exports the interfaces of {exported}; correct `kinds` in the manifest, or what the plugin exports"
    )]
    Kinds {
        /// Kinds of the manifest.
        claimed: String,
        /// Kinds of its exports.
        exported: String,
    },
    /// It wants to be called for an event, and exports nothing that could be called.
    #[error("its manifest asks for {events}, but it does not export `{missing}`; implement it, or take the event out")]
    MissingExport {
        /// The events.
        events: String,
        /// The interface it lacks.
        missing: String,
    },
    /// It exports rules about an event, and does not want to be called for it.
    #[error(
        "it exports `{exported}`, but the manifest does not ask for {events}; add the event or take the export out"
    )]
    NeverAsked {
        /// The interface that nobody would call.
        exported: String,
        /// The events.
        events: String,
    },
    /// A function that it exports has another type than the contract says.
    #[error(
        "its `{interface}` does not fit the contract: `{function}`: {problem}; build it against the contract of this host"
    )]
    ExportType {
        /// The interface.
        interface: String,
        /// The function.
        function: &'static str,
        /// What does not fit.
        problem: String,
    },
    /// It imports something that no host of this version offers to anybody.
    #[error("it imports `{0}`, which this host offers to no plugin; remove what needs it")]
    Import(String),
    /// It imports the effects of a kind that it does not serve.
    #[error("it imports `{import}` but does not serve {kind}; remove the import or serve that kind")]
    ForeignEffects {
        /// The import.
        import: String,
        /// The kind that it belongs to.
        kind: PluginKind,
    },
    /// It was built for a contract that this host does not offer.
    #[error(
        "it was built for contract {package} {wanted}, and this host offers {offered}; {}",
        if *newer { "run a newer host, or build it with this host's own kit" } else { "build it anew with this host's kit (`stammgast plugin build`)" }
    )]
    Contract {
        /// The package of the contract.
        package: String,
        /// The version that the component names.
        wanted: String,
        /// The version that this host has.
        offered: String,
        /// Whether the component's is the newer one.
        newer: bool,
    },
    /// It would take too much to compile it, or it cannot be.
    #[error(transparent)]
    Compiling(#[from] Uncompilable),
    /// It cannot be linked although its imports are known by name.
    #[error("it does not fit this host's contract: {0}; build it anew with this host's kit (`stammgast plugin build`)")]
    Link(String),
    /// It needs more memory than an instance may have.
    #[error(
        "it needs {mib} MiB of memory at the start, and may have {limit} MiB; wish for more with `limits.memory_mib` in \
         the manifest, and where the operator's `runtime.max_memory_mib` is less, ask the operator for more"
    )]
    Memory {
        /// What it needs.
        mib: u64,
        /// What it may have.
        limit: u64,
    },
}

const fn effects_of(kind: PluginKind) -> &'static str {
    match kind {
        PluginKind::Loyalty => "stammgast:loyalty/effects",
        PluginKind::Quality => "stammgast:quality/effects",
        PluginKind::Channel => "stammgast:channel/effects",
        PluginKind::Feedback => "stammgast:feedback/effects",
    }
}

/// Parses the outermost layer: encoding, validity, manifest, names of imports and exports.
pub(crate) fn read(bytes: &[u8], limit: usize) -> Result<Outside, Refusal> {
    if bytes.len() > limit {
        return Err(Refusal::TooBig { limit });
    }
    if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(Refusal::Precompiled);
    }
    let (mut manifest, mut imports, mut exports) = (None, Vec::new(), Vec::new());
    let mut depth = 0_u32;
    let damaged = |error: wasmparser::BinaryReaderError| Refusal::Invalid(error.to_string());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload
            .map_err(|error| if depth == 0 { Refusal::NotWasm } else { Refusal::Invalid(error.to_string()) })?
        {
            Payload::Version { encoding, .. } if depth == 0 => match encoding {
                Encoding::Component => depth = 1,
                Encoding::Module => return Err(Refusal::CoreModule),
            },
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section)
                if depth == 1 && section.name() == MANIFEST_SECTION && manifest.replace(section.data()).is_some() =>
            {
                return Err(Refusal::TwoManifests);
            }
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    imports.push(import.map_err(damaged)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export.map_err(damaged)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(bytes)
        .map_err(|error| Refusal::Invalid(error.to_string()))?;
    let manifest = check_manifest(manifest.ok_or(Refusal::NoManifest)?)?;
    Ok(Outside { manifest, imports, exports })
}

/// Reads and checks a manifest.
///
/// # Errors
/// It is too large, no JSON, does not fit the schema, or contradicts itself.
pub fn check_manifest(bytes: &[u8]) -> Result<Manifest, Refusal> {
    let wrong = |at: &str, problem: String| Refusal::Manifest { at: at.to_owned(), problem };
    if bytes.len() > MANIFEST_BYTES {
        return Err(wrong("", format!("it has {} bytes; at most {MANIFEST_BYTES} are read", bytes.len())));
    }
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| wrong("", error.to_string()))?;
    let schema: serde_json::Value =
        serde_json::from_str(MANIFEST_SCHEMA).map_err(|error| wrong("", error.to_string()))?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| wrong("", error.to_string()))?;
    if let Some(error) = validator.iter_errors(&json).next() {
        return Err(wrong(&error.instance_path().to_string(), told(&error)));
    }
    let manifest: Manifest = serde_path_to_error::deserialize(json)
        .map_err(|error| wrong(&error.path().to_string(), error.inner().to_string()))?;
    manifest.validate()?;
    config_validator(&manifest.config_schema).map_err(Refusal::ConfigSchema)?;
    Ok(manifest)
}

/// Judges a component by what it shows without being compiled: whether this host offers what it imports, and whether it
/// exports what its manifest says. How large it may be is the operator's to say.
///
/// # Errors
/// [`Refusal`] says what is wrong and what to do.
pub fn check_component(bytes: &[u8]) -> Result<(), Refusal> {
    compare(&read(bytes, usize::MAX)?)
}

/// Compares what a component imports and exports with what this host offers and with what its manifest says.
pub(crate) fn compare(outside: &Outside) -> Result<(), Refusal> {
    let Outside { manifest, imports, exports } = outside;
    if let Some(import) = imports.iter().find(|import| !known_import(import)) {
        return Err(Refusal::Import(import.clone()));
    }
    for name in imports.iter().chain(exports) {
        check_contract(name)?;
    }
    let has = |names: &[String], interface: &str| names.iter().any(|name| unversioned(name) == interface);
    let answers = |family: &Family| family.exports().iter().any(|interface| has(exports, interface));
    let exported: BTreeSet<PluginKind> =
        Family::ALL.iter().filter(|family| answers(family)).map(|family| family.kind()).collect();
    if exported != manifest.kinds {
        return Err(Refusal::Kinds { claimed: list(&manifest.kinds), exported: list(&exported) });
    }
    let asked = Family::of(&manifest.kinds, &manifest.events);
    for family in &asked {
        if let Some(missing) = family.exports().iter().find(|interface| !has(exports, interface)) {
            return Err(Refusal::MissingExport { events: events_of(*family), missing: (*missing).to_owned() });
        }
    }
    let of_loyalty = |family: &Family| family.kind() == PluginKind::Loyalty;
    for family in Family::ALL.iter().filter(|family| of_loyalty(family) && !asked.contains(*family)) {
        if let Some(exported) = family.exports().iter().find(|interface| has(exports, interface)) {
            return Err(Refusal::NeverAsked { events: events_of(*family), exported: (*exported).to_owned() });
        }
    }
    for kind in PluginKind::ALL.iter().filter(|kind| !exported.contains(kind)) {
        if let Some(import) = imports.iter().find(|import| unversioned(import) == effects_of(*kind)) {
            return Err(Refusal::ForeignEffects { import: import.clone(), kind: *kind });
        }
    }
    Ok(())
}

/// The version of every package of the contract that this host offers.
pub const CONTRACT: semver::Version = semver::Version::new(0, 2, 1);

/// Packages match by major version, and before 1.0 by minor version. A host offers what is as old as its own or older.
fn check_contract(name: &str) -> Result<(), Refusal> {
    let Some((interface, version)) = name.strip_prefix("stammgast:").and_then(|name| name.split_once('@')) else {
        return Ok(());
    };
    let package = interface.split_once('/').map_or(interface, |(package, _)| package);
    let Ok(wanted) = version.parse::<semver::Version>() else { return Ok(()) };
    // Before 1.0 every minor version is a line of its own.
    let line = |version: &semver::Version| (version.major, if version.major == 0 { version.minor } else { 0 });
    let same_line = line(&wanted) == line(&CONTRACT);
    if same_line && wanted <= CONTRACT && wanted.pre.is_empty() {
        return Ok(());
    }
    let newer = wanted > CONTRACT;
    let (wanted, offered) = (wanted.to_string(), CONTRACT.to_string());
    Err(Refusal::Contract { package: format!("stammgast:{package}"), wanted, offered, newer })
}

/// WASI 0.2 is linked with an empty context, because the runtimes of some languages import it.
fn known_import(name: &str) -> bool {
    let wasi = ["wasi:io/", "wasi:clocks/", "wasi:random/", "wasi:cli/", "wasi:filesystem/", "wasi:sockets/"];
    name.starts_with("stammgast:") || wasi.iter().any(|package| name.starts_with(package))
}

fn unversioned(name: &str) -> &str {
    name.split_once('@').map_or(name, |(interface, _)| interface)
}

/// The events of a family, for people.
fn events_of(family: Family) -> String {
    family.events().iter().map(|event| format!("`{event}`")).collect::<Vec<_>>().join(" or ")
}

fn list(kinds: &BTreeSet<PluginKind>) -> String {
    if kinds.is_empty() {
        return "no kind".to_owned();
    }
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What the host says of a loyalty plugin that wants to be called for these events and exports these interfaces.
    fn refused(events: &[&str], exports: &[&str]) -> Option<String> {
        let manifest = json!({
            "manifest_version": 1, "id": "test.rules", "version": "0.1.0", "name": "Rules", "description": "Rules.",
            "kinds": ["loyalty"], "events": events, "config_schema": { "type": "object" }, "license": "Apache-2.0",
        });
        let exports = exports.iter().map(|interface| format!("stammgast:loyalty/{interface}@{CONTRACT}")).collect();
        let manifest = check_manifest(manifest.to_string().as_bytes()).unwrap();
        compare(&Outside { manifest, imports: Vec::new(), exports }).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn rules_about_events_and_the_events_of_the_manifest_belong_together() {
        let (purchase, occasion) = ("purchase.recorded", "occasion.reached");
        assert_eq!(refused(&[purchase], &["purchase-rules"]), None);
        assert_eq!(refused(&[purchase, occasion], &["purchase-rules", "occasion-rules"]), None);
        let idle = refused(&[purchase], &["purchase-rules", "occasion-rules"]).unwrap();
        let told = "exports `stammgast:loyalty/occasion-rules`, but the manifest does not ask for `occasion.reached`; \
                    add the event or take the export out";
        assert!(idle.contains(told), "{idle}");
        let missing = refused(&[purchase, occasion], &["purchase-rules"]).unwrap();
        assert!(missing.contains("does not export `stammgast:loyalty/occasion-rules`"), "{missing}");
    }
}
