//! Limits: what one call may use, who sets it and how far it may go.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits that a plugin wishes for; the operator's own limits cap them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedLimits {
    /// CPU per call in millions of units of fuel, roughly a million executed instructions each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_millions: Option<u64>,
    /// Memory per call in mebibytes, over all memories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// Time per call in milliseconds by the clock on the wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    /// Calls of one installation that run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_calls: Option<u32>,
    /// Calls that one instance may serve one after another. For admins to set, not for plugins to wish for: without it
    /// every call has a fresh instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse_calls: Option<u32>,
}

/// What one call may use. All limits hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallLimits {
    /// CPU in units of fuel, roughly one executed WebAssembly instruction each.
    pub fuel: u64,
    /// Time by the clock on the wall, host functions included.
    #[serde(rename = "wall_ms", with = "millis")]
    pub wall: Duration,
    /// Memory in bytes, over all linear memories.
    pub memory_bytes: usize,
    /// Table entries, over all tables.
    pub table_entries: usize,
    /// Core instances that the component may consist of.
    pub instances: usize,
    /// Calls of host functions.
    pub host_calls: u32,
    /// Rows that it may look up.
    pub read_rows: usize,
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
    /// Keys of plugin state that one customer may have.
    pub state_keys: usize,
    /// Keys of plugin state that all customers share.
    pub shared_state_keys: usize,
    /// Calls that one instance may serve one after another; 0 or 1: each call has a fresh instance.
    pub reuse_calls: u32,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            fuel: 1_000_000_000,
            wall: Duration::from_secs(5),
            memory_bytes: 128 << 20,
            table_entries: 100_000,
            instances: 200,
            host_calls: 1_000,
            read_rows: 10_000,
            effects: 100,
            output_bytes: 4 << 20,
            input_bytes: 48 << 20,
            log_lines: 100,
            log_line_chars: 2_000,
            state_bytes: 64 << 10,
            state_keys: 100,
            shared_state_keys: 1_000,
            reuse_calls: 0,
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
    /// Calls that one instance may serve.
    pub reuse_calls: u32,
}

impl CallLimits {
    /// These limits with what the admin set and the plugin wishes for, as far as the operator's ceiling allows.
    #[must_use]
    pub fn with(self, set: WantedLimits, wished: WantedLimits, ceiling: &Ceiling) -> Self {
        let WantedLimits { cpu_millions, memory_mib, wall_ms, reuse_calls, .. } = wished.under(set);
        let fuel = cpu_millions.map_or(self.fuel, |millions| millions.saturating_mul(1_000_000));
        let wall = wall_ms.map_or(self.wall, Duration::from_millis);
        let memory_bytes = memory_mib.map_or(self.memory_bytes, |mebibytes| {
            usize::try_from(mebibytes.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
        });
        Self {
            fuel: fuel.min(ceiling.fuel),
            wall: wall.min(ceiling.wall),
            memory_bytes: memory_bytes.min(ceiling.memory_bytes),
            reuse_calls: reuse_calls.unwrap_or_default().min(ceiling.reuse_calls),
            ..self
        }
    }
}

impl WantedLimits {
    /// These limits, where others do not say something else.
    #[must_use]
    pub fn under(self, others: Self) -> Self {
        Self {
            cpu_millions: others.cpu_millions.or(self.cpu_millions),
            memory_mib: others.memory_mib.or(self.memory_mib),
            wall_ms: others.wall_ms.or(self.wall_ms),
            concurrent_calls: others.concurrent_calls.or(self.concurrent_calls),
            reuse_calls: others.reuse_calls,
        }
    }
}

/// Durations as whole milliseconds.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_decides_between_the_plugins_wish_and_the_operators_ceiling() {
        let ceiling = Ceiling { fuel: 5_000_000, wall: Duration::from_secs(3), memory_bytes: 64 << 20, reuse_calls: 9 };
        let wished = WantedLimits { cpu_millions: Some(4), memory_mib: Some(32), ..WantedLimits::default() };
        let set = WantedLimits { cpu_millions: Some(9), wall_ms: Some(50), ..WantedLimits::default() };
        let limits = CallLimits::default().with(set, wished, &ceiling);
        assert_eq!((limits.fuel, limits.memory_bytes), (5_000_000, 32 << 20), "never past the operator's ceiling");
        assert_eq!(limits.wall, Duration::from_millis(50));
        let json = serde_json::to_value(limits).unwrap();
        assert_eq!(json["wall_ms"], 50);
        assert_eq!(serde_json::from_value::<CallLimits>(json).unwrap(), limits);
    }
}
