//! A component that cannot be trusted is refused by the server before any of its code runs, and the reason names what
//! is wrong with it.

use serde_json::{Map, Value, json};
use stammgast_tests::{Client, Server, component, root, sections};
use wasm_encoder::{
    Component, ComponentExportKind, ComponentExportSection, ComponentImportSection, ComponentInstanceSection,
    ComponentTypeRef, ComponentTypeSection, InstanceType,
};

const PURCHASE_RULES: &str = "stammgast:loyalty/purchase-rules@0.2.1";
const ACTIVITY_RULES: &str = "stammgast:loyalty/activity-rules@0.2.1";

/// A reference plugin's own manifest with other values at some places, which are JSON pointers.
fn manifest(plugin: &str, changes: &[(&str, Value)]) -> Vec<u8> {
    let path = root().join("plugins").join(plugin).join("manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (place, value) in changes {
        *manifest.pointer_mut(place).expect("the manifest has this place") = value.clone();
    }
    manifest.to_string().into_bytes()
}

/// The loyalty plugin with such a manifest, put in by hand: the kit would refuse to.
fn loyalty(changes: &[(&str, Value)]) -> Vec<u8> {
    sections::with_manifest(&component("loyalty-points"), &manifest("loyalty-points", changes))
}

/// The reason for which the server refuses a component.
async fn refusal(operator: &Client, component: Vec<u8>) -> String {
    let answer = operator.post_bytes("/v1/plugins", "application/wasm", component).await;
    answer.refused(422, "component-refused")["detail"].as_str().unwrap().to_owned()
}

