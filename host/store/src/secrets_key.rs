//! The key that seals a tenant's secrets: drawn at first use, wrapped by the operator's secrets key, and wrapped anew
//! when that is another one.

use crate::{
    Change, Store, StoreError, TenantStore,
    database::{Database, bind},
    master,
    settings::StoreSettings,
    value::record,
    vault::SealingKey,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{TenantId, digest::Digest};

/// Tries of a key that another process wraps at the same time.
const TRIES: u32 = 3;

/// The operator's secrets keys: the present one and, while tenants' keys are wrapped anew, the one before.
#[derive(Clone)]
pub(crate) struct OperatorKeys {
    current: OperatorKey,
    previous: Option<OperatorKey>,
}

#[derive(Clone)]
struct OperatorKey {
    /// Tells it from others and nothing of itself.
    name: String,
    key: SealingKey,
}

/// How the key of a tenant's secrets is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// The tenant has no secrets yet, and no key.
    Unused,
    /// By the operator's present key.
    Present,
    /// By the key before.
    Previous,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    #[serde(with = "serde_bytes")]
    wrapped: Vec<u8>,
    wrapped_by: String,
    /// Moves with every change of the key, and of a secret.
    pub(crate) version: u64,
}

impl OperatorKey {
    fn new(bytes: &[u8; 32]) -> Self {
        let labelled = [b"the name of a secrets key: ".as_slice(), bytes].concat();
        let name = Digest::of(&labelled).hex().chars().take(16).collect();
        Self { name, key: SealingKey::new(bytes) }
    }
}

impl OperatorKeys {
    pub(crate) fn new(settings: &StoreSettings) -> Self {
        let previous = settings.previous_secrets_key.as_ref().map(OperatorKey::new);
        Self { current: OperatorKey::new(&settings.secrets_key), previous }
    }

    /// Makes sure that one of the keys belongs to this data. New data takes the present one.
    ///
    /// # Errors
    /// [`StoreError::OtherSecretsKey`], or the database failed.
    pub(crate) async fn check(&self, control: &Database) -> Result<(), StoreError> {
        if master::SECRETS.is_sealed_by(control, &self.current.key).await? {
            return Ok(());
        }
        match &self.previous {
            Some(previous) if master::SECRETS.is_sealed_by(control, &previous.key).await? => Ok(()),
            _ => Err(StoreError::OtherSecretsKey),
        }
    }

    fn wrapping(&self, row: &KeyRow) -> Result<Wrapping, StoreError> {
        match &self.previous {
            _ if row.wrapped_by == self.current.name => Ok(Wrapping::Present),
            Some(previous) if row.wrapped_by == previous.name => Ok(Wrapping::Previous),
            _ => Err(StoreError::OtherSecretsKey),
        }
    }

    /// The bytes of a tenant's key.
    fn unwrap(&self, subject: &str, row: &KeyRow) -> Result<Vec<u8>, StoreError> {
        let wrapper = match (self.wrapping(row)?, &self.previous) {
            (Wrapping::Previous, Some(previous)) => previous,
            _ => &self.current,
        };
        wrapper.key.open(subject, &row.wrapped).ok_or(StoreError::OtherSecretsKey)
    }
}

impl Store {
    /// How the key of each tenant's secrets is wrapped, by tenant.
    ///
    /// # Errors
    /// The database failed.
    pub async fn secrets_keys(&self) -> Result<Vec<(TenantId, Result<Wrapping, StoreError>)>, StoreError> {
        let mut wrapped = Vec::new();
        for tenant in self.tenants().await? {
            let state = match self.tenant(&tenant.id).await {
                Ok(Some(store)) => store.wrapping().await,
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            wrapped.push((tenant.id, state));
        }
        Ok(wrapped)
    }

    /// Whether the data says that every key is wrapped by the present one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn secrets_keys_are_settled(&self) -> Result<bool, StoreError> {
        master::SECRETS.is_sealed_by(&self.control, &self.operator.current.key).await
    }

    /// Wraps the key of every tenant's secrets by the present key, and says how each was wrapped. The key before is
    /// needed no more when none of them failed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn wrap_secrets_keys(&self) -> Result<Vec<(TenantId, Result<Wrapping, StoreError>)>, StoreError> {
        let mut wrapped = Vec::new();
        for tenant in self.tenants().await? {
            let before = match self.tenant(&tenant.id).await {
                Ok(Some(store)) => store.wrap_secrets_key().await,
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            wrapped.push((tenant.id, before));
        }
        if wrapped.iter().all(|(_, before)| before.is_ok()) {
            master::SECRETS.seal_anew(&self.control, &self.operator.current.key).await?;
        }
        Ok(wrapped)
    }
}

impl TenantStore {
    /// The key of a row that was read with secrets. One that the key before wraps is wrapped anew.
    pub(crate) async fn opening_key(&self, row: Option<KeyRow>) -> Result<SealingKey, StoreError> {
        let row = row.ok_or(StoreError::OtherSecretsKey)?;
        if self.operator.wrapping(&row)? == Wrapping::Previous {
            self.wrap_secrets_key().await?;
        }
        self.unwrapped(&row)
    }

