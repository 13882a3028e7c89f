//! Tests and style.

use crate::{
    build::{self, Profile, with_libclang},
    run::{cargo, root, run, step, target},
    tools,
};
use anyhow::Result;
use std::process::Command;

/// Builds everything and runs every test.
pub(crate) fn test() -> Result<()> {
    tools::setup_for_tests()?;
    let binary = build::server(Profile::Dev)?;
    build::plugins(&binary)?;
    build::hostile_plugin(&binary)?;
    step("Running the tests of the host", || run(with_libclang(cargo().args(["test", "--workspace", "--locked"]))))?;
    step("Running the tests of the plugins", || run(&mut in_plugins(&["test", "--workspace", "--locked"])))
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
        run(&mut in_plugins(&["fmt", "--all", "--check"]))
    })?;
    step("Checking with clippy", || {
        let deny = ["--", "-D", "warnings"];
        let clippy = ["clippy", "--workspace", "--all-targets", "--locked"];
        run(with_libclang(cargo().args(clippy).args(deny)))?;
        run(in_plugins(&clippy).args(deny))
    })?;
    step("Checking the licences of all dependencies", || {
        let deny = tools::cargo_deny()?;
        run(std::process::Command::new(deny).args(["check", "licenses", "bans", "sources"]).current_dir(root()))
    })
}

fn in_plugins(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(crate::run::root().join("plugins"));
    command.env("CARGO_TARGET_DIR", crate::run::target().join("guests"));
    command
}
