//! Limits of one call, and the limiter that sums up its memories and tables.

use stammgast_domain::plugin::WantedLimits;
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// What one call may use. All limits hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// CPU in units of fuel, roughly one executed WebAssembly instruction each.
    pub fuel: u64,
    /// Time by the clock on the wall, host functions included.
    pub wall: Duration,
    /// Memory in bytes, over all linear memories.
    pub memory_bytes: usize,
    /// Table entries, over all tables.
    pub table_entries: usize,
    /// Core instances that the component may consist of.
    pub instances: usize,
    /// Calls of host functions.
    pub host_calls: u32,
    /// Effects.
    pub effects: usize,
    /// Bytes that the plugin may hand to the host in one call, effects and logs included.
    pub output_bytes: usize,
    /// Bytes of input: the event and the configuration.
    pub input_bytes: usize,
    /// Lines of log that are kept; further ones are counted and dropped.
    pub log_lines: u32,
    /// Characters of one log line that are kept.
    pub log_line_chars: usize,
    /// Bytes of one value of plugin state.
    pub state_bytes: usize,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            fuel: 1_000_000_000,
            wall: Duration::from_secs(2),
            memory_bytes: 128 << 20,
            table_entries: 100_000,
            instances: 200,
            host_calls: 1_000,
            effects: 100,
            output_bytes: 4 << 20,
            input_bytes: 48 << 20,
            log_lines: 100,
            log_line_chars: 2_000,
            state_bytes: 64 << 10,
        }
    }
}

/// What the operator lets a plugin wish for at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// CPU in units of fuel.
    pub fuel: u64,
    /// Time by the clock on the wall.
    pub wall: Duration,
    /// Memory in bytes, over all linear memories.
    pub memory_bytes: usize,
}

impl CallLimits {
    /// These limits with a plugin's wishes, as far as the operator's ceiling allows.
    #[must_use]
    pub fn wished(self, wanted: WantedLimits, ceiling: &Ceiling) -> Self {
        let fuel = wanted.cpu_millions.map_or(self.fuel, |millions| millions.saturating_mul(1_000_000));
        let wall = wanted.wall_ms.map_or(self.wall, Duration::from_millis);
        let memory_bytes = wanted.memory_mib.map_or(self.memory_bytes, |mebibytes| {
            usize::try_from(mebibytes.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
        });
        Self {
            fuel: fuel.min(ceiling.fuel),
            wall: wall.min(ceiling.wall),
            memory_bytes: memory_bytes.min(ceiling.memory_bytes),
            ..self
        }
    }
}

/// Marks the error with which an instance's growth was refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct GrowthRefused(String);

/// Sums up what an instance holds, over all its memories and tables.
#[derive(Debug)]
pub(crate) struct Growth {
    limits: CallLimits,
    pub(crate) memory_bytes: usize,
    table_entries: usize,
}

impl Growth {
    pub(crate) const fn new(limits: CallLimits) -> Self {
        Self { limits, memory_bytes: 0, table_entries: 0 }
    }
}

impl ResourceLimiter for Growth {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // Past what the memory itself allows nothing grows, and the plugin is told so.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let total = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        if total > self.limits.memory_bytes {
            let limit = self.limits.memory_bytes;
            let message = format!("it asked for {total} bytes of memory and may have {limit}");
            return Err(wasmtime::Error::new(GrowthRefused(message)));
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // Past what the table itself allows nothing grows, and the plugin is told so.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let total = self.table_entries.saturating_add(desired.saturating_sub(current));
        if total > self.limits.table_entries {
            let limit = self.limits.table_entries;
            let message = format!("it asked for {total} table entries and may have {limit}");
            return Err(wasmtime::Error::new(GrowthRefused(message)));
        }
        self.table_entries = total;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }
}
