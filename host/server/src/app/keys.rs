//! API keys: `sgk_<id>_<secret>`. The secret has 256 random bits, so its SHA-256 needs no salt and no slow hash.

use super::{App, AppError, Ctx};
use rand::Rng;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stammgast_domain::{TenantId, Timestamp, access::Scope, audit::AuditEntry, text};
use stammgast_store::{ApiKey, Change};
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;

/// A new key. The secret is shown this once.
pub struct NewKey {
    /// The key as it is kept.
    pub key: ApiKey,
    /// The whole key, to be sent as `Authorization: Bearer <key>`.
    pub secret: String,
}

/// Makes a key for a tenant, or for the operator.
///
/// # Errors
/// The name is blank or too long, a tenant's key would carry no scope, or it would trade in nobody's name.
pub async fn create(
    app: &App,
    tenant: Option<TenantId>,
    name: String,
    scopes: BTreeSet<Scope>,
    partner: Option<String>,
) -> Result<NewKey, AppError> {
    text::required("name", &name, 200).map_err(|error| AppError::invalid("name", error))?;
    if tenant.is_some() && scopes.is_empty() {
        return Err(AppError::invalid("scopes", "a key without scopes can do nothing; name at least one"));
    }
    let is_for_trade = |scope: &Scope| *scope == Scope::PartnerTrade;
    if partner.is_some() && (scopes.is_empty() || !scopes.iter().all(is_for_trade)) {
        return Err(AppError::invalid("scopes", "a partner's key carries the scope `partner:trade` and no other"));
    }
    // Who makes keys can hand the scope on to a partner's.
    if partner.is_none() && scopes.contains(&Scope::PartnerTrade) && !scopes.contains(&Scope::KeysWrite) {
        let problem =
            "whoever trades does so as a partner; name the one who gets the key, or leave `partner:trade` out";
        return Err(AppError::invalid("partner", problem));
    }
    let mut new = draw(tenant, name, scopes, app.clock.now());
    new.key.partner = partner;
    app.store.create_key(&new.key).await?;
    Ok(new)
}

/// A new key that is not stored yet.
pub(super) fn draw(tenant: Option<TenantId>, name: String, scopes: BTreeSet<Scope>, now: Timestamp) -> NewKey {
    let mut random = [0_u8; 40];
    rand::rng().fill_bytes(&mut random);
    let (id, secret) = random.split_at(8);
    let (id, secret) = (hex::encode(id), hex::encode(secret));
    let whole = format!("sgk_{id}_{secret}");
    let key =
        ApiKey { id, tenant, name, hash: hash(&secret), scopes, partner: None, created_at: now, revoked_at: None };
    NewKey { key, secret: whole }
}

/// At the first start the operator gets a key. `keep` puts the secret where the operator finds it, before the key
/// counts: a start that is cut off between the two is repeated by the next.
///
/// # Errors
/// The secret cannot be kept, or the store failed.
pub async fn first_operator_key<E: From<AppError>>(
    app: &App,
    keep: impl FnOnce(&str) -> Result<(), E>,
) -> Result<(), E> {
    if !app.store.keys(None).await.map_err(AppError::from)?.is_empty() {
        return Ok(());
    }
    let new = draw(None, "operator".to_owned(), BTreeSet::new(), app.clock.now());
    keep(&new.secret)?;
    Ok(app.store.create_key(&new.key).await.map_err(AppError::from)?)
}

/// The operator gets a new key, and those before are revoked. `keep` is as for [`first_operator_key`].
///
/// # Errors
/// The secret cannot be kept, or the store failed; then the keys before are still valid.
pub async fn new_operator_key<E: From<AppError>>(app: &App, keep: impl FnOnce(&str) -> Result<(), E>) -> Result<(), E> {
    let before = app.store.keys(None).await.map_err(AppError::from)?;
    let new = draw(None, "operator".to_owned(), BTreeSet::new(), app.clock.now());
    keep(&new.secret)?;
    app.store.create_key(&new.key).await.map_err(AppError::from)?;
    for key in before {
        app.store.revoke_key(&key.id, app.clock.now()).await.map_err(AppError::from)?;
    }
    Ok(())
}

/// The key that a credential names, if it is whole, known and not revoked.
///
/// # Errors
/// [`AppError::Unauthenticated`], whatever the reason.
pub async fn authenticate(app: &App, credential: &str) -> Result<ApiKey, AppError> {
    let halves = credential.strip_prefix("sgk_").and_then(|rest| rest.split_once('_'));
    let (id, secret) = halves.filter(|(id, _)| id.len() == 16).ok_or(AppError::Unauthenticated)?;
    let key = app.store.key(id).await?.ok_or(AppError::Unauthenticated)?;
    let same: bool = hash(secret).as_bytes().ct_eq(key.hash.as_bytes()).into();
    if same && key.revoked_at.is_none() { Ok(key) } else { Err(AppError::Unauthenticated) }
}

/// Keys of a tenant, or the operator's.
///
/// # Errors
/// The store failed.
pub async fn list(app: &App, tenant: Option<&TenantId>) -> Result<Vec<ApiKey>, AppError> {
    Ok(app.store.keys(tenant).await?)
}

/// Revokes a key of a tenant, or of the operator. It is refused from the next request on.
///
/// # Errors
/// No such key.
pub async fn revoke(app: &App, tenant: Option<&TenantId>, id: &str) -> Result<ApiKey, AppError> {
    let key = app.store.key(id).await?.filter(|key| key.tenant.as_ref() == tenant);
    let key = key.ok_or(AppError::NotFound("key"))?;
    app.store.revoke_key(&key.id, app.clock.now()).await?;
    Ok(key)
}

/// What was done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStep {
    /// It was made.
    Created,
    /// It was revoked.
    Revoked,
}

/// Writes into the tenant's audit log what was done with a key. Keys lie in another database, so this comes after it.
///
/// # Errors
/// The store failed.
pub async fn note(ctx: &Ctx, key: &ApiKey, step: KeyStep) -> Result<(), AppError> {
    let (action, done) = match step {
        KeyStep::Created => ("key.created", "made"),
        KeyStep::Revoked => ("key.revoked", "revoked"),
    };
    let mut change = Change::new();
    change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: action.to_owned(),
        object: format!("key:{}", key.id),
        text: format!("the key `{}` was {done}", key.name),
        details: json!({ "scopes": key.scopes, "partner": key.partner }),
    })?;
    Ok(ctx.tenant.commit(change).await?)
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
