//! The runtime's settings, out of the configuration.

use crate::config::{self, Settings};
use stammgast_runtime::{CallLimits, Ceiling, ChildCompiler, Compiler, CompilerError, RuntimeError, RuntimeSettings};
use std::{path::PathBuf, time::Duration};

/// The first word of this program's command line that makes it compile one component and end.
pub const COMPILE: &str = "compile-component";
/// How much longer than its CPU allows the compiler may take: other work may go before it.
const PATIENCE: u32 = 4;
/// How long it may take beyond that.
const GRACE: Duration = Duration::from_mins(1);

/// Settings of a runtime that keeps compiled code in a folder, authenticated with a key.
///
/// # Errors
/// This program, which compiles components, cannot be found.
pub(crate) fn of(settings: &Settings, cache: Option<(PathBuf, [u8; 32])>) -> Result<RuntimeSettings, RuntimeError> {
    let runtime = &settings.runtime;
    let (folder, key) = cache.map_or((None, [0; 32]), |(folder, key)| (Some(folder), key));
    let defaults = RuntimeSettings::new(folder, key);
    Ok(RuntimeSettings {
        compiler: Compiler::Child(compiler(runtime)?),
        threads: if runtime.threads == 0 { defaults.threads } else { runtime.threads },
        component_bytes: runtime.component_mib << 20,
        concurrent_calls: runtime.concurrent_calls,
        warm_instances: runtime.warm_instances,
        ceiling: Ceiling {
            fuel: runtime.max_cpu_millions.saturating_mul(1_000_000),
            wall: Duration::from_millis(runtime.max_wall_ms),
            memory_bytes: runtime.max_memory_mib << 20,
            reuse_calls: runtime.max_reuse_calls,
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
            state_keys: runtime.state_keys,
            shared_state_keys: runtime.shared_state_keys,
            log_lines: runtime.log_lines,
            log_line_chars: runtime.log_line_chars,
            reuse_calls: defaults.limits.reuse_calls,
        },
        ..defaults
    })
}

/// How long compiling one component may take by the clock on the wall.
pub(crate) fn compile_wall(runtime: &config::Runtime) -> Duration {
    Duration::from_secs(runtime.compile_seconds).saturating_mul(PATIENCE).saturating_add(GRACE)
}

/// This very program compiles, in a process of its own.
fn compiler(runtime: &config::Runtime) -> Result<ChildCompiler, CompilerError> {
    let cpu = Duration::from_secs(runtime.compile_seconds);
    Ok(ChildCompiler {
        program: std::env::current_exe().map_err(CompilerError::NoProgram)?,
        arguments: vec![COMPILE.into()],
        memory_bytes: runtime.compile_memory_mib << 20,
        cpu,
        wall: compile_wall(runtime),
        code_bytes: runtime.compile_code_mib << 20,
    })
}
