//! `stammgast plugin enable`.

use super::{
    super::{
        super::{CliError, client::CallError, global::Session},
        grants::{self, Grants, Present},
        limits::Limits,
    },
    vouched,
};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, path::PathBuf};

/// Where a new installation starts to read.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Start {
    /// With the next event.
    Now,
    /// With the tenant's first event: it catches up with all that is recorded.
    Beginning,
}

/// Run a plugin for the tenant, under a name
///
/// Everything that the plugin asks for has to be granted; without it, the server says what is missing. `stammgast
/// plugin review` shows it beforehand. Somebody has to vouch for the plugin: a key that the tenant trusts (`stammgast
/// trust`), or you, with a reason that is recorded. The configuration is checked against the plugin's own schema. A
/// channel plugin's name is the channel's.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin enable acme.points --name points --grant loyalty.earn --start beginning
  stammgast plugin enable example.hello-points --name hello --grant-all --unsigned 'I built it'
  stammgast plugin enable acme.points@1.2.0 --name p2 --grant-all --config-json '{\"points\":2}'
  stammgast plugin enable acme.sms --name sms --grant-all --draft --config-file sms.json
  stammgast plugin enable acme.mail --name mail --grant-all --origin https://mail.example.com")]
pub(in crate::cli) struct Enable {
    /// The plugin: its id (then its highest version), id@version, or digest
    plugin: String,
    /// The installation's name in the tenant
    #[arg(long)]
    name: String,
    #[command(flatten)]
    grants: Grants,
    /// Why it may run although no key that the tenant trusts has signed it; goes on record
    #[arg(long, value_name = "WHY")]
    unsigned: Option<String>,
    /// A file with the configuration (JSON); without one it is empty
    #[arg(long, value_name = "FILE", conflicts_with = "config_json")]
    config_file: Option<PathBuf>,
    /// The configuration itself (JSON)
    #[arg(long, value_name = "JSON")]
    config_json: Option<String>,
    #[command(flatten)]
    limits: Limits,
    /// Where to start
    #[arg(long, value_enum, default_value = "now", conflicts_with = "draft")]
    start: Start,
    /// Set it up and do not call it yet, so that it can be tried on the past; `plugin resume` starts it
    #[arg(long)]
    draft: bool,
}

/// A refusal of the empty configuration, with the option that gives another.
fn with_config(error: CallError) -> CallError {
    let CallError::Problem(mut problem) = error else { return error };
    if problem.errors.iter().any(|error| error.field.starts_with("config")) {
        problem.detail.push_str(". Without --config-file FILE the configuration is empty");
    }
    CallError::Problem(problem)
}

impl Enable {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), self.config_json.as_deref())?;
        let client = session.tenant_client()?;
        let nothing = Present { grants: &[], origins: &BTreeSet::new() };
        let granted = self.grants.decide(&client, &self.plugin, nothing).await?;
        let is_configured = config.is_some();
        let (start, sentence) = self.start_in_words();
        let mut body = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("plugin".to_owned(), json!(granted.digest)),
            ("grants".to_owned(), json!(granted.grants.unwrap_or_default())),
            ("origins".to_owned(), json!(granted.origins)),
            ("config".to_owned(), config.unwrap_or_else(|| json!({}))),
            ("start".to_owned(), json!(start)),
        ]);
        body.extend(self.limits.over(&Value::Null).map(|limits| ("limits".to_owned(), limits)));
        body.extend(self.unsigned.map(|why| ("unsigned".to_owned(), json!(why))));
        let answer = client.post(&["v1", "installations"], &Value::Object(body)).await.map_err(|error| {
            let error = grants::with_remedy(error);
            if is_configured { error } else { with_config(error) }
        })?;
        for line in granted.words.iter().chain(&vouched(&answer)) {
            session.output.note(line);
        }
        let id = answer.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        session.output.result(&answer, &id, &sentence)
    }

    /// Where it starts, for the server and for people.
    fn start_in_words(&self) -> (&'static str, String) {
        let Self { plugin, name, .. } = self;
        match (self.draft, self.start) {
            (true, _) => (
                "later",
                format!(
                    "{plugin} is set up as {name}, a draft: it is not called yet. \
                     `stammgast plugin resume {name} --waiting skip` starts it."
                ),
            ),
            (false, Start::Now) => ("now", format!("{plugin} runs as {name} from the next event on.")),
            (false, Start::Beginning) => ("beginning", format!("{plugin} runs as {name} from the first event on.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::super::client::{FieldProblem, Problem},
        *,
    };

    #[test]
    fn a_refused_empty_configuration_tells_how_another_is_given() {
        let refused = |field: &str| {
            let errors = vec![FieldProblem { field: field.to_owned(), problem: "wrong".to_owned() }];
            let problem = Problem { status: 422, detail: "no".to_owned(), errors, ..Problem::default() };
            with_config(CallError::Problem(Box::new(problem))).to_string()
        };
        assert!(refused("config").contains("--config-file"));
        assert!(refused("config.sender").contains("--config-file"));
        assert!(!refused("name").contains("--config-file"));
    }
}
