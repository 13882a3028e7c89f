//! A tenant's installations.

use super::{
    super::{
        CliError,
        client::Client,
        global::Session,
        table::{Column, table},
    },
    grants::{self, Grants},
};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Where a new installation starts to read.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Start {
    /// With the next event.
    Now,
    /// With the tenant's first event: it catches up with all that is recorded.
    Beginning,
}

/// What happens with events that waited.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Waiting {
    /// They are run.
    Run,
    /// They are skipped for good.
    Skip,
}

/// Run a plugin for the tenant, under a name
///
/// Everything that the plugin asks for has to be granted; without it, the server says what is missing. The
/// configuration is checked against the plugin's own schema. A channel plugin's name is the channel's.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin enable acme.points --name points --grant loyalty.earn --start beginning
  stammgast plugin enable example.hello-points --name hello --config-file config.json --grant-all
  stammgast plugin enable acme.points@1.2.0 --name p2 --grant-all --config-json '{\"points\":2}'")]
pub(in crate::cli) struct Enable {
    /// The plugin: its id (then its highest version), id@version, or digest
    plugin: String,
    /// The installation's name in the tenant
    #[arg(long)]
    name: String,
    #[command(flatten)]
    grants: Grants,
    /// A file with the configuration (JSON); without one it is empty
    #[arg(long, value_name = "FILE", conflicts_with = "config_json")]
    config_file: Option<PathBuf>,
    /// The configuration itself (JSON)
    #[arg(long, value_name = "JSON")]
    config_json: Option<String>,
    /// Where to start
    #[arg(long, value_enum, default_value = "now")]
    start: Start,
}

impl Enable {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), self.config_json.as_deref())?;
        let client = session.tenant_client()?;
        let granted = self.grants.decide(&client, &self.plugin).await?;
        let body = json!({
            "name": self.name,
            "plugin": granted.digest,
            "grants": granted.grants.unwrap_or_default(),
            "config": config.unwrap_or_else(|| json!({})),
            "start": match self.start { Start::Now => "now", Start::Beginning => "beginning" },
        });
        let answer = client.post(&["v1", "installations"], &body).await?;
        granted.words.iter().for_each(|line| session.output.note(line));
        let from = match self.start {
            Start::Now => "from the next event on",
            Start::Beginning => "from the first event on",
        };
        let id = answer.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        session.output.result(&answer, &id, &format!("{} runs as {} {from}.", self.plugin, self.name))
    }
}

/// Stop an installation: calls that run are finished, new events wait
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin disable points")]
pub(in crate::cli) struct Disable {
    /// The installation's name
    name: String,
}

impl Disable {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let answer = client.post(&["v1", "installations", &id, "disable"], &json!({})).await?;
        let sentence = format!(
            "{0} is disabled; its events wait. `stammgast plugin resume {0} --waiting run` starts it again.",
            self.name
        );
        session.output.result(&answer, "", &sentence)
    }
}

/// Start a disabled installation again
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin resume points --waiting run
  stammgast plugin resume points --waiting skip")]
pub(in crate::cli) struct Resume {
    /// The installation's name
    name: String,
    /// What happens with the events that waited
    #[arg(long, value_enum)]
    waiting: Waiting,
}

impl Resume {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let (waiting, what) = match self.waiting {
            Waiting::Run => ("run", "what waited is run"),
            Waiting::Skip => ("skip", "what waited is skipped"),
        };
        let answer = client.post(&["v1", "installations", &id, "enable"], &json!({ "waiting": waiting })).await?;
        session.output.result(&answer, "", &format!("{} runs again; {what}.", self.name))
    }
}

/// Let an installation run another version of its plugin
///
/// Calls that run are finished on the old version. Grants belong to a component: they are kept if the new version asks
/// for the same or less, and a version that asks for more needs them given. What was done stays done.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin upgrade points --to stammgast.loyalty-points
  stammgast plugin upgrade points --to stammgast.loyalty-points@0.1.0
  stammgast plugin upgrade hello --to example.hello-points --config-file config.json --grant-all")]
