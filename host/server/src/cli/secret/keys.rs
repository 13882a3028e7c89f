//! `stammgast secret renew`, `keys` and `wrap`: the keys that seal secrets, on a running server.

use super::super::{
    CliError,
    global::Session,
    table::{Column, table},
};
use clap::Args;
use serde_json::{Value, json};

/// Draw a new key for the tenant's secrets and seal all of them anew
///
/// As after a copy of the database came into wrong hands together with its key. What was copied stays readable with that
/// key: change the secrets themselves as well.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast secret renew --tenant klanghaus")]
pub(in crate::cli) struct Renew {}

/// Show which tenants' keys are wrapped by the operator's present key, and which still by the one before
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast secret keys
  stammgast secret keys --json")]
pub(in crate::cli) struct Keys {}

/// Wrap the keys of all tenants' secrets by the operator's present key
///
/// For a server that was started with a new `secrets.key` and the one before as `secrets.previous_key`. Every tenant's
/// key is wrapped anew at its first use anyway; this does it for all of them now, and says when the key before is needed
/// no more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast secret wrap")]
pub(in crate::cli) struct Wrap {}

const COLUMNS: &[Column] =
    &[Column::new("tenant", "/tenant"), Column::new("wrapped by", "/wrapped"), Column::new("problem", "/problem")];

impl Renew {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let answer = session.tenant_client()?.post(&["v1", "secrets-key", "renew"], &json!({})).await?;
        let count = answer.get("secrets").and_then(Value::as_u64).unwrap_or_default();
        let sentence = format!("The tenant's secrets have a new key; secrets that are sealed with it: {count}.");
        session.output.result(&answer, "", &sentence)
    }
}

impl Keys {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let answer = session.client()?.get(&["v1", "secrets-keys"]).await?;
        show(session, &answer)
    }
}

impl Wrap {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let answer = session.client()?.post(&["v1", "secrets-keys", "wrap"], &json!({})).await?;
        show(session, &answer)
    }
}

fn show(session: &Session, answer: &Value) -> Result<(), CliError> {
    let tenants = answer.get("tenants").and_then(Value::as_array).cloned().unwrap_or_default();
    let settled = answer.get("previous_key_is_needed_no_more").and_then(Value::as_bool).unwrap_or_default();
    let sentence = if settled {
        "The key before (secrets.previous_key) is needed no more, but for backups of its time."
    } else {
        "The key before (secrets.previous_key) is still needed; `stammgast secret wrap` wraps what is left."
    };
    let text = format!("{}\n\n{sentence}", table(&tenants, COLUMNS, "There is no tenant yet."));
    session.output.show(answer, &text)
}
