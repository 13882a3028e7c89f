//! Before anything runs: what a version asks for, in words, and what would change.

use super::{
    super::{App, AppError, Ctx, plugins},
    check,
};
use serde_json::Value;
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{
        Capability, CapabilityRequest, Installation, Manifest, Origin, Plugin, SecretRequest, WantedLimits,
        WantedOrigin, WebhookProof,
    },
    secret::SecretRecord,
};
use stammgast_runtime::{TenantNames, config_errors};
use std::collections::BTreeSet;

/// What an admin has to know before a version runs.
#[derive(Debug, Clone)]
pub struct Review {
    /// The version.
    pub plugin: Plugin,
    /// The installation that would run it, as it is.
    pub installation: Option<Installation>,
    /// The tenant's key that vouches for it.
    pub signed_by: Option<String>,
    /// Capabilities that have to be granted anew.
    pub new_grants: Vec<CapabilityRequest>,
    /// Capabilities that it asks for, and has.
    pub kept_grants: BTreeSet<Capability>,
    /// Capabilities that it does not ask for any more.
    pub dropped_grants: BTreeSet<Capability>,
    /// Where its requests go.
    pub origins: Vec<ReviewedOrigin>,
    /// Secrets that have to be given.
    pub missing_secrets: Vec<String>,
    /// Secrets that were given to the version that runs, and that this one could use from the start.
    pub kept_secrets: Vec<KeptSecret>,
    /// How its webhook's deliveries prove themselves otherwise than those of the version that runs.
    pub webhook_change: Option<WebhookChange>,
    /// How its configuration schema differs from that of the version that runs.
    pub config_changes: Vec<ConfigChange>,
    /// Why the present configuration does not fit the new schema; empty where it fits.
    pub config_errors: Vec<String>,
    /// Limits that the version that runs wishes for.
    pub limits_before: Option<WantedLimits>,
}

/// A secret that is set and that another version asks for by the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// Its name.
    pub name: String,
    /// What for, in its author's words.
    pub why: String,
    /// What the version that runs says; `None` where it does not ask for it.
    pub why_before: Option<String>,
    /// Where it may go.
    pub origins: BTreeSet<Origin>,
}

/// The proof of a webhook in two versions; `None` where there is no webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookChange {
    /// That of the version that runs.
    pub before: Option<WebhookProof>,
    /// That of this one.
    pub after: Option<WebhookProof>,
}

/// An origin that a version asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedOrigin {
    /// The origin; `None` where the admin names it.
    pub origin: Option<Origin>,
    /// What for, in its author's words.
    pub why: String,
    /// Whether it is granted already.
    pub granted: bool,
}

/// A setting that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigChange {
    /// It is new.
    Added {
        /// Its name.
        setting: String,
        /// Whether it has to be given.
        required: bool,
    },
    /// It is gone.
    Removed {
        /// Its name.
        setting: String,
    },
    /// It means or allows something else.
    Changed {
        /// Its name.
        setting: String,
    },
}

/// Looks at a version with an admin's eyes, for an installation or for a new one.
///
/// # Errors
/// No such plugin or installation, or the installation runs another plugin.
pub async fn review(
    app: &App,
    ctx: &Ctx,
    name: &str,
    installation: Option<InstallationId>,
) -> Result<Review, AppError> {
    ctx.need(Scope::PluginsRead)?;
    let plugin = check::plugin(app, name).await?;
    let installation = match installation {
        Some(id) => Some(super::get(ctx, id).await?),
        None => None,
    };
    if let Some(other) = installation.as_ref().filter(|one| one.plugin != plugin.manifest.id) {
        let problem = format!("the installation runs {}, and {} is another plugin", other.plugin, plugin.manifest.id);
        return Err(AppError::invalid("plugin", problem));
    }
    let signed_by = plugins::trusted_signer(ctx, &plugin).await?;
    let before = match &installation {
        Some(one) => plugins::find(app, &one.release.digest.to_string()).await.ok(),
        None => None,
    };
    let granted = installation.as_ref().map(|one| one.release.grants.clone()).unwrap_or_default();
    let asked = plugin.manifest.asked();
    let config = installation.as_ref().map(|one| one.release.config.clone());
    let schema = plugin.manifest.config_schema.clone();
    let names = check::names(ctx).await?;
    let check = move || config.map(|config| errors(&schema, &config, &names)).unwrap_or_default();
    let config_errors = tokio::task::spawn_blocking(check).await.map_err(std::io::Error::other)?;
    let given = match &installation {
        Some(one) => ctx.tenant.secrets(one.id).await?,
        None => Vec::new(),
    };
    let is_given = |name: &str| given.iter().any(|secret| secret.name == name);
    let missing = plugin.manifest.secrets.iter().filter(|secret| !is_given(&secret.name));
    let manifest_before = before.as_ref().map(|before| &before.manifest);
    Ok(Review {
        signed_by,
        new_grants: plugin.manifest.capabilities.iter().filter(|one| !granted.contains(&one.name)).cloned().collect(),
        kept_grants: granted.intersection(&asked).copied().collect(),
        dropped_grants: granted.difference(&asked).copied().collect(),
        origins: origins(&plugin, installation.as_ref()),
        missing_secrets: missing.map(|secret| secret.name.clone()).collect(),
        kept_secrets: kept_secrets(&plugin.manifest, manifest_before, &given),
        webhook_change: manifest_before.and_then(|before| webhook_change(before, &plugin.manifest)),
        config_changes: before
            .as_ref()
            .map(|before| compare(&before.manifest.config_schema, &plugin.manifest.config_schema))
            .unwrap_or_default(),
        config_errors,
        limits_before: before.map(|before| before.manifest.limits),
        plugin,
        installation,
    })
}

