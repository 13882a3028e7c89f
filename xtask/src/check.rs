//! Tests and style.

use crate::{
    build::{self, Profile, in_guest, with_libclang},
    examples, languages, native,
    run::{cargo, root, run, step, target},
    tools,
};
use anyhow::Result;

/// What is in Rust and quick to build, in workspaces of its own beside the reference plugins.
const RUST_GUESTS: [&str; 3] = ["sdk/rust", "examples/plugins/points-rust", "tests/rivals"];
/// Its rule is a plugin's, and is checked there.
const RIVAL_GUEST: &str = "tests/rivals/guest";

/// Builds everything and runs every test.
pub(crate) fn test() -> Result<()> {
    tools::setup_for_tests()?;
    let languages = languages::setup()?;
    let binary = build::server(Profile::Dev)?;
    build::plugins(&binary)?;
    build::hostile_plugins(&binary)?;
    examples::build(&binary, &languages)?;
    // The quick ones first.
    native::test(&languages)?;
    step("Running the tests of the plugins", || run(&mut in_guest("plugins", &["test", "--workspace", "--locked"])))?;
    step("Running the tests of the host", || run(with_libclang(cargo().args(["test", "--workspace", "--locked"]))))
}

/// Tests against a `SurrealDB` server, which compile much of it once more.
pub(crate) fn remote() -> Result<()> {
    tools::setup()?;
    let binary = build::server(Profile::Dev)?;
    build::plugins(&binary)?;
    step("Running the tests against a SurrealDB server", || {
        // The tests look for the server's binary beside them.
        let mut tests = cargo();
        tests.args(["test", "--locked"]).current_dir(root().join("tests/remote"));
        run(with_libclang(&mut tests).env("CARGO_TARGET_DIR", target()))
    })
}

/// Formatting and clippy, with warnings denied.
pub(crate) fn check() -> Result<()> {
    tools::setup()?;
    step("Checking the format", || {
        run(cargo().args(["fmt", "--all", "--check"]))?;
        run(&mut in_guest("plugins", &["fmt", "--all", "--check"]))?;
        let mut guests = RUST_GUESTS.iter().chain(&[RIVAL_GUEST]);
        guests.try_for_each(|guest| run(&mut in_guest(guest, &["fmt", "--check"])))
    })?;
    step("Checking with clippy", || {
        let deny = ["--", "-D", "warnings"];
        let clippy = ["clippy", "--workspace", "--all-targets", "--locked"];
        run(with_libclang(cargo().args(clippy).args(deny)))?;
        run(in_guest("plugins", &clippy).args(deny))?;
        let clippy = ["clippy", "--all-targets", "--all-features", "--locked"];
        RUST_GUESTS.iter().try_for_each(|guest| run(in_guest(guest, &clippy).args(deny)))
    })?;
    step("Checking the licences of all dependencies", || {
        let deny = tools::cargo_deny()?;
        run(std::process::Command::new(deny).args(["check", "licenses", "bans", "sources"]).current_dir(root()))
    })
}
