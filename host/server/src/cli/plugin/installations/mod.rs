//! A tenant's installations: one file a command.

mod configure;
mod enable;
mod history;
mod list;
mod pause;
mod remove;
mod review;
mod rewind;
mod rollback;
mod upgrade;

pub(in crate::cli) use configure::Configure;
pub(in crate::cli) use enable::Enable;
pub(in crate::cli) use history::History;
pub(in crate::cli) use list::Installations;
pub(super) use list::quarantined;
pub(in crate::cli) use pause::{Disable, Resume};
pub(in crate::cli) use remove::Remove;
pub(in crate::cli) use review::Review;
pub(in crate::cli) use rewind::Rewind;
pub(in crate::cli) use rollback::Rollback;
pub(in crate::cli) use upgrade::Upgrade;

use super::{
    super::{CliError, client::Client, output::plain},
    grants::Present,
};
use serde::Deserialize;
use serde_json::Value;
use stammgast_domain::plugin::Origin;
use std::collections::BTreeSet;

/// An installation, as far as a change has to know it.
#[derive(Debug, Deserialize)]
pub(super) struct Installation {
    pub(super) id: String,
    /// The component that it runs.
    digest: String,
    /// What it may do.
    #[serde(default)]
    grants: Vec<String>,
    /// Where its requests may go.
    #[serde(default)]
    pub(super) origins: BTreeSet<Origin>,
    /// Limits that the admin set.
    #[serde(default)]
    limits: Value,
}

impl Installation {
    /// What it has already.
    pub(super) fn present(&self) -> Present<'_> {
        Present { grants: &self.grants, origins: &self.origins }
    }
}

/// The installation of this name or id.
pub(super) async fn installation(client: &Client, name: &str) -> Result<Installation, CliError> {
    let row = row(client, name).await?;
    let read = serde_json::from_value(row);
    Ok(read.map_err(|error| client.unexpected(format!("an installation is described otherwise: {error}")))?)
}

/// The id of the installation of this name; an id stands for itself.
pub(in crate::cli) async fn installation_id(client: &Client, name: &str) -> Result<String, CliError> {
    let row = row(client, name).await?;
    Ok(row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}

async fn row(client: &Client, name: &str) -> Result<Value, CliError> {
    let items = client.items(&["v1", "installations"], &[], None).await?;
    let text = |item: &Value, field: &str| item.get(field).and_then(Value::as_str).map(str::to_owned);
    let named = |item: &Value| ["name", "id"].iter().any(|field| text(item, field).as_deref() == Some(name));
    items.into_iter().find(named).ok_or_else(|| CliError::NoSuch {
        what: "installation",
        name: name.to_owned(),
        list: "stammgast plugin installations",
    })
}

/// That an installation runs a version from now on; or that it would, where it is not enabled.
pub(super) fn running(answer: &Value, name: &str) -> String {
    let text = |field: &str| plain(answer.get(field).and_then(Value::as_str).unwrap_or("?"));
    let (version, status) = (text("plugin_version"), text("status"));
    if status == "enabled" {
        return format!("{name} runs version {version}");
    }
    format!("{name}, which is {status}, runs version {version} once `stammgast plugin resume {name}` lets it")
}

/// Whose word an installation runs on, for people.
pub(super) fn vouched(answer: &Value) -> Option<String> {
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).map(plain);
    match text("/trust/by")?.as_str() {
        "signature" => Some(format!("It is signed by `{}`, a key that the tenant trusts.", text("/trust/key")?)),
        _ => Some(format!("No key that the tenant trusts has signed it; it runs because: {}", text("/trust/why")?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_that_is_stopped_is_not_said_to_run() {
        let answer = |status: &str| json!({ "plugin_version": "0.2.0", "status": status });
        assert_eq!(running(&answer("enabled"), "points"), "points runs version 0.2.0");
        let stopped = "points, which is disabled, runs version 0.2.0 once `stammgast plugin resume points` lets it";
        assert_eq!(running(&answer("disabled"), "points"), stopped);
    }

    #[test]
    fn an_installation_runs_on_a_signature_or_on_a_reason() {
        let signed = json!({ "trust": { "by": "signature", "key": "acme" } });
        assert!(vouched(&signed).unwrap().contains("signed by `acme`"));
        let decided = json!({ "trust": { "by": "decision", "actor": "key:1", "why": "I built\u{7} it" } });
        assert!(vouched(&decided).unwrap().ends_with("because: I built  it"));
        assert_eq!(vouched(&json!({})), None);
    }
}
