//! Turning components into native code: a stranger's component may make the compiler compute and grow without end, so
//! it works in a child process with limits of its own.

mod child;
mod frame;
mod limits;
mod parent;
mod refused;

pub use child::compile_as_child;
pub(crate) use parent::compile;
pub(crate) use refused::Refused;

use std::{ffi::OsString, io, path::PathBuf, time::Duration};

/// Where components are compiled.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// In this process, without limits: for tests and benches, which bring their own components.
    InProcess,
    /// In a process of its own for each component.
    Child(ChildCompiler),
}

/// The process that compiles a component, and what it may take.
#[derive(Debug, Clone)]
pub struct ChildCompiler {
    /// An absolute path of the program that this process runs. Started with [`Self::arguments`], it gives the arguments
    /// after those to [`compile_as_child`].
    pub program: PathBuf,
    /// What it is started with; the limits follow.
    pub arguments: Vec<OsString>,
    /// Bytes of memory that it may write to (`RLIMIT_DATA`).
    pub memory_bytes: u64,
    /// CPU that it may spend, over all its threads, in whole seconds.
    pub cpu: Duration,
    /// How long it may take by the clock on the wall.
    pub wall: Duration,
    /// Bytes of native code that may come of a component.
    pub code_bytes: usize,
}

/// Why a component is not compiled, although it may be valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uncompilable {
    /// Too much CPU.
    #[error("compiling it takes more than {seconds} s of CPU; the operator's runtime.compile_seconds allows no more")]
    Cpu {
        /// The limit.
        seconds: u64,
    },
    /// Too long, in spite of little CPU.
    #[error(
        "compiling it was not done after {seconds} s, most likely because the machine has too much to do; try again \
         when it has less, or raise runtime.compile_seconds"
    )]
    Wall {
        /// The limit.
        seconds: u64,
    },
    /// Too much memory.
    #[error(
        "compiling it takes more than {mib} MiB of memory; the operator's runtime.compile_memory_mib allows no more"
    )]
    Memory {
        /// The limit.
        mib: u64,
    },
    /// More memory than the machine could give.
    #[error(
        "compiling it was ended by the operating system, most likely for want of memory; give the machine more, or \
         lower runtime.compile_memory_mib, which allows {mib} MiB"
    )]
    Machine {
        /// The limit.
        mib: u64,
    },
    /// Too much native code.
    #[error("it becomes more than {mib} MiB of native code; the operator's runtime.compile_code_mib allows no more")]
    Code {
        /// The limit.
        mib: u64,
    },
    /// The compiler broke off: a fault of its own, which this component brings to light.
    #[error(
        "the compiler breaks off on it ({0}); build it with another version of its toolchain, or wait for a newer host"
    )]
    Crash(String),
}

/// Why the compiler's process could not do its work, which is no fault of the component.
#[derive(Debug, thiserror::Error)]
pub enum CompilerError {
    /// Nobody knows where this program lies.
    #[error("the server's own program, which compiles components in a process of its own, cannot be found")]
    NoProgram(#[source] io::Error),
    /// It cannot be started.
    #[error("the process that compiles components cannot be started from {}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It cannot be talked with or waited for.
    #[error("the process that compiles components cannot be watched")]
    Watch(#[source] io::Error),
    /// Its code is made for another engine than this process has.
    #[error(
        "{} is no longer the program that this server runs, and its code does not fit; start the server anew",
        program.display()
    )]
    OtherBuild {
        /// The program.
        program: PathBuf,
    },
    /// It gave up.
    #[error("the process that compiles components gave up: {0}")]
    GaveUp(String),
    /// It was told to stop, or the server was.
    #[error("compiling was interrupted")]
    Interrupted,
}
