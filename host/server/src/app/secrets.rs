//! Secrets of installations: given by an admin, used by the host, shown to nobody.

use super::{App, AppError, Ctx, Plan, plugins};
use serde_json::json;
use stammgast_domain::{
    InstallationId, TenantId,
    access::Scope,
    audit::AuditEntry,
    plugin::{Installation, Origin, SecretRequest},
    secret::{SecretRecord, SecretValue},
};
use stammgast_store::{Change, StoreError, Wrapping};
use std::collections::BTreeSet;

/// A secret of an installation, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// What for, in the words of the plugin's author; `None` where the version that runs asks for it no more.
    pub why: Option<String>,
    /// Where it may go, when and by whom it was set; `None` while it is not.
    pub set: Option<SecretRecord>,
}

/// What is given for a secret. What is left out stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// Its value.
    pub value: Option<SecretValue>,
    /// Where it may go; for a new secret, wherever the installation's requests may, and nowhere if webhooks are proven
    /// with it.
    pub origins: Option<BTreeSet<Origin>>,
}

/// The secrets that an installation needs, and those that it was given.
///
/// # Errors
/// No such installation.
pub async fn list(app: &App, ctx: &Ctx, id: InstallationId) -> Result<Vec<Secret>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    asked_and_set(app, ctx, &installation(ctx, id).await?).await
}

/// One secret.
///
/// # Errors
/// No such installation, or neither asked for nor set.
pub async fn read(app: &App, ctx: &Ctx, id: InstallationId, name: &str) -> Result<Secret, AppError> {
    let all = list(app, ctx, id).await?;
    all.into_iter().find(|secret| secret.name == name).ok_or(AppError::NotFound("secret"))
}

/// Sets a secret, or where it may go.
///
/// # Errors
/// No such installation or a shadow, the plugin does not ask for it, it may not go where the installation's requests may
/// not, or a new one has no value.
pub async fn set(
    app: &App,
    ctx: &Ctx,
    id: InstallationId,
    name: &str,
    new: NewSecret,
) -> Result<Plan<Secret>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let installation = installation(ctx, id).await?;
    if let Some(live) = &installation.shadow_of {
        let problem = format!("nothing leaves from a shadow; set the secret of `{}`, which it runs beside", live.name);
        return Err(AppError::invalid("name", problem));
    }
    let manifest = plugins::find(app, &installation.release.digest.to_string()).await?.manifest;
    let proves_webhooks = manifest.webhook.as_ref().is_some_and(|proof| proof.secret == name);
    let there = all(ctx, &installation, manifest.secrets).await?.into_iter().find(|secret| secret.name == name);
    let Some(Secret { why: Some(why), set, .. }) = there else {
        let problem = format!("{} asks for no such secret; `secrets` of its manifest names them", installation.plugin);
        return Err(AppError::invalid("name", problem));
    };
    if new.value.is_none() && new.origins.is_none() {
        return Err(AppError::invalid("value", "there is nothing to set; give a value, origins, or both"));
    }
    let granted = &installation.release.origins;
    let usual: BTreeSet<Origin> = match &set {
        // Another value goes no further than the one before, be that nowhere.
        Some(record) => record.origins.intersection(granted).cloned().collect(),
        None if proves_webhooks => BTreeSet::new(),
        None => granted.clone(),
    };
    let origins = new.origins.unwrap_or(usual);
    if let Some(other) = origins.difference(granted).next() {
        let problem = format!("the installation's requests may not go to {other}; grant it first, or leave it out");
        return Err(AppError::invalid("origins", problem));
    }
    let value = match new.value {
        Some(value) => value,
        None => ctx
            .tenant
            .open_secret(id, name)
            .await?
            .map(|secret| secret.value)
            .ok_or_else(|| AppError::invalid("value", "the secret is not set yet; give its value"))?,
    };
    let record = SecretRecord { name: name.to_owned(), origins, set_at: ctx.now(), set_by: ctx.actor.clone() };
    let mut change = Change::new();
    ctx.tenant.put_secret(&mut change, id, &record, &value).await?;
    let told = format!("the secret `{name}` of `{}` is set", installation.name);
    note(&mut change, ctx, &installation, "secret.set", told, json!({ "name": name, "origins": record.origins }))?;
    let is_new = set.is_none();
    let secret = Secret { name: name.to_owned(), why: Some(why), set: Some(record) };
    Ok(if is_new { Plan::created(change, secret) } else { Plan::done(change, secret) })
}

