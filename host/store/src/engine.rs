//! The connection to `SurrealDB`: embedded with caches of our own size, or remote.

use crate::{StoreError, database::Database, settings::EngineKind, settings::StoreSettings};
use std::{sync::Arc, time::Duration};
use surrealdb::{
    Surreal,
    engine::{any, any::Any, local::Db},
    opt::auth::Root,
};
use surrealdb_cnf::ConfigMap;
use surrealdb_core::kvs::Datastore;

/// The namespace that holds every database of one installation of the product.
const NAMESPACE: &str = "stammgast";

/// How long closing waits for the last handle before it closes the storage all the same.
const CLOSING: Duration = Duration::from_secs(10);
const CLOSING_PAUSE: Duration = Duration::from_millis(5);

/// An open connection. Handles to single databases come from [`Engine::database`].
pub(crate) enum Engine {
    /// In this process.
    Embedded {
        /// The datastore, kept for an orderly shutdown.
        datastore: Arc<Datastore>,
        /// A session from which others are cloned.
        session: Surreal<Db>,
    },
    /// On a server.
    Remote(Surreal<Any>),
}

impl Engine {
    /// Opens the database that the settings name.
    pub(crate) async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        if EngineKind::of(&settings.url)? == EngineKind::Remote {
            return Self::connect(settings).await;
        }
        let config = ConfigMap::empty()
            .with_key_value("datastore_cache_size", settings.definition_cache.to_string())
            .with_key_value("rocksdb_block_cache_size", settings.block_cache.to_string());
        let datastore = Datastore::builder()
            .with_config(config)
            .without_maintenance_tasks()
            .build_with_path(&embedded_path(&settings.url))
            .await
            .map_err(|error| locked(&settings.url, &error).unwrap_or_else(|| opening(error)))?;
        datastore.check_version().await.map_err(opening)?;
        datastore.bootstrap().await.map_err(opening)?;
        datastore.start_maintenance_tasks();
        let session = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await?;
        Ok(Self::Embedded { datastore, session })
    }

    async fn connect(settings: &StoreSettings) -> Result<Self, StoreError> {
        let remote = any::connect(settings.url.as_str()).await?;
        if let (Some(username), Some(password)) = (settings.user.clone(), settings.password.clone()) {
            remote.signin(Root { username, password }).await?;
        }
        Ok(Self::Remote(remote))
    }

    /// A handle that can address this one database only.
    pub(crate) async fn database(&self, name: &str) -> Result<Database, StoreError> {
        match self {
            Self::Embedded { session, .. } => {
                let session = session.clone();
                session.use_ns(NAMESPACE).use_db(name).await?;
                Ok(Database::embedded(name, session))
            }
            Self::Remote(session) => {
                let session = session.clone();
                session.use_ns(NAMESPACE).use_db(name).await?;
                Ok(Database::remote(name, session))
            }
        }
    }

    /// Closes the database; afterwards the folder can be opened again at once.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        let Self::Embedded { datastore, session } = self else { return Ok(()) };
        // The session's own task closes the datastore when the last handle is gone, and holds it until then.
        drop(session);
        let closed = async {
            while Arc::strong_count(&datastore) > 1 {
                tokio::time::sleep(CLOSING_PAUSE).await;
            }
        };
        match tokio::time::timeout(CLOSING, closed).await {
            Ok(()) => Ok(()),
            Err(_) => datastore.shutdown().await.map_err(opening),
        }
    }

    /// Flushes and closes the storage although handles are still about; their next use fails.
    pub(crate) async fn shut_down(&self) -> Result<(), StoreError> {
        match self {
            Self::Embedded { datastore, .. } => datastore.shutdown().await.map_err(opening),
            Self::Remote(_) => Ok(()),
        }
    }
}

/// Another process has the database open; the engines say so only in words.
fn locked(url: &str, error: &impl std::fmt::Display) -> Option<StoreError> {
    let text = error.to_string().to_lowercase();
    let says_so = text.contains("lock file") || text.contains("lock hold") || text.contains("already locked");
    says_so.then(|| StoreError::Locked { url: url.to_owned() })
}

fn opening(error: impl std::fmt::Display) -> StoreError {
    StoreError::Url(error.to_string())
}

/// `SurrealDB` wants `mem://` as `memory`, and every commit of the others synced before it is acknowledged.
fn embedded_path(url: &str) -> String {
    match url.split_once('?') {
        _ if url.starts_with("mem://") => "memory".to_owned(),
        Some((_, parameters)) if parameters.contains("sync=") => url.to_owned(),
        Some(_) => format!("{url}&sync=every"),
        None => format!("{url}?sync=every"),
    }
}
