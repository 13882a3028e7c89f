//! Keys that a tenant trusts to vouch for plugins.

use super::{AppError, Ctx, Plan};
use serde_json::json;
use stammgast_domain::{access::Scope, audit::AuditEntry, signature::PublicKey, text};
use stammgast_store::{Change, TrustedKey};

/// The keys that the tenant trusts, by name.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<TrustedKey>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    Ok(ctx.tenant.trusted_keys().await?)
}

/// Trusts a key from now on. The same key under the same name again changes nothing.
///
/// # Errors
/// The name is no code, or taken by another key.
pub async fn add(ctx: &Ctx, name: &str, public_key: PublicKey) -> Result<Plan<TrustedKey>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    text::code("name", name).map_err(|error| AppError::invalid("name", error))?;
    let keys = ctx.tenant.trusted_keys().await?;
    if let Some(there) = keys.iter().find(|key| key.name == name) {
        if there.public_key == public_key {
            return Ok(Plan::existing(there.clone()));
        }
        let problem = format!("another key is named `{name}`; choose another name, or remove that one first");
        return Err(AppError::Conflict { code: "name-taken", problem });
    }
    ctx.room_for_one(keys.len(), ("trusted_keys", ctx.bounds.trusted_keys))?;
    let key = TrustedKey { name: name.to_owned(), public_key, created_at: ctx.now() };
    let mut change = Change::new();
    change.trust_key(&key)?;
    change.audit(&entry(
        ctx,
        "trusted-key.added",
        &key,
        format!("plugins signed by {public_key} are trusted as `{name}`"),
    ))?;
    Ok(Plan::created(change, key))
}

/// Trusts a key no more. What runs goes on; whatever is enabled or upgraded from now on needs another word.
///
/// # Errors
/// No such key.
pub async fn remove(ctx: &Ctx, name: &str) -> Result<Plan<TrustedKey>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let key = ctx.tenant.trusted_key(name).await?.ok_or(AppError::NotFound("trusted key"))?;
    let mut change = Change::new();
    change.distrust_key(name);
    change.audit(&entry(ctx, "trusted-key.removed", &key, format!("`{name}` is trusted no more")))?;
    Ok(Plan::done(change, key))
}

fn entry(ctx: &Ctx, action: &str, key: &TrustedKey, text: String) -> AuditEntry {
    AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: action.to_owned(),
        object: format!("trusted-key:{}", key.name),
        text,
        details: json!({ "public_key": key.public_key }),
    }
}
