//! The floor: wasmtime with the same settings and typed bindings, and nothing around it.

use stammgast_domain::{event::Event, purchase::Purchase};
use stammgast_runtime::{CallLimits, RuntimeSettings};
use std::{num::NonZeroUsize, time::Duration};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, ResourceLimiter, Store,
    component::{Component, HasSelf, Linker},
};

mod bindings {
    wasmtime::component::bindgen!({
        path: ["../wit/types", "../wit/host", "../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-rules",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

use bindings::{
    LoyaltyRules, LoyaltyRulesPre,
    stammgast::{
        host::{contacts, log, lookup, reminders, state},
        loyalty::effects,
        types::types,
    },
};

/// How a call is kept from running for ever.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CpuLimit {
    /// As the product does it.
    FuelAndEpochs,
    /// The clock on the wall alone.
    EpochsOnly,
}

/// What the plugin asked for: program, points and reason.
pub type Earned = Vec<(String, i64, types::Reason)>;

/// A component, compiled and linked.
pub struct Bare {
    engine: Engine,
    pre: LoyaltyRulesPre<State>,
    cpu: CpuLimit,
    limits: CallLimits,
}

/// The state of one call.
struct State {
    earned: Earned,
    memory_bytes: usize,
    table_entries: usize,
    limits: CallLimits,
}

impl Bare {
    pub fn new(bytes: &[u8], settings: &RuntimeSettings, cpu: CpuLimit) -> Self {
        let engine = Engine::new(&config(settings, cpu)).unwrap();
        let mut linker = Linker::new(&engine);
        LoyaltyRules::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).unwrap();
        let component = Component::from_binary(&engine, bytes).unwrap();
        let pre = LoyaltyRulesPre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
        start_clock(&engine, settings.tick);
        Self { engine, pre, cpu, limits: settings.limits }
    }

    pub async fn call(&self, context: &types::EventContext, purchase: &types::Purchase, config: &str) -> Earned {
        let state = State { earned: Vec::new(), memory_bytes: 0, table_entries: 0, limits: self.limits };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| state);
        if self.cpu == CpuLimit::FuelAndEpochs {
            store.set_fuel(self.limits.fuel).unwrap();
        }
        store.set_hostcall_fuel(self.limits.output_bytes);
        store.epoch_deadline_async_yield_and_update(1);
        store.set_epoch_deadline(1);
        let rules = self.pre.instantiate_async(&mut store).await.unwrap();
        let rules = rules.stammgast_loyalty_purchase_rules();
        rules.call_on_purchase(&mut store, context, purchase, config).await.unwrap().unwrap();
        store.into_data().earned
    }
}

/// Ticks while the engine lives.
pub fn start_clock(engine: &Engine, tick: Duration) {
    let weak = engine.weak();
    std::thread::spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(tick);
        }
    });
}

/// The product's engine settings.
pub fn config(settings: &RuntimeSettings, cpu: CpuLimit) -> Config {
    let calls = settings.concurrent_calls.saturating_add(8);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(200))
        .total_memories(calls.saturating_mul(20))
        .total_tables(calls.saturating_mul(50))
        .total_stacks(calls)
        .max_memory_size(settings.ceiling.memory_bytes)
        .table_elements(settings.limits.table_entries)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .max_core_instances_per_component(200)
        .max_tables_per_component(50)
        .max_memories_per_component(20);
    let mut config = Config::new();
    config
        .consume_fuel(cpu == CpuLimit::FuelAndEpochs)
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
        .wasm_backtrace_max_frames(NonZeroUsize::new(20))
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// The event in the contract's types.
pub fn arguments(event: &Event, purchase: &Purchase) -> (types::EventContext, types::Purchase) {
    let new = &event.event;
    let context = types::EventContext {
        seq: event.seq,
        event_type: new.fact.event_type().as_str().to_owned(),
        occurred_at: new.occurred_at.millis(),
        recorded_at: new.recorded_at.millis(),
        customer: Some(purchase.customer.to_string()),
    };
    let lines = purchase.lines.iter().map(|line| types::PurchaseLine {
        product: line.product.clone(),
        category: line.category.clone(),
        quantity: line.quantity,
        amount_minor: line.amount_minor,
    });
    let currency = purchase.amount.currency;
    let amount = types::Money { minor: purchase.amount.minor, currency: currency.code().to_owned(), minor_digits: 2 };
    let purchase = types::Purchase {
        id: purchase.id.to_string(),
        source: purchase.source.clone(),
        amount,
        lines: lines.collect(),
        occurred_at: purchase.occurred_at.millis(),
    };
    (context, purchase)
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.memory_bytes += desired - current;
        Ok(self.memory_bytes <= self.limits.memory_bytes)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.table_entries += desired - current;
        Ok(self.table_entries <= self.limits.table_entries)
    }
}

impl types::Host for State {}

impl effects::Host for State {
    async fn earn(&mut self, program: String, points: i64, reason: types::Reason) -> wasmtime::Result<()> {
        self.earned.push((program, points, reason));
        Ok(())
    }

    async fn earn_decimal(&mut self, _: String, _: String, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn propose_tier(&mut self, _: String, _: String, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn propose_no_tier(&mut self, _: String, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn make_eligible(&mut self, _: String, _: Option<types::Date>, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn end_eligibility(&mut self, _: String, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn issue_voucher(&mut self, _: String, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl reminders::Host for State {
    async fn set(&mut self, _: String, _: types::Date) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn cancel(&mut self, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl contacts::Host for State {
    async fn propose(&mut self, _: contacts::Message, _: types::Reason) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl log::Host for State {
    async fn write(&mut self, _: log::Level, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl state::Host for State {
    async fn get(&mut self, _: state::Scope, _: String) -> wasmtime::Result<Option<Vec<u8>>> {
        Ok(None)
    }

    async fn set(&mut self, _: state::Scope, _: String, _: Vec<u8>) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn delete(&mut self, _: state::Scope, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl lookup::Host for State {
    async fn get_customer(&mut self) -> wasmtime::Result<Option<lookup::Customer>> {
        Ok(None)
    }

    async fn get_points(&mut self, _: String) -> wasmtime::Result<i64> {
        Ok(0)
    }

    async fn get_tier(&mut self, _: String) -> wasmtime::Result<lookup::Tier> {
        Ok(lookup::Tier { code: None, since: None, last_day: None, in_review: false })
    }

    async fn list_purchases(&mut self, _: Option<String>, _: u32) -> wasmtime::Result<lookup::PurchasePage> {
        Ok(lookup::PurchasePage { purchases: Vec::new(), next: None })
    }

    async fn list_interactions(&mut self, _: Option<String>, _: u32) -> wasmtime::Result<lookup::InteractionPage> {
        Ok(lookup::InteractionPage { interactions: Vec::new(), next: None })
    }
}
