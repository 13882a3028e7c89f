//! Benches: the product beside what it is built on, in a release build.

use crate::{
    build::{self, Profile, with_libclang},
    examples, languages, rivals,
    run::{cargo, run, step},
    tools,
};
use anyhow::{Result, ensure};

/// All benches: name and what it compares.
const BENCHES: [(&str, &str); 6] = [
    ("plugin-call", "time of a plugin call, beside bare wasmtime with the same component, a webhook and Extism"),
    ("backtest", "events a second of a back-test, beside reading them and bare calls of the same component"),
    ("ingest", "durable purchases a second over HTTP, beside bare SurrealDB transactions of the same rows"),
    ("ledger", "durable redemptions a second on many accounts and on one, beside bare transactions of the same rows"),
    ("tenants", "time of a write and a read with 200 tenants in rotation, beside those with one tenant"),
    ("neighbours", "time from a purchase to its points beside a hostile plugin, and beside an honest one as busy"),
];

/// Runs one bench in a release build; without a name, lists them.
pub(crate) fn bench(name: Option<&str>) -> Result<()> {
    let list = BENCHES.map(|(name, what)| format!("  {name:12} {what}")).join("\n");
    let Some(name) = name else {
        println!("cargo xtask bench NAME runs one of these; figures go to target/bench/NAME.json\n{list}");
        return Ok(());
    };
    ensure!(BENCHES.iter().any(|(known, _)| *known == name), "there is no bench `{name}`; there are:\n{list}");
    tools::setup()?;
    let binary = build::server(Profile::Release)?;
    build::plugins(&binary)?;
    match name {
        "plugin-call" => rivals::build()?,
        "neighbours" => drop(build::hostile_plugins(&binary)?),
        "backtest" => examples::build(&binary, &languages::setup()?)?,
        _ => {}
    }
    step("Running the bench", || {
        run(with_libclang(cargo().args(["bench", "--workspace", "--locked", "--bench", name])))
    })
}
