//! Making an installation: as a draft to be tried, or enabled at once.

use super::{
    super::{App, AppError, Ctx, Plan, plugins},
    check,
    step::{self, Told},
};
use serde_json::{Value, json};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{
        Capability, Installation, InstallationStatus, Origin, Plugin, Release, StateLineage, Step, Trust, WantedLimits,
    },
    text,
};
use stammgast_store::{Change, Cursor};
use std::collections::BTreeSet;

/// Where a new installation starts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the next event.
    Now,
    /// With the first event of the tenant's log: a deliberate catch-up.
    Beginning,
    /// Not yet: it is a draft until it is enabled.
    Later,
}

/// An installation as an admin asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInstallation {
    /// Short name in the tenant; the channel's name for connectors.
    pub name: String,
    /// Digest, id or `id@version`.
    pub plugin: String,
    /// What the admin grants.
    pub grants: BTreeSet<Capability>,
    /// Where the admin lets its requests go.
    pub origins: BTreeSet<Origin>,
    /// Configuration.
    pub config: Value,
    /// Limits that the admin sets.
    pub limits: WantedLimits,
    /// Why it may run although no key that the tenant trusts has signed it.
    pub unsigned: Option<String>,
    /// Where it starts.
    pub start: Start,
}

/// Makes an installation of a plugin.
///
/// # Errors
/// No such plugin, the name is taken, grants are missing or not asked for, the configuration is invalid, or nobody
/// vouches for the component.
pub async fn create(app: &App, ctx: &Ctx, new: NewInstallation) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    text::code("name", &new.name).map_err(|error| AppError::invalid("name", error))?;
    let plugin = check::plugin(app, &new.plugin).await?;
    check::grants(&plugin.manifest, &new.grants)?;
    check::origins(&plugin.manifest, &new.origins)?;
    check::limits(app, new.limits)?;
    check::config(check::names(ctx).await?, &plugin.manifest, &new.config).await?;
    let trust = check::trust(ctx, &plugin, new.unsigned.as_deref()).await?;
    plugins::loaded(app, &plugin.digest).await?;
    let others = ctx.tenant.installations().await?;
    if others.iter().any(|other| other.name == new.name) {
        let problem = format!("an installation is named `{}` already; choose another name", new.name);
        return Err(AppError::Conflict { code: "name-taken", problem });
    }
    ctx.room_for_one(others.len(), ("installations", ctx.bounds.installations))?;
    let head = *ctx.tenant.log_head().borrow();
    let position = if new.start == Start::Beginning { 0 } else { head };
    let installation = installation(ctx, new, plugin, trust);
    let mut change = Change::new();
    change.create_installation(&installation)?;
    for partition in 0..app.settings.dispatch.partitions {
        change.create_cursor(&Cursor { id: (installation.id, partition), position, holder: None, held_until: None })?;
    }
    let Installation { name, plugin, release, .. } = &installation;
    let told = format!("`{name}` runs {plugin} {}; it is {}", release.plugin_version, installation.status.as_str());
    let details = json!({ "release": release });
    step::note(&mut change, ctx, &installation, Told::new(Step::Created, told).with(details))?;
    Ok(Plan::created(change, installation))
}

fn installation(ctx: &Ctx, new: NewInstallation, plugin: Plugin, trust: Trust) -> Installation {
    let (id, now) = (InstallationId::new(ctx.new_uuid()), ctx.now());
    let manifest = plugin.manifest;
    let status = if new.start == Start::Later { InstallationStatus::Draft } else { InstallationStatus::Enabled };
    Installation {
        id,
        name: new.name,
        plugin: manifest.id,
        release: Release {
            plugin_version: manifest.version,
            digest: plugin.digest,
            kinds: manifest.kinds,
            events: manifest.events,
            grants: new.grants,
            origins: new.origins,
            config: new.config,
            config_version: 1,
            limits: manifest.limits,
            state: StateLineage::first(id),
            trust: Some(trust),
        },
        status,
        quarantine: None,
        shadow_of: None,
        limits_set: new.limits,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
