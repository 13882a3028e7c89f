//! Klanghaus, the shop of the demo: its departments, its plugins, its purchases and its mail.

use crate::{
    run::{root, step},
    server::Server,
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The tenant.
pub(crate) const TENANT: &str = "klanghaus";

const DEPARTMENTS: [(&str, &str); 5] = [
    ("logistics", "Logistics"),
    ("production", "Production"),
    ("sales", "Sales"),
    ("marketing", "Marketing"),
    ("development", "Development"),
];
/// Plugin, name of the installation, configuration in `examples/demo`.
pub(crate) const INSTALLATIONS: [(&str, &str, &str); 4] = [
    ("stammgast.loyalty-points", "loyalty", "loyalty-points.json"),
    ("stammgast.channel-email", "email", "channel-email.json"),
    ("stammgast.quality-standards", "quality", "quality-standards.json"),
    ("stammgast.feedback-departments", "feedback", "feedback-departments.json"),
];

/// Why the reference plugins may run although nobody signed them.
pub(crate) const UNSIGNED: &str = "built from this repository";

/// What has happened, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) customers: i64,
    pub(crate) prospects: i64,
    pub(crate) purchases: i64,
    pub(crate) sales_cents: i64,
    pub(crate) points: i64,
    /// Issuance and what customers have: a ledger that balances has 0.
    pub(crate) ledger_sum: i64,
    pub(crate) interactions: i64,
    pub(crate) waiting_interactions: i64,
    pub(crate) unreadable_messages: i64,
    pub(crate) findings: i64,
    pub(crate) feedback_items: i64,
    pub(crate) events: i64,
    pub(crate) completed_calls: i64,
    pub(crate) dead_letters: i64,
}

/// The purchases' file.
pub(crate) fn purchases_file() -> PathBuf {
    root().join("examples/data/cdnow/CDNOW_master.txt")
}

/// Everything that is not there yet; a second run finds it there.
pub(crate) fn set_up(server: &Server, components: &[PathBuf]) -> Result<()> {
    let tenants = server.json(&["tenant", "list"])?;
    if !mentions(&tenants, "id", TENANT) {
        server.cli(&["tenant", "create", TENANT, "--name", "Klanghaus"])?;
    }
    let departments = server.json(&["department", "list"])?;
    for (code, name) in DEPARTMENTS {
        if !mentions(&departments, "code", code) {
            server.cli(&["department", "create", code, "--name", name])?;
        }
    }
    for component in components {
        server.cli(&["plugin", "install", &text(component)])?;
    }
    let installations = server.json(&["plugin", "installations"])?;
    for (plugin, name, config) in INSTALLATIONS {
        if !mentions(&installations, "name", name) {
            let config = text(&root().join("examples/demo").join(config));
            let enable = ["plugin", "enable", plugin, "--name", name, "--grant-all", "--config-file", &config];
            server.cli(&[enable.as_slice(), &["--unsigned", UNSIGNED]].concat())?;
        }
    }
    Ok(())
}

/// The arguments that import the purchases.
pub(crate) fn import_arguments() -> Vec<String> {
    let file = text(&purchases_file());
    let words = ["import", "purchases", &file, "--source", "cdnow", "--currency", "USD", "--format", "cdnow"];
    words.map(str::to_owned).to_vec()
}

/// Imports purchases and mail.
pub(crate) fn import(server: &Server) -> Result<()> {
    step("Importing 69,659 purchases (CDNOW, 1997-1998)", || {
        let arguments = import_arguments();
        server.cli(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    })?;
    step("Importing 60 e-mails", || {
        server.cli(&["import", "mail", &text(&root().join("examples/data/mail")), "--channel", "email"])
    })
}

/// Waits until every plugin has seen every event.
pub(crate) fn wait(server: &Server) -> Result<()> {
    step("Waiting until every plugin has seen every event", || server.cli(&["plugin", "wait"]))
}

/// What has happened so far.
pub(crate) fn figures(server: &Server) -> Result<Figures> {
    let overview = server.json(&["overview"])?;
    let trial = server.json(&["trial-balance", "points"])?;
    let number = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_i64).with_context(|| format!("the server did not tell `{key}`: {value}"))
    };
    let sales = overview.pointer("/sales_minor/USD").and_then(Value::as_i64).unwrap_or_default();
    Ok(Figures {
        customers: number(&overview, "customers")?,
        prospects: number(&overview, "prospects")?,
        purchases: number(&overview, "purchases")?,
        sales_cents: sales,
        points: number(&trial, "available")?,
        ledger_sum: number(&trial, "issuance")? + number(&trial, "available")?,
        interactions: number(&overview, "interactions")?,
        waiting_interactions: number(&overview, "waiting_interactions")?,
        unreadable_messages: number(&overview, "unreadable_messages")?,
        findings: number(&overview, "findings")?,
        feedback_items: number(&overview, "feedback_items")?,
        events: number(&overview, "events")?,
        completed_calls: number(&overview, "completed_calls")?,
        dead_letters: number(&overview, "dead_letters")?,
    })
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn mentions(list: &Value, key: &str, wanted: &str) -> bool {
    let rows = list.get("items").unwrap_or(list).as_array();
    rows.is_some_and(|rows| rows.iter().any(|row| row.get(key).and_then(Value::as_str) == Some(wanted)))
}