    /// The key that seals what a change sets. The change draws it where there is none.
    pub(crate) async fn key_for_change(&self, change: &mut Change) -> Result<SealingKey, StoreError> {
        // A change that has drawn it already would need that one.
        let row = self.hold_secrets(change).await?.ok_or(StoreError::Conflict)?;
        self.unwrapped(&row)
    }

    /// Lets a change fail if a secret of the tenant changes before it is committed, and the other way round. A tenant
    /// without secrets gets its key for that: its first secret would otherwise meet nothing. Gives the key's row, unless
    /// the change has drawn it before.
    pub(crate) async fn hold_secrets(&self, change: &mut Change) -> Result<Option<KeyRow>, StoreError> {
        if let Some(row) = self.touch_key(change).await? {
            return Ok(Some(row));
        }
        if change.writes("secret_key", "main") {
            return Ok(None);
        }
        let (_, wrapped) = self.draw()?;
        let row = KeyRow { wrapped, ..self.named(1) };
        change.insert("secret_key", "main", &row)?;
        Ok(Some(row))
    }

    /// As [`Self::hold_secrets`], for what can meet nothing where there is no secret yet.
    pub(crate) async fn touch_key(&self, change: &mut Change) -> Result<Option<KeyRow>, StoreError> {
        let Some(row) = self.key_row().await? else { return Ok(None) };
        if !change.writes("secret_key", "main") {
            let touched = KeyRow { version: row.version + 1, ..row.clone() };
            change.replace("secret_key", "main", row.version, &touched)?;
        }
        Ok(Some(row))
    }

    /// Lets a change draw a new key for the tenant's secrets and seal all of them anew; says how many there are.
    ///
    /// # Errors
    /// The key is wrapped by one that is not given, a row was tampered with, or the database failed. The change is
    /// stale when a secret of the tenant changes before it is committed.
    pub async fn renew_secrets_key(&self, change: &mut Change) -> Result<usize, StoreError> {
        let (secrets, Some(row)) = self.with_key("secret", bind! {}).await? else { return Ok(0) };
        let old = self.unwrapped(&row)?;
        let (new, wrapped) = self.draw()?;
        let count = secrets.len();
        for secret in secrets {
            secret.seal_anew(&old, &new, change)?;
        }
        change.replace("secret_key", "main", row.version, &KeyRow { wrapped, ..self.named(row.version + 1) })?;
        Ok(count)
    }

    async fn wrapping(&self) -> Result<Wrapping, StoreError> {
        match self.key_row().await? {
            Some(row) => self.operator.wrapping(&row),
            None => Ok(Wrapping::Unused),
        }
    }

    /// Wraps the tenant's key by the present key where it is wrapped by the one before; says how it was.
    async fn wrap_secrets_key(&self) -> Result<Wrapping, StoreError> {
        let mut tries = 0;
        loop {
            let Some(row) = self.key_row().await? else { return Ok(Wrapping::Unused) };
            let bytes = self.operator.unwrap(&self.key_subject(), &row)?;
            if self.operator.wrapping(&row)? == Wrapping::Present {
                return Ok(Wrapping::Present);
            }
            let wrapped = self.operator.current.key.seal(&self.key_subject(), &bytes);
            let wrapped = wrapped.ok_or(StoreError::Unsealed)?;
            let mut change = Change::new();
            change.replace("secret_key", "main", row.version, &KeyRow { wrapped, ..self.named(row.version + 1) })?;
            tries += 1;
            match self.commit(change).await {
                Ok(()) => return Ok(Wrapping::Previous),
                Err(StoreError::Stale { .. } | StoreError::Conflict) if tries < TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn unwrapped(&self, row: &KeyRow) -> Result<SealingKey, StoreError> {
        let bytes = self.operator.unwrap(&self.key_subject(), row)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| StoreError::OtherSecretsKey)?;
        Ok(SealingKey::new(&bytes))
    }

    fn draw(&self) -> Result<(SealingKey, Vec<u8>), StoreError> {
        self.operator.current.key.draw(&self.key_subject()).ok_or(StoreError::Unsealed)
    }

    /// A row of the present key, in a version.
    fn named(&self, version: u64) -> KeyRow {
        KeyRow { wrapped: Vec::new(), wrapped_by: self.operator.current.name.clone(), version }
    }

    /// A wrapped key belongs to its tenant: a row from another tenant's database does not open.
    fn key_subject(&self) -> String {
        format!("secrets-key:{}", self.tenant())
    }

    async fn key_row(&self) -> Result<Option<KeyRow>, StoreError> {
        let bindings = bind! { "id" => record("secret_key", "main") };
        self.database.row("secret_key", "SELECT * FROM $id", bindings).await
    }
}
