//! `stammgast config`.

use super::{CliError, global::Session};
use crate::config::Settings;
use clap::Subcommand;
use serde_json::json;
use url::Url;

/// What stands in place of a secret.
const HIDDEN: &str = "(hidden)";

/// Look at the server's configuration
///
/// Works offline: what is shown is what `stammgast serve` would use if it were started here and now, with the same
/// --config, --data and environment.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast config show
  stammgast config check --config /etc/stammgast.toml")]
pub(super) enum Config {
    /// Check every setting against its bounds
    #[command(after_help = "\
Examples:
  stammgast config check
  stammgast config check --config /etc/stammgast.toml

The exit code is 2 where something is wrong, so that a deployment can stop there.")]
    Check,
    /// Print every setting with its value, as a configuration file
    ///
    /// Secrets are hidden. The output is TOML: keep what you want to change in a file of your own.
    #[command(after_help = "\
Examples:
  stammgast config show
  stammgast config show --json")]
    Show,
}

impl Config {
    pub fn run(&self, session: &Session) -> Result<(), CliError> {
        let settings = session.settings()?;
        settings.validate()?;
        match self {
            Self::Check => session.output.result(&json!({ "valid": true }), "", "The configuration is valid."),
            Self::Show => {
                let shown = without_secrets(settings);
                let unprintable = |problem: String| CliError::Given {
                    what: "the configuration cannot be printed".to_owned(),
                    problem,
                };
                let text = toml::to_string_pretty(&shown).map_err(|error| unprintable(error.to_string()))?;
                let answer = serde_json::to_value(&shown).map_err(|error| unprintable(error.to_string()))?;
                session.output.show(&answer, &text)
            }
        }
    }
}

fn without_secrets(mut settings: Settings) -> Settings {
    if settings.store.password.is_some() {
        settings.store.password = Some(HIDDEN.to_owned());
    }
    for key in [&mut settings.secrets.key, &mut settings.secrets.previous_key].into_iter().flatten() {
        HIDDEN.clone_into(key);
    }
    if let Ok(mut url) = settings.store.url.parse::<Url>()
        && url.password().is_some()
        && url.set_password(Some("hidden")).is_ok()
    {
        settings.store.url = url.into();
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_every_setting_and_no_secret() {
        let mut settings = Settings::default();
        settings.store.password = Some("swordfish".to_owned());
        settings.secrets.key = Some("swordfish".to_owned());
        settings.store.url = "ws://root:swordfish@db.example:8000/".to_owned();
        let text = toml::to_string_pretty(&without_secrets(settings)).unwrap();
        assert!(!text.contains("swordfish"), "{text}");
        assert!(text.contains("db.example"), "{text}");
        let mut read: Settings = toml::from_str(&text).unwrap();
        read.store = crate::config::Store::default();
        read.secrets = crate::config::Secrets::default();
        assert_eq!(read, Settings::default());
    }

    #[test]
    fn a_url_without_a_password_stays_as_it_is() {
        let mut settings = Settings::default();
        settings.store.url = "rocksdb:///var/lib/stammgast/db".to_owned();
        assert_eq!(without_secrets(settings.clone()), settings);
    }
}
