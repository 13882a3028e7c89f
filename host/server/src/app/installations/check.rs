//! What has to be right before an installation may run something: grants, origins, limits, configuration, trust.

use super::super::{App, AppError, Ctx, error::WrongField, plugins};
use crate::config::Settings;
use serde_json::Value;
use stammgast_domain::{
    plugin::{Capability, Manifest, Origin, Plugin, Trust, WantedLimits, WantedOrigin},
    tenant::Setup,
};
use stammgast_runtime::{ConfigError, Named, TenantNames, config_errors};
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
    within(&app.settings, set).map_err(|(name, problem)| AppError::invalid(format!("limits.{name}"), problem))
}

/// The first limit that lies outside the operator's, and why.
fn within(settings: &Settings, set: WantedLimits) -> Result<(), (&'static str, String)> {
    let Settings { runtime, dispatch, .. } = settings;
    let small = |given: Option<u32>| given.map(u64::from);
    let given = [
        ("cpu_millions", set.cpu_millions, runtime.max_cpu_millions, "runtime.max_cpu_millions"),
        ("memory_mib", set.memory_mib, runtime.max_memory_mib as u64, "runtime.max_memory_mib"),
        ("wall_ms", set.wall_ms, runtime.max_wall_ms, "runtime.max_wall_ms"),
        (
            "concurrent_calls",
            small(set.concurrent_calls),
            dispatch.installation_calls as u64,
            "dispatch.installation_calls",
        ),
        ("reuse_calls", small(set.reuse_calls), u64::from(runtime.max_reuse_calls), "runtime.max_reuse_calls"),
        ("table_entries", set.table_entries, runtime.table_entries as u64, "runtime.table_entries"),
        ("instances", set.instances, runtime.instances as u64, "runtime.instances"),
        ("input_kib", set.input_kib, runtime.input_kib as u64, "runtime.input_kib"),
        ("output_kib", set.output_kib, runtime.output_kib as u64, "runtime.output_kib"),
        ("host_calls", small(set.host_calls), u64::from(runtime.host_calls), "runtime.host_calls"),
        ("read_rows", set.read_rows, runtime.read_rows as u64, "runtime.read_rows"),
        ("effects", set.effects, runtime.effects as u64, "runtime.effects"),
        ("state_kib", set.state_kib, runtime.state_kib as u64, "runtime.state_kib"),
        ("state_keys", set.state_keys, runtime.state_keys as u64, "runtime.state_keys"),
        ("shared_state_keys", set.shared_state_keys, runtime.shared_state_keys as u64, "runtime.shared_state_keys"),
        ("log_lines", small(set.log_lines), u64::from(runtime.log_lines), "runtime.log_lines"),
        ("log_line_chars", set.log_line_chars, runtime.log_line_chars as u64, "runtime.log_line_chars"),
    ];
    let is_outside = |value: Option<u64>, most: u64| value.is_some_and(|value| value == 0 || value > most);
    match given.into_iter().find(|(_, value, most, _)| is_outside(*value, *most)) {
        None => Ok(()),
        Some((name, _, 0, setting)) => Err((name, format!("the operator allows none ({setting} is 0)"))),
        Some((name, _, most, setting)) => {
            Err((name, format!("it must lie between 1 and {most}, the operator's {setting}")))
        }
    }
}

/// What a tenant's configurations may name.
pub(super) async fn names(ctx: &Ctx) -> Result<TenantNames, AppError> {
    let Setup { programs, offers, rewards, departments, .. } = ctx.tenant.setup().await?;
    let without = TenantNames::default().with(Named::Tier, []);
    let names = programs.values().fold(without, |names, program| {
        let levels = program.policy.tiers.iter().flat_map(|tiers| &tiers.levels);
        names.with_tiers(&program.code, levels.map(|level| level.code.clone()))
    });
    Ok(names
        .with(Named::Program, programs.into_keys())
        .with(Named::Offer, offers.into_keys())
        .with(Named::Reward, rewards)
        .with(Named::Plan, ctx.tenant.plans().await?.into_keys())
        .with(Named::Department, departments))
}

/// Off the request's own thread: a large configuration takes its time.
pub(in crate::app) async fn config(names: TenantNames, manifest: &Manifest, config: &Value) -> Result<(), AppError> {
    let (schema, config) = (manifest.config_schema.clone(), config.clone());
    let check = move || {
        let unusable = |problem| AppError::Refused { code: "config-schema-unusable", problem };
        let errors = config_errors(&schema, &config, &names).map_err(unusable)?;
        if errors.is_empty() {
            return Ok(());
        }
        let wrong = errors.into_iter().map(|ConfigError { field, problem }| WrongField { field, problem });
        Err(AppError::InvalidFields(wrong.collect()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_lies_within_the_operators() {
        let settings = Settings::default();
        let names = serde_json::to_value(stammgast_domain::plugin::CallLimits::default().wanted()).unwrap();
        let names = names.as_object().unwrap().keys().cloned();
        for name in names.chain(["concurrent_calls".to_owned(), "reuse_calls".to_owned()]) {
            let set = |number: u64| -> WantedLimits {
                serde_json::from_value(serde_json::json!({ name.as_str(): number })).unwrap()
            };
            assert_eq!(within(&settings, set(1)), Ok(()), "{name}");
            for wrong in [0, u64::from(u32::MAX)] {
                let (refused, problem) = within(&settings, set(wrong)).unwrap_err();
                assert_eq!(refused, name);
                assert!(
                    problem.contains("it must lie between 1 and") && problem.contains("the operator's"),
                    "{problem}"
                );
            }
        }
    }
}
