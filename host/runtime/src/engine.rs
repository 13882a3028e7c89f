//! The engine, and components made ready to be called.

use crate::{
    CallLimits, RuntimeSettings,
    bindings::{activities, channel, feedback, loyalty, occasions, points, quality},
    cache::CodeCache,
    compiler::{self, Compiler, CompilerError, Refused},
    configuration::{Allocation, compatibility, config},
    exports,
    host::HostState,
    inspect::{self, Inspection, Outside, Refusal},
    threads::Threads,
    warm::WarmInstances,
};
use stammgast_domain::{
    digest::Digest,
    plugin::{Family, WantedLimits},
};
use std::{
    collections::BTreeSet,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::{runtime::Handle, sync::Semaphore};
use wasmtime::{
    Engine, StoreContextMut,
    component::{Component, HasSelf, InstancePre, Linker},
};
use wasmtime_wasi::p2::{Pollable, subscribe};

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
    /// The process that compiles components cannot do its work.
    #[error(transparent)]
    Compiler(#[from] CompilerError),
    /// The compiler's task ended early.
    #[error("compiling was interrupted")]
    Interrupted,
}

/// Runs plugins. One per process.
pub struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) settings: RuntimeSettings,
    pub(crate) slots: Semaphore,
    /// Places of instances that wait for their next call.
    warm: Arc<Semaphore>,
    linker: Linker<HostState>,
    compatibility: u64,
    cache: Option<CodeCache>,
    compiling: Mutex<()>,
    uncompilable: Refused,
    stopping: AtomicBool,
    /// Evaluations that have ended.
    pub(crate) evaluations: AtomicU64,
    threads: Threads,
}

