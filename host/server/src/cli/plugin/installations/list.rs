//! `stammgast plugin installations`.

use super::super::super::{
    CliError,
    global::Session,
    output::plain,
    table::{Column, table},
};
use clap::Args;
use serde_json::{Value, json};

/// List the tenant's installations, and how far each has got with the event log
///
/// `behind` counts events that it has not dealt with, `tried again` those that failed or wait behind one that did, and
/// `dead` those that failed for good. The status is `enabled`; `draft`, not called yet; `disabled`, stopped by an admin;
/// or `quarantined`, stopped by the server because it kept failing. While it is stopped, its events wait. They wait too while an enabled one
/// rests because too many of its last calls failed: then its `breaker` is `open`, and the server tries it again.
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
    Column::new("breaker", "/progress/breaker"),
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
        for line in items.iter().filter_map(quarantined) {
            session.output.note(&line);
        }
        session.output.show(&json!({ "items": items }), &table(&items, COLUMNS, empty))
    }
}

/// Why an installation is quarantined, where it is, and how it is started again.
pub(in crate::cli::plugin) fn quarantined(installation: &Value) -> Option<String> {
    let text = |pointer: &str| installation.pointer(pointer).and_then(Value::as_str).map(plain);
    let (name, why) = (text("/name")?, text("/quarantine/text")?);
    Some(format!("{name} is quarantined. {why} `stammgast plugin resume {name} --waiting run` enables it."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarantined_installation_is_told_with_its_way_out() {
        let stopped = json!({ "name": "points", "quarantine": { "text": "It is stopped: it trapped." } });
        let expected = "points is quarantined. It is stopped: it trapped. `stammgast plugin resume points --waiting run` \
                        enables it.";
        assert_eq!(quarantined(&stopped).as_deref(), Some(expected));
        assert_eq!(quarantined(&json!({ "name": "points", "status": "enabled" })), None);
    }
}
