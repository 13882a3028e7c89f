//! Grants: what a plugin asks to be allowed, shown in words before all of it is granted.

use super::super::{
    CliError,
    client::{CallError, Client},
    output::plain,
};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;

/// What the admin grants.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Grants {
    /// Grant one capability, such as loyalty.earn; give it several times for several
    #[arg(long = "grant", value_name = "CAPABILITY", conflicts_with = "grant_all")]
    grant: Vec<String>,
    /// Grant everything that the plugin asks for, and print what that is
    #[arg(long)]
    grant_all: bool,
}

/// A plugin and what it is granted, both fixed: what was shown is what runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Granted {
    /// The component's digest.
    pub digest: String,
    /// What is granted; `None` leaves the grants of an upgraded installation as they are.
    pub grants: Option<Vec<String>>,
    /// What that means, in words, to be said when the server has agreed.
    pub words: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    digest: String,
    #[serde(default)]
    capabilities: Vec<Capability>,
}

#[derive(Deserialize)]
struct Capability {
    name: String,
    #[serde(default)]
    meaning: String,
    #[serde(default)]
    why: String,
}

impl Grants {
    /// Looks the plugin up, and says what it is granted when that is everything.
    pub async fn decide(&self, client: &Client, plugin: &str) -> Result<Granted, CliError> {
        let answer = client.get(&["v1", "plugins", plugin]).await.map_err(|error| no_such(error, plugin))?;
        let asked: Asked = serde_json::from_value::<Asked>(answer)
            .map_err(|error| client.unexpected(format!("a plugin is described otherwise: {error}")))?;
        if !self.grant_all {
            let grants = (!self.grant.is_empty()).then(|| self.grant.clone());
            return Ok(Granted { digest: asked.digest, grants, words: Vec::new() });
        }
        let words = in_words(&asked.capabilities);
        let grants = asked.capabilities.into_iter().map(|capability| capability.name).collect();
        Ok(Granted { digest: asked.digest, grants: Some(grants), words })
    }
}

fn in_words(capabilities: &[Capability]) -> Vec<String> {
    if capabilities.is_empty() {
        return vec!["It asks for nothing.".to_owned()];
    }
    let line = |capability: &Capability| {
        let [name, meaning, why] = [&capability.name, &capability.meaning, &capability.why].map(|text| plain(text));
        format!("Granted: {name}: it {meaning}.\n         Its author says: {why}")
    };
    capabilities.iter().map(line).collect()
}

fn no_such(error: CallError, plugin: &str) -> CliError {
    match error {
        CallError::Problem(problem) if problem.status == 404 && problem.detail.contains("plugin") => {
            CliError::NoSuch { what: "plugin", name: plugin.to_owned(), list: "stammgast plugin list" }
        }
        other => other.into(),
    }
}

/// A configuration from a file or from the command line.
pub(super) fn config(file: Option<&std::path::Path>, json: Option<&str>) -> Result<Option<Value>, CliError> {
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
    use super::*;

    #[test]
    fn a_grant_is_shown_in_the_hosts_words_and_the_authors() {
        let capability = Capability {
            name: "loyalty.earn".to_owned(),
            meaning: "may credit loyalty points".to_owned(),
            why: "Credits\u{7} points.".to_owned(),
        };
        let line = "Granted: loyalty.earn: it may credit loyalty points.\n         Its author says: Credits  points.";
        assert_eq!(in_words(&[capability]), [line]);
        assert_eq!(in_words(&[]), ["It asks for nothing."]);
    }

    #[test]
    fn a_configuration_that_is_no_json_is_refused_with_its_place() {
        assert_eq!(config(None, None).unwrap(), None);
        let error = config(None, Some("{ points: 1 }")).unwrap_err();
        assert!(error.to_string().contains("--config-json") && error.exit_code() == 2, "{error}");
    }
}
