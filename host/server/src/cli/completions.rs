//! `stammgast completions`.

use super::{Cli, CliError, output::print};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print a script that lets a shell complete commands and options
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast completions bash
  stammgast completions zsh

Bash:  stammgast completions bash > ~/.local/share/bash-completion/completions/stammgast
Fish:  stammgast completions fish > ~/.config/fish/completions/stammgast.fish")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<(), CliError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "stammgast", &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
