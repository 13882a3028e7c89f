//! Turns of tenants: each has some of its own, so that a busy one does not hold up another.

use super::AppError;
use stammgast_domain::TenantId;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

/// Turns of every tenant.
pub struct TenantTurns {
    each: usize,
    turns: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

impl TenantTurns {
    /// So many turns for each tenant at once.
    #[must_use]
    pub fn new(each: usize) -> Self {
        Self { each, turns: Mutex::new(HashMap::new()) }
    }

    /// One tenant's turns.
    pub async fn of(&self, tenant: &TenantId) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().await;
        Arc::clone(turns.entry(tenant.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }

    /// Waits for a turn of a tenant. It is kept by what does the work, which may go on when nobody waits for it any
    /// more.
    ///
    /// # Errors
    /// There are no more turns.
    pub async fn take(&self, tenant: &TenantId) -> Result<OwnedSemaphorePermit, AppError> {
        Ok(self.of(tenant).await.acquire_owned().await.map_err(std::io::Error::other)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_tenant_that_has_taken_all_its_turns_leaves_the_others_theirs() {
        let (turns, busy, other) = (TenantTurns::new(2), "busy".parse().unwrap(), "other".parse().unwrap());
        let first = turns.take(&busy).await.unwrap();
        let _second = turns.take(&busy).await.unwrap();
        assert!(turns.take(&busy).now_or_never().is_none());
        assert!(turns.take(&other).now_or_never().is_some());
        drop(first);
        assert!(turns.take(&busy).now_or_never().is_some());
    }
}
