//! What running plugins may read: facts of their own tenant and installation.

use futures::FutureExt;
use stammgast_domain::{
    CustomerId, Points, Timestamp,
    call::{FoundTier, Past, PastPage, StateValue},
    customer::Customer,
    interaction::Interaction,
    ledger::WalletId,
    purchase::Purchase,
};
use stammgast_runtime::{Facts, FactsError, FactsFuture};
use stammgast_store::{StoreError, TenantStore};
use std::sync::Arc;
use uuid::Uuid;

/// Keys of state that are counted at most, past every limit on them.
const KEYS_COUNTED: usize = 200_000;

/// Facts from the tenant's store.
pub struct StoredFacts {
    /// The tenant's.
    pub store: Arc<TenantStore>,
    /// Generations of the installation's state, newest first.
    pub generations: Vec<String>,
    /// When the event was recorded: lists of the past reach up to it.
    pub until: Timestamp,
    /// The event's number and what it is about; rows that were recorded in the same moment may come after it in the log.
    pub event: Option<(u64, Uuid)>,
}

impl StoredFacts {
    /// Leaves out what was recorded in the moment of the event, but after it: many rows may be recorded at once.
    async fn until_the_event<T>(
        &self,
        mut past: Past<T>,
        of: impl Fn(&T) -> (Uuid, Timestamp) + Send,
    ) -> Result<Past<T>, StoreError> {
        let Some((seq, own)) = self.event else { return Ok(past) };
        let is_beside = |row: &T| matches!(of(row), (id, at) if at == self.until && id != own);
        if past.rows.iter().any(is_beside) {
            let later = self.store.recorded_later(seq, self.until).await?;
            past.rows.retain(|row| !later.contains(&of(row).0));
        }
        Ok(past)
    }
}

fn failed(error: &StoreError) -> FactsError {
    tracing::error!(error = error as &dyn std::error::Error, "a plugin's question to the store failed");
    FactsError("the store failed".to_owned())
}

impl Facts for StoredFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        async move {
            let found = self.store.plugin_state(&self.generations, customer, key).await;
            found.map_err(|error| failed(&error))
        }
        .boxed()
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        async move {
            let count = self.store.plugin_state_keys(&self.generations, customer, KEYS_COUNTED).await;
            count.map_err(|error| failed(&error))
        }
        .boxed()
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        async move { self.store.customer(id).await.map_err(|error| failed(&error)) }.boxed()
    }

    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, Points> {
        async move {
            let wallet = WalletId { program: program.to_owned(), customer };
            let amounts = self.store.wallet_amounts(&[wallet]).await.map_err(|error| failed(&error))?;
            Ok(amounts.into_values().next().map_or(Points(0), |amounts| Points(amounts.available)))
        }
        .boxed()
    }

    fn tier<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        async move {
            let standing = self.store.tier_standing(program, customer).await.map_err(|error| failed(&error))?;
            let Some(standing) = standing else { return Ok(FoundTier::default()) };
            let zone = self.store.settings().await.map_err(|error| failed(&error))?.unwrap_or_default().zone;
            Ok(FoundTier::of(&standing, self.until, &zone))
        }
        .boxed()
    }

    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        async move {
            let past = self.store.past_purchases(customer, self.until, page).await.map_err(|error| failed(&error))?;
            let known = self.until_the_event(past, |row| (row.id.uuid(), row.recorded_at)).await;
            known.map_err(|error| failed(&error))
        }
        .boxed()
    }

    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        async move {
            let past =
                self.store.past_interactions(customer, self.until, page).await.map_err(|error| failed(&error))?;
            let known = self.until_the_event(past, |row| (row.id.uuid(), row.recorded_at)).await;
            known.map_err(|error| failed(&error))
        }
        .boxed()
    }
}
