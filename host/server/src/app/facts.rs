//! What running plugins may read: facts of their own tenant and installation.

use futures::{FutureExt, future::BoxFuture};
use stammgast_domain::{CustomerId, InstallationId, Points, customer::Customer, ledger::Account};
use stammgast_runtime::{Facts, FactsError, StateValue};
use stammgast_store::{StoreError, TenantStore};
use std::sync::Arc;

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
    ) -> BoxFuture<'a, Result<Option<StateValue>, FactsError>> {
        async move {
            let row = self.store.plugin_state(self.installation, customer, key).await;
            Ok(row.map_err(|error| failed(&error))?.map(|row| (row.value, row.version)))
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
