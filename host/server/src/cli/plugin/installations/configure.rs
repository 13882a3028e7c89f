//! `stammgast plugin configure`.

use super::{
    super::{
        super::{CliError, global::Session},
        grants,
        limits::Limits,
        origins::{Extent, Origins},
    },
    installation,
};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Give an installation another configuration, other origins or other limits
///
/// A configuration takes the place of the old one as a whole. Origins that the plugin's manifest names stay; those that
/// you name take the place of those that you named before. Limits that you do not name stay.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin configure points --config-file points.json
  stammgast plugin configure points --memory-mib 64 --wall-ms default
  stammgast plugin configure mail --origin https://mail.example.com")]
pub(in crate::cli) struct Configure {
    /// The installation's name
    name: String,
    /// The file with the configuration (JSON); not needed where something else changes
    #[arg(long, value_name = "FILE")]
    #[arg(required_unless_present_any = ["origin", "Limits"])]
    config_file: Option<PathBuf>,
    #[command(flatten)]
    origins: Origins,
    #[command(flatten)]
    limits: Limits,
}

impl Configure {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), None)?;
        let client = session.tenant_client()?;
        let installation = installation(&client, &self.name).await?;
        let (mut body, mut what) = (Map::new(), Vec::new());
        if let Some(config) = config {
            body.insert("config".to_owned(), config);
            what.push("its new configuration");
        }
        if !self.origins.is_empty() {
            let asked = grants::asked(&client, &installation.digest).await?;
            let origins = self.origins.beside(&installation.origins, &asked.hosts, Extent::Given);
            body.insert("origins".to_owned(), json!(origins));
            what.push("its new origins");
        }
        if let Some(limits) = self.limits.over(&installation.limits) {
            body.insert("limits".to_owned(), limits);
            what.push("its new limits");
        }
        let path = ["v1", "installations", &installation.id];
        let answer = client.patch(&path, &Value::Object(body)).await.map_err(grants::with_remedy)?;
        session.output.result(&answer, "", &format!("{} has {}.", self.name, what.join(" and ")))
    }
}
