//! `stammgast backtest run`.

use super::{
    super::{
        CliError,
        global::Session,
        import::progress::Progress,
        output::plain,
        plugin::{config, installation_id},
    },
    report,
};
use clap::Args;
use serde_json::{Map, Value, json};
use std::{path::PathBuf, time::Duration};

/// How often the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// Run a version and configuration over the past, and show what would have happened
///
/// With --installation, its version, configuration and limits count where nothing else is said, and what it did is what
/// the result is compared with. Without one, the version to compare with takes what is not said from the one that is
/// tried. The exit code is 1 where the back-test did not get to its end.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast backtest run --installation points --config-file doubled.json
  stammgast backtest run --plugin acme.points --against acme.points@1.0.0 --config-file points.json
  stammgast backtest run --installation points --from 2026-01-01T00:00:00Z --no-wait")]
pub(in crate::cli) struct Run {
    /// The installation whose past it is, by name or id
    #[arg(long, value_name = "NAME", required_unless_present = "plugin")]
    installation: Option<String>,
    /// The version that is tried: the plugin's id (then its highest version), id@version, or digest
    #[arg(long, value_name = "PLUGIN")]
    plugin: Option<String>,
    /// The configuration that is tried (JSON); the installation's, without one
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// Another version to compare with, instead of what happened
    #[arg(long, value_name = "PLUGIN")]
    against: Option<String>,
    /// The configuration of the version to compare with (JSON); the installation's or the one that is tried, without one
    #[arg(long, value_name = "FILE")]
    against_config_file: Option<PathBuf>,
    /// Only events that happened at this time or later (RFC 3339)
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only events that happened before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Do not wait for the end
    #[arg(long)]
    no_wait: bool,
}

impl Run {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let candidate = named(self.plugin, config(self.config_file.as_deref(), None)?);
        let against_config = config(self.against_config_file.as_deref(), None)?;
        let mut body = Map::from_iter([("candidate".to_owned(), candidate)]);
        if let Some(name) = &self.installation {
            body.insert("installation".to_owned(), json!(installation_id(&client, name).await?));
        }
        if self.against.is_some() || against_config.is_some() {
            body.insert("against".to_owned(), named(self.against, against_config));
        }
        for (field, time) in [("from", self.from), ("to", self.to)] {
            body.extend(time.map(|time| (field.to_owned(), json!(time))));
        }
        let mut test = client.post(&["v1", "backtests"], &Value::Object(body)).await?;
        let id = test.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.no_wait {
            let sentence =
                format!("The back-test waits for its turn. `stammgast backtest show {id}` tells how far it is.");
            return session.output.result(&test, &id, &sentence);
        }
        let number = |test: &Value, field: &str| test.get(field).and_then(Value::as_u64).unwrap_or_default();
        let bar = Progress::start(session.output, number(&test, "until"), "events");
        let mut at = 0;
        while matches!(test.get("status").and_then(Value::as_str), Some("queued" | "running")) {
            tokio::time::sleep(PAUSE).await;
            test = client.get(&["v1", "backtests", &id]).await?;
            let now = number(&test, "position");
            bar.advance(now.saturating_sub(at));
            at = now.max(at);
        }
        bar.finish();
        session.output.result(&test, &id, &report::text(&test))?;
        match test.get("status").and_then(Value::as_str) {
            Some("done") => Ok(()),
            status => Err(CliError::Unfinished { id, status: plain(status.unwrap_or("over")) }),
        }
    }
}

fn named(plugin: Option<String>, config: Option<Value>) -> Value {
    let plugin = plugin.map(|plugin| ("plugin".to_owned(), json!(plugin)));
    Value::Object(plugin.into_iter().chain(config.map(|config| ("config".to_owned(), config))).collect())
}