/// A component, compiled and linked, ready to be instantiated for each call.
pub struct LoadedPlugin {
    /// SHA-256 of the component.
    pub digest: Digest,
    pub(crate) purchases: Option<loyalty::LoyaltyRulesPre<HostState>>,
    pub(crate) occasions: Option<occasions::LoyaltyOccasionsPre<HostState>>,
    pub(crate) activities: Option<activities::LoyaltyActivitiesPre<HostState>>,
    pub(crate) points: Option<points::LoyaltyPointsPre<HostState>>,
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
        let compatibility = compatibility(&engine);
        let cache = settings.cache.as_deref();
        let cache = cache
            .map(|folder| CodeCache::open(folder, settings.cache_key, compatibility))
            .transpose()
            .map_err(RuntimeError::Cache)?;
        let linker = linker(&engine).map_err(|error| RuntimeError::Engine(format!("{error:#}")))?;
        let slots = Semaphore::new(settings.concurrent_calls as usize);
        let warm = Arc::new(Semaphore::new(settings.warm_instances as usize));
        start_clock(&engine, &settings);
        let threads = Threads::start(settings.threads).map_err(RuntimeError::Threads)?;
        Ok(Self {
            engine,
            settings,
            slots,
            warm,
            linker,
            compatibility,
            cache,
            compiling: Mutex::new(()),
            uncompilable: Refused::default(),
            stopping: AtomicBool::new(false),
            evaluations: AtomicU64::new(0),
            threads,
        })
    }

    /// Ends what is being compiled, and compiles nothing any more: the process is about to end.
    pub fn stop_compiling(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// How many evaluations have ended since the start.
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
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

    /// A place for instances of one installation that stay for further calls.
    #[must_use]
    pub fn warm_instances(&self) -> WarmInstances {
        WarmInstances::new(Arc::clone(&self.warm))
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
            runtime.link(&component, digest, &Family::of(&manifest.kinds, &manifest.events))
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
        self.link(&component, digest, &Family::of(&manifest.kinds, &manifest.events))?;
        Ok(Inspection { digest, manifest, imports, size: bytes.len() as u64 })
    }

    fn check_resources(component: &Component, limits: &CallLimits) -> Result<(), Refusal> {
        let Some(needed) = component.resources_required() else { return Ok(()) };
        let memory = needed.max_initial_memory_size.unwrap_or(0).saturating_mul(PAGE);
        let limit = limits.memory_bytes as u64;
        if memory > limit {
            return Err(Refusal::Memory { mib: memory >> 20, limit: limit >> 20 });
        }
        Ok(())
    }

    fn compile(&self, bytes: &[u8], digest: &Digest) -> Result<Component, RuntimeError> {
        if let Some(component) = self.known(digest)? {
            return Ok(component);
        }
        // One at a time: compiling takes every processor that it finds.
        let _turn = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have had it compiled meanwhile.
        if let Some(component) = self.known(digest)? {
            return Ok(component);
        }
        let invalid = |error: wasmtime::Error| Refusal::Invalid(format!("{error:#}"));
        let code = match &self.settings.compiler {
            Compiler::InProcess => self.engine.precompile_component(bytes).map_err(invalid)?,
            Compiler::Child(child) => {
                let compiled = compiler::compile(child, bytes, self.compatibility, &self.stopping);
                if let Err(RuntimeError::Refused(Refusal::Compiling(reason))) = &compiled {
                    self.uncompilable.remember(*digest, reason);
                }
                compiled?
            }
        };
        let component = self.deserialize(&code).map_err(invalid)?;
        if let Some(cache) = &self.cache
            && let Err(error) = cache.keep(digest, &code)
        {
            tracing::warn!(%error, "compiled code cannot be kept; it is compiled anew at the next start");
        }
        Ok(component)
    }

    /// What came of it when it was compiled before.
    fn known(&self, digest: &Digest) -> Result<Option<Component>, Refusal> {
        if let Some(reason) = self.uncompilable.reason(digest) {
            return Err(Refusal::Compiling(reason));
        }
        let code = self.cache.as_ref().and_then(|cache| cache.load(digest));
        Ok(code.and_then(|code| self.deserialize(&code).ok()))
    }

    #[expect(unsafe_code, reason = "loading native code that this server's own compiler made")]
    fn deserialize(&self, code: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: `code` was made by `Engine::precompile_component` for an engine of this one's compatibility hash, and
        // nobody else could touch it. Either this very engine made it, or a child process that runs this server's own
        // program sent it through a pipe, with the hash, which was compared; or it was made so earlier, and the cache
        // verified an HMAC over it under a key that only this server has.
        unsafe { Component::deserialize(&self.engine, code) }
    }

    fn link(
        &self,
        component: &Component,
        digest: Digest,
        families: &BTreeSet<Family>,
    ) -> Result<LoadedPlugin, RuntimeError> {
        let misfit = |error: wasmtime::Error| Refusal::Link(format!("{error:#}"));
        let pre: InstancePre<HostState> = self.linker.instantiate_pre(component).map_err(misfit)?;
        exports::check(component, families)?;
        Ok(LoadedPlugin {
            digest,
            purchases: made(families.contains(&Family::Purchases), &pre, loyalty::LoyaltyRulesPre::new)?,
            occasions: made(families.contains(&Family::Occasions), &pre, occasions::LoyaltyOccasionsPre::new)?,
            activities: made(families.contains(&Family::Activities), &pre, activities::LoyaltyActivitiesPre::new)?,
            points: made(families.contains(&Family::Points), &pre, points::LoyaltyPointsPre::new)?,
            quality: made(families.contains(&Family::Checks), &pre, quality::QualityChecksPre::new)?,
            channel: made(families.contains(&Family::Messages), &pre, channel::ChannelConnectorPre::new)?,
            feedback: made(families.contains(&Family::Routes), &pre, feedback::FeedbackRoutesPre::new)?,
        })
    }
}

/// Looks up what a family exports, where the plugin is asked about it.
fn made<T>(
    is_wanted: bool,
    pre: &InstancePre<HostState>,
    make: impl FnOnce(InstancePre<HostState>) -> wasmtime::Result<T>,
) -> Result<Option<T>, Refusal> {
    is_wanted.then(|| make(pre.clone())).transpose().map_err(|error| Refusal::Link(format!("{error:#}")))
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<HostState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    loyalty::LoyaltyRules::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
    // Without functions, so one of the worlds that use it stands for all.
    occasions::stammgast::loyalty::loyalty_types::add_to_linker::<_, HasSelf<HostState>>(&mut linker, |state| state)?;
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
