//! `stammgast dead-letters`.

use super::{
    CliError,
    client::Client,
    global::Session,
    plugin::installation_id,
    table::{Column, table},
};
use clap::Subcommand;
use serde_json::{Value, json};

/// See and retry events that a plugin did not take
///
/// An event that fails is tried again with growing pauses. When the last try has failed it becomes a dead letter:
/// nothing is lost, but somebody has to look (`stammgast notices` tells of the first). Put right what stands under
/// `problem`, then retry it.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast dead-letters list
  stammgast dead-letters retry points 4711
  stammgast dead-letters retry points --all")]
pub(super) enum DeadLetters {
    /// List dead letters
    #[command(after_help = "\
Examples:
  stammgast dead-letters list
  stammgast dead-letters list --limit 500 --json")]
    List {
        /// The most dead letters to list
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Put dead letters in line again, with all their tries
    #[command(after_help = "\
Examples:
  stammgast dead-letters retry points 4711
  stammgast dead-letters retry points --all")]
    Retry {
        /// The installation, by name or id
        installation: String,
        /// The event's number
        #[arg(required_unless_present = "all")]
        event: Option<u64>,
        /// Every dead letter of the installation
        #[arg(long, conflicts_with = "event")]
        all: bool,
    },
}

const COLUMNS: &[Column] = &[
    Column::new("installation", "/name"),
    Column::new("event", "/event"),
    Column::new("about", "/subject"),
    Column::new("tries", "/attempts"),
    Column::new("sort", "/fault/kind"),
    Column::new("problem", "/fault/message"),
    Column::new("recorded", "/recorded_at"),
];

impl DeadLetters {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List { limit } => {
                let empty = "There is no dead letter: every event got through or is tried again (`stammgast plugin installations`).";
                let mut items = client.items(&["v1", "dead-letters"], &[], Some(limit)).await?;
                name_installations(&client, &mut items).await?;
                if items.len() == limit {
                    session.output.note(&format!("These are the first {limit}; --limit shows more."));
                }
                session.output.show(&json!({ "items": items }), &table(&items, COLUMNS, empty))
            }
            Self::Retry { installation, event: None, .. } => {
                let id = installation_id(&client, &installation).await?;
                let answer = client.post(&["v1", "dead-letters", &id, "retry"], &json!({})).await?;
                let retried = answer.get("retried").and_then(Value::as_u64).unwrap_or_default();
                session.output.result(&answer, "", &format!("{retried} events are in line for {installation} again."))
            }
            Self::Retry { installation, event: Some(event), .. } => {
                let id = installation_id(&client, &installation).await?;
                let path = ["v1", "dead-letters", &id, &event.to_string(), "retry"];
                let answer = client.post(&path, &json!({})).await?;
                session.output.result(&answer, "", &format!("Event {event} is in line for {installation} again."))
            }
        }
    }
}

/// Adds the installations' names, which people and `retry` use.
async fn name_installations(client: &Client, items: &mut [Value]) -> Result<(), CliError> {
    let installations = client.items(&["v1", "installations"], &[], None).await?;
    for item in items {
        let named = installations.iter().find(|one| one.get("id") == item.get("installation"));
        if let (Some(name), Some(fields)) = (named.and_then(|one| one.get("name")), item.as_object_mut()) {
            fields.insert("name".to_owned(), name.clone());
        }
    }
    Ok(())
}
