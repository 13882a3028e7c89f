//! The section `runtime`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};

/// The plugin runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Runtime {
    /// MiB of the largest component.
    pub component_mib: usize,
    /// MiB of memory that compiling a component may take.
    pub compile_memory_mib: u64,
    /// Seconds of CPU that compiling a component may take.
    pub compile_seconds: u64,
    /// MiB of native code that a component may become.
    pub compile_code_mib: usize,
    /// Plugin calls that run at once.
    pub concurrent_calls: u32,
    /// Instances that may wait for their next call in the whole process, where admins of tenants opted in.
    pub warm_instances: u32,
    /// The most calls that one instance may serve, where an admin opted in; 0 forbids it.
    pub max_reuse_calls: u32,
    /// Threads on which plugin calls run; 0 means as many as the machine has processors.
    pub threads: usize,
    /// CPU of one call in millions of units of fuel, for plugins that wish for nothing.
    pub cpu_millions: u64,
    /// The most CPU that a plugin may wish for, in millions of units of fuel.
    pub max_cpu_millions: u64,
    /// Milliseconds of one call by the clock on the wall, for plugins that wish for nothing.
    pub wall_ms: u64,
    /// The most milliseconds that a plugin may wish for.
    pub max_wall_ms: u64,
    /// MiB of memory of one call, for plugins that wish for nothing.
    pub memory_mib: usize,
    /// The most MiB of memory that a plugin may wish for.
    pub max_memory_mib: usize,
    /// Table entries of one call, over all tables.
    pub table_entries: usize,
    /// Core instances that a component may consist of.
    pub instances: usize,
    /// KiB of one call's input: event, raw message and configuration.
    pub input_kib: usize,
    /// KiB that one call may hand to the host.
    pub output_kib: usize,
    /// Calls of host functions in one call.
    pub host_calls: u32,
    /// Rows of the past that one call may look up.
    pub read_rows: usize,
    /// Effects of one call.
    pub effects: usize,
    /// KiB of one value of plugin state.
    pub state_kib: usize,
    /// Keys of plugin state that one customer may have in an installation.
    pub state_keys: usize,
    /// Keys of plugin state that all customers of an installation share.
    pub shared_state_keys: usize,
    /// Log lines that are kept of one call; further ones are counted and dropped.
    pub log_lines: u32,
    /// Characters that are kept of one log line.
    pub log_line_chars: usize,
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            component_mib: 32,
            compile_memory_mib: 2_048,
            compile_seconds: 300,
            compile_code_mib: 256,
            concurrent_calls: 32,
            warm_instances: 16,
            max_reuse_calls: 1_000,
            threads: 0,
            cpu_millions: 1_000,
            max_cpu_millions: 10_000,
            wall_ms: 5_000,
            max_wall_ms: 30_000,
            memory_mib: 128,
            max_memory_mib: 256,
            table_entries: 100_000,
            instances: 200,
            input_kib: 48 << 10,
            output_kib: 4_096,
            host_calls: 1_000,
            read_rows: 10_000,
            effects: 100,
            state_kib: 64,
            state_keys: 100,
            shared_state_keys: 1_000,
            log_lines: 100,
            log_line_chars: 2_000,
        }
    }
}

impl Runtime {
    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("runtime.component_mib", self.component_mib as u64, 1, 256),
            bound("runtime.compile_memory_mib", self.compile_memory_mib, 64, 1 << 20),
            bound("runtime.compile_seconds", self.compile_seconds, 1, 86_400),
            bound("runtime.compile_code_mib", self.compile_code_mib as u64, 1, 4_096),
            bound("runtime.concurrent_calls", u64::from(self.concurrent_calls), 1, 1_000),
            bound("runtime.warm_instances", u64::from(self.warm_instances), 0, 1_000),
            bound("runtime.max_reuse_calls", u64::from(self.max_reuse_calls), 0, 1_000_000),
            bound("runtime.threads", self.threads as u64, 0, 1_024),
            bound("runtime.cpu_millions", self.cpu_millions, 1, 1_000_000),
            bound("runtime.max_cpu_millions", self.max_cpu_millions, self.cpu_millions, 1_000_000),
            bound("runtime.wall_ms", self.wall_ms, 1, 600_000),
            bound("runtime.max_wall_ms", self.max_wall_ms, self.wall_ms, 600_000),
            bound("runtime.memory_mib", self.memory_mib as u64, 1, 4_096),
            bound("runtime.max_memory_mib", self.max_memory_mib as u64, self.memory_mib as u64, 4_096),
            bound("runtime.table_entries", self.table_entries as u64, 1_000, 1_000_000),
            bound("runtime.instances", self.instances as u64, 1, 200),
            bound("runtime.input_kib", self.input_kib as u64, 1, 1 << 20),
            bound("runtime.output_kib", self.output_kib as u64, 1, 1 << 20),
            bound("runtime.host_calls", u64::from(self.host_calls), 1, 1_000_000),
            bound("runtime.read_rows", self.read_rows as u64, 1, 1_000_000),
            bound("runtime.effects", self.effects as u64, 1, 10_000),
            bound("runtime.state_kib", self.state_kib as u64, 1, 16 << 10),
            bound("runtime.state_keys", self.state_keys as u64, 1, 100_000),
            bound("runtime.shared_state_keys", self.shared_state_keys as u64, 1, 100_000),
            bound("runtime.log_lines", u64::from(self.log_lines), 0, 100_000),
            bound("runtime.log_line_chars", self.log_line_chars as u64, 1, 100_000),
        ]
    }
}
