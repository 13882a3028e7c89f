//! Components that no compiler makes: some are refused before any of their code runs, the others are stopped when it
//! does, and named.

use crate::{
    forged::{self, EARN, ON_PURCHASE, REALLOC, loyalty, plugin, rule},
    hostile::{IMPATIENT, faults, points},
};
use serde_json::{Value, json};
use stammgast_tests::{Client, Server, component, sections};
use wasm_encoder::{
    CodeSection, Function, FunctionSection, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

/// A component that is called, and what comes of it: a sort of fault, or nothing.
type Called = (&'static str, Option<&'static str>, Vec<u8>);

/// What is wrong with a component that misbehaves through its code.
fn in_code() -> Vec<Called> {
    let log = r#"(import "stammgast:host/log@0.2.1" "write" (func $log (param i32 i32 i32)))"#;
    let asks = |place: &str, length: u32| {
        format!(
            "(i32.store (i32.const 0x800) (i32.const -1)) (call $earn (i32.const {place}) (i32.const {length}) \
             (i64.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))"
        )
    };
    let making_room = |fields: &str, body: &str| {
        let room = r#"(func $room (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)"#;
        forged::component(&["loyalty"], &rule(fields, 2, "").replace(REALLOC, &format!("{room} {body})")))
    };
    let after = format!(r#"(func (export "cabi_post_{ON_PURCHASE}") (param i32) (loop (br 0)))"#);
    // It answers with an error of its own: the third sort, with a text that begins at its second page.
    let complaint = |pages: u32, length: u32| {
        let body = format!(
            "(i32.store8 (i32.const 0) (i32.const 1)) (i32.store8 (i32.const 4) (i32.const 2)) \
             (i32.store (i32.const 8) (i32.const 65536)) (i32.store (i32.const 12) (i32.const {length}))"
        );
        forged::component(&["loyalty"], &rule("", pages, &body))
    };
    // A processor's own NaN has its sign set.
    let nan = "(if (i32.ne (i32.reinterpret_f32 (f32.div (f32.const 0) (f32.const 0))) (i32.const 0x7fc00000)) \
               (then unreachable))";
    let wide = "(drop (f32x4.relaxed_min (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))";
    vec![
        ("start-loop", Some("cpu"), loyalty("(start $s) (func $s (loop (br 0)))", "")),
        ("start-trap", Some("trap"), loyalty("(start $s) (func $s unreachable)", "")),
        ("division", Some("trap"), loyalty("", "(drop (i32.div_u (local.get 0) (i32.const 0)))")),
        ("room-loop", Some("cpu"), making_room("", "(loop (br 0)) unreachable")),
        (
            "room-recursion",
            Some("stack"),
            making_room(
                "",
                "(call $room (local.get 0) (local.get 1) (local.get 2) (local.get 3)) (drop) (i32.const 1024)",
            ),
        ),
        ("room-outside", Some("trap"), making_room("", "(i32.const 0x7ffffff0)")),
        (
            "room-calls",
            Some("trap"),
            making_room(log, "(call $log (i32.const 0) (i32.const 0) (i32.const 1)) (i32.const 1024)"),
        ),
        ("answer-outside", Some("trap"), loyalty("", "(return (i32.const 0x7ffffff0))")),
        ("answer-crooked", Some("trap"), loyalty("", "(return (i32.const 2))")),
        ("answer-unknown", Some("trap"), loyalty("", "(i32.store8 (i32.const 0) (i32.const 7))")),
        ("answer-huge", Some("output"), complaint(1_000, 60 << 20)),
        ("answer-long", Some("refused"), complaint(100, 3 << 20)),
        ("after-loop", Some("cpu"), loyalty(&after, "")),
        ("text-outside", Some("trap"), loyalty(EARN, &asks("0x7fff0000", 100))),
        ("text-no-utf8", Some("trap"), loyalty(EARN, &asks("0x800", 4))),
        ("nan", None, loyalty("", nan)),
        ("relaxed-simd", None, loyalty("", wide)),
    ]
}

/// What is wrong with a component that misbehaves through what it is made of.
fn in_parts() -> Vec<Called> {
    let honest = loyalty("", "");
    let made_of = |module: &str, count| sections::with_core_instances(&honest, &wat::parse_str(module).unwrap(), count);
    let grows = "(module (memory 1) (start $s) (func $s (drop (memory.grow (i32.const 160)))))";
    let widens =
        "(module (table 1 funcref) (start $s) (func $s (drop (table.grow (ref.null func) (i32.const 40000)))))";
    // A function of the component is called by the code of the component itself.
    let entered_again = r#"(component
        (core module $table (table (export "t") 1 funcref))
        (core instance $tables (instantiate $table))
        (core module $calls (import "" "t" (table 1 funcref)) (func (export "f") (call_indirect (i32.const 0))))
        (core instance $one (instantiate $calls (with "" (instance $tables))))
        (func $lifted (canon lift (core func $one "f")))
        (core func $lowered (canon lower (func $lifted)))
        (core module $fills (import "" "t" (table 1 funcref)) (import "" "f" (func $f))
            (elem (i32.const 0) func $f) (start $f))
        (alias core export $tables "t" (core table $shared))
        (core instance (instantiate $fills
            (with "" (instance (export "t" (table $shared)) (export "f" (func $lowered)))))))"#;
    let nested = (0..500).fold(wat::parse_str("(component)").unwrap(), |inner, _| sections::around(&inner));
    vec![
        ("memories", Some("memory"), made_of(grows, 16)),
        ("memories-at-start", Some("memory"), made_of("(module (memory 160))", 16)),
        ("tables", Some("memory"), made_of(widens, 3)),
        ("entered-again", Some("trap"), sections::with_component(&honest, &wat::parse_str(entered_again).unwrap())),
        ("components-in-components", None, sections::with_component(&honest, &nested)),
        ("custom-sections", None, sections::with_custom_sections(&honest, 300_000, 0)),
    ]
}

/// A component whose function for purchases takes nothing and gives nothing.
fn of_another_type(imports: &str) -> Vec<u8> {
    let text = format!(
        r#"(component {imports} (core module $m (func (export "f"))) (core instance $i (instantiate $m))
             (func $f (canon lift (core func $i "f"))) (instance $e (export "on-purchase" (func $f)))
             (export "stammgast:loyalty/purchase-rules@0.2.1" (instance $e)))"#
    );
    wat::parse_str(text).unwrap()
}

