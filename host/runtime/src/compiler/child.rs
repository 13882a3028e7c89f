//! The compiler's process: it lowers its limits, reads one component, and writes its native code.

use super::{frame, limits};
use crate::configuration::{compatibility, shaping};
use std::{
    ffi::OsString,
    io::{self, ErrorKind, Write},
    process::ExitCode,
};
use wasmtime::{Engine, OutOfMemory};

/// Exit code: the component is not valid; standard error says why.
pub(super) const INVALID: u8 = 10;
/// Exit code: the memory that is allowed did not suffice.
pub(super) const NO_MEMORY: u8 = 11;
/// Exit code: something else is wrong, which standard error names.
const GAVE_UP: u8 = 12;

/// Why no code is written.
enum Ended {
    Invalid(String),
    NoMemory,
    GaveUp(String),
}

/// Does what a process is for that [`super::ChildCompiler`] started: compiles the component on standard input, and
/// writes code to standard output. The arguments are the limits: bytes of memory, and seconds of CPU.
///
/// Call it before the process has threads or opens anything: what it holds counts against its limits.
pub fn compile_as_child(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (code, words) = match compile(arguments) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Ended::Invalid(problem)) => (INVALID, problem),
        Err(Ended::NoMemory) => (NO_MEMORY, "out of memory".to_owned()),
        Err(Ended::GaveUp(problem)) => (GAVE_UP, problem),
    };
    // Where nobody reads it, the exit code has to do.
    let _ = io::stderr().write_all(words.as_bytes());
    ExitCode::from(code)
}

fn compile(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Ended> {
    let mut numbers = arguments.into_iter().map(|word| word.to_str().and_then(|word| word.parse::<u64>().ok()));
    let (Some(Some(memory_bytes)), Some(Some(cpu_seconds)), None) = (numbers.next(), numbers.next(), numbers.next())
    else {
        let problem = "it is started by the server alone, with bytes of memory and seconds of CPU";
        return Err(Ended::GaveUp(problem.to_owned()));
    };
    limits::lower(memory_bytes, cpu_seconds)
        .map_err(|error| Ended::GaveUp(format!("its limits cannot be set: {error}")))?;
    // Without the pool of instances, which shapes no code and would only take address space.
    let engine = Engine::new(&shaping())
        .map_err(|error| Ended::GaveUp(format!("the WebAssembly engine cannot be made: {error:#}")))?;
    let component = frame::read_component(&mut io::stdin().lock()).map_err(|error| match error.kind() {
        ErrorKind::OutOfMemory => Ended::NoMemory,
        _ => Ended::GaveUp(format!("the component cannot be read: {error}")),
    })?;
    let code = engine.precompile_component(&component).map_err(|error| {
        if error.is::<OutOfMemory>() { Ended::NoMemory } else { Ended::Invalid(format!("{error:#}")) }
    })?;
    frame::write_code(&mut io::stdout().lock(), compatibility(&engine), &code)
        .map_err(|error| Ended::GaveUp(format!("the code cannot be written: {error}")))
}