async fn nothing_is_installed(operator: &Client) {
    assert_eq!(operator.get("/v1/plugins").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_lying_manifest_is_refused() {
    let server = Server::start();
    let operator = server.operator();
    let earn = json!({"name": "loyalty.earn", "why": "It earns."});
    let other_kind = [
        ("/kinds", json!(["quality"])),
        ("/events", json!(["interaction.recorded"])),
        ("/capabilities/0/name", json!("quality.raise-finding")),
    ];
    let lies: [(&[(&str, Value)], &str); 5] = [
        (&other_kind, "says it serves quality, but it exports the interfaces of loyalty"),
        (&[("/kinds", json!(["loyalty", "feedback"]))], "it exports the interfaces of loyalty"),
        (&[("/events", json!(["message.received"]))], "`message.received` is not one that plugins of its kinds"),
        (
            &[("/capabilities/0/name", json!("feedback.open-item"))],
            "`feedback.open-item` belongs to a kind that the manifest does not name",
        ),
        (&[("/capabilities", json!([earn, earn]))], "`loyalty.earn` is asked for twice"),
    ];
    for (changes, reason) in lies {
        let refused = refusal(&operator, loyalty(changes)).await;
        assert!(refused.contains(reason), "{changes:?}: {refused}");
    }
    nothing_is_installed(&operator).await;
    // The test's own way of packing is not what is refused.
    operator.post_bytes("/v1/plugins", "application/wasm", loyalty(&[])).await.ok();
}

#[tokio::test]
async fn a_manifest_of_the_wrong_form_is_refused_with_the_place() {
    let server = Server::start();
    let operator = server.operator();
    let wrong = [
        ("/name", json!(7)),
        ("/version", json!("one")),
        ("/kinds/0", json!("royalty")),
        ("/capabilities/0/why", json!(7)),
        ("/config_schema", json!("an object")),
    ];
    for (place, value) in wrong {
        let refused = refusal(&operator, loyalty(&[(place, value)])).await;
        assert!(refused.contains(&format!("`{place}`")), "{place}: {refused}");
    }
    for noise in [b"{".as_slice(), b"", b"\xff"] {
        let refused = refusal(&operator, sections::with_manifest(&component("loyalty-points"), noise)).await;
        assert!(refused.contains("manifest is wrong"), "{noise:?}: {refused}");
    }
    let twice = sections::with_another_manifest(&loyalty(&[]), &manifest("loyalty-points", &[]));
    let refused = refusal(&operator, twice).await;
    assert!(refused.contains("more than one manifest"), "{refused}");
    nothing_is_installed(&operator).await;
}

#[tokio::test]
async fn a_configuration_schema_that_is_none_or_explodes_is_refused() {
    let server = Server::start();
    let operator = server.operator();
    // Each level asks for the next one twice: 2^40 paths lead to the last.
    let mut levels = Map::new();
    for level in 0..40 {
        let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
        levels.insert(level.to_string(), json!({"allOf": [next, next]}));
    }
    levels.insert("40".to_owned(), json!({"type": "object"}));
    let schemas = [
        json!({"type": "thing"}),
        json!({"$ref": "#/$defs/nowhere"}),
        // Nothing is fetched and no file is read for a schema.
        json!({"$ref": "http://127.0.0.1:1/schema.json"}),
        json!({"$ref": "file:///etc/hostname"}),
        json!({"$ref": "#/$defs/0", "$defs": levels}),
    ];
    for schema in schemas {
        let refused = refusal(&operator, loyalty(&[("/config_schema", schema.clone())])).await;
        assert!(refused.contains("config_schema"), "{schema}: {refused}");
    }
    nothing_is_installed(&operator).await;
}

#[tokio::test]
async fn precompiled_code_is_refused() {
    let server = Server::start();
    let operator = server.operator();
    let code = wasmtime::Engine::default().precompile_component(&component("loyalty-points")).unwrap();
    let refused = refusal(&operator, code).await;
    assert!(refused.contains("precompiled"), "{refused}");
    nothing_is_installed(&operator).await;
}

/// A component that imports and exports empty interfaces of these names, with a reference plugin's manifest.
fn hollow(plugin: &str, import: &str, exports: &[&str]) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.instance(&InstanceType::new());
    let mut imports = ComponentImportSection::new();
    imports.import(import, ComponentTypeRef::Instance(0));
    // What is imported is the first instance, this is the second.
    let mut instances = ComponentInstanceSection::new();
    let nothing: [(&str, ComponentExportKind, u32); 0] = [];
    instances.export_items(nothing);
    let mut exported = ComponentExportSection::new();
    for export in exports {
        exported.export(*export, ComponentExportKind::Instance, 1, None);
    }
    let mut component = Component::new();
    component.section(&types).section(&imports).section(&instances).section(&exported);
    sections::with_manifest(&component.finish(), &manifest(plugin, &[]))
}

#[tokio::test]
async fn imports_that_nobody_offers_and_exports_that_are_missing_are_named() {
    let server = Server::start();
    let operator = server.operator();
    let log = "stammgast:host/log@0.2.1";
    let cases: [(&str, &str, &[&str], &str); 9] = [
        (
            "loyalty-points",
            "stammgast:host/log@0.3.0",
            &[PURCHASE_RULES],
            "built for contract stammgast:host 0.3.0, and this host offers 0.2.1",
        ),
        (
            "loyalty-points",
            log,
            &["stammgast:loyalty/purchase-rules@0.1.0"],
            "built for contract stammgast:loyalty 0.1.0, and this host offers 0.2.1",
        ),
        ("loyalty-points", "evil:net/sockets@1.0.0", &[PURCHASE_RULES], "`evil:net/sockets@1.0.0`"),
        ("loyalty-points", "wasi:http/outgoing-handler@0.2.0", &[PURCHASE_RULES], "`wasi:http/outgoing-handler@0.2.0`"),
        (
            "loyalty-points",
            "stammgast:quality/effects@0.2.1",
            &[PURCHASE_RULES, ACTIVITY_RULES],
            "`stammgast:quality/effects@0.2.1` but does not serve quality",
        ),
        ("loyalty-points", log, &[], "it exports the interfaces of no kind"),
        (
            "loyalty-points",
            log,
            &[PURCHASE_RULES],
            "asks for `activity.recorded`, but it does not export `stammgast:loyalty/activity-rules`",
        ),
        (
            "loyalty-points",
            log,
            &[PURCHASE_RULES, ACTIVITY_RULES],
            "does not fit the contract: `on-purchase`: it is missing",
        ),
        (
            "channel-email",
            log,
            &["stammgast:channel/inbound@0.2.1"],
            "asks for `message.received`, but it does not export `stammgast:channel/outbound`",
        ),
    ];
    for (plugin, import, exports, reason) in cases {
        let refused = refusal(&operator, hollow(plugin, import, exports)).await;
        assert!(refused.contains(reason), "{import} {exports:?}: {refused}");
    }
    let never_asked = refusal(&operator, loyalty(&[("/events", json!(["purchase.recorded"]))])).await;
    let reason = "exports `stammgast:loyalty/activity-rules`, but the manifest does not ask for `activity.recorded`";
    assert!(never_asked.contains(reason), "{never_asked}");
    nothing_is_installed(&operator).await;
}