pub(in crate::cli) struct Upgrade {
    /// The installation's name
    name: String,
    /// The version: the plugin's id (then its highest version), id@version, or digest
    #[arg(long, value_name = "PLUGIN")]
    to: String,
    #[command(flatten)]
    grants: Grants,
    /// A file with a new configuration (JSON); without one it stays as it is
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
}

impl Upgrade {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(self.config_file.as_deref(), None)?;
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let granted = self.grants.decide(&client, &self.to).await?;
        let mut body = Map::from_iter([("plugin".to_owned(), json!(granted.digest))]);
        body.extend(granted.grants.map(|grants| ("grants".to_owned(), json!(grants))));
        body.extend(config.map(|config| ("config".to_owned(), config)));
        let answer = client.patch(&["v1", "installations", &id], &Value::Object(body)).await?;
        granted.words.iter().for_each(|line| session.output.note(line));
        let version = answer.get("plugin_version").and_then(Value::as_str).unwrap_or(&self.to);
        session.output.result(&answer, "", &format!("{} runs version {version}.", self.name))
    }
}

/// Give an installation another configuration
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin configure points --config-file points.json")]
pub(in crate::cli) struct Configure {
    /// The installation's name
    name: String,
    /// The file with the configuration (JSON)
    #[arg(long, value_name = "FILE")]
    config_file: PathBuf,
}

impl Configure {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let config = grants::config(Some(&self.config_file), None)?;
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let answer = client.patch(&["v1", "installations", &id], &json!({ "config": config })).await?;
        session.output.result(&answer, "", &format!("{} has its new configuration.", self.name))
    }
}

/// Let a disabled installation read the log again after an earlier event
///
/// What it has done stays done: an event that it has dealt with changes nothing when it comes again. Use it for events
/// that were skipped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin rewind points --position 0")]
pub(in crate::cli) struct Rewind {
    /// The installation's name
    name: String,
    /// The last event that shall not be read again; 0 reads all
    #[arg(long, value_name = "N")]
    position: u64,
}

impl Rewind {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let id = installation_id(&client, &self.name).await?;
        let body = json!({ "position": self.position });
        let answer = client.post(&["v1", "installations", &id, "rewind"], &body).await?;
        let sentence = format!(
            "{0} reads on after event {1}. `stammgast plugin resume {0} --waiting run` starts it.",
            self.name, self.position
        );
        session.output.result(&answer, "", &sentence)
    }
}

/// List the tenant's installations, and how far each has got with the event log
///
/// `behind` counts events that it has not dealt with, `tried again` those that failed or wait behind one that did, and
/// `dead` those that failed for good.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin installations
  stammgast plugin installations --json")]
pub(in crate::cli) struct Installations {}

const COLUMNS: &[Column] = &[
    Column::new("name", "/name"),
    Column::new("plugin", "/plugin"),
    Column::new("version", "/plugin_version"),
    Column::new("status", "/status"),
    Column::new("behind", "/progress/behind"),
    Column::new("tried again", "/progress/held"),
    Column::new("dead", "/progress/dead"),
    Column::new("kinds", "/kinds"),
    Column::new("grants", "/grants"),
    Column::new("id", "/id"),
];

impl Installations {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let empty = "No plugin is enabled; `stammgast plugin enable` runs one.";
        let client = session.tenant_client()?;
        let mut items = client.items(&["v1", "installations"], &[], None).await?;
        for item in &mut items {
            let id = item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let progress = client.get(&["v1", "installations", &id, "progress"]).await?;
            if let Some(fields) = item.as_object_mut() {
                fields.insert("progress".to_owned(), progress);
            }
        }
        session.output.show(&json!({ "items": items }), &table(&items, COLUMNS, empty))
    }
}

/// The id of the installation of this name; an id stands for itself.
pub(in crate::cli) async fn installation_id(client: &Client, name: &str) -> Result<String, CliError> {
    let items = client.items(&["v1", "installations"], &[], None).await?;
    let text = |item: &Value, field: &str| item.get(field).and_then(Value::as_str).map(str::to_owned);
    let named = |item: &&Value| ["name", "id"].iter().any(|field| text(item, field).as_deref() == Some(name));
    items.iter().find(named).and_then(|item| text(item, "id")).ok_or_else(|| CliError::NoSuch {
        what: "installation",
        name: name.to_owned(),
        list: "stammgast plugin installations",
    })
}
