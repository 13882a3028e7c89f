//! The engine, and components made ready to be called.

use crate::{
    CallLimits, RuntimeSettings,
    bindings::{channel, feedback, loyalty, quality},
    cache::CodeCache,
    host::HostState,
    inspect::{self, Inspection, Outside, Refusal},
    threads::Threads,
};
use stammgast_domain::{
    digest::Digest,
    plugin::{PluginKind, WantedLimits},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{runtime::Handle, sync::Semaphore};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, StoreContextMut,
    component::{Component, HasSelf, InstancePre, Linker},
};
use wasmtime_wasi::p2::{Pollable, subscribe};

/// What one component may consist of; guests of Python and JavaScript need that much.
const CORE_INSTANCES: u32 = 200;
const TABLES: u32 = 50;
const MEMORIES: u32 = 20;
/// Bytes of a page of linear memory (WebAssembly core specification, section 4.2.8).
const PAGE: u64 = 64 << 10;

/// Why the runtime cannot work.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The engine cannot be made.
    #[error("the WebAssembly engine cannot be made: {0}")]
    Engine(String),
    /// The cache folder cannot be used.
    #[error("the compiled-code cache cannot be used")]
    Cache(#[source] io::Error),
    /// The threads for calls cannot be started.
    #[error("the threads for plugin calls cannot be started")]
    Threads(#[source] io::Error),
    /// The component is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The compiler's task ended early.
    #[error("compiling was interrupted")]
    Interrupted,
}

/// Runs plugins. One per process.
pub struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) settings: RuntimeSettings,
    pub(crate) slots: Semaphore,
    linker: Linker<HostState>,
    cache: Option<CodeCache>,
    compiling: Mutex<()>,
    threads: Threads,
}

/// A component, compiled and linked, ready to be instantiated for each call.
pub struct LoadedPlugin {
    /// SHA-256 of the component.
    pub digest: Digest,
    pub(crate) loyalty: Option<loyalty::LoyaltyRulesPre<HostState>>,
    pub(crate) quality: Option<quality::QualityChecksPre<HostState>>,
    pub(crate) channel: Option<channel::ChannelConnectorPre<HostState>>,
    pub(crate) feedback: Option<feedback::FeedbackRoutesPre<HostState>>,
}

impl Runtime {
    /// Makes the engine and starts its clock.
    ///
    /// # Errors
    /// The engine or the cache folder cannot be used.
    pub fn new(settings: RuntimeSettings) -> Result<Self, RuntimeError> {
        let engine = match Engine::new(&config(&settings, Allocation::Pooling)) {
            Ok(engine) => engine,
            Err(error) => {
                tracing::warn!(%error, "no address space for the instance pool; instances are allocated on demand");
                Engine::new(&config(&settings, Allocation::OnDemand))
                    .map_err(|error| RuntimeError::Engine(format!("{error:#}")))?
            }
        };
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let cache = settings.cache.as_deref();
        let cache = cache
            .map(|folder| CodeCache::open(folder, settings.cache_key, hasher.finish()))
            .transpose()
            .map_err(RuntimeError::Cache)?;
        let linker = linker(&engine).map_err(|error| RuntimeError::Engine(format!("{error:#}")))?;
        let slots = Semaphore::new(settings.concurrent_calls as usize);
        start_clock(&engine, &settings);
        let threads = Threads::start(settings.threads).map_err(RuntimeError::Threads)?;
        Ok(Self { engine, settings, slots, linker, cache, compiling: Mutex::new(()), threads })
    }

