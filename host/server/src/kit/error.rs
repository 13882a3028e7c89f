//! What can go wrong between a plugin's sources and its component.

use stammgast_runtime::Refusal;
use std::{io, path::PathBuf};

/// Why the kit cannot do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The name cannot be a plugin's.
    #[error("`{given}` cannot be a plugin's name: {problem}")]
    Name {
        /// The name that was given.
        given: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is something in the folder already.
    #[error("{} exists and is not empty; choose another folder with --dir", .0.display())]
    FolderTaken(PathBuf),
    /// A file or folder cannot be read or written.
    #[error("{} cannot be used", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program cannot be started.
    #[error("`{program}` cannot be started; is it installed?")]
    Program {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder holds no package that could be built.
    #[error("{} cannot be built: {problem}", folder.display())]
    Project {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// No compiler on this computer reaches the target.
    #[error("no compiler here can build for {target}. Choose one:\n{choices}")]
    NoRoute {
        /// The target.
        target: &'static str,
        /// What this computer's owner can do, one choice a line.
        choices: String,
    },
    /// The compiler refused the sources.
    #[error("`cargo build` failed; its messages stand above")]
    Compile,
    /// The module does not make a component.
    #[error("the module cannot be made a component: {0}")]
    Component(String),
    /// Not a component at all.
    #[error("it is no WebAssembly component; build the plugin with `stammgast plugin build`")]
    NotAComponent,
    /// The component breaks off or is garbled.
    #[error("the component is damaged: {0}")]
    Damaged(String),
    /// The manifest is refused, as the server would refuse it.
    #[error("{0}")]
    Manifest(#[from] Refusal),
}

impl KitError {
    /// A file that cannot be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Whether the same call may succeed when it is simply tried again: never, something has to be put right first.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        false
    }
}
