//! The command line. Commands for a running server go through its HTTP API; the few offline ones say so in their help.

mod api;
mod audit;
mod backtest;
mod client;
mod completions;
mod config;
mod dead_letters;
mod department;
#[cfg(test)]
mod documented;
mod error;
mod feedback;
mod findings;
mod global;
mod import;
mod key;
mod ledger;
mod list;
mod loyalty;
mod notices;
mod openapi;
mod output;
mod overview;
mod plugin;
mod secret;
mod serve;
mod table;
mod tenant;
mod trust;
mod why;

pub use error::CliError;

use clap::{Parser, Subcommand};
use global::{Global, Session};
use std::{ffi::OsString, process::ExitCode};

/// A self-hosted CRM core whose rules are sandboxed plugins.
///
/// One binary is server and tool. `stammgast serve` runs the server; most other commands ask a running server to do
/// something, through its HTTP API. On the server's own computer they find the operator's key in its data folder;
/// elsewhere give them a key with `STAMMGAST_KEY`.
#[derive(Debug, Parser)]
#[command(
    name = "stammgast",
    version,
    arg_required_else_help = true,
    after_help = "\
First steps:
  stammgast serve                                    run the server, its data in ./stammgast-data
  stammgast tenant create demo --name Demo           make a tenant, in another terminal
  stammgast plugin new hello-points --kind loyalty   write a plugin of your own
  stammgast help plugin                              what can be done with plugins

Exit codes: 0 done; 1 refused or failed; 2 wrong command line or configuration; 3 an import left out
rows."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Config(config::Config),
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    #[command(subcommand)]
    Key(key::Key),
    #[command(subcommand)]
    Plugin(Box<plugin::Plugin>),
    #[command(subcommand)]
    Backtest(backtest::Backtest),
    #[command(subcommand)]
    Import(import::Import),
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLetters),
    Notices(notices::Notices),
    Overview(overview::Overview),
    Why(why::Why),
    TrialBalance(loyalty::TrialBalance),
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    #[command(subcommand)]
    Department(department::Department),
    #[command(subcommand)]
    Feedback(feedback::Feedback),
    Findings(findings::Findings),
    #[command(subcommand, visible_alias = "secrets")]
    Secret(secret::Secret),
    #[command(subcommand)]
    Trust(trust::Trust),
    Audit(audit::Audit),
    Api(api::Api),
    Openapi(openapi::Openapi),
    Completions(completions::Completions),
}

/// How a command ended that did what it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// Everything was done.
    Fine,
    /// Some rows of an import were left out.
    RowsRefused,
}

/// Does what the process was called for.
pub async fn run() -> ExitCode {
    run_with(std::env::args_os()).await
}

/// Does what a command line says. Its first word is the program's name.
pub async fn run_with<Word: Into<OsString> + Clone>(line: impl IntoIterator<Item = Word>) -> ExitCode {
    let cli = match Cli::try_parse_from(line) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe behind `--help` is no failure of ours.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // The commands' futures are large, and there is one: on the heap.
    match Box::pin(execute(cli)).await {
        Ok(Done::Fine) => ExitCode::SUCCESS,
        Ok(Done::RowsRefused) => ExitCode::from(3),
        Err(error) => {
            eprintln!("error: {}", error.report());
            ExitCode::from(error.exit_code())
        }
    }
}

async fn execute(cli: Cli) -> Result<Done, CliError> {
    let session = Session::new(cli.global);
    match cli.command {
        Command::Serve(command) => Box::pin(command.run(&session)).await?,
        Command::Config(command) => command.run(&session)?,
        Command::Tenant(command) => command.run(&session).await?,
        Command::Key(command) => command.run(&session).await?,
        Command::Plugin(command) => command.run(&session).await?,
        Command::Backtest(command) => command.run(&session).await?,
        Command::Import(command) => return command.run(&session).await,
        Command::DeadLetters(command) => command.run(&session).await?,
        Command::Notices(command) => command.run(&session).await?,
        Command::Overview(command) => command.run(&session).await?,
        Command::Why(command) => command.run(&session).await?,
        Command::TrialBalance(command) => command.run(&session).await?,
        Command::Ledger(command) => command.run(&session).await?,
        Command::Department(command) => command.run(&session).await?,
        Command::Feedback(command) => command.run(&session).await?,
        Command::Findings(command) => command.run(&session).await?,
        Command::Secret(command) => command.run(&session).await?,
        Command::Trust(command) => command.run(&session).await?,
        Command::Audit(command) => command.run(&session).await?,
        Command::Api(command) => command.run(&session).await?,
        Command::Openapi(command) => command.run()?,
        Command::Completions(command) => command.run()?,
    }
    Ok(Done::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed_and_every_command_explains_itself() {
        Cli::command().debug_assert();
        explains_itself(&Cli::command(), "stammgast");
    }

    fn explains_itself(command: &clap::Command, name: &str) {
        assert!(command.get_about().is_some(), "`{name}` has no help");
        assert!(command.get_after_help().is_some(), "`{name}` has no examples");
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            assert!(argument.get_help().is_some(), "`{name}` does not explain `{}`", argument.get_id());
        }
        for child in command.get_subcommands() {
            explains_itself(child, &format!("{name} {}", child.get_name()));
        }
    }

    #[test]
    fn every_example_in_the_help_can_be_parsed() {
        let mut seen = 0;
        examples_parse(&Cli::command(), &mut seen);
        assert!(seen > 40, "only {seen} examples were found");
    }

    /// Splits a line as a shell would, as far as the examples need it.
    fn words(line: &str) -> Vec<String> {
        let parts = line.split('\'').enumerate();
        let marked: String =
            parts.map(|(n, part)| if n % 2 == 0 { part.replace(' ', "\0") } else { part.to_owned() }).collect();
        marked.split('\0').map(str::to_owned).collect()
    }

    fn examples_parse(command: &clap::Command, seen: &mut usize) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "this line would be wrapped: {line}");
        }
        for line in help.lines().filter_map(|line| line.strip_prefix("  stammgast ")) {
            // Two spaces part an example from its explanation.
            let example = line.split("  ").next().unwrap_or_default();
            let parsed = Cli::try_parse_from(std::iter::once("stammgast".to_owned()).chain(words(example)));
            let is_help = |error: &clap::Error| error.kind() == clap::error::ErrorKind::DisplayHelp;
            assert!(parsed.as_ref().err().is_none_or(is_help), "{example}: {parsed:?}");
            *seen += 1;
        }
        for child in command.get_subcommands() {
            examples_parse(child, seen);
        }
    }
}
