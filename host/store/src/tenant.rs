//! One tenant's store: its database, its writer and the key that opens its personal data.

use crate::{
    Change, StoreError,
    database::Database,
    engine::Engine,
    ledger::Settled,
    migrate::{self, migrate},
    sealing::Sealer,
    secrets_key::OperatorKeys,
    settings::StoreSettings,
    vault::SealingKey,
    writer::{Writer, WriterLimits},
};
use stammgast_domain::TenantId;
use std::sync::Arc;
use tokio::{runtime::Handle, sync::watch};

/// Everything of one tenant, and nothing of another.
pub struct TenantStore {
    pub(crate) database: Arc<Database>,
    pub(crate) master: SealingKey,
    pub(crate) operator: OperatorKeys,
    tenant: TenantId,
    writer: Writer,
}

impl TenantStore {
    pub(crate) async fn open(
        engine: &Engine,
        settings: &StoreSettings,
        tenant: TenantId,
        home: &Handle,
    ) -> Result<Self, StoreError> {
        let database = Arc::new(engine.database(&format!("tenant_{tenant}")).await?);
        migrate(&database, migrate::TENANT).await?;
        let master = SealingKey::new(&settings.master_key);
        let limits = WriterLimits {
            commit_rows: settings.commit_rows,
            commit_bytes: settings.commit_bytes,
            queue: settings.commit_queue,
            conflict_tries: settings.conflict_tries,
        };
        let writer = Writer::start(Arc::clone(&database), Sealer::new(master.clone()), limits, home).await?;
        let operator = OperatorKeys::new(settings);
        Ok(Self { database, master, operator, tenant, writer })
    }

    /// The tenant's short name.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Commits a change; on `Ok` rows and events have been synced to disk.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] and [`StoreError::Stale`] name the row in the way; nothing was written.
    pub async fn commit(&self, change: Change) -> Result<(), StoreError> {
        self.writer.commit(change).await.map(drop)
    }

    /// Commits a change, and gives what the ledger decided.
    ///
    /// # Errors
    /// As [`commit`](Self::commit), and [`StoreError::Refused`].
    pub async fn settle(&self, change: Change) -> Result<Settled, StoreError> {
        self.writer.commit(change).await
    }

    /// The sequence number of the newest committed event, as it moves.
    #[must_use]
    pub fn log_head(&self) -> watch::Receiver<u64> {
        self.writer.head()
    }

    /// Takes no further changes, and waits until those that are taken are committed.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
    }
}