fn kept_secrets(manifest: &Manifest, before: Option<&Manifest>, given: &[SecretRecord]) -> Vec<KeptSecret> {
    let asked_before = |name: &str| before?.secrets.iter().find(|secret| secret.name == name);
    let kept = |asked: &SecretRequest| {
        let record = given.iter().find(|record| record.name == asked.name)?;
        Some(KeptSecret {
            name: asked.name.clone(),
            why: asked.why.clone(),
            why_before: asked_before(&asked.name).map(|secret| secret.why.clone()),
            origins: record.origins.clone(),
        })
    };
    manifest.secrets.iter().filter_map(kept).collect()
}

fn webhook_change(before: &Manifest, after: &Manifest) -> Option<WebhookChange> {
    let (before, after) = (before.webhook.clone(), after.webhook.clone());
    (before != after).then_some(WebhookChange { before, after })
}

fn origins(plugin: &Plugin, installation: Option<&Installation>) -> Vec<ReviewedOrigin> {
    let granted = installation.map(|one| one.release.origins.clone()).unwrap_or_default();
    let named: BTreeSet<&Origin> = plugin
        .manifest
        .hosts
        .iter()
        .filter_map(|request| match &request.origin {
            WantedOrigin::Named(origin) => Some(origin),
            WantedOrigin::AdminNames => None,
        })
        .collect();
    let reviewed = |request: &stammgast_domain::plugin::HostRequest| match &request.origin {
        WantedOrigin::Named(origin) => {
            ReviewedOrigin { origin: Some(origin.clone()), why: request.why.clone(), granted: granted.contains(origin) }
        }
        WantedOrigin::AdminNames => ReviewedOrigin {
            origin: None,
            why: request.why.clone(),
            granted: granted.iter().any(|origin| !named.contains(origin)),
        },
    };
    plugin.manifest.hosts.iter().map(reviewed).collect()
}

fn errors(schema: &Value, config: &Value, names: &TenantNames) -> Vec<String> {
    match config_errors(schema, config, names) {
        Ok(errors) => errors.iter().map(ToString::to_string).collect(),
        Err(problem) => vec![problem],
    }
}

/// Settings are the properties at the schema's top.
fn compare(before: &Value, after: &Value) -> Vec<ConfigChange> {
    let settings = |schema: &Value| schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let required = |schema: &Value, name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let (old, new) = (settings(before), settings(after));
    let added = new
        .keys()
        .filter(|name| !old.contains_key(*name))
        .map(|setting| ConfigChange::Added { setting: setting.clone(), required: required(after, setting) });
    let removed = old.keys().filter(|name| !new.contains_key(*name));
    let removed = removed.map(|setting| ConfigChange::Removed { setting: setting.clone() });
    let differs = |name: &&String| {
        old.get(*name).is_some_and(|old| Some(old) != new.get(*name)) && new.contains_key(*name)
            || old.contains_key(*name) && new.contains_key(*name) && required(before, name) != required(after, name)
    };
    let changed = old.keys().filter(differs).map(|setting| ConfigChange::Changed { setting: setting.clone() });
    added.chain(removed).chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_that_differ_are_named() {
        let before = json!({ "properties": { "a": { "type": "string" }, "b": {}, "c": {} }, "required": ["a"] });
        let after =
            json!({ "properties": { "a": { "type": "integer" }, "c": {}, "d": {} }, "required": ["a", "c", "d"] });
        let named = |setting: &str| setting.to_owned();
        assert_eq!(
            compare(&before, &after),
            [
                ConfigChange::Added { setting: named("d"), required: true },
                ConfigChange::Removed { setting: named("b") },
                ConfigChange::Changed { setting: named("a") },
                ConfigChange::Changed { setting: named("c") },
            ]
        );
        assert!(errors(&after, &json!({ "a": "x" }), &TenantNames::default()).len() >= 2);
    }
}
