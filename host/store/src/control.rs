//! The store as a whole, and the control database: tenants, keys and installed components.

use crate::{
    StoreError, TenantStore,
    database::{Database, bind},
    engine::Engine,
    master,
    migrate::{self, migrate},
    secrets_key::OperatorKeys,
    settings::StoreSettings,
    value,
    vault::SealingKey,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use stammgast_domain::{
    TenantId, Timestamp, access::Scope, digest::Digest, plugin::Manifest, plugin::Plugin, signature::Signature,
    tenant::Tenant,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OnceCell},
};

/// An API key as it is kept: never its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The public half of the key.
    pub id: String,
    /// The tenant it belongs to; `None` for an operator's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// What it is for.
    pub name: String,
    /// SHA-256 of the secret half, in hexadecimal digits.
    pub hash: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The partner that acts with it; `None` for everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct PluginRow {
    id: String,
    manifest: Manifest,
    size: u64,
    installed_at: Timestamp,
    #[serde(default)]
    signatures: Vec<Signature>,
}

type TenantSlot = Arc<OnceCell<Arc<TenantStore>>>;

/// The open store.
pub struct Store {
    engine: Engine,
    settings: StoreSettings,
    pub(crate) control: Database,
    pub(crate) operator: OperatorKeys,
    tenants: Mutex<HashMap<TenantId, TenantSlot>>,
    /// Where writing tasks belong, whoever opens a tenant first: threads that end before the store would cut them off.
    home: Handle,
}

