//! Why a command did not do what it was asked for.

use super::client::CallError;
use crate::{config::ConfigError, kit::KitError, oci::OciError, server::ServeError, trial::WorkshopError};
use std::{error::Error, io, path::PathBuf};

/// An error of a command, for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Events were not dealt with in time.
    #[error(
        "{events} events are not dealt with after {seconds} s; `stammgast plugin installations` shows which and how far they are"
    )]
    StillWaiting {
        /// How many.
        events: u64,
        /// How long was waited.
        seconds: u64,
    },
    /// The ledger does not add up.
    #[error("{0} things in the ledger do not add up; keep the data folder as it is, and restore a backup beside it")]
    Discrepancies(usize),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server ended badly.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The server refused a request, or did not answer it.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The kit failed.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// A plugin did not come from a registry, or did not get there.
    #[error(transparent)]
    Oci(#[from] OciError),
    /// A file cannot be read or written.
    #[error("{} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Nothing can be written where results go.
    #[error("standard output cannot be written")]
    Output(#[source] io::Error),
    /// There is no key to ask the server with.
    #[error("there is no API key: {problem}. Give one with STAMMGAST_KEY, or name the server's folder with --data")]
    NoKey {
        /// Why there is none.
        problem: String,
        /// Why a file cannot be read.
        #[source]
        source: Option<io::Error>,
    },
    /// The operator works for a tenant without saying which.
    #[error("the operator's key is for all tenants: say which with --tenant; `stammgast tenant list` shows them")]
    NoTenant,
    /// A value on the command line, or in a file that it names, cannot be used.
    #[error("{what}: {problem}")]
    Given {
        /// Where the value stands.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The server knows nothing by that name.
    #[error("there is no {what} `{name}`; `{list}` shows what there is")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The command that shows them all.
        list: &'static str,
    },
    /// An import stopped before its end.
    #[error("the import stopped. Run it again when that is put right: what is recorded is not recorded twice")]
    Stopped(#[source] Box<CliError>),
    /// A component cannot be tried.
    #[error(transparent)]
    Trial(#[from] WorkshopError),
    /// Some of what was tried failed; what, stands on standard output.
    #[error("{failed} of {of} {what} failed")]
    Failed {
        /// What was tried.
        what: &'static str,
        /// How many failed.
        failed: usize,
        /// How many there are.
        of: usize,
    },
    /// A back-test was cancelled, or could not go on; why, stands on standard output.
    #[error("the back-test is {status}; `stammgast backtest resume {id}` lets it go on where it was")]
    Unfinished {
        /// The back-test.
        id: String,
        /// Where it stands.
        status: String,
    },
    /// A part of the work ended badly.
    #[error("a part of the work ended badly")]
    Task(#[from] tokio::task::JoinError),
}

impl CliError {
    /// A file that cannot be used.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// The process's exit code.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Serve(ServeError::Config(_))
            | Self::Given { .. }
            | Self::Oci(OciError::Reference(_) | OciError::PushToDigest(_)) => 2,
            _ => 1,
        }
    }

    /// Whether the same command may succeed when it is simply given again.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.retryable(),
            Self::Oci(error) => error.retryable(),
            Self::Stopped(error) => error.retryable(),
            _ => false,
        }
    }

    /// The error and its causes, each once.
    pub(super) fn report(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let next = error.to_string();
            if !text.ends_with(&next) {
                text.push_str("\n  because ");
                text.push_str(&next.replace('\n', "\n  "));
            }
            cause = error.source();
        }
        text
    }
}
