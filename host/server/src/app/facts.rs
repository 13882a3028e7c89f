//! What running plugins may read: facts of their own tenant and installation.

use futures::{FutureExt, future::BoxFuture};
use stammgast_domain::{
    CustomerId, InstallationId, Points,
    customer::Customer,
    effect::{Effect, StateChange},
    ledger::Account,
};
use stammgast_runtime::{Facts, FactsError, StateValue};
use stammgast_store::{StoreError, TenantStore};
use std::{collections::BTreeMap, sync::Arc};

/// Facts from the tenant's store.
pub struct StoredFacts {
    /// The tenant's.
    pub store: Arc<TenantStore>,
    /// Whose state it is.
    pub installation: InstallationId,
}

fn failed(error: &StoreError) -> FactsError {
    tracing::error!(error = error as &dyn std::error::Error, "a plugin's question to the store failed");
    FactsError("the store failed".to_owned())
}

impl Facts for StoredFacts {
    fn state<'a>(
        &'a self,
        customer: Option<CustomerId>,
        key: &'a str,
    ) -> BoxFuture<'a, Result<StateValue, FactsError>> {
        async move {
            let row = self.store.plugin_state(self.installation, customer, key).await;
            let row = row.map_err(|error| failed(&error))?;
            Ok(row.map_or_else(StateValue::default, |row| StateValue { value: row.value, version: row.version }))
        }
        .boxed()
    }

    fn customer(&self, id: CustomerId) -> BoxFuture<'_, Result<Option<Customer>, FactsError>> {
        async move { self.store.customer(id).await.map_err(|error| failed(&error)) }.boxed()
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> BoxFuture<'a, Result<Points, FactsError>> {
        async move {
            let account = Account::Available { program: program.to_owned(), customer };
            let balances = self.store.balances(&[account]).await.map_err(|error| failed(&error))?;
            Ok(balances.into_iter().next().map_or(Points(0), |balance| balance.points))
        }
        .boxed()
    }
}

/// Changes of state by owner and key.
pub type StateChanges = BTreeMap<(Option<CustomerId>, String), StateChange>;

/// What several calls for one event asked for, as if one call had. A later change of a key replaces an earlier one.
#[derive(Debug, Default)]
pub struct Asked {
    effects: Vec<Effect>,
    /// Changes of the installation's state so far.
    pub states: StateChanges,
}

impl Asked {
    /// Adds what one more call asked for.
    pub fn add(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::SetState(change) => {
                    self.states.insert((change.customer, change.key.clone()), change);
                }
                other => self.effects.push(other),
            }
        }
    }

    /// All effects, changes of state last.
    #[must_use]
    pub fn effects(self) -> Vec<Effect> {
        self.effects.into_iter().chain(self.states.into_values().map(Effect::SetState)).collect()
    }
}

/// Facts as a later call for the same event sees them: with the state as earlier calls changed it.
pub struct ChangedFacts {
    /// What is stored.
    pub stored: Arc<StoredFacts>,
    /// What earlier calls changed.
    pub changes: StateChanges,
}

impl Facts for ChangedFacts {
    fn state<'a>(
        &'a self,
        customer: Option<CustomerId>,
        key: &'a str,
    ) -> BoxFuture<'a, Result<StateValue, FactsError>> {
        match self.changes.get(&(customer, key.to_owned())) {
            Some(change) => {
                let seen = StateValue { value: change.value.clone(), version: change.read_version };
                async move { Ok(seen) }.boxed()
            }
            None => self.stored.state(customer, key),
        }
    }

    fn customer(&self, id: CustomerId) -> BoxFuture<'_, Result<Option<Customer>, FactsError>> {
        self.stored.customer(id)
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> BoxFuture<'a, Result<Points, FactsError>> {
        self.stored.points(program, customer)
    }
}
