//! What a running plugin sees of the host. Effects are only collected here; reads go through [`Facts`].

use crate::{
    bindings::{channel, loyalty, occasions},
    facts::{Facts, FactsError},
    fault::{HostFailure, HostFault},
    limits::Growth,
    output::Truncating,
};
use loyalty::stammgast::host::{log, state};
use stammgast_domain::{
    CustomerId,
    call::{Fault, Read},
    effect::{Effect, StateChange},
    plugin::{CallLimits, Capability, FaultKind},
    text,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

/// One value of plugin state as the running call sees it.
#[derive(Debug, Clone)]
struct SeenState {
    read_version: u64,
    inherited: bool,
    value: Option<Vec<u8>>,
    /// Whether the store has a value.
    existed: bool,
    changed: bool,
}

/// The state of one call.
pub(crate) struct HostState {
    pub(crate) wasi: WasiCtx,
    pub(crate) table: ResourceTable,
    pub(crate) growth: Growth,
    pub(crate) stdout: Truncating,
    pub(crate) effects: Vec<Effect>,
    pub(crate) log: Vec<(log::Level, String)>,
    pub(crate) dropped_log_lines: u32,
    pub(crate) limits: CallLimits,
    pub(crate) grants: BTreeSet<Capability>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) facts: Arc<dyn Facts>,
    /// What the host answered so far, in order.
    pub(crate) reads: Vec<Read>,
    read_rows: usize,
    host_calls: u32,
    output_bytes: usize,
    states: BTreeMap<(Option<CustomerId>, String), SeenState>,
    /// How many keys the store has, by owner.
    state_keys: BTreeMap<Option<CustomerId>, usize>,
}

impl WasiView for HostState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// What a call is given beside its question.
pub(crate) struct Setting {
    pub(crate) wasi: WasiCtx,
    pub(crate) stdout: Truncating,
    pub(crate) limits: CallLimits,
    pub(crate) grants: BTreeSet<Capability>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) facts: Arc<dyn Facts>,
}

pub(crate) fn stop(kind: FaultKind, message: impl AsRef<str>) -> wasmtime::Error {
    wasmtime::Error::new(HostFault(Fault::new(kind, message)))
}

pub(crate) fn unanswered(error: &FactsError) -> wasmtime::Error {
    wasmtime::Error::new(HostFailure(error.to_string()))
}

impl HostState {
    pub(crate) fn new(setting: Setting) -> Self {
        let Setting { wasi, stdout, limits, grants, customer, facts } = setting;
        let mut table = ResourceTable::new();
        table.set_max_capacity(1_000);
        Self {
            wasi,
            table,
            growth: Growth::new(limits),
            stdout,
            effects: Vec::new(),
            log: Vec::new(),
            dropped_log_lines: 0,
            limits,
            grants,
            customer,
            facts,
            reads: Vec::new(),
            read_rows: 0,
            host_calls: 0,
            output_bytes: 0,
            states: BTreeMap::new(),
            state_keys: BTreeMap::new(),
        }
    }

    /// Begins another call in the same instance: what the instance holds stays, all else is new.
    pub(crate) fn begin_again(&mut self, setting: Setting) {
        let fresh = Self::new(setting);
        let table = std::mem::take(&mut self.table);
        let growth = self.growth.under(fresh.limits);
        *self = Self { table, growth, ..fresh };
    }

