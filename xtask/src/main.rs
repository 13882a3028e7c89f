//! `cargo xtask …`: everything that this repository can do, with the set-up that it takes.

mod bench;
mod build;
mod check;
mod crash;
mod demo;
mod examples;
mod freeze;
mod klanghaus;
mod languages;
mod ledger;
mod native;
mod registry;
mod rivals;
mod run;
mod server;
mod tools;

use anyhow::{Result, bail};
use std::{env, process::ExitCode};

const HELP: &str = "\
Tasks of this repository. Each finds or installs what it needs and says what it does.

  cargo xtask demo [--once] [--fresh]   build everything, run the main job on real data, show what happened;
                                        the server stays up, unless --once. --fresh starts from an empty folder
  cargo xtask test                      build everything and pass the tests
  cargo xtask crash                     the main job while the server is killed 20 times, then everything again
  cargo xtask ledger [PART]             the ledger at full size, in a release build: `rules`, `kills`, `quotes`, `days`, or all
  cargo xtask check                     formatting, clippy and licences, with warnings denied
  cargo xtask remote                    tests against a SurrealDB server; compiles it first
  cargo xtask plugins                   build the reference plugins, and the examples in Rust, Python, JavaScript and
                                        C, into target/plugins
  cargo xtask freeze VERSION            keep components for a version of the contract, in tests/frozen: one of each
                                        language and one of every kind; adds what is missing, replaces nothing
  cargo xtask bench NAME                run a bench in a release build; without a name, list them
  cargo xtask setup                     only find or install what a build needs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let (task, options) = arguments.split_first().map_or(("help", &[][..]), |(task, rest)| (task.as_str(), rest));
    let has = |option: &str| options.iter().any(|given| given == option);
    if let Some(unknown) = options.iter().find(|given| !known(task, given)) {
        bail!("`{unknown}` is no option of `cargo xtask {task}`\n\n{HELP}");
    }
    match task {
        "demo" => demo::demo(has("--once"), has("--fresh")),
        "test" => check::test(),
        "check" => check::check(),
        "crash" => crash::crash(),
        "remote" => check::remote(),
        "plugins" => {
            tools::setup()?;
            let languages = languages::setup()?;
            let binary = build::server(build::Profile::Dev)?;
            build::plugins(&binary)?;
            examples::build(&binary, &languages)
        }
        "freeze" => freeze::freeze(options.first().map(String::as_str)),
        "ledger" => ledger::ledger(options.first().map(String::as_str)),
        "bench" => bench::bench(options.first().map(String::as_str)),
        "setup" => tools::setup(),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("there is no task `{other}`\n\n{HELP}"),
    }
}

fn known(task: &str, option: &str) -> bool {
    match task {
        "demo" => matches!(option, "--once" | "--fresh"),
        "bench" | "freeze" | "ledger" => !option.starts_with('-'),
        _ => false,
    }
}