async fn install(operator: &Client, component: Vec<u8>) -> stammgast_tests::Answer {
    operator.post_bytes("/v1/plugins", "application/wasm", component).await
}

#[tokio::test]
async fn what_no_compiler_makes_is_stopped_and_named_and_others_go_on() {
    let server = Server::start_with(IMPATIENT);
    let acme = server.tenant("acme").await;
    let operator = server.operator();
    operator.install("loyalty-points").await;
    let cases: Vec<Called> = in_code().into_iter().chain(in_parts()).collect();
    for (name, _, component) in &cases {
        install(&operator, plugin(name, component)).await.ok();
        acme.enable(&format!("test.{name}"), name, &json!({})).await;
    }
    acme.enable("stammgast.loyalty-points", "honest", &json!({})).await;
    let ada = acme.customer("Ada").await;
    acme.buy(&ada, "1", 1_250).await;
    acme.settled().await;
    let faults = faults(&acme).await;
    for (name, sort, _) in &cases {
        let kind = faults.get(*name).and_then(|fault| fault["kind"].as_str());
        assert_eq!(kind, *sort, "{name}: {:?}", faults.get(*name));
    }
    let long = faults["answer-long"]["message"].as_str().unwrap();
    assert!(long.len() <= 1_000, "no more of it is kept: {}", long.len());
    assert_eq!(points(&acme, &ada).await, 12, "nothing of a forged call was applied, and the honest plugin earned");
}

/// Components that are refused, and words of the reason.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let honest = loyalty("", "");
    let made_of = |module: &str, count| sections::with_core_instances(&honest, &wat::parse_str(module).unwrap(), count);
    let inside = |text: &str| sections::with_component(&honest, &wat::parse_str(text).unwrap());
    // Each type is made of the one before: in itself, or twice.
    let lists: String = (1..1_000).map(|level| format!("(type $t{level} (list $t{}))", level - 1)).collect();
    let pairs: String = (1..60).map(|level| format!("(type $t{level} (tuple $t{0} $t{0}))", level - 1)).collect();
    let with_pages = |pages| forged::component(&["loyalty"], &rule("", pages, ""));
    let spends = r#"(import "stammgast:loyalty/effects@0.2.1" (instance (export "spend" (func))))"#;
    let governs = r#"(import "stammgast:host/admin@0.2.1" (instance (export "everything" (func))))"#;
    vec![
        ("instances count exceeds", made_of("(module)", 5_000)),
        ("core module instances", made_of("(module)", 900)),
        ("linear memories", made_of("(module (memory 1))", 30)),
        ("tables", made_of("(module (table 1 funcref))", 60)),
        ("memory", with_pages(65_536)),
        ("187 MiB of memory at the start", with_pages(3_000)),
        ("5000000", loyalty("(table 5000000 funcref)", "")),
        ("nesting is too deep", inside(&format!("(component (type $t0 (list u8)) {lists})"))),
        ("type size exceeds", inside(&format!("(component (type $t0 (tuple u8 u8)) {pairs})"))),
        ("memory64", made_of("(module (memory i64 1))", 1)),
        ("threads", made_of("(module (memory 1 1 shared))", 1)),
        ("gc types", loyalty("(type $s (struct (field i32)))", "")),
        ("exceptions", loyalty("(tag)", "")),
        ("stammgast:loyalty/effects", of_another_type(spends)),
        ("stammgast:host/admin", of_another_type(governs)),
        ("does not fit the contract: `on-purchase`", of_another_type("")),
    ]
}