    /// The effects asked for, changes of state last.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        let changed = std::mem::take(&mut self.states).into_iter().filter(|(_, seen)| seen.changed);
        let states = changed.map(|((customer, key), seen)| {
            let SeenState { read_version, inherited, value, .. } = seen;
            Effect::SetState(StateChange { customer, key, value, read_version, inherited })
        });
        std::mem::take(&mut self.effects).into_iter().chain(states).collect()
    }

    pub(crate) fn count_call(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > self.limits.host_calls {
            let limit = self.limits.host_calls;
            return Err(stop(FaultKind::HostCalls, format!("it called the host more than {limit} times")));
        }
        Ok(())
    }

    fn count_bytes(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.output_bytes = self.output_bytes.saturating_add(bytes);
        if self.output_bytes > self.limits.output_bytes {
            let limit = self.limits.output_bytes;
            return Err(stop(FaultKind::Output, format!("it handed more than {limit} bytes to the host")));
        }
        Ok(())
    }

    pub(crate) fn need(&self, capability: Capability) -> wasmtime::Result<()> {
        if self.grants.contains(&capability) {
            return Ok(());
        }
        let message = format!(
            "it used `{capability}`, which is not granted to it; its manifest has to ask for that under `capabilities`, and \
             an admin to grant it"
        );
        Err(stop(FaultKind::InvalidEffect, message))
    }

    /// Notes what the host answered; rows of the past count against a limit of their own.
    pub(crate) fn note(&mut self, read: Read, rows: usize) -> wasmtime::Result<()> {
        self.read_rows = self.read_rows.saturating_add(rows);
        if self.read_rows > self.limits.read_rows {
            let limit = self.limits.read_rows;
            return Err(stop(FaultKind::HostCalls, format!("it looked up more than {limit} rows")));
        }
        self.reads.push(read);
        Ok(())
    }

    /// Notes an effect that the plugin asks for; the host decides about it once the call has ended well.
    pub(crate) fn ask(&mut self, effect: Effect) -> wasmtime::Result<()> {
        self.count_call()?;
        self.count_bytes(effect.bytes())?;
        self.need(effect.capability())?;
        if self.effects.len() >= self.limits.effects {
            let limit = self.limits.effects;
            return Err(stop(FaultKind::Output, format!("it asked for more than {limit} effects")));
        }
        self.effects.push(effect);
        Ok(())
    }

    fn scoped(&self, scope: state::Scope, key: &str) -> wasmtime::Result<(Option<CustomerId>, String)> {
        if key.is_empty() || key.chars().count() > 200 {
            return Err(stop(FaultKind::InvalidEffect, "a key of state has 1 to 200 characters"));
        }
        let customer = match scope {
            state::Scope::Shared => None,
            state::Scope::Customer => Some(self.customer.ok_or_else(|| {
                stop(FaultKind::InvalidEffect, "the event has no customer whose state could be used")
            })?),
        };
        Ok((customer, key.to_owned()))
    }

    async fn seen(&mut self, place: &(Option<CustomerId>, String)) -> wasmtime::Result<SeenState> {
        if let Some(seen) = self.states.get(place) {
            return Ok(seen.clone());
        }
        let stored = self.facts.state(place.0, &place.1).await.map_err(|error| unanswered(&error))?;
        let read = Read::State { customer: place.0, key: place.1.clone(), found: stored.clone() };
        self.note(read, 0)?;
        let seen = SeenState {
            read_version: stored.version,
            inherited: stored.inherited,
            existed: stored.value.is_some(),
            value: stored.value,
            changed: false,
        };
        self.states.insert(place.clone(), seen.clone());
        Ok(seen)
    }

    async fn change_state(&mut self, scope: state::Scope, key: &str, value: Option<Vec<u8>>) -> wasmtime::Result<()> {
        self.count_call()?;
        self.need(state_of(scope))?;
        let size = value.as_ref().map_or(0, Vec::len);
        self.count_bytes(size + key.len())?;
        if size > self.limits.state_bytes {
            let limit = self.limits.state_bytes;
            let message = format!("state `{key}` would hold {size} bytes; at most {limit} fit");
            return Err(stop(FaultKind::InvalidEffect, message));
        }
        let place = self.scoped(scope, key)?;
        let seen = self.seen(&place).await?;
        if seen.value.is_none() && value.is_some() {
            self.room_for_key(place.0).await?;
        }
        self.states.insert(place, SeenState { value, changed: true, ..seen });
        Ok(())
    }

    /// Makes sure that one more key of state fits.
    async fn room_for_key(&mut self, customer: Option<CustomerId>) -> wasmtime::Result<()> {
        let stored = if let Some(stored) = self.state_keys.get(&customer) {
            *stored
        } else {
            let stored = self.facts.state_keys(customer).await.map_err(|error| unanswered(&error))?;
            self.note(Read::StateKeys { customer, found: stored }, 0)?;
            self.state_keys.insert(customer, stored);
            stored
        };
        let mut keys = stored;
        for (_, seen) in self.states.iter().filter(|((owner, _), _)| *owner == customer) {
            match (seen.existed, seen.value.is_some()) {
                (false, true) => keys = keys.saturating_add(1),
                (true, false) => keys = keys.saturating_sub(1),
                _ => {}
            }
        }
        let (limit, whose) = match customer {
            Some(_) => (self.limits.state_keys, "of a customer"),
            None => (self.limits.shared_state_keys, "that all customers share"),
        };
        if keys < limit {
            return Ok(());
        }
        let message = format!("its state {whose} has {limit} keys, and no more fit; delete some, or use fewer");
        Err(stop(FaultKind::InvalidEffect, message))
    }
}

const fn state_of(scope: state::Scope) -> Capability {
    match scope {
        state::Scope::Customer => Capability::StateCustomer,
        state::Scope::Shared => Capability::StateShared,
    }
}

impl loyalty::stammgast::types::types::Host for HostState {}
impl occasions::stammgast::loyalty::loyalty_types::Host for HostState {}
impl channel::stammgast::channel::channel_types::Host for HostState {}

impl log::Host for HostState {
    async fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        // Lines past the limit are counted and no fault.
        if self.log.len() >= self.limits.log_lines as usize {
            self.dropped_log_lines = self.dropped_log_lines.saturating_add(1);
            return Ok(());
        }
        self.count_call()?;
        self.log.push((level, text::one_line(&message, self.limits.log_line_chars)));
        Ok(())
    }
}

impl state::Host for HostState {
    async fn get(&mut self, scope: state::Scope, key: String) -> wasmtime::Result<Option<Vec<u8>>> {
        self.count_call()?;
        self.need(state_of(scope))?;
        let place = self.scoped(scope, &key)?;
        Ok(self.seen(&place).await?.value)
    }

    async fn set(&mut self, scope: state::Scope, key: String, value: Vec<u8>) -> wasmtime::Result<()> {
        self.change_state(scope, &key, Some(value)).await
    }

    async fn delete(&mut self, scope: state::Scope, key: String) -> wasmtime::Result<()> {
        self.change_state(scope, &key, None).await
    }
}
