//! The past as a tried version sees it: facts as they were when each event was recorded, and its own simulated state.

use futures::FutureExt;
use stammgast_domain::{
    CustomerId, InstallationId, Points, Timestamp,
    backtest::Period,
    call::{FoundTier, Past, PastPage, StateValue},
    customer::Customer,
    event::{Event, Fact, NewEvent},
    interaction::Interaction,
    ledger::{Account, Stage},
    plugin::Capability,
    purchase::Purchase,
};
use stammgast_runtime::{Facts, FactsError, FactsFuture};
use stammgast_store::{Batch, FactSort, Snapshot, StatePlace, StoreError, TenantStore, timeline_key};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The world of one lane: what was known before the batch, and what the lane's own events have told since. Lanes share
/// no customer.
pub(super) struct World {
    store: Arc<TenantStore>,
    before: Arc<Snapshot>,
    since: Mutex<Batch>,
    kept: Kept,
}

/// Which facts have to be kept, because a side may look them up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    lookups: BTreeSet<Capability>,
    /// Whose postings are not facts where they fall into the period, because they are what is tried anew.
    without: Option<InstallationId>,
    period: Period,
}

impl Kept {
    pub(super) const fn of(grants: BTreeSet<Capability>, without: Option<InstallationId>, period: Period) -> Self {
        Self { lookups: grants, without, period }
    }

    /// Whether a posting is one that is tried anew.
    fn is_own(&self, posting: &NewEvent) -> bool {
        let installation = posting.cause.map(|cause| cause.installation);
        installation.is_some() && installation == self.without && self.period.holds(posting.occurred_at)
    }

    /// Whether what this capability looks up has to be kept.
    pub(super) fn has(&self, lookup: Capability) -> bool {
        self.lookups.contains(&lookup)
    }
}

impl World {
    pub(super) fn new(store: Arc<TenantStore>, before: Arc<Snapshot>, kept: Kept) -> Self {
        Self { store, before, since: Mutex::new(Batch::default()), kept }
    }

    /// What the lane found; the world is at its end.
    pub(super) fn into_batch(self) -> Batch {
        self.since.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn since(&self) -> MutexGuard<'_, Batch> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_state(&self, place: StatePlace, value: StateValue) {
        self.since().states.insert(place, value);
    }

    pub(super) fn add_balance(&self, place: (u8, CustomerId, String), points: i64) {
        let mut since = self.since();
        let sum = since.balances.entry(place).or_default();
        *sum = sum.saturating_add(points);
    }

