//! What can go wrong between a plugin's sources and its component.

use stammgast_domain::signature::{InvalidSignature, InvalidSignatures, PublicKey};
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
    /// The folder holds nothing that could be built.
    #[error("{} cannot be built: {problem}", folder.display())]
    Project {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A program that building needs is missing, or is not the right one.
    #[error("{problem}. Choose one:\n{choices}")]
    Toolchain {
        /// What is missing or wrong.
        problem: String,
        /// What this computer's owner can do, one choice a line.
        choices: String,
    },
    /// A compiler refused the sources.
    #[error("`{0}` failed; its messages stand above")]
    Compile(&'static str),
    /// The module does not make a component.
    #[error(
        "the module cannot be made a component: {0}. Compare it with a new plugin, which `stammgast plugin new` writes: \
         the SDK has to be of this version, and every kind has to be exported"
    )]
    Component(String),
    /// The contract and a plugin's kinds make no world.
    #[error("the contract makes no world for these kinds: {0}; that is a defect of this program: please report it")]
    Contract(String),
    /// Not a component at all.
    #[error("it is no WebAssembly component; build the plugin with `stammgast plugin build`")]
    NotAComponent,
    /// The component breaks off or is garbled.
    #[error("the component is damaged: {0}; build it anew with `stammgast plugin build`, or fetch its file again")]
    Damaged(String),
    /// A component without a manifest, where one is needed.
    #[error("it carries no manifest; put one into it with `stammgast plugin pack`")]
    NoManifest,
    /// The manifest, or the component with it, is refused, as the server would refuse it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// There is no folder for keys.
    #[error("this user has no folder for settings; say with --keys where signing keys lie")]
    NoKeyFolder,
    /// The name cannot be a key's.
    #[error("`{0}` cannot be a key's name: write 1 to 64 lower-case letters, digits, `-`, `_` and `.`")]
    KeyName(String),
    /// There is a key of that name already.
    #[error("{} exists, and a key is never overwritten; choose another name", .0.display())]
    KeyTaken(PathBuf),
    /// There is no key of that name.
    #[error("there is no key `{name}` in {}; make one with `stammgast plugin key new {name}`", folder.display())]
    NoKey {
        /// The name.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A file is no private key.
    #[error("{} is no Ed25519 private key in PEM (PKCS#8): {problem}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file is no signature file.
    #[error("{} cannot be used", path.display())]
    Signatures {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: InvalidSignatures,
    },
    /// Nobody has signed.
    #[error("nobody has signed it: there is no signature in {}; `stammgast plugin sign` puts one there", .0.display())]
    Unsigned(PathBuf),
    /// A signature is wrong.
    #[error("{}: the signature of {key} is wrong", path.display())]
    Signature {
        /// The signature file.
        path: PathBuf,
        /// Who is said to have signed.
        key: PublicKey,
        /// What is wrong.
        #[source]
        source: InvalidSignature,
    },
    /// A certain key did not sign.
    #[error("{key} has not signed it: {} holds no signature of that key", path.display())]
    NotSignedBy {
        /// The signature file.
        path: PathBuf,
        /// The key.
        key: PublicKey,
    },
}

impl KitError {
    /// A file that cannot be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// A program that cannot be started.
    pub(crate) fn program(name: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let program = name.into();
        move |source| Self::Program { program, source }
    }

    /// Whether the same call may succeed when it is simply tried again: never, something has to be put right first.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        false
    }
}
