//! Bounds of the whole runtime.

use crate::{CallLimits, Ceiling, Compiler};
use std::{path::PathBuf, time::Duration};

/// Settings of the runtime. Every number is a bound.
#[derive(Debug, Clone)]
pub struct RuntimeSettings {
    /// Folder of the compiled-code cache; `None` compiles anew at every start.
    pub cache: Option<PathBuf>,
    /// Key that authenticates cached code.
    pub cache_key: [u8; 32],
    /// Where components are compiled.
    pub compiler: Compiler,
    /// Size of the largest component in bytes.
    pub component_bytes: usize,
    /// Calls that run at once in the whole process; more wait.
    pub concurrent_calls: u32,
    /// Instances that may wait for their next call in the whole process, where admins opted in.
    pub warm_instances: u32,
    /// Threads on which calls run.
    pub threads: usize,
    /// How often running calls are looked at by the clock on the wall.
    pub tick: Duration,
    /// Limits of one call of a plugin that wishes for nothing.
    pub limits: CallLimits,
    /// What a plugin may wish for at most; the pool reserves address space for that much memory.
    pub ceiling: Ceiling,
}

impl RuntimeSettings {
    /// Generous settings for one machine, with components compiled in this process.
    #[must_use]
    pub fn new(cache: Option<PathBuf>, cache_key: [u8; 32]) -> Self {
        Self {
            cache,
            cache_key,
            compiler: Compiler::InProcess,
            component_bytes: 32 << 20,
            concurrent_calls: 64,
            warm_instances: 16,
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            tick: Duration::from_millis(10),
            limits: CallLimits::default(),
            ceiling: Ceiling {
                fuel: 10_000_000_000,
                wall: Duration::from_secs(30),
                memory_bytes: 256 << 20,
                reuse_calls: 10_000,
            },
        }
    }
}