#[tokio::test]
async fn a_component_that_wants_what_no_plugin_may_have_is_refused() {
    let server = Server::start_with(&[("RUNTIME__COMPONENT_MIB", "1")]);
    let operator = server.operator();
    let refusal = async |component: Vec<u8>| {
        let refused = install(&operator, component).await.refused(422, "component-refused");
        refused["detail"].as_str().unwrap().to_owned()
    };
    for (reason, component) in refused() {
        let said = refusal(plugin("forged", &component)).await;
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let honest = loyalty("", "");
    let long = json!({"description": "x".repeat(300_000)}).to_string();
    let deep = "[".repeat(100_000);
    for (reason, manifest) in [("at most 262144 are read", long), ("manifest is wrong", deep)] {
        let said = refusal(sections::with_manifest(&honest, manifest.as_bytes())).await;
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let said = refusal(plugin("cut", &honest)[..honest.len() / 2].to_vec()).await;
    assert!(said.contains("not a valid component"), "{said}");
    // A manifest inside another component is none.
    let said = refusal(sections::around(&plugin("inner", &honest))).await;
    assert!(said.contains("no manifest"), "{said}");
    let large = plugin("large", &sections::with_custom_sections(&honest, 2, 1 << 20));
    let said = refusal(large).await;
    assert!(said.contains("more than the 1048576 bytes"), "{said}");
    assert_eq!(operator.get("/v1/plugins").await.ok()["items"], json!([]));
}

/// Components that take a compiler long or much memory: many calls through a table in one function, many functions, and
/// jumps that lead to many places.
fn bombs() -> [(&'static str, Vec<u8>); 3] {
    let called: &[u8] = &[0x20, 0, 0x11, 0, 0];
    // An operand by another, its bits turned, and both mixed.
    let mixed: &[u8] = &[0x20, 0, 0x41, 7, 0x6c, 0x20, 0, 0x41, 3, 0x77, 0x73, 0x21, 0];
    let places: Vec<u8> = (0..8).cycle().take(64_000).collect();
    // Blocks, a jump by the argument to one of 64,000 places (in LEB128) or out, and the blocks' ends.
    let jumps = [[2, 0x40].repeat(9).as_slice(), &[0x20, 0, 0x0e, 0x80, 0xf4, 3], &places, &[8], &[0x0b; 9]].concat();
    [
        ("calls", compiled(1, &called.repeat(100_000))),
        ("functions", compiled(40_000, &mixed.repeat(20))),
        ("jumps", compiled(1, &jumps.repeat(40))),
    ]
}

/// A component with so many functions that consist of these instructions. None is called.
fn compiled(functions: usize, body: &[u8]) -> Vec<u8> {
    let (mut types, mut declared) = (TypeSection::new(), FunctionSection::new());
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let (mut tables, mut code) = (TableSection::new(), CodeSection::new());
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, minimum: 1, maximum: None, table64: false, shared: false });
    let mut function = Function::new([]);
    function.raw(body.iter().copied());
    function.instructions().local_get(0).end();
    for _ in 0..functions {
        declared.function(1);
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&tables).section(&code);
    sections::with_core_instances(&loyalty("", ""), &module.finish(), 1)
}

#[tokio::test]
async fn a_component_that_takes_a_compiler_too_long_or_too_much_memory_is_refused() {
    let too_long = Server::start_with(&[("RUNTIME__COMPILE_SECONDS", "2")]);
    let too_much = Server::start_with(&[("RUNTIME__COMPILE_MEMORY_MIB", "512")]);
    let [calls, functions, jumps] = bombs();
    for (server, word, bombs) in [
        (&too_long, "runtime.compile_seconds", vec![calls, functions]),
        (&too_much, "runtime.compile_memory_mib", vec![jumps]),
    ] {
        let operator = server.operator();
        for (name, component) in bombs {
            let refused: Value = install(&operator, plugin(name, &component)).await.refused(422, "component-refused");
            let said = refused["detail"].as_str().unwrap();
            assert!(said.contains("compiling it takes more than") && said.contains(word), "{name}: {said}");
        }
        install(&operator, component("loyalty-points")).await.ok();
    }
}
