//! Turns at calling plugins: each tenant has some of its own, so that a busy one does not hold up another.

use stammgast_domain::TenantId;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{Mutex, Semaphore};

/// Turns of every tenant.
pub struct TenantCalls {
    each: usize,
    turns: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

impl TenantCalls {
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
}
