//! What the compiler's process takes from itself before it reads anything: memory, CPU, dumps of its memory, precedence.

use std::io;

/// How much it gives way to the server and to everything else (`nice`); 19 is the most. Somebody waits for it, so it is
/// not starved on a machine that is always busy.
#[cfg(unix)]
const NICE: i32 = 5;

/// Lowers the limits of this process for good.
///
/// On Linux `RLIMIT_DATA` counts every page that is this process's own to write to, whoever asked for it. Other systems
/// count less (macOS: almost nothing), and there the other limits have to do.
#[cfg(unix)]
pub(super) fn lower(memory_bytes: u64, cpu_seconds: u64) -> io::Result<()> {
    use rustix::process::Resource;

    lower_to(Resource::Core, 0, 0)?;
    lower_to(Resource::Data, memory_bytes, memory_bytes)?;
    // The first limit is a signal that says what it was, the second one kills.
    lower_to(Resource::Cpu, cpu_seconds, cpu_seconds.saturating_add(1))?;
    rustix::process::nice(NICE)?;
    end_first()
}

#[cfg(unix)]
fn lower_to(resource: rustix::process::Resource, soft: u64, hard: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    // Whoever started the server may have set lower ones, which cannot be raised.
    let before = getrlimit(resource).maximum;
    let within = |limit: u64| before.map_or(limit, |before| before.min(limit));
    Ok(setrlimit(resource, Rlimit { current: Some(within(soft)), maximum: Some(within(hard)) })?)
}

/// Ends with the server. Where the machine runs out of memory, the system ends this process before any other.
#[cfg(target_os = "linux")]
fn end_first() -> io::Result<()> {
    use rustix::process::{Signal, set_parent_process_death_signal};

    set_parent_process_death_signal(Some(Signal::KILL))?;
    // Not everywhere is there a /proc to write to, and the limits hold without.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}

#[cfg(all(unix, not(target_os = "linux")))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
const fn end_first() -> io::Result<()> {
    Ok(())
}

/// There are no such limits here; the server's clock and its bound on the size of the code have to do.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
pub(super) const fn lower(_memory_bytes: u64, _cpu_seconds: u64) -> io::Result<()> {
    Ok(())
}
