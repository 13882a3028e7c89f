//! Changing what an installation runs: another version, another configuration, other grants or limits.

use super::{
    super::{App, AppError, Ctx, Plan, plugins},
    check, get, secrets,
    step::{self, Told},
};
use serde_json::{Value, json};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{Capability, Installation, Origin, Plugin, Release, Step, Trust, WantedLimits},
};
use stammgast_runtime::TenantNames;
use std::collections::BTreeSet;

/// What changes. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Another version of the same plugin: digest, id or `id@version`.
    pub plugin: Option<String>,
    /// What the admin grants.
    pub grants: Option<BTreeSet<Capability>>,
    /// Where the admin lets its requests go.
    pub origins: Option<BTreeSet<Origin>>,
    /// Configuration, as a whole.
    pub config: Option<Value>,
    /// Limits that the admin sets, as a whole.
    pub limits: Option<WantedLimits>,
    /// Why another version may run although no key that the tenant trusts has signed it.
    pub unsigned: Option<String>,
}

/// Changes an installation. What was done stays done; running calls finish on what they began with.
///
/// # Errors
/// No such installation or plugin, grants are missing or not asked for, the configuration is invalid, or nobody
/// vouches for the component.
pub async fn change(
    app: &App,
    ctx: &Ctx,
    id: InstallationId,
    changes: Changes,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    let release = release(app, ctx, &read, &changes).await?;
    let limits_set = changes.limits.unwrap_or(read.limits_set);
    check::limits(app, limits_set)?;
    let installation = Installation { release, limits_set, ..step::next(ctx, &read) };
    let mut change = step::replace(ctx, &read, &installation, told(&read, &installation))?;
    secrets::narrow(&mut change, ctx, &read, &installation).await?;
    Ok(Plan::done(change, installation))
}

/// What an installation would run after a change, checked.
pub(super) async fn release(app: &App, ctx: &Ctx, read: &Installation, changes: &Changes) -> Result<Release, AppError> {
    let before = &read.release;
    let target = match &changes.plugin {
        Some(name) => check::plugin(app, name).await?,
        None => plugins::find(app, &before.digest.to_string()).await?,
    };
    let manifest = &target.manifest;
    if manifest.id != read.plugin {
        let problem = format!("the installation runs {}; make another one for {}", read.plugin, manifest.id);
        return Err(AppError::invalid("plugin", problem));
    }
    // Without a word, the new version keeps what it still asks for.
    let kept = || before.grants.intersection(&manifest.asked()).copied().collect();
    let grants = changes.grants.clone().unwrap_or_else(kept);
    check::grants(manifest, &grants)?;
    let origins = changes.origins.clone().unwrap_or_else(|| before.origins.clone());
    check::origins(manifest, &origins)?;
    let config = changes.config.clone().unwrap_or_else(|| before.config.clone());
    // What is kept was there when it was given; what is gone since then is no reason to refuse other changes.
    let is_new = changes.config.is_some() || changes.plugin.is_some();
    let names = if is_new { check::names(ctx).await? } else { TenantNames::default() };
    check::config(names, manifest, &config).await?;
    let config_version = before.config_version + u64::from(config != before.config);
    let trust = trust(ctx, read, &target, changes.unsigned.as_deref()).await?;
    plugins::loaded(app, &target.digest).await?;
    let same = target.digest == before.digest;
    let state = if same { before.state.clone() } else { before.state.branch(read.id, read.version + 1) };
    Ok(Release {
        plugin_version: target.manifest.version,
        digest: target.digest,
        kinds: target.manifest.kinds,
        events: target.manifest.events,
        limits: target.manifest.limits,
        grants,
        origins,
        config,
        config_version,
        state,
        trust,
    })
}

/// A component that runs already needs no new word.
async fn trust(
    ctx: &Ctx,
    read: &Installation,
    target: &Plugin,
    unsigned: Option<&str>,
) -> Result<Option<Trust>, AppError> {
    if target.digest == read.release.digest {
        return Ok(read.release.trust.clone());
    }
    check::trust(ctx, target, unsigned).await.map(Some)
}

fn told(read: &Installation, new: &Installation) -> Told {
    let (before, after) = (&read.release, &new.release);
    let details = json!({ "before": before, "after": after, "limits": new.limits_set });
    if before.digest == after.digest {
        let text = format!("`{}` has configuration {}", new.name, after.config_version);
        return Told::new(Step::Configured, text).with(details);
    }
    let text = format!("`{}` goes from version {} to {}", new.name, before.plugin_version, after.plugin_version);
    Told::new(Step::Upgraded, text).with(details)
}