    /// Takes in what an event tells, where a side may look it up.
    pub(super) fn tell(&self, event: &Event) {
        let seq = event.seq;
        match &event.event.fact {
            Fact::CustomerCreated(customer) | Fact::CustomerUpdated(customer)
                if self.kept.has(Capability::LookupCustomer) =>
            {
                self.since().facts.insert((FactSort::Customer, customer.id, String::new()), seq);
            }
            Fact::PurchaseRecorded(purchase) if self.kept.has(Capability::LookupPurchases) => {
                let order = timeline_key(purchase.occurred_at, purchase.id);
                self.since().facts.insert((FactSort::Purchase, purchase.customer, order), seq);
            }
            Fact::InteractionRecorded(contact) | Fact::InteractionAssigned(contact)
                if self.kept.has(Capability::LookupInteractions) =>
            {
                if let Some(customer) = contact.customer {
                    let order = timeline_key(contact.occurred_at, contact.id);
                    self.since().facts.insert((FactSort::Interaction, customer, order), seq);
                }
            }
            Fact::TierChanged(change) if self.kept.has(Capability::LookupTier) => {
                let order = format!("{}/{seq:020}", change.standing.program);
                self.since().facts.insert((FactSort::Tier, change.standing.customer, order), seq);
            }
            Fact::PointsPosted(transaction) if self.kept.has(Capability::LookupPoints) => {
                let own = self.kept.is_own(&event.event);
                for entry in transaction.entries.iter().filter(|_| !own) {
                    if let Account::Customer { program, customer, stage: Stage::Available } = &entry.account {
                        for side in [super::side::CANDIDATE, super::side::BASELINE] {
                            self.add_balance((side, *customer, program.clone()), entry.points.0);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Events that tell of an owner's facts, highest order first.
    fn orders(&self, sort: FactSort, owner: CustomerId, page: &PastPage) -> Result<Vec<(String, u64)>, StoreError> {
        let limit = page.limit.saturating_add(1);
        let mut found = self.before.facts(sort, owner, page.before.as_deref(), limit)?;
        let since = self.since();
        let range = since.facts.range((sort, owner, String::new())..);
        let own = range.take_while(|((of, whose, _), _)| *of == sort && *whose == owner);
        let before = |order: &String| page.before.as_ref().is_none_or(|before| order < before);
        for ((_, _, order), seq) in own.filter(|((_, _, order), _)| before(order)) {
            found.retain(|(known, _)| known != order);
            found.push((order.clone(), *seq));
        }
        found.sort_by(|a, b| b.0.cmp(&a.0));
        found.truncate(limit);
        Ok(found)
    }

    async fn past<T>(
        &self,
        sort: FactSort,
        owner: CustomerId,
        page: &PastPage,
        of: impl Fn(Fact) -> Option<T>,
    ) -> Result<Past<T>, StoreError> {
        let mut orders = self.orders(sort, owner, page)?;
        let more = orders.len() > page.limit;
        orders.truncate(page.limit);
        let next = if more { orders.last().map(|(order, _)| order.clone()) } else { None };
        let mut rows = Vec::with_capacity(orders.len());
        for (_, seq) in orders {
            match self.store.event(seq).await {
                Ok(event) => rows.extend(event.and_then(|event| of(event.event.fact))),
                // Erased, so nobody can be told of it any more.
                Err(StoreError::Sealed { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Past { rows, next })
    }
}

/// What one side may read.
pub(super) struct PastFacts {
    world: Arc<World>,
    side: u8,
    /// When the event was recorded.
    at: Timestamp,
}

impl PastFacts {
    pub(super) const fn new(world: Arc<World>, side: u8, at: Timestamp) -> Self {
        Self { world, side, at }
    }
}

fn failed(error: &StoreError) -> FactsError {
    tracing::error!(error = error as &dyn std::error::Error, "the past cannot be read");
    FactsError("the store failed".to_owned())
}

impl Facts for PastFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        async move {
            let since = self.world.since().states.get(&(self.side, customer, key.to_owned())).cloned();
            if let Some(value) = since {
                return Ok(value);
            }
            let before = self.world.before.state(self.side, customer, key);
            Ok(before.map_err(|error| failed(&error))?.unwrap_or_default())
        }
        .boxed()
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        async move {
            let mut live = self.world.before.state_keys(self.side, customer).map_err(|error| failed(&error))?;
            for ((side, owner, key), state) in &self.world.since().states {
                if *side == self.side && *owner == customer {
                    if state.value.is_some() {
                        live.insert(key.clone());
                    } else {
                        live.remove(key);
                    }
                }
            }
            Ok(live.len())
        }
        .boxed()
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        async move {
            let page = PastPage { before: None, limit: 1 };
            let of = |fact| match fact {
                Fact::CustomerCreated(customer) | Fact::CustomerUpdated(customer) => Some(customer),
                _ => None,
            };
            let past = self.world.past(FactSort::Customer, id, &page, of).await.map_err(|error| failed(&error))?;
            Ok(past.rows.into_iter().next())
        }
        .boxed()
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, Points> {
        async move {
            let place = (self.side, customer, program.to_owned());
            let since = self.world.since().balances.get(&place).copied().unwrap_or_default();
            let before = self.world.before.balance(self.side, customer, program).map_err(|error| failed(&error))?;
            Ok(Points(before.saturating_add(since)))
        }
        .boxed()
    }

    fn tier<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        async move {
            // Orders of a program's changes begin with its code.
            let page = PastPage { before: Some(format!("{program}/~")), limit: 1 };
            let of = |fact| match fact {
                Fact::TierChanged(change) if change.standing.program == program => Some(change.standing),
                _ => None,
            };
            let past = self.world.past(FactSort::Tier, customer, &page, of).await.map_err(|error| failed(&error))?;
            let Some(standing) = past.rows.first() else { return Ok(FoundTier::default()) };
            let zone = self.world.store.settings().await.map_err(|error| failed(&error))?.unwrap_or_default().zone;
            Ok(FoundTier::of(standing, self.at, &zone))
        }
        .boxed()
    }

    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        async move {
            let of = |fact| match fact {
                Fact::PurchaseRecorded(purchase) => Some(purchase),
                _ => None,
            };
            self.world.past(FactSort::Purchase, customer, page, of).await.map_err(|error| failed(&error))
        }
        .boxed()
    }

    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        async move {
            let of = |fact| match fact {
                Fact::InteractionRecorded(contact) | Fact::InteractionAssigned(contact) => Some(contact),
                _ => None,
            };
            self.world.past(FactSort::Interaction, customer, page, of).await.map_err(|error| failed(&error))
        }
        .boxed()
    }
}
