//! Where a command says something: results on standard output, everything else on standard error.

use super::CliError;
use serde_json::Value;
use std::io::{self, Write};

/// For whom results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Sentences and tables.
    People,
    /// JSON.
    Machines,
}

/// How much is said beside the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Volume {
    /// Sentences and progress.
    Usual,
    /// Results and errors alone.
    Quiet,
}

/// Where a command says something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    form: Form,
    /// How much is said.
    pub volume: Volume,
}

impl Output {
    pub fn new(json: bool, quiet: bool) -> Self {
        let form = if json { Form::Machines } else { Form::People };
        Self { form, volume: if quiet { Volume::Quiet } else { Volume::Usual } }
    }

    /// A result: JSON for machines, a sentence for people, and its gist (an id, a secret; nothing where it is empty)
    /// for those who want it quiet.
    pub fn result(self, answer: &Value, gist: &str, sentence: &str) -> Result<(), CliError> {
        match (self.form, self.volume) {
            (Form::Machines, _) => print(&pretty(answer)),
            (Form::People, Volume::Usual) => print(sentence),
            (Form::People, Volume::Quiet) if gist.is_empty() => Ok(()),
            (Form::People, Volume::Quiet) => print(gist),
        }
    }

    /// A result that people want to see even when it is quiet.
    pub fn show(self, answer: &Value, text: &str) -> Result<(), CliError> {
        self.result(answer, text, text)
    }

    /// Something beside the result.
    pub fn note(self, text: &str) {
        if self.volume == Volume::Usual {
            eprintln!("{text}");
        }
    }
}

/// Writes a result that has one form only.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(CliError::Output),
    }
}

/// JSON with indents.
pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// Text from elsewhere without control characters, which could paint over the terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
