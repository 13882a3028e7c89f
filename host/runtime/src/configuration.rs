//! How engines are configured: those that compile, and those that run what was compiled.

use crate::RuntimeSettings;
use std::hash::{DefaultHasher, Hash, Hasher};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

/// What one component may consist of; guests of Python and JavaScript need that much.
const CORE_INSTANCES: u32 = 200;
const TABLES: u32 = 50;
const MEMORIES: u32 = 20;

/// Where instances are allocated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Allocation {
    /// In a pool whose address space is reserved at the start.
    Pooling,
    /// Wherever there is space.
    OnDemand,
}

/// The configuration of an engine that runs plugins.
pub(crate) fn config(settings: &RuntimeSettings, allocation: Allocation) -> Config {
    let mut config = shaping();
    if matches!(allocation, Allocation::Pooling) {
        let calls = settings.concurrent_calls.saturating_add(settings.warm_instances).saturating_add(8);
        let mut pool = PoolingAllocationConfig::new();
        // Every call may hold as much as one component may: no plugin can empty the pool for others.
        pool.total_component_instances(calls)
            .total_core_instances(calls.saturating_mul(CORE_INSTANCES))
            .total_memories(calls.saturating_mul(MEMORIES))
            .total_tables(calls.saturating_mul(TABLES))
            .total_stacks(calls)
            .max_memory_size(settings.ceiling.memory_bytes)
            .table_elements(settings.limits.table_entries)
            .max_component_instance_size(4 << 20)
            .max_core_instance_size(4 << 20)
            .max_core_instances_per_component(CORE_INSTANCES)
            .max_tables_per_component(TABLES)
            .max_memories_per_component(MEMORIES);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}

/// All that shapes code. Where instances are allocated does not.
pub(crate) fn shaping() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .concurrency_support(false)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(64 << 20)
        .max_wasm_stack(512 << 10)
        .async_stack_size(2 << 20)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(20));
    config
}

/// What engines are that run one another's code, as a number.
pub(crate) fn compatibility(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_without_a_pool_makes_code_for_one_with_a_pool() {
        let settings = RuntimeSettings { concurrent_calls: 1, ..RuntimeSettings::new(None, [0; 32]) };
        let pooling = Engine::new(&config(&settings, Allocation::Pooling)).unwrap();
        let plain = Engine::new(&shaping()).unwrap();
        assert_eq!(compatibility(&plain), compatibility(&pooling));
        let other = Engine::new(shaping().consume_fuel(false)).unwrap();
        assert_ne!(compatibility(&other), compatibility(&pooling));
    }
}
