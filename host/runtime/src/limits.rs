//! The limiter that sums up the memories and tables of a call.

use stammgast_domain::plugin::CallLimits;
use wasmtime::ResourceLimiter;

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

    /// The same holdings under these limits.
    pub(crate) const fn under(&self, limits: CallLimits) -> Self {
        Self { limits, memory_bytes: self.memory_bytes, table_entries: self.table_entries }
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
