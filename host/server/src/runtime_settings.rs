//! The runtime's settings, out of the configuration.

use crate::config::Settings;
use stammgast_runtime::{CallLimits, Ceiling, RuntimeSettings};
use std::{path::PathBuf, time::Duration};

/// Settings of a runtime that keeps compiled code in a folder, authenticated with a key.
pub(crate) fn of(settings: &Settings, cache: Option<(PathBuf, [u8; 32])>) -> RuntimeSettings {
    let runtime = &settings.runtime;
    let (folder, key) = cache.map_or((None, [0; 32]), |(folder, key)| (Some(folder), key));
    let defaults = RuntimeSettings::new(folder, key);
    RuntimeSettings {
        threads: if runtime.threads == 0 { defaults.threads } else { runtime.threads },
        component_bytes: runtime.component_mib << 20,
        concurrent_calls: runtime.concurrent_calls,
        ceiling: Ceiling {
            fuel: runtime.max_cpu_millions.saturating_mul(1_000_000),
            wall: Duration::from_millis(runtime.max_wall_ms),
            memory_bytes: runtime.max_memory_mib << 20,
        },
        limits: CallLimits {
            fuel: runtime.cpu_millions.saturating_mul(1_000_000),
            wall: Duration::from_millis(runtime.wall_ms),
            memory_bytes: runtime.memory_mib << 20,
            table_entries: runtime.table_entries,
            instances: runtime.instances,
            input_bytes: runtime.input_kib << 10,
            output_bytes: runtime.output_kib << 10,
            host_calls: runtime.host_calls,
            read_rows: runtime.read_rows,
            effects: runtime.effects,
            state_bytes: runtime.state_kib << 10,
            log_lines: runtime.log_lines,
            log_line_chars: runtime.log_line_chars,
        },
        ..defaults
    }
}
