//! The house rules that a compiler does not check.

use stammgast_tests::root;
use std::{
    fs,
    path::{Path, PathBuf},
};

const MOST_LINES: usize = 400;

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no files");
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Files below a folder that name one of these crates or modules in a path.
fn naming(folder: &str, names: &[&str]) -> Vec<String> {
    let uses = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.map(str::to_owned).any(|line| names.iter().any(|name| line.contains(name)))
    };
    rust_files(folder).iter().filter(|path| uses(path)).map(|path| shown(path)).collect()
}

#[test]
fn no_file_is_longer_than_a_reader_bears() {
    for folder in ["host", "plugins", "tests", "xtask", "sdk"] {
        if !root().join(folder).exists() {
            continue;
        }
        for path in rust_files(folder) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines; split it", shown(&path));
        }
    }
}

#[test]
fn only_the_store_knows_the_database_and_only_the_runtime_knows_wasmtime() {
    let nobody: [String; 0] = [];
    for folder in ["host/domain", "host/runtime", "host/server"] {
        assert_eq!(naming(folder, &["surrealdb::", "surrealdb_core::"]), nobody, "{folder}");
    }
    for folder in ["host/domain", "host/store", "host/server"] {
        assert_eq!(naming(folder, &["wasmtime::", "wasmtime_wasi::"]), nobody, "{folder}");
    }
    assert_eq!(naming("host/domain", &["tokio::", "axum::", "std::fs", "SystemTime::now", "Timestamp::now"]), nobody);
}

#[test]
fn inside_the_server_arrows_run_one_way() {
    let nobody: [String; 0] = [];
    assert_eq!(naming("host/server/src/app", &["crate::http", "crate::cli::", "crate::dispatch", "axum::"]), nobody);
    assert_eq!(naming("host/server/src/dispatch", &["crate::http", "crate::cli::", "axum::"]), nobody);
    assert_eq!(naming("host/server/src/http", &["crate::cli::", "crate::dispatch", "stammgast_store::Store;"]), nobody);
    assert_eq!(naming("host/server/src/kit", &["crate::http", "crate::app", "crate::dispatch"]), nobody);
    assert_eq!(naming("host/server/src/cli", &["axum::", "stammgast_store::"]), nobody);
    assert_eq!(naming("host/server/src/egress", &["crate::", "stammgast_store", "stammgast_runtime"]), nobody);
    let others = ["crate::cli", "crate::http", "crate::app", "crate::dispatch", "stammgast_store", "stammgast_runtime"];
    assert_eq!(naming("host/server/src/oci", &others), nobody);
}

#[test]
fn only_egress_and_the_command_line_open_connections_and_no_server_fetches_a_plugin() {
    let nobody: [String; 0] = [];
    let beside = |folders: &[&str], names: &[&str]| -> Vec<String> {
        naming("host", names).into_iter().filter(|path| !folders.iter().any(|folder| path.contains(folder))).collect()
    };
    assert_eq!(beside(&["/egress/", "/cli/client.rs"], &["reqwest::", "TcpStream"]), nobody);
    assert_eq!(beside(&["/server/src/oci/"], &["oci_client::", "docker_credential::"]), nobody);
    assert_eq!(beside(&["/server/src/oci/", "/server/src/cli/"], &["crate::oci", "oci::"]), nobody);
}

#[test]
fn a_change_of_the_api_is_seen_in_its_description() {
    let locked = fs::read_to_string(root().join("schemas/openapi.json")).unwrap();
    let output = std::process::Command::new(stammgast_tests::binary()).arg("openapi").output().unwrap();
    let current = String::from_utf8(output.stdout).unwrap();
    assert!(
        locked == current,
        "the API differs from schemas/openapi.json; look at the difference and, if it is meant, run\n  \
         stammgast openapi > schemas/openapi.json"
    );
}
