//! Compiling happens in a process of its own: a component that would take too much is refused in words, and nobody else
//! notices.

use serde_json::json;
use stammgast_tests::{Client, Server, binary, component};
use std::process::Command;
use wasm_encoder::{
    CodeSection, ComponentSection, Function, FunctionSection, Module, ModuleSection, TypeSection, ValType,
};

/// Functions of half a megabyte each: to read and check them takes a moment, to compile them many seconds.
const FUNCTIONS: i32 = 48;
const STEPS: i32 = 43_000;

/// A plugin that is in order, with one more core module that nothing uses and that takes long to compile.
fn bomb() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for function in 0..FUNCTIONS {
        let mut body = Function::new([(2, ValType::I32)]);
        let mut body_of_steps = body.instructions();
        for step in 0..STEPS {
            // Each step needs the one before and has a number of its own, so that none can be left out.
            let number = 100_000 + function * STEPS + step;
            let to = u32::from(step % 2 == 0);
            body_of_steps.local_get(0).i32_const(number).i32_mul().local_get(1).i32_xor().local_set(to);
        }
        body_of_steps.local_get(0).end();
        functions.function(0);
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    let mut plugin = component("loyalty-points");
    ModuleSection(&module).append_to_component(&mut plugin);
    plugin
}

/// The reason for which the server refuses a component.
async fn refusal(operator: &Client, component: Vec<u8>) -> String {
    let answer = operator.post_bytes("/v1/plugins", "application/wasm", component).await;
    answer.refused(422, "component-refused")["detail"].as_str().unwrap().to_owned()
}

async fn only_the_honest_plugin_can_be_installed(operator: &Client) {
    assert_eq!(operator.get("/v1/plugins").await.ok()["items"], json!([]));
    operator.install("loyalty-points").await;
}

#[tokio::test]
async fn a_component_that_takes_too_long_to_compile_is_refused_and_the_server_serves_meanwhile() {
    let server = Server::start_with(&[("RUNTIME__COMPILE_SECONDS", "2"), ("HTTP__REQUEST_SECONDS", "600")]);
    let (operator, acme) = (server.operator(), server.tenant("acme").await);
    let bomb = bomb();
    let mut refused = Box::pin(refusal(&operator, bomb.clone()));
    let mut others = 0;
    let reason = loop {
        let customer = json!({"name": format!("Ada {others}")});
        tokio::select! {
            reason = &mut refused => break reason,
            answer = acme.post("/v1/customers", &customer) => answer.ok(),
        };
        others += 1;
    };
    let words = "compiling it takes more than 2 s of CPU; the operator's runtime.compile_seconds allows no more";
    assert!(reason.contains(words), "{reason}");
    assert!(others >= 3, "only {others} requests were served beside it");
    assert_eq!(refusal(&operator, bomb).await, reason, "it is known from now on");
    only_the_honest_plugin_can_be_installed(&operator).await;
}

#[tokio::test]
async fn a_component_that_takes_too_much_memory_to_compile_is_refused_by_server_and_command_line() {
    let settings = [("RUNTIME__COMPILE_MEMORY_MIB", "96"), ("HTTP__REQUEST_SECONDS", "600")];
    let server = Server::start_with(&settings);
    let operator = server.operator();
    let words =
        "compiling it takes more than 96 MiB of memory; the operator's runtime.compile_memory_mib allows no more";
    let reason = refusal(&operator, bomb()).await;
    assert!(reason.contains(words), "{reason}");
    only_the_honest_plugin_can_be_installed(&operator).await;

    let path = server.data().join("bomb.wasm");
    std::fs::write(&path, bomb()).unwrap();
    let mut check = server.cli(&["plugin", "check"]);
    check.arg(&path).env("XDG_CACHE_HOME", server.data()).env("STAMMGAST_RUNTIME__COMPILE_MEMORY_MIB", "96");
    let checked = check.output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stderr).contains(words), "{checked:?}");
}

#[tokio::test]
async fn a_component_that_becomes_too_much_native_code_is_refused() {
    let server = Server::start_with(&[("RUNTIME__COMPILE_CODE_MIB", "1"), ("HTTP__REQUEST_SECONDS", "600")]);
    let refused = refusal(&server.operator(), component("channel-email")).await;
    assert!(refused.contains("it becomes more than 1 MiB of native code"), "{refused}");
}

#[test]
fn the_compilers_process_is_the_servers_alone() {
    let by_hand = Command::new(binary()).arg("compile-component").output().unwrap();
    assert!(!by_hand.status.success());
    assert!(String::from_utf8_lossy(&by_hand.stderr).contains("started by the server alone"), "{by_hand:?}");
}
