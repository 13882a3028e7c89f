//! The form of an artifact: a manifest, a small configuration, and one layer, the component.
//!
//! The form is that of the CNCF's guidance for Wasm artifacts, and the one that `wkg` documents. The signatures are an
//! annotation of the manifest: one digest then names component and signatures, every registry can hold them, and other
//! tools, which want exactly one layer, pass them over.

use super::{OciError, Reference, error::words};
use crate::kit::inspect::Facts;
use oci_client::manifest::{OciDescriptor, OciImageManifest, OciManifest};
use serde_json::{Value, json};
use stammgast_domain::{digest::Digest, plugin::Manifest};
use std::collections::BTreeMap;

/// The media type of the manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of the configuration.
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// The media type of the layer.
const LAYER: &str = "application/wasm";
/// The annotation that holds what else stands in a signature file.
const SIGNATURES: &str = "io.stammgast.signatures";
/// The same component always makes the same artifact, so its configuration is of no day in particular.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// What a manifest tells of the plugin in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The component's digest.
    pub digest: Digest,
    /// The component's size in bytes.
    pub size: u64,
    /// What stands in a signature file, if somebody has signed.
    pub signatures: Option<String>,
}

/// What is pushed beside the component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// The configuration.
    pub config: Vec<u8>,
    /// The configuration's digest.
    pub config_digest: Digest,
    /// The manifest.
    pub manifest: Vec<u8>,
}

/// Reads a manifest.
pub(super) fn read(reference: &Reference, manifest: &[u8]) -> Result<Found, OciError> {
    look(manifest).map_err(|problem| OciError::NoPlugin { reference: reference.to_string(), problem })
}

fn look(manifest: &[u8]) -> Result<Found, String> {
    let manifest: OciManifest =
        serde_json::from_slice(manifest).map_err(|error| format!("its manifest cannot be read ({error})"))?;
    let OciManifest::Image(OciImageManifest { config, layers, annotations, .. }) = manifest else {
        return Err("it is a list of several artifacts, as images for several processors are".to_owned());
    };
    if config.media_type != CONFIG {
        return Err(format!(
            "its configuration has the type `{}`, as that of a container image may have, and not `{CONFIG}`",
            words(&config.media_type)
        ));
    }
    let layer = match layers.as_slice() {
        [layer] => layer,
        layers => return Err(format!("it has {} layers, and has to have one, the component", layers.len())),
    };
    if layer.media_type != LAYER {
        return Err(format!("its layer has the type `{}` and not `{LAYER}`", words(&layer.media_type)));
    }
    let OciDescriptor { digest, size, .. } = layer;
    let digest = digest.parse().map_err(|_| "its layer is not named by a SHA-256 digest".to_owned())?;
    let size = u64::try_from(*size).map_err(|_| "its layer has a size below zero".to_owned())?;
    let signatures = annotations.and_then(|mut annotations| annotations.remove(SIGNATURES));
    Ok(Found { digest, size, signatures })
}

/// Makes what is pushed beside a component.
pub(super) fn make(facts: &Facts, manifest: &Manifest, signatures: Option<String>) -> Made {
    let config = json!({
        "architecture": "wasm",
        "component": { "exports": facts.exports, "imports": facts.imports, "target": Value::Null },
        "created": CREATED,
        "layerDigests": [facts.digest],
        "os": "wasip2",
    });
    let config = config.to_string().into_bytes();
    let config_digest = Digest::of(&config);
    let mut annotations = BTreeMap::from([
        ("org.opencontainers.image.description", manifest.description.clone()),
        ("org.opencontainers.image.licenses", manifest.license.clone()),
        ("org.opencontainers.image.title", manifest.name.clone()),
        ("org.opencontainers.image.version", manifest.version.to_string()),
    ]);
    if !manifest.authors.is_empty() {
        annotations.insert("org.opencontainers.image.authors", manifest.authors.join(", "));
    }
    annotations.extend(signatures.map(|signatures| (SIGNATURES, signatures)));
    let manifest = json!({
        "annotations": annotations,
        "config": { "digest": config_digest, "mediaType": CONFIG, "size": config.len() },
        "layers": [{
            // Under this name other tools write the layer into a file.
            "annotations": { "org.opencontainers.image.title": format!("{}.wasm", manifest.id) },
            "digest": facts.digest,
            "mediaType": LAYER,
            "size": facts.size,
        }],
        "mediaType": MANIFEST,
        "schemaVersion": 2,
    });
    Made { config, config_digest, manifest: manifest.to_string().into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{
        inspect::inspect,
        pack::{
            pack,
            tests::{component, manifest},
        },
    };

    fn made(signatures: Option<&str>) -> (Facts, Made) {
        let packed = pack(&component(), &manifest("0.1.0")).unwrap();
        let facts = inspect(&packed.bytes).unwrap();
        let made = make(&facts, &packed.manifest, signatures.map(str::to_owned));
        (facts, made)
    }

    fn problem(change: impl FnOnce(&mut Value)) -> String {
        let mut manifest = serde_json::from_slice(&made(None).1.manifest).unwrap();
        change(&mut manifest);
        look(manifest.to_string().as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_made_is_read_again_and_is_the_same_every_time() {
        for signatures in [None, Some("{\"format\":1}")] {
            let (facts, once) = made(signatures);
            let found = look(&once.manifest).unwrap();
            let signatures = signatures.map(str::to_owned);
            assert_eq!(found, Found { digest: facts.digest, size: facts.size as u64, signatures });
            assert_eq!(made(found.signatures.as_deref()).1, once);
        }
    }

    #[test]
    fn its_form_is_that_of_other_tools_for_webassembly() {
        let (facts, made) = made(Some("s"));
        let (config, manifest): (Value, Value) =
            (serde_json::from_slice(&made.config).unwrap(), serde_json::from_slice(&made.manifest).unwrap());
        assert_eq!((&config["architecture"], &config["os"]), (&json!("wasm"), &json!("wasip2")));
        assert_eq!(config["layerDigests"], json!([facts.digest]));
        assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
        assert_eq!(manifest["config"]["digest"], json!(Digest::of(&made.config)));
        assert_eq!(manifest["layers"].as_array().unwrap().len(), 1);
        assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
        let annotations = manifest["annotations"].as_object().unwrap();
        assert!(annotations.values().all(Value::is_string), "{annotations:?}");
        assert_eq!(annotations["org.opencontainers.image.version"], "0.1.0");
    }

    #[test]
    fn every_other_artifact_is_refused_with_what_it_is() {
        let image = problem(|one| one["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json".into());
        assert!(image.contains("container image"), "{image}");
        let tar = problem(|one| one["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar".into());
        assert!(tar.contains("layer.v1.tar"), "{tar}");
        let several = problem(|one| {
            let layer = one["layers"][0].clone();
            one["layers"].as_array_mut().unwrap().push(layer);
        });
        assert!(several.contains("2 layers"), "{several}");
        assert!(problem(|one| one["layers"] = json!([])).contains("0 layers"));
        assert!(problem(|one| one["layers"][0]["digest"] = "sha512:00".into()).contains("SHA-256"));
        assert!(problem(|one| one["layers"][0]["size"] = (-1).into()).contains("below zero"));
        let list = problem(|one| *one = json!({ "schemaVersion": 2, "manifests": [] }));
        assert!(list.contains("list of several"), "{list}");
        assert!(look(b"<html>").unwrap_err().contains("cannot be read"));
    }
}