impl Store {
    /// Opens the database and brings the control schema up to date.
    ///
    /// # Errors
    /// The URL, the folder or the schema cannot be used.
    pub async fn open(settings: StoreSettings) -> Result<Self, StoreError> {
        let engine = Engine::open(&settings).await?;
        let operator = OperatorKeys::new(&settings);
        match Self::open_control(&engine, &settings, &operator).await {
            Ok(control) => {
                let (tenants, home) = (Mutex::new(HashMap::new()), Handle::current());
                Ok(Self { engine, settings, control, operator, tenants, home })
            }
            Err(error) => {
                // Whoever comes with the right key shall not find the folder locked.
                if let Err(error) = engine.close().await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the database could not be closed");
                }
                Err(error)
            }
        }
    }

    /// The control database, if the keys are those of this data.
    async fn open_control(
        engine: &Engine,
        settings: &StoreSettings,
        operator: &OperatorKeys,
    ) -> Result<Database, StoreError> {
        let control = engine.database("control").await?;
        migrate(&control, migrate::CONTROL).await?;
        master::check(&control, &SealingKey::new(&settings.master_key)).await?;
        operator.check(&control).await?;
        Ok(control)
    }

    /// Commits what waits and closes the database.
    ///
    /// # Errors
    /// The database failed while closing.
    pub async fn shutdown(self: Arc<Self>) -> Result<(), StoreError> {
        let open: Vec<TenantSlot> = self.tenants.lock().await.drain().map(|(_, slot)| slot).collect();
        for tenant in open.iter().filter_map(|slot| slot.get()) {
            tenant.close().await;
        }
        drop(open);
        match Arc::try_unwrap(self) {
            Ok(Self { engine, control, .. }) => {
                drop(control);
                engine.close().await
            }
            // A request that was cut off still holds it.
            Err(shared) => shared.engine.shut_down().await,
        }
    }

    /// A tenant's own store; its schema is brought up to date at first use. `None` where there is no such tenant.
    ///
    /// # Errors
    /// The database or its schema cannot be used.
    pub async fn tenant(&self, id: &TenantId) -> Result<Option<Arc<TenantStore>>, StoreError> {
        let open = self.tenants.lock().await.get(id).and_then(|slot| slot.get().cloned());
        match open {
            Some(store) => Ok(Some(store)),
            None if self.tenant_row(id).await?.is_none() => Ok(None),
            None => self.open_tenant(id).await.map(Some),
        }
    }

    /// Makes the database of a tenant that is about to be created; nobody reaches it before
    /// [`create_tenant`](Self::create_tenant). Safe to repeat.
    ///
    /// # Errors
    /// The database or its schema cannot be used.
    pub async fn prepare_tenant(&self, id: &TenantId) -> Result<Arc<TenantStore>, StoreError> {
        TenantStore::open(&self.engine, &self.settings, id.clone(), &self.home).await.map(Arc::new)
    }

    async fn open_tenant(&self, id: &TenantId) -> Result<Arc<TenantStore>, StoreError> {
        let slot: TenantSlot = Arc::clone(self.tenants.lock().await.entry(id.clone()).or_default());
        let open =
            || async { TenantStore::open(&self.engine, &self.settings, id.clone(), &self.home).await.map(Arc::new) };
        slot.get_or_try_init(open).await.cloned()
    }

    /// Records a tenant whose database is prepared, together with its first key.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the id is taken.
    pub async fn create_tenant(&self, tenant: &Tenant, key: &ApiKey) -> Result<(), StoreError> {
        let unwritable = |table| move |source| StoreError::Unwritable { table, source };
        let bindings = bind! {
            "tenant_id" => value::record("tenant", tenant.id.as_str()),
            "tenant" => value::to_content(tenant).map_err(unwritable("tenant"))?,
            "key_id" => value::record("api_key", key.id.as_str()),
            "key" => value::to_content(key).map_err(unwritable("api_key"))?,
        };
        let text = "BEGIN; CREATE $tenant_id CONTENT $tenant RETURN NONE; \
                    CREATE $key_id CONTENT $key RETURN NONE; COMMIT;";
        self.control.query(text, bindings).await.map(|_| ())
    }

    /// One tenant's record.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tenant_row(&self, id: &TenantId) -> Result<Option<Tenant>, StoreError> {
        self.get("tenant", id.as_str()).await
    }

    /// All tenants, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        self.control.rows("tenant", "SELECT * FROM tenant ORDER BY id", bind! {}).await
    }

    /// Records a new key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn create_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        self.create("api_key", &key.id, key).await
    }

    /// A key by its public half.
    ///
    /// # Errors
    /// The database failed.
    pub async fn key(&self, id: &str) -> Result<Option<ApiKey>, StoreError> {
        self.get("api_key", id).await
    }

    /// The keys of a tenant, or the operator's, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keys(&self, tenant: Option<&TenantId>) -> Result<Vec<ApiKey>, StoreError> {
        let keys: Vec<ApiKey> = match tenant {
            Some(tenant) => {
                let text = "SELECT * FROM api_key WHERE tenant = $tenant";
                self.control.rows("api_key", text, bind! { "tenant" => tenant.as_str() }).await?
            }
            None => self.control.rows("api_key", "SELECT * FROM api_key WHERE tenant = NONE", bind! {}).await?,
        };
        let mut keys = keys;
        keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(keys)
    }

    /// Marks a key as revoked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_key(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let bindings = bind! { "id" => value::record("api_key", id), "now" => now.to_string() };
        self.control.query("UPDATE $id SET revoked_at = $now WHERE revoked_at = NONE RETURN NONE", bindings).await?;
        Ok(())
    }

    /// Records an installed component.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it is installed already.
    pub async fn create_plugin(&self, plugin: &Plugin) -> Result<(), StoreError> {
        let row = PluginRow {
            id: String::new(),
            manifest: plugin.manifest.clone(),
            size: plugin.size,
            installed_at: plugin.installed_at,
            signatures: plugin.signatures.clone(),
        };
        self.create("plugin", &plugin.digest.to_string(), &row).await
    }

    /// Keeps the signatures of an installed component, in place of those before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_plugin(&self, digest: &Digest, signatures: &[Signature]) -> Result<(), StoreError> {
        let unwritable = |source| StoreError::Unwritable { table: "plugin", source };
        let bindings = bind! {
            "id" => value::record("plugin", digest.to_string()),
            "signatures" => value::to_value(&signatures).map_err(unwritable)?,
        };
        self.control.query("UPDATE $id SET signatures = $signatures RETURN NONE", bindings).await.map(|_| ())
    }

    /// Forgets an installed component.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_plugin(&self, digest: &Digest) -> Result<(), StoreError> {
        let bindings = bind! { "id" => value::record("plugin", digest.to_string()) };
        self.control.query("DELETE $id RETURN NONE", bindings).await.map(|_| ())
    }

    /// An installed component by its digest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plugin(&self, digest: &Digest) -> Result<Option<Plugin>, StoreError> {
        let row: Option<PluginRow> = self.get("plugin", &digest.to_string()).await?;
        Ok(row.and_then(plugin_of))
    }

    /// All installed components, by plugin id and version.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plugins(&self) -> Result<Vec<Plugin>, StoreError> {
        let rows: Vec<PluginRow> = self.control.rows("plugin", "SELECT * FROM plugin", bind! {}).await?;
        let mut plugins: Vec<Plugin> = rows.into_iter().filter_map(plugin_of).collect();
        plugins.sort_by(|a, b| (&a.manifest.id, &a.manifest.version).cmp(&(&b.manifest.id, &b.manifest.version)));
        Ok(plugins)
    }

    async fn create<T: Serialize>(&self, table: &'static str, key: &str, row: &T) -> Result<(), StoreError> {
        let content = value::to_content(row).map_err(|source| StoreError::Unwritable { table, source })?;
        let bindings = bind! { "id" => value::record(table, key), "content" => content };
        self.control.query("CREATE $id CONTENT $content RETURN NONE", bindings).await.map(|_| ())
    }

    async fn get<T: DeserializeOwned>(&self, table: &'static str, key: &str) -> Result<Option<T>, StoreError> {
        self.control.row(table, "SELECT * FROM $id", bind! { "id" => value::record(table, key) }).await
    }
}

fn plugin_of(row: PluginRow) -> Option<Plugin> {
    let digest = row.id.parse().ok()?;
    let PluginRow { manifest, size, installed_at, signatures, .. } = row;
    Some(Plugin { digest, manifest, size, installed_at, signatures })
}
