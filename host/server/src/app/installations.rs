//! A tenant's choice: which plugins run, with which grants and which configuration.

use super::{App, AppError, Ctx, Notice, Plan, plan::Outcome, plugins};
use serde_json::Value;
use stammgast_domain::{
    InstallationId, TenantId,
    access::Scope,
    plugin::{Capability, Installation, InstallationStatus, Manifest, Plugin},
    text,
};
use stammgast_runtime::config_validator;
use stammgast_store::{Change, Cursor, DeliveryStatus};
use std::collections::BTreeSet;

/// Where a new installation starts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the next event.
    Now,
    /// With the first event of the tenant's log: a deliberate catch-up.
    Beginning,
}

/// What happens with events that waited while an installation was disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// They are run.
    Run,
    /// They are skipped for good.
    Skip,
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
    /// Configuration.
    pub config: Value,
    /// Where it starts.
    pub start: Start,
}

/// Enables a plugin for a tenant.
///
/// # Errors
/// No such plugin, the name is taken, grants are missing or not asked for, or the configuration is invalid.
pub async fn enable(app: &App, ctx: &Ctx, new: NewInstallation) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    text::code("name", &new.name).map_err(|error| AppError::invalid("name", error))?;
    let plugin = plugins::find(app, &new.plugin).await.map_err(|error| unknown_plugin(error, &new.plugin))?;
    check_grants(&plugin.manifest, &new.grants)?;
    check_config(&plugin.manifest, &new.config).await?;
    plugins::loaded(app, &plugin.digest).await?;
    let others = ctx.tenant.installations().await?;
    if others.iter().any(|other| other.name == new.name) {
        let problem = format!("an installation is named `{}` already; choose another name", new.name);
        return Err(AppError::Conflict { code: "name-taken", problem });
    }
    ctx.room_for_one(others.len(), ("installations", ctx.bounds.installations))?;
    let now = ctx.now();
    let installation = Installation {
        id: InstallationId::new(ctx.new_uuid()),
        name: new.name,
        plugin: plugin.manifest.id.clone(),
        plugin_version: plugin.manifest.version.clone(),
        digest: plugin.digest,
        kinds: plugin.manifest.kinds.clone(),
        events: plugin.manifest.events.clone(),
        grants: new.grants,
        config: new.config,
        config_version: 1,
        status: InstallationStatus::Enabled,
        limits: plugin.manifest.limits,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let head = *ctx.tenant.log_head().borrow();
    let position = if new.start == Start::Now { head } else { 0 };
    let mut change = Change::new();
    change.create_installation(&installation)?;
    for partition in 0..app.settings.dispatch.partitions {
        change.create_cursor(&Cursor { id: (installation.id, partition), position, holder: None, held_until: None })?;
    }
    Ok(Plan::created(change, installation))
}

fn unknown_plugin(error: AppError, name: &str) -> AppError {
    match error {
        AppError::NotFound(_) => {
            AppError::invalid("plugin", format!("no plugin `{name}` is installed; the operator installs plugins"))
        }
        other => other,
    }
}

/// Every capability that the manifest asks for must be granted, and nothing else: a plugin that works with less
/// asks for less.
fn check_grants(manifest: &Manifest, grants: &BTreeSet<Capability>) -> Result<(), AppError> {
    let asked = manifest.asked();
    if let Some(extra) = grants.difference(&asked).next() {
        let problem = format!("`{extra}` is granted, but {} does not ask for it; leave it out", manifest.id);
        return Err(AppError::invalid("grants", problem));
    }
    let missing: Vec<String> = manifest
        .capabilities
        .iter()
        .filter(|request| !grants.contains(&request.name))
        .map(|request| format!("`{}` ({}; {})", request.name, request.name.meaning(), request.why))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let problem =
        format!("{} needs these grants: {}. Grant them, or do not enable it", manifest.id, missing.join(", "));
    Err(AppError::Refused { code: "grants-missing", problem })
}

/// Off the request's own thread: a large configuration takes its time.
async fn check_config(manifest: &Manifest, config: &Value) -> Result<(), AppError> {
    let (schema, config) = (manifest.config_schema.clone(), config.clone());
    let check = move || {
        let unusable = |problem| AppError::Refused { code: "config-schema-unusable", problem };
        let validator = config_validator(&schema).map_err(unusable)?;
        // The first error alone: a large configuration could have millions.
        validator.validate(&config).map_err(|error| {
            let path = error.instance_path().to_string().replace('/', ".");
            AppError::invalid(format!("config{path}"), error)
        })
    };
    tokio::task::spawn_blocking(check).await.map_err(std::io::Error::other)?
}

/// Changes the plugin's version, its configuration or both. What was done stays done.
///
/// # Errors
/// As for [`enable`].
pub async fn change(
    app: &App,
    ctx: &Ctx,
    id: InstallationId,
    plugin: Option<String>,
    grants: Option<BTreeSet<Capability>>,
    config: Option<Value>,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    let target = match &plugin {
        Some(name) => plugins::find(app, name).await.map_err(|error| unknown_plugin(error, name))?,
        None => plugins::find(app, &read.digest.to_string()).await?,
    };
    if target.manifest.id != read.plugin {
        let problem = format!("the installation runs {}; enable {} beside it instead", read.plugin, target.manifest.id);
        return Err(AppError::invalid("plugin", problem));
    }
    // Without a word, the new version keeps what it still asks for.
    let grants = grants.unwrap_or_else(|| read.grants.intersection(&target.manifest.asked()).copied().collect());
    check_grants(&target.manifest, &grants)?;
    let config_version = read.config_version + u64::from(config.as_ref().is_some_and(|config| *config != read.config));
    let config = config.unwrap_or_else(|| read.config.clone());
    check_config(&target.manifest, &config).await?;
    plugins::loaded(app, &target.digest).await?;
    let installation = upgraded(&read, target, grants, config, config_version, ctx);
    let mut change = Change::new();
    change.replace_installation(&read, &installation)?;
    Ok(Plan::done(change, installation))
}

