//! Grants: what a plugin asks to be allowed, shown in words when all of it is granted.

use super::{
    super::{
        CliError,
        client::{CallError, Client},
        output::plain,
    },
    origins::{self, Extent, Host, Origins},
};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use stammgast_domain::plugin::Origin;
use std::collections::BTreeSet;

/// What the admin grants.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Grants {
    /// Grant one capability, such as loyalty.earn; give it several times for several
    #[arg(long = "grant", value_name = "CAPABILITY", conflicts_with = "grant_all")]
    grant: Vec<String>,
    /// Grant everything that the plugin asks for, the origins that it names among it, and print what that is
    #[arg(long)]
    grant_all: bool,
    #[command(flatten)]
    origins: Origins,
}

/// What an installation has already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present<'a> {
    /// What it may do.
    pub grants: &'a [String],
    /// Where its requests may go.
    pub origins: &'a BTreeSet<Origin>,
}

/// A plugin and what it is granted, both fixed: what was shown is what runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Granted {
    /// The component's digest.
    pub digest: String,
    /// What is granted; `None` leaves the grants of an upgraded installation as they are.
    pub grants: Option<Vec<String>>,
    /// Where its requests may go.
    pub origins: BTreeSet<Origin>,
    /// What that means, in words, to be said when the server has agreed.
    pub words: Vec<String>,
}

/// What a plugin asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    digest: String,
    #[serde(default)]
    capabilities: Vec<Capability>,
    /// Where its requests go.
    #[serde(default)]
    pub hosts: Vec<Host>,
}

/// A capability that a plugin asks for.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Capability {
    /// As it is granted.
    pub name: String,
    /// What granting it means, in the host's words.
    #[serde(default)]
    pub meaning: String,
    /// What for, in the author's words.
    #[serde(default)]
    pub why: String,
}

impl Grants {
    /// Looks the plugin up, and says what it is granted when that is everything. What the installation has already stays,
    /// as far as the plugin asks for it.
    pub async fn decide(&self, client: &Client, plugin: &str, present: Present<'_>) -> Result<Granted, CliError> {
        let asked = asked(client, plugin).await?;
        let extent = if self.grant_all { Extent::All } else { Extent::Given };
        let origins = self.origins.beside(present.origins, &asked.hosts, extent);
        if extent == Extent::Given {
            let asks_for = |grant: &&String| asked.capabilities.iter().any(|capability| capability.name == **grant);
            let all = || present.grants.iter().filter(asks_for).chain(&self.grant).collect::<BTreeSet<_>>();
            let grants = (!self.grant.is_empty()).then(|| all().into_iter().cloned().collect());
            return Ok(Granted { digest: asked.digest, grants, origins, words: Vec::new() });
        }
        let words = in_words(&asked, &origins);
        let grants = asked.capabilities.into_iter().map(|capability| capability.name).collect();
        Ok(Granted { digest: asked.digest, grants: Some(grants), origins, words })
    }
}

/// What a plugin asks for, by its digest, its id or `id@version`.
pub(super) async fn asked(client: &Client, plugin: &str) -> Result<Asked, CliError> {
    let answer = client.get(&["v1", "plugins", plugin]).await.map_err(|error| no_such(error, plugin))?;
    let asked = serde_json::from_value(answer);
    Ok(asked.map_err(|error| client.unexpected(format!("a plugin is described otherwise: {error}")))?)
}

fn in_words(asked: &Asked, origins: &BTreeSet<Origin>) -> Vec<String> {
    let line = |capability: &Capability| {
        let [name, meaning, why] = [&capability.name, &capability.meaning, &capability.why].map(|text| plain(text));
        format!("Granted: {name}: it {meaning}.\n         Its author says: {why}")
    };
    let mut words: Vec<String> = asked.capabilities.iter().map(line).collect();
    words.extend(origins::in_words(origins, &asked.hosts));
    if words.is_empty() { vec!["It asks for nothing.".to_owned()] } else { words }
}

/// A refusal, with the options of this command line that its remedy needs.
pub(super) fn with_remedy(error: CallError) -> CallError {
    let CallError::Problem(mut problem) = error else { return error };
    problem.detail.push_str(match problem.code.as_str() {
        "not-trusted" => ". Here: `stammgast trust add NAME KEY`, or --unsigned 'WHY'",
        "grants-missing" => ". Here: --grant-all for all that it asks for, --origin URL for an origin of your own",
        _ => "",
    });
    CallError::Problem(problem)
}

/// An answer that says there is no such plugin, with the command that shows which there are.
pub(super) fn no_such(error: CallError, plugin: &str) -> CliError {
    match error {
        CallError::Problem(problem) if problem.status == 404 && problem.detail.contains("plugin") => {
            CliError::NoSuch { what: "plugin", name: plugin.to_owned(), list: "stammgast plugin list" }
        }
        other => other.into(),
    }
}

/// A configuration from a file or from the command line.
pub(in crate::cli) fn config(file: Option<&std::path::Path>, json: Option<&str>) -> Result<Option<Value>, CliError> {
    let (what, text) = match (file, json) {
        (Some(file), _) => {
            let text = std::fs::read_to_string(file).map_err(CliError::file(file))?;
            (file.display().to_string(), text)
        }
        (None, Some(json)) => ("--config-json".to_owned(), json.to_owned()),
        (None, None) => return Ok(None),
    };
    let value =
        serde_json::from_str(&text).map_err(|error| CliError::Given { what, problem: format!("no JSON: {error}") });
    value.map(Some)
}

#[cfg(test)]
mod tests {
    use super::{super::super::client::Problem, *};
    use serde_json::json;

    #[test]
    fn a_grant_is_shown_in_the_hosts_words_and_the_authors() {
        let asked: Asked = serde_json::from_value(json!({
            "digest": "sha256:00",
            "capabilities": [
                { "name": "loyalty.earn", "meaning": "may credit loyalty points", "why": "Credits\u{7} points." },
            ],
            "hosts": [{ "origin": "https://a.example", "why": "Sends mail." }],
        }))
        .unwrap();
        let line = "Granted: loyalty.earn: it may credit loyalty points.\n         Its author says: Credits  points.";
        assert_eq!(in_words(&asked, &BTreeSet::new()), [line]);
        let origins = BTreeSet::from(["https://a.example".parse().unwrap()]);
        assert!(in_words(&asked, &origins).iter().any(|line| line.contains("may go to https://a.example.")));
        let nothing = Asked { capabilities: Vec::new(), ..asked };
        assert_eq!(in_words(&nothing, &BTreeSet::new()), ["It asks for nothing."]);
    }

    #[test]
    fn a_refusal_names_the_options_that_help() {
        let refused = |code: &str| {
            let problem = Problem { status: 422, detail: "no".to_owned(), code: code.to_owned(), ..Problem::default() };
            with_remedy(CallError::Problem(Box::new(problem))).to_string()
        };
        assert!(refused("not-trusted").contains("--unsigned"));
        assert!(refused("grants-missing").contains("--grant-all"));
        assert_eq!(refused("name-taken"), "no (422, name-taken)");
    }

    #[test]
    fn a_configuration_that_is_no_json_is_refused_with_its_place() {
        assert_eq!(config(None, None).unwrap(), None);
        let error = config(None, Some("{ points: 1 }")).unwrap_err();
        assert!(error.to_string().contains("--config-json") && error.exit_code() == 2, "{error}");
    }
}