    /// Whether no call runs.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.slots.available_permits() >= self.settings.concurrent_calls as usize
    }

    /// Where calls belong: threads of their own, so that a plugin that computes for long keeps nobody else waiting.
    #[must_use]
    pub const fn threads(&self) -> &Handle {
        self.threads.handle()
    }

    /// Limits of one call of a plugin with these wishes, where an admin may have set others.
    #[must_use]
    pub fn limits(&self, set: WantedLimits, wished: WantedLimits) -> CallLimits {
        self.settings.limits.with(set, wished, &self.settings.ceiling)
    }

    /// Checks a component without running it: size, validity, manifest, kinds, imports.
    ///
    /// # Errors
    /// [`Refusal`] says what is wrong and what to do.
    pub async fn inspect(self: &Arc<Self>, bytes: Vec<u8>) -> Result<Inspection, RuntimeError> {
        let runtime = Arc::clone(self);
        tokio::task::spawn_blocking(move || runtime.inspect_now(&bytes)).await.map_err(|_| RuntimeError::Interrupted)?
    }

    /// Makes a component ready to be called, from the cache where it is kept there.
    ///
    /// # Errors
    /// The component is refused.
    pub async fn load(self: &Arc<Self>, bytes: Vec<u8>) -> Result<LoadedPlugin, RuntimeError> {
        let runtime = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let manifest = inspect::read(&bytes, runtime.settings.component_bytes)?.manifest;
            let digest = Digest::of(&bytes);
            let component = runtime.compile(&bytes, &digest)?;
            runtime.link(&component, digest, |kind| manifest.kinds.contains(&kind))
        })
        .await
        .map_err(|_| RuntimeError::Interrupted)?
    }

    fn inspect_now(&self, bytes: &[u8]) -> Result<Inspection, RuntimeError> {
        let outside = inspect::read(bytes, self.settings.component_bytes)?;
        // Compiling is the costly part: what can be refused without it is.
        inspect::compare(&outside)?;
        let Outside { manifest, imports, .. } = outside;
        let digest = Digest::of(bytes);
        let component = self.compile(bytes, &digest)?;
        Self::check_resources(&component, &self.limits(WantedLimits::default(), manifest.limits))?;
        self.link(&component, digest, |kind| manifest.kinds.contains(&kind))?;
        Ok(Inspection { digest, manifest, imports, size: bytes.len() as u64 })
    }

    fn check_resources(component: &Component, limits: &CallLimits) -> Result<(), Refusal> {
        let Some(needed) = component.resources_required() else { return Ok(()) };
        let memory = needed.max_initial_memory_size.unwrap_or(0).saturating_mul(PAGE);
        let limit = limits.memory_bytes as u64;
        if memory > limit {
            let what = format!("{} MiB of memory at the start", memory >> 20);
            let limit = format!(
                "{} MiB; wish for more with limits.memory_mib in the manifest, within runtime.max_memory_mib",
                limit >> 20
            );
            return Err(Refusal::Resources { what, limit });
        }
        Ok(())
    }

    fn compile(&self, bytes: &[u8], digest: &Digest) -> Result<Component, RuntimeError> {
        if let Some(code) = self.cache.as_ref().and_then(|cache| cache.load(digest))
            && let Ok(component) = self.deserialize(&code)
        {
            return Ok(component);
        }
        let invalid = |error: wasmtime::Error| Refusal::Invalid(format!("{error:#}"));
        // One at a time: compiling takes every processor that it finds.
        let _turn = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        let component = Component::from_binary(&self.engine, bytes).map_err(invalid)?;
        if let Some(cache) = &self.cache {
            let code = component.serialize().map_err(invalid)?;
            if let Err(error) = cache.keep(digest, &code) {
                tracing::warn!(%error, "compiled code cannot be kept; it is compiled anew at the next start");
            }
        }
        Ok(component)
    }

    #[expect(unsafe_code, reason = "loading native code that this server compiled and authenticated itself")]
    fn deserialize(&self, code: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: the cache verified an HMAC under a key that only this server has, over code that
        // `Component::serialize` made for an engine of the same compatibility hash.
        unsafe { Component::deserialize(&self.engine, code) }
    }

    fn link(
        &self,
        component: &Component,
        digest: Digest,
        serves: impl Fn(PluginKind) -> bool,
    ) -> Result<LoadedPlugin, RuntimeError> {
        let misfit = |error: wasmtime::Error| Refusal::Link(format!("{error:#}"));
        let pre: InstancePre<HostState> = self.linker.instantiate_pre(component).map_err(misfit)?;
        let wanted = |kind| serves(kind).then(|| pre.clone());
        Ok(LoadedPlugin {
            digest,
            loyalty: wanted(PluginKind::Loyalty).map(loyalty::LoyaltyRulesPre::new).transpose().map_err(misfit)?,
            quality: wanted(PluginKind::Quality).map(quality::QualityChecksPre::new).transpose().map_err(misfit)?,
            channel: wanted(PluginKind::Channel).map(channel::ChannelConnectorPre::new).transpose().map_err(misfit)?,
            feedback: wanted(PluginKind::Feedback).map(feedback::FeedbackRoutesPre::new).transpose().map_err(misfit)?,
        })
    }
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<HostState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    loyalty::LoyaltyRules::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    quality::stammgast::quality::effects::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    channel::stammgast::channel::channel_types::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    channel::stammgast::channel::effects::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    feedback::stammgast::feedback::effects::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    still_timers(&mut linker)?;
    Ok(linker)
}

/// A plugin's clock stands still, so whatever it waits for has come: its timers are ready at once. A real timer would
/// let it hold its place for long, and tell it how fast it runs.
fn still_timers(linker: &mut Linker<HostState>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let mut clock = linker.instance(MONOTONIC_CLOCK)?;
    for timer in ["subscribe-instant", "subscribe-duration"] {
        clock.func_wrap(timer, |mut store: StoreContextMut<'_, HostState>, (_when,): (u64,)| {
            let table = &mut store.data_mut().table;
            let timer = table.push(ReadyAtOnce)?;
            Ok((subscribe(table, timer)?,))
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}

/// The interface of timers, in the version that wasmtime-wasi links.
const MONOTONIC_CLOCK: &str = "wasi:clocks/monotonic-clock@0.2.12";

struct ReadyAtOnce;

#[wasmtime_wasi::async_trait]
impl Pollable for ReadyAtOnce {
    async fn ready(&mut self) {}
}

#[derive(Debug, Clone, Copy)]
enum Allocation {
    Pooling,
    OnDemand,
}

fn config(settings: &RuntimeSettings, allocation: Allocation) -> Config {
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
    if matches!(allocation, Allocation::Pooling) {
        let calls = settings.concurrent_calls.saturating_add(8);
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

/// Ticks while the engine lives, so that running calls yield and can be stopped by the clock on the wall.
fn start_clock(engine: &Engine, settings: &RuntimeSettings) {
    let engine = engine.weak();
    let tick = settings.tick;
    std::thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(tick);
        }
    });
}
