//! The server's side: it starts the compiler's process, hands it the component, watches it, and says how it ended.

use super::{
    ChildCompiler, CompilerError, Uncompilable, child,
    frame::{self, Unread},
};
use crate::{Refusal, RuntimeError};
use std::{
    io::{self, Read},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Builder, Scope, ScopedJoinHandle},
    time::{Duration, Instant},
};

/// How often the process is looked at.
const GLANCE: Duration = Duration::from_millis(5);
/// Threads that it compiles with at most: each takes memory of its own.
const THREADS: usize = 8;
/// Bytes that are read of what it says about its end.
const WORDS: u64 = 16 << 10;
/// Bytes of that which are shown where the compiler broke off.
const SHOWN: usize = 300;

/// Native code of a component, for an engine of this compatibility hash.
///
/// # Errors
/// The component is not valid or takes too much, or the process cannot do its work.
pub(crate) fn compile(
    settings: &ChildCompiler,
    component: &[u8],
    compatibility: u64,
    stop: &AtomicBool,
) -> Result<Vec<u8>, RuntimeError> {
    let (end, code, words) = thread::scope(|scope| {
        // Whatever happens here, the process is ended before the threads at its pipes are waited for.
        let mut process = Process::start(settings)?;
        let (mut stdin, mut stdout, stderr) = process.pipes()?;
        // It may end before it has read everything; how it ended says more than the broken pipe.
        beside(scope, move || drop(frame::write_component(&mut stdin, component)))?;
        let code = beside(scope, move || frame::read_code(&mut stdout, compatibility, settings.code_bytes))?;
        let words = beside(scope, move || words(stderr))?;
        let end = process.end(settings.wall, stop)?;
        Ok::<_, CompilerError>((end, joined(code)?, joined(words)?))
    })?;
    judge(settings, end, code, &words)
}

/// How the process ended.
#[derive(Debug)]
enum End {
    /// By itself, or by one of its limits.
    Ended(ExitStatus),
    /// It was ended because of the clock on the wall.
    TooLate,
    /// It was ended because the server stops.
    Stopped,
}

/// A process that does not outlive this value.
struct Process(Child);

impl Process {
    /// It gets nothing of the server's environment and nothing that the server has opened.
    fn start(settings: &ChildCompiler) -> Result<Self, CompilerError> {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(THREADS);
        let mut command = Command::new(&settings.program);
        command
            .args(&settings.arguments)
            .arg(settings.memory_bytes.to_string())
            .arg(settings.cpu.as_secs().max(1).to_string())
            .env_clear()
            .env("RAYON_NUM_THREADS", threads.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // A terminal's Ctrl-C is for the server, which ends in order.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let start = |source| CompilerError::Start { program: settings.program.clone(), source };
        Ok(Self(command.spawn().map_err(start)?))
    }

    fn pipes(&mut self) -> Result<(ChildStdin, ChildStdout, ChildStderr), CompilerError> {
        let Child { stdin, stdout, stderr, .. } = &mut self.0;
        match (stdin.take(), stdout.take(), stderr.take()) {
            (Some(stdin), Some(stdout), Some(stderr)) => Ok((stdin, stdout, stderr)),
            _ => Err(CompilerError::Watch(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Waits until it has ended, and sees to it that it does.
    fn end(mut self, wall: Duration, stop: &AtomicBool) -> Result<End, CompilerError> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().map_err(CompilerError::Watch)? {
                return Ok(End::Ended(status));
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(End::Stopped);
            }
            if started.elapsed() >= wall {
                return Ok(End::TooLate);
            }
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both say so where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs something beside the watching thread.
fn beside<'scope, Made: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> Made + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, Made>, CompilerError> {
    Builder::new().name("compiler-pipe".to_owned()).spawn_scoped(scope, work).map_err(CompilerError::Watch)
}

fn joined<Made>(thread: ScopedJoinHandle<'_, Made>) -> Result<Made, CompilerError> {
    thread.join().map_err(|_| CompilerError::Watch(io::Error::other("a thread at its pipes broke off")))
}

/// What the process says about its end; the rest is read away, so that it never waits for a reader.
fn words(mut from: ChildStderr) -> String {
    let mut bytes = Vec::new();
    // Its exit code tells most of it.
    let _ = from.by_ref().take(WORDS).read_to_end(&mut bytes);
    let _ = io::copy(&mut from, &mut io::sink());
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

fn judge(
    settings: &ChildCompiler,
    end: End,
    code: Result<Vec<u8>, Unread>,
    words: &str,
) -> Result<Vec<u8>, RuntimeError> {
    let status = match end {
        End::Ended(status) => status,
        End::TooLate => return Err(refused(Uncompilable::Wall { seconds: settings.wall.as_secs() })),
        End::Stopped => return Err(CompilerError::Interrupted.into()),
    };
    match code {
        Ok(code) if status.success() => Ok(code),
        Err(Unread::OtherBuild) => Err(CompilerError::OtherBuild { program: settings.program.clone() }.into()),
        Err(Unread::TooMuch) => {
            Err(refused(Uncompilable::Code { mib: u64::try_from(settings.code_bytes >> 20).unwrap_or(u64::MAX) }))
        }
        Err(Unread::Cut(error)) if status.success() => Err(CompilerError::Watch(error).into()),
        Ok(_) | Err(Unread::Cut(_)) => Err(unsuccessful(settings, status, words)),
    }
}

/// What it means that the process ended like that.
fn unsuccessful(settings: &ChildCompiler, status: ExitStatus, words: &str) -> RuntimeError {
    const PANICKED: i32 = 101;
    let mib = settings.memory_bytes >> 20;
    let exit = |code: u8| Some(i32::from(code));
    match status.code() {
        code if code == exit(child::INVALID) => Refusal::Invalid(words.to_owned()).into(),
        code if code == exit(child::NO_MEMORY) => refused(Uncompilable::Memory { mib }),
        Some(PANICKED) => crash(words),
        Some(_) => CompilerError::GaveUp(format!("{status}: {}", shown(words))).into(),
        None => killed(settings, status, words),
    }
}

#[cfg(unix)]
fn killed(settings: &ChildCompiler, status: ExitStatus, words: &str) -> RuntimeError {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;

    /// How Rust's standard library says that an allocation failed, before it aborts.
    const NO_MEMORY: &str = "memory allocation of";
    let mib = settings.memory_bytes >> 20;
    let by = |signal: Signal| status.signal() == Some(signal.as_raw());
    if by(Signal::XCPU) {
        refused(Uncompilable::Cpu { seconds: settings.cpu.as_secs() })
    } else if by(Signal::ABORT) && words.contains(NO_MEMORY) {
        refused(Uncompilable::Memory { mib })
    } else if by(Signal::KILL) {
        refused(Uncompilable::Machine { mib })
    } else if [Signal::TERM, Signal::INT, Signal::HUP].into_iter().any(by) {
        CompilerError::Interrupted.into()
    } else {
        crash(&format!("{status}: {words}"))
    }
}

#[cfg(not(unix))]
fn killed(_settings: &ChildCompiler, status: ExitStatus, words: &str) -> RuntimeError {
    crash(&format!("{status}: {words}"))
}

fn crash(words: &str) -> RuntimeError {
    let words = shown(words);
    tracing::warn!(words, "the compiler broke off on a component");
    refused(Uncompilable::Crash(words))
}

fn refused(reason: Uncompilable) -> RuntimeError {
    Refusal::Compiling(reason).into()
}

/// One short line of it.
fn shown(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.char_indices().take_while(|(at, _)| *at < SHOWN).map(|(_, character)| character).collect()
}

#[cfg(test)]
mod tests;
