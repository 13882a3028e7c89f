//! Components that no compiler makes: core modules written as text (WAT), wrapped for the contract as a compiler's are,
//! with a manifest.

use serde_json::{Value, json};
use stammgast_tests::{root, sections};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The function of a loyalty plugin that is called for a purchase. It is given the place of its arguments and gives the
/// place of its answer; zeros mean that it went well.
pub const ON_PURCHASE: &str = "stammgast:loyalty/purchase-rules@0.2.1#on-purchase";
/// Lets the module ask for points: program, points, code and text; a text is its place and its length.
pub const EARN: &str = r#"(import "stammgast:loyalty/effects@0.2.1" "earn"
    (func $earn (param i32 i32 i64 i32 i32 i32 i32)))"#;
/// Gives the host room for arguments, always at the same place: nobody reads them.
pub const REALLOC: &str = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))"#;

/// A core module of a loyalty plugin with these fields, its pages of memory, and what it does for a purchase before it
/// says that all went well.
pub fn rule(fields: &str, pages: u32, body: &str) -> String {
    format!(
        r#"(module {fields} (memory (export "memory") {pages}) {REALLOC}
             (func (export "{ON_PURCHASE}") (param i32) (result i32) {body} (i32.const 0)))"#
    )
}

/// A component of a loyalty plugin that does this for a purchase.
pub fn loyalty(fields: &str, body: &str) -> Vec<u8> {
    component(&["loyalty"], &rule(fields, 2, body))
}

/// A core module's text as a component that serves these kinds.
pub fn component(kinds: &[&str], module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for package in ["types", "host"].iter().chain(kinds) {
        let path = root().join("wit").join(package).join(format!("{package}.wit"));
        resolve.push_str(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
    }
    let include = |kind: &&str| {
        let world = match *kind {
            "loyalty" => "loyalty-rules",
            "quality" => "quality-checks",
            _ => "feedback-routes",
        };
        format!("include stammgast:{kind}/{world}@0.2.1;")
    };
    let world = format!("package test:forged; world forged {{ {} }}", kinds.iter().map(include).collect::<String>());
    let package = resolve.push_str("forged.wit", &world).unwrap();
    let world = resolve.select_world(&[package], Some("forged")).unwrap();
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

/// The component as the loyalty plugin `test.NAME`.
pub fn plugin(name: &str, component: &[u8]) -> Vec<u8> {
    plugin_of(name, &["loyalty"], &["loyalty.earn"], component)
}

/// The component as the plugin `test.NAME` of these kinds, with what it asks for.
pub fn plugin_of(name: &str, kinds: &[&str], capabilities: &[&str], component: &[u8]) -> Vec<u8> {
    let asked: Vec<Value> = capabilities.iter().map(|name| json!({"name": name, "why": "It harms."})).collect();
    let event = |kind: &&str| if *kind == "loyalty" { "purchase.recorded" } else { "interaction.recorded" };
    let mut events: Vec<&str> = kinds.iter().map(event).collect();
    events.dedup();
    let manifest = json!({
        "manifest_version": 1, "id": format!("test.{name}"), "version": "0.1.0", "name": name,
        "description": "Misbehaves. For tests.", "kinds": kinds, "events": events, "capabilities": asked,
        "config_schema": {"type": "object"}, "license": "Apache-2.0",
    });
    sections::with_manifest(component, &manifest.to_string().into_bytes())
}
