//! `stammgast plugin upgrade`.

use super::{
    super::{
        super::{CliError, global::Session},
        grants::{self, Grants},
        limits::Limits,
    },
    installation,
    review::{self, Config},
    running, vouched,
};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Let an installation run another version of its plugin
///
/// What would change is printed first; `stammgast plugin review PLUGIN --for NAME` prints it without changing anything.
/// Calls that run are finished on the old version. Grants belong to a component: they are kept if the new version asks
/// for the same or less, and a version that asks for more needs them given. A version that no trusted key has signed
/// needs your reason anew. What was done stays done; `stammgast plugin rollback` brings the old version back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin upgrade points --to stammgast.loyalty-points
  stammgast plugin upgrade points --to stammgast.loyalty-points@0.1.0
  stammgast plugin upgrade hello --to example.hello-points --unsigned 'I built it'
  stammgast plugin upgrade hello --to example.hello-points --config-file config.json --grant-all")]
pub(in crate::cli) struct Upgrade {
    /// The installation's name
    name: String,
    /// The version: the plugin's id (then its highest version), id@version, or digest
    #[arg(long, value_name = "PLUGIN")]
    to: String,
    #[command(flatten)]
    grants: Grants,
    /// Why the version may run although no key that the tenant trusts has signed it; goes on record
    #[arg(long, value_name = "WHY")]
    unsigned: Option<String>,
    /// A file with a new configuration (JSON); without one it stays as it is
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

impl Upgrade {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), None)?;
        let client = session.tenant_client()?;
        let installation = installation(&client, &self.name).await?;
        let granted = self.grants.decide(&client, &self.to, installation.present()).await?;
        let reviewed = review::of_upgrade(&client, &installation.id, &granted.digest).await?;
        let config_after = if config.is_some() { Config::New } else { Config::AsItIs };
        session.output.note(&review::read(&client, &reviewed)?.changes(config_after));

        let mut body = Map::from_iter([("plugin".to_owned(), json!(granted.digest))]);
        body.extend(granted.grants.map(|grants| ("grants".to_owned(), json!(grants))));
        if granted.origins != installation.origins {
            body.insert("origins".to_owned(), json!(granted.origins));
        }
        body.extend(config.map(|config| ("config".to_owned(), config)));
        body.extend(self.limits.over(&installation.limits).map(|limits| ("limits".to_owned(), limits)));
        body.extend(self.unsigned.map(|why| ("unsigned".to_owned(), json!(why))));
        let path = ["v1", "installations", &installation.id];
        let answer = client.patch(&path, &Value::Object(body)).await.map_err(grants::with_remedy)?;
        for line in granted.words.iter().chain(&vouched(&answer)) {
            session.output.note(line);
        }
        session.output.result(&answer, "", &format!("{}.", running(&answer, &self.name)))
    }
}
