//! The harness: a real server process on a data folder of its own, and clients that speak to it over HTTP.
//!
//! Needs the binary and the plugins built first: `cargo xtask test` does that.

#![allow(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::must_use_candidate,
    clippy::indexing_slicing,
    reason = "a test harness fails by panicking"
)]

pub mod bench;
mod client;
pub mod compiled;
pub mod registry;
pub mod sections;
mod server;
pub mod shop;

pub use client::{Answer, Client};
pub use server::Server;

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// Cargo's target folder, found from this test's own place in it.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.ancestors().nth(3).expect("tests run from target/<profile>/deps").to_owned()
}

/// The binary under test.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("tests run from target/<profile>/deps");
    profile.join(format!("stammgast{}", std::env::consts::EXE_SUFFIX))
}

/// A component that `cargo xtask plugins` built.
pub fn component(name: &str) -> Vec<u8> {
    let path = target().join("plugins").join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing; run `cargo xtask plugins`", path.display()))
}

/// The repository's root. Asked of cargo at run time: with a shared target folder, this may have been compiled in another
/// checkout.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        here.parent().expect("tests lie in the repository").to_owned()
    });
    &ROOT
}