/// Removes a secret's value. Requests that need it are not sent until it is set again.
///
/// # Errors
/// No such installation, or the secret is not set.
pub async fn remove(app: &App, ctx: &Ctx, id: InstallationId, name: &str) -> Result<Plan<Secret>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let installation = installation(ctx, id).await?;
    let there = asked_and_set(app, ctx, &installation).await?.into_iter().find(|secret| secret.name == name);
    let secret = there.filter(|secret| secret.set.is_some()).ok_or(AppError::NotFound("secret"))?;
    let mut change = Change::new();
    ctx.tenant.remove_secrets(&mut change, id, &BTreeSet::from([name.to_owned()])).await?;
    let told = format!("the secret `{name}` of `{}` is removed", installation.name);
    note(&mut change, ctx, &installation, "secret.removed", told, json!({ "name": name }))?;
    Ok(Plan::done(change, Secret { set: None, ..secret }))
}

/// Draws a new key for the tenant's secrets and seals all of them anew; says how many.
///
/// # Errors
/// The store failed.
pub async fn renew(ctx: &Ctx) -> Result<Plan<usize>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let mut change = Change::new();
    let count = ctx.tenant.renew_secrets_key(&mut change).await?;
    if change.is_empty() {
        return Ok(Plan::existing(count));
    }
    change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: "secrets-key.renewed".to_owned(),
        object: "secrets-key".to_owned(),
        text: format!("the key of the tenant's secrets is a new one; {count} secrets are sealed with it"),
        details: json!({ "secrets": count }),
    })?;
    Ok(Plan::done(change, count))
}

/// How the keys of tenants' secrets are wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKeys {
    /// Tenants by how their keys are wrapped; a text says why a key cannot be opened.
    pub tenants: Vec<(TenantId, Result<Wrapping, String>)>,
    /// Whether the operator's key before is needed no more.
    pub is_settled: bool,
}

/// How the keys of all tenants' secrets are wrapped. For the operator.
///
/// # Errors
/// The store failed.
pub async fn wrapped(app: &App) -> Result<WrappedKeys, AppError> {
    let states = app.store.secrets_keys().await?;
    let is_settled = app.store.secrets_keys_are_settled().await?
        && states.iter().all(|(_, state)| matches!(state, Ok(Wrapping::Unused | Wrapping::Present)));
    let in_words =
        |(tenant, state): (TenantId, Result<Wrapping, StoreError>)| (tenant, state.map_err(|error| error.to_string()));
    Ok(WrappedKeys { tenants: states.into_iter().map(in_words).collect(), is_settled })
}

/// Wraps the keys of all tenants' secrets by the operator's present key. For the operator.
///
/// # Errors
/// The store failed.
pub async fn wrap_all(app: &App) -> Result<WrappedKeys, AppError> {
    for (tenant, failed) in app.store.wrap_secrets_keys().await? {
        if let Err(error) = failed {
            let error = &error as &dyn std::error::Error;
            tracing::error!(tenant.id = %tenant, error, "the key of a tenant's secrets cannot be wrapped anew");
        }
    }
    wrapped(app).await
}

async fn installation(ctx: &Ctx, id: InstallationId) -> Result<Installation, AppError> {
    ctx.tenant.installation(id).await?.ok_or(AppError::NotFound("installation"))
}

async fn asked_and_set(app: &App, ctx: &Ctx, installation: &Installation) -> Result<Vec<Secret>, AppError> {
    let plugin = plugins::find(app, &installation.release.digest.to_string()).await?;
    all(ctx, installation, plugin.manifest.secrets).await
}

/// What the version that runs asks for, in its order, then what is left of others.
async fn all(ctx: &Ctx, installation: &Installation, asked: Vec<SecretRequest>) -> Result<Vec<Secret>, AppError> {
    let mut set = ctx.tenant.secrets(installation.id).await?;
    let mut secrets = Vec::new();
    for asked in asked {
        let at = set.iter().position(|record| record.name == asked.name);
        let set = at.map(|at| set.swap_remove(at));
        secrets.push(Secret { name: asked.name, why: Some(asked.why), set });
    }
    set.sort_by(|one, other| one.name.cmp(&other.name));
    secrets.extend(set.into_iter().map(|record| Secret { name: record.name.clone(), why: None, set: Some(record) }));
    Ok(secrets)
}

fn note(
    change: &mut Change,
    ctx: &Ctx,
    installation: &Installation,
    action: &str,
    text: String,
    details: serde_json::Value,
) -> Result<(), AppError> {
    change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: action.to_owned(),
        object: format!("installation:{}", installation.id),
        text,
        details,
    })?;
    Ok(())
}
