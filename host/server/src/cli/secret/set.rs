//! `stammgast secret set`.

use super::{
    super::{CliError, global::Session},
    at, path,
};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::plugin::Origin;
use std::{
    env, fs,
    io::{self, IsTerminal, Read},
    path::PathBuf,
};

/// Set a secret of an installation; its value comes from standard input, a file or the environment
///
/// Never from the command line, where every user of the computer could read it. A line break at the end is left out.
/// Without --origin a new secret may go wherever the installation's requests may, and nowhere if deliveries to its webhook
/// are proven with it. One that is set already goes where it went before.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast secret set sms gateway-token --from-file token.txt
  stammgast secret set sms gateway-token --from-env SMS_TOKEN --origin https://sms.example
  stammgast secret set sms gateway-token --keep-value --origin https://eu.sms.example
  stammgast secret set sms gateway-token --keep-value --nowhere

A password manager can pipe the value in: pass show sms | stammgast secret set sms gateway-token")]
pub(in crate::cli) struct Set {
    /// The installation's name
    installation: String,
    /// The secret's name in the plugin's manifest
    name: String,
    /// Read the value from a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_env", "keep_value"])]
    from_file: Option<PathBuf>,
    /// Read the value from a variable of the environment
    #[arg(long, value_name = "VARIABLE", conflicts_with = "keep_value")]
    from_env: Option<String>,
    /// Leave the value as it is and change where it may go
    #[arg(long, requires = "places")]
    keep_value: bool,
    /// Where it may go (scheme, host and port); give it several times for several
    #[arg(long, value_name = "URL", group = "places")]
    origin: Vec<Origin>,
    /// It may go nowhere, as a secret that webhooks are proven with
    #[arg(long, group = "places")]
    nowhere: bool,
}

impl Set {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let value = self.value()?;
        let mut body = serde_json::Map::new();
        if let Some(value) = value {
            body.insert("value".to_owned(), Value::from(value));
        }
        if self.nowhere || !self.origin.is_empty() {
            body.insert("origins".to_owned(), json!(self.origin));
        }
        let (client, id) = at(session, &self.installation).await?;
        let answer = client.put(&path(&id, &self.name), &Value::Object(body)).await?;
        let listed = |field: &str| -> Vec<&str> {
            answer.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (origins, unencrypted) = (listed("origins"), listed("unencrypted"));
        let places =
            if origins.is_empty() { "goes nowhere".to_owned() } else { format!("may go to {}", origins.join(", ")) };
        let sentence = format!("The secret `{}` of {} is set. It {places}.", self.name, self.installation);
        let warning = match unencrypted.as_slice() {
            [] => String::new(),
            some => format!(
                "\nIt goes to {} unencrypted: everybody on the way can read it. Use https, or leave such an origin out.",
                some.join(", ")
            ),
        };
        session.output.result(&answer, "", &format!("{sentence}{warning}"))
    }

    /// The value; `None` where it stays.
    fn value(&self) -> Result<Option<String>, CliError> {
        if self.keep_value {
            return Ok(None);
        }
        let given = |what: &str, problem: &str| CliError::Given { what: what.to_owned(), problem: problem.to_owned() };
        let text = match (&self.from_file, &self.from_env) {
            (Some(path), _) => fs::read_to_string(path).map_err(CliError::file(path))?,
            (None, Some(variable)) => {
                env::var(variable).map_err(|_| given("--from-env", "there is no such variable with a text"))?
            }
            (None, None) if io::stdin().is_terminal() => {
                let problem = "what is typed here would be seen; pipe the value in, or use --from-file or --from-env";
                return Err(given("standard input", problem));
            }
            (None, None) => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map_err(CliError::file("standard input"))?;
                text
            }
        };
        Ok(Some(
            text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line)).to_owned(),
        ))
    }
}