fn upgraded(
    read: &Installation,
    target: Plugin,
    grants: BTreeSet<Capability>,
    config: Value,
    config_version: u64,
    ctx: &Ctx,
) -> Installation {
    Installation {
        plugin_version: target.manifest.version,
        digest: target.digest,
        kinds: target.manifest.kinds,
        events: target.manifest.events,
        limits: target.manifest.limits,
        grants,
        config,
        config_version,
        updated_at: ctx.now(),
        version: read.version + 1,
        ..read.clone()
    }
}

/// Stops an installation: no new call starts, running ones finish, its events wait.
///
/// # Errors
/// No such installation.
pub async fn disable(ctx: &Ctx, id: InstallationId) -> Result<Plan<Installation>, AppError> {
    set_status(ctx, id, InstallationStatus::Disabled).await
}

/// Starts an installation again.
///
/// # Errors
/// No such installation.
pub async fn resume(ctx: &Ctx, id: InstallationId, waiting: Waiting) -> Result<Plan<Installation>, AppError> {
    let mut plan = set_status(ctx, id, InstallationStatus::Enabled).await?;
    // While it is enabled nothing waits: its worker owns the cursors.
    if waiting == Waiting::Skip && plan.outcome != Outcome::Existing {
        let head = *ctx.tenant.log_head().borrow();
        for cursor in ctx.tenant.cursors(id).await? {
            plan.change.set_cursor(&cursor, head)?;
        }
        // Dead letters wait for nothing: they stay until somebody looks at them.
        for delivery in ctx.tenant.deliveries(id).await? {
            plan.change.remove_delivery(id, delivery.id.1);
        }
    }
    Ok(plan)
}

async fn set_status(ctx: &Ctx, id: InstallationId, status: InstallationStatus) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == status {
        return Ok(Plan::existing(read));
    }
    let installation = Installation { status, updated_at: ctx.now(), version: read.version + 1, ..read.clone() };
    let mut change = Change::new();
    change.replace_installation(&read, &installation)?;
    Ok(Plan::done(change, installation))
}

/// Lets an installation read the log again after an earlier event. What was done stays done.
///
/// # Errors
/// No such installation, or the log does not reach that far.
pub async fn rewind(ctx: &Ctx, id: InstallationId, position: u64) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.status == InstallationStatus::Enabled {
        let problem = "disable the installation before you move its cursor".to_owned();
        return Err(AppError::Conflict { code: "installation-enabled", problem });
    }
    let head = *ctx.tenant.log_head().borrow();
    if position > head {
        return Err(AppError::invalid("position", format!("the log ends at {head}; give 0 to {head}")));
    }
    let mut change = Change::new();
    for cursor in ctx.tenant.cursors(id).await? {
        change.set_cursor(&cursor, position)?;
    }
    // What is read again needs no row of its own.
    for event in ctx.tenant.delivered_after(id, position).await? {
        change.remove_delivery(id, event);
    }
    Ok(Plan::done(change, read))
}

/// One installation.
///
/// # Errors
/// No such installation.
pub async fn read(ctx: &Ctx, id: InstallationId) -> Result<Installation, AppError> {
    ctx.need(Scope::PluginsRead)?;
    get(ctx, id).await
}

/// How far an installation has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sequence number of the newest event.
    pub head: u64,
    /// Every event up to this one is done, held or dead.
    pub position: u64,
    /// Events that are tried again later, or wait behind such a one.
    pub held: usize,
    /// Events that failed for good.
    pub dead: usize,
}

/// How far an installation has got.
///
/// # Errors
/// No such installation.
pub async fn progress(ctx: &Ctx, id: InstallationId) -> Result<Progress, AppError> {
    read(ctx, id).await?;
    let head = *ctx.tenant.log_head().borrow();
    let cursors = ctx.tenant.cursors(id).await?;
    let position = cursors.iter().map(|cursor| cursor.position).min().unwrap_or(head);
    let (retrying, waiting, dead) = tokio::try_join!(
        ctx.tenant.count_standing(id, DeliveryStatus::Retrying),
        ctx.tenant.count_standing(id, DeliveryStatus::Waiting),
        ctx.tenant.count_standing(id, DeliveryStatus::Dead),
    )?;
    Ok(Progress { head, position, held: retrying + waiting, dead })
}

/// All installations, oldest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<Installation>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    Ok(ctx.tenant.installations().await?)
}

async fn get(ctx: &Ctx, id: InstallationId) -> Result<Installation, AppError> {
    ctx.tenant.installation(id).await?.ok_or(AppError::NotFound("installation"))
}

/// Tells the dispatcher that an installation changed.
pub fn tell(app: &App, tenant: &TenantId, installation: InstallationId) {
    app.notify(Notice::Installation { tenant: tenant.clone(), installation });
}
