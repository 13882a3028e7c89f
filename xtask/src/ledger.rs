//! The ledger at full size. `cargo xtask test` plays a share of it.

use crate::{
    build::{self, Profile, with_libclang},
    examples, languages,
    run::{cargo, run, step},
    tools,
};
use anyhow::{Result, bail};

/// A part: its name, what it does, the test that does it, and the settings that make it whole.
struct Part {
    name: &'static str,
    what: &'static str,
    target: &'static str,
    test: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

const PARTS: [Part; 4] = [
    Part {
        name: "rules",
        what: "10,000,000 random operations on the pure rules",
        target: "ledger",
        test: "the_books_balance_after_any_operations",
        settings: &[("LEDGER_OPERATIONS", "10000000")],
    },
    Part {
        name: "kills",
        what: "100,000 steps from many sides at once, while the server is killed 200 times",
        target: "e2e",
        test: "ledger_kills::",
        settings: &[("LEDGER_STEPS", "100000"), ("LEDGER_KILLS", "200")],
    },
    Part {
        name: "quotes",
        what: "5,000 quotes in four languages, and what the purchases then earn",
        target: "e2e",
        test: "quotes::",
        settings: &[("QUOTE_ROWS", "5000")],
    },
    Part {
        name: "days",
        what: "546 days of all 23,570 customers of CDNOW, beside the model",
        target: "e2e",
        test: "ledger_days::",
        settings: &[("LEDGER_SHARE", "1")],
    },
];

/// Plays one part, or all.
pub(crate) fn ledger(part: Option<&str>) -> Result<()> {
    if let Some(unknown) = part.filter(|name| PARTS.iter().all(|known| known.name != *name)) {
        let known = PARTS.map(|part| format!("  {:8} {}", part.name, part.what)).join("\n");
        bail!("there is no part `{unknown}`; there are:\n{known}");
    }
    tools::setup()?;
    let binary = build::server(Profile::Release)?;
    build::plugins(&binary)?;
    if part.is_none_or(|name| name == "quotes") {
        examples::build(&binary, &languages::setup()?)?;
    }
    for Part { name, what, target, test, settings } in PARTS {
        if part.is_none_or(|asked| asked == name) {
            step(&format!("The ledger: {what}"), || {
                let mut command = cargo();
                command.args([
                    "test",
                    "--workspace",
                    "--locked",
                    "--release",
                    "--test",
                    target,
                    test,
                    "--",
                    "--nocapture",
                ]);
                run(with_libclang(command.envs(settings.iter().copied())))
            })?;
        }
    }
    Ok(())
}
