//! What has to be right before an installation may run something: grants, origins, limits, configuration, trust.

use super::super::{App, AppError, Ctx, plugins};
use crate::config::Settings;
use serde_json::Value;
use stammgast_domain::plugin::{Capability, Manifest, Origin, Plugin, Trust, WantedLimits, WantedOrigin};
use stammgast_runtime::config_validator;
use std::collections::BTreeSet;

/// A plugin by digest, id or `id@version`, as a value that the caller gave.
pub(in crate::app) async fn plugin(app: &App, name: &str) -> Result<Plugin, AppError> {
    plugins::find(app, name).await.map_err(|error| match error {
        AppError::NotFound(_) => {
            AppError::invalid("plugin", format!("no plugin `{name}` is installed; the operator installs plugins"))
        }
        other => other,
    })
}

/// Every capability that the manifest asks for must be granted, and nothing else: a plugin that works with less
/// asks for less.
pub(super) fn grants(manifest: &Manifest, grants: &BTreeSet<Capability>) -> Result<(), AppError> {
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

/// Every origin that the manifest names must be granted. Others may be granted only where it leaves them to the admin.
pub(super) fn origins(manifest: &Manifest, origins: &BTreeSet<Origin>) -> Result<(), AppError> {
    let named = |request: &WantedOrigin| match request {
        WantedOrigin::Named(origin) => Some(origin.clone()),
        WantedOrigin::AdminNames => None,
    };
    let asked: BTreeSet<Origin> = manifest.hosts.iter().filter_map(|request| named(&request.origin)).collect();
    let admin_names = manifest.hosts.iter().find(|request| request.origin == WantedOrigin::AdminNames);
    if let Some(missing) = manifest.hosts.iter().find(|one| named(&one.origin).is_some_and(|it| !origins.contains(&it)))
    {
        let origin = named(&missing.origin).map(|origin| origin.to_string()).unwrap_or_default();
        let problem = format!("{} sends requests to {origin} ({}). Grant it under `origins`", manifest.id, missing.why);
        return Err(AppError::Refused { code: "grants-missing", problem });
    }
    let mut others = origins.difference(&asked);
    match (others.next(), admin_names) {
        (Some(extra), None) => {
            let problem = format!("{extra} is granted, but {} does not ask for it; leave it out", manifest.id);
            Err(AppError::invalid("origins", problem))
        }
        (None, Some(request)) => {
            let problem =
                format!("{} needs an origin of your own ({}); name it under `origins`", manifest.id, request.why);
            Err(AppError::Refused { code: "grants-missing", problem })
        }
        _ => Ok(()),
    }
}

/// Limits that an admin sets lie within the operator's.
pub(in crate::app) fn limits(app: &App, set: WantedLimits) -> Result<(), AppError> {
    let Settings { runtime, dispatch, .. } = &*app.settings;
    let calls = set.concurrent_calls.map(u64::from);
    let given = [
        ("cpu_millions", set.cpu_millions, runtime.max_cpu_millions, "runtime.max_cpu_millions"),
        ("memory_mib", set.memory_mib, runtime.max_memory_mib as u64, "runtime.max_memory_mib"),
        ("wall_ms", set.wall_ms, runtime.max_wall_ms, "runtime.max_wall_ms"),
        ("concurrent_calls", calls, dispatch.installation_calls as u64, "dispatch.installation_calls"),
        ("reuse_calls", set.reuse_calls.map(u64::from), u64::from(runtime.max_reuse_calls), "runtime.max_reuse_calls"),
    ];
    for (name, value, most, setting) in given {
        if value.is_some_and(|value| value == 0 || value > most) {
            let problem = match most {
                0 => format!("the operator allows none ({setting} is 0)"),
                _ => format!("it must lie between 1 and {most}, the operator's {setting}"),
            };
            return Err(AppError::invalid(format!("limits.{name}"), problem));
        }
    }
    Ok(())
}

/// Off the request's own thread: a large configuration takes its time.
pub(in crate::app) async fn config(manifest: &Manifest, config: &Value) -> Result<(), AppError> {
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

/// Whose word vouches for a component: a key that the tenant trusts, or an admin's own decision with its reason.
pub(super) async fn trust(ctx: &Ctx, plugin: &Plugin, unsigned: Option<&str>) -> Result<Trust, AppError> {
    if let Some(key) = plugins::trusted_signer(ctx, plugin).await? {
        return Ok(Trust::Signed { key });
    }
    match unsigned.map(str::trim) {
        Some(why) if !why.is_empty() => {
            let why = why.chars().take(500).collect();
            Ok(Trust::Decided { actor: ctx.actor.clone(), why })
        }
        _ => {
            let Manifest { id, version, .. } = &plugin.manifest;
            let problem = format!(
                "{id} {version} is not signed by a key that this tenant trusts. Trust its author's key, or decide to run \
                 it all the same: say why under `unsigned`; the decision is recorded"
            );
            Err(AppError::Refused { code: "not-trusted", problem })
        }
    }
}
