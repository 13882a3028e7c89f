//! The fresh store of a call: what a plugin is given before it runs.

use crate::{
    CallLimits, Runtime,
    facts::Facts,
    host::{HostState, Setting},
    output::Truncating,
};
use rand::{SeedableRng, rngs::StdRng};
use stammgast_domain::{CustomerId, Timestamp, plugin::Capability};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use wasmtime::Store;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx};

/// Everything that a call depends on, beside the plugin and the question.
pub(crate) struct Circumstances {
    /// What its clock shows.
    pub(crate) at: Timestamp,
    /// Seed of its random numbers.
    pub(crate) seed: u64,
    /// Whom it is about.
    pub(crate) customer: Option<CustomerId>,
    /// What the installation is granted.
    pub(crate) grants: BTreeSet<Capability>,
    /// What the call may use.
    pub(crate) limits: CallLimits,
    /// What it may read.
    pub(crate) facts: Arc<dyn Facts>,
}

impl Runtime {
    pub(crate) fn fresh_store(&self, circumstances: Circumstances) -> wasmtime::Result<Store<HostState>> {
        let limits = circumstances.limits;
        let mut store = Store::new(&self.engine, HostState::new(setting(circumstances, Truncating::default())));
        store.limiter(|state| &mut state.growth);
        store.epoch_deadline_async_yield_and_update(1);
        budget(&mut store, limits)?;
        Ok(store)
    }

    /// Makes a store that has served a call ready for another one: nothing of the host's side is left of the earlier.
    pub(crate) fn make_ready(store: &mut Store<HostState>, circumstances: Circumstances) -> wasmtime::Result<()> {
        let limits = circumstances.limits;
        let state = store.data_mut();
        // The instance may hold the stream that it was given first.
        let stdout = state.stdout.emptied();
        state.begin_again(setting(circumstances, stdout));
        budget(store, limits)
    }
}

fn setting(circumstances: Circumstances, stdout: Truncating) -> Setting {
    let Circumstances { at, seed, customer, grants, limits, facts } = circumstances;
    let wasi = empty_wasi(at, seed, &stdout);
    Setting { wasi, stdout, limits, grants, customer, facts }
}

fn budget(store: &mut Store<HostState>, limits: CallLimits) -> wasmtime::Result<()> {
    store.set_fuel(limits.fuel)?;
    store.set_hostcall_fuel(limits.output_bytes);
    store.set_epoch_deadline(1);
    Ok(())
}

/// WASI without authority: no files, no network, no environment, a clock that stands still, seeded random numbers.
fn empty_wasi(at: Timestamp, seed: u64, stdout: &Truncating) -> WasiCtx {
    let clock = FixedClock(at);
    let mut builder = WasiCtx::builder();
    builder
        .stdout(stdout.clone())
        .stderr(stdout.clone())
        .wall_clock(clock)
        .monotonic_clock(clock)
        .secure_random(StdRng::seed_from_u64(seed))
        .insecure_random(StdRng::seed_from_u64(seed.wrapping_add(1)))
        .insecure_random_seed(u128::from(seed))
        .max_random_size(64 << 10)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false);
    builder.build()
}

/// A clock that shows the event's time, so that a call can be repeated exactly.
#[derive(Debug, Clone, Copy)]
struct FixedClock(Timestamp);

impl HostWallClock for FixedClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.millis()).unwrap_or_default())
    }
}

impl HostMonotonicClock for FixedClock {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        0
    }
}
