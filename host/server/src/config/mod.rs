//! Configuration: defaults < file < environment < flags, then validated as a whole. One file a section.
//!
//! Every number is a bound. Environment variables are `STAMMGAST_<SECTION>__<NAME>`, such as
//! `STAMMGAST_HTTP__LISTEN`. `examples/stammgast.toml` explains every setting; a test keeps it complete.

mod backtest;
mod bound;
mod data;
mod dispatch;
mod egress;
mod http;
mod log;
mod records;
mod runtime;
mod schedule;
mod secrets;
mod store;
mod tenant;

pub use backtest::Backtest;
pub use bound::Bound;
pub use data::Data;
pub use dispatch::Dispatch;
pub use egress::Egress;
pub use http::Http;
pub use log::{Log, LogFormat};
pub use records::Records;
pub use runtime::Runtime;
pub use schedule::Schedule;
pub use secrets::Secrets;
pub(crate) use secrets::parse_key;
pub use store::Store;
pub use tenant::Tenant;

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where everything lies that is not in a remote database.
    pub data: Data,
    /// The HTTP server.
    pub http: Http,
    /// The database.
    pub store: Store,
    /// The plugin runtime.
    pub runtime: Runtime,
    /// The delivery of events to plugins.
    pub dispatch: Dispatch,
    /// Requests that are sent for plugins.
    pub egress: Egress,
    /// The key of tenants' secrets.
    pub secrets: Secrets,
    /// Running versions over the past.
    pub backtest: Backtest,
    /// What happens by itself when its time has come.
    pub schedule: Schedule,
    /// Records of plugin calls, and notices to admins.
    pub records: Records,
    /// How much one tenant may have.
    pub tenant: Tenant,
    /// What is logged.
    pub log: Log,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or the environment does not have the right form.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value lies outside its bounds.
    #[error("{setting} is {given}; it must lie between {least} and {most}")]
    OutOfBounds {
        /// The setting.
        setting: &'static str,
        /// Its value.
        given: u64,
        /// The least allowed.
        least: u64,
        /// The most allowed.
        most: u64,
    },
    /// A value contradicts another.
    #[error("{0}")]
    Contradiction(String),
}

impl Settings {
    /// Reads the file, if there is one, and the environment.
    ///
    /// # Errors
    /// A file that was named is missing, a name is unknown, or a value has the wrong type.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("STAMMGAST").prefix_separator("_").separator("__");
        // Not parsed here: a password of digits stays a text, and a number becomes one where a number is wanted.
        let nested = environment.source(Some(nested_variables()));
        Ok(builder.add_source(nested).build()?.try_deserialize()?)
    }

    /// Every number with its bounds.
    #[must_use]
    pub fn bounds(&self) -> Vec<Bound> {
        let Self { http, store, runtime, dispatch, egress, backtest, schedule, records, tenant, .. } = self;
        [
            http.bounds(),
            store.bounds(),
            runtime.bounds(),
            dispatch.bounds(),
            egress.bounds(),
            backtest.bounds(),
            schedule.bounds(),
            records.bounds(),
            tenant.bounds(),
        ]
        .concat()
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// The first value that lies outside its bounds, or contradicts another.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.bounds().into_iter().try_for_each(Bound::check)?;
        if self.dispatch.tenant_calls > self.runtime.concurrent_calls as usize {
            let message =
                "dispatch.tenant_calls is larger than runtime.concurrent_calls; one tenant could hold all calls";
            return Err(ConfigError::Contradiction(message.to_owned()));
        }
        if self.http.message_bytes.div_ceil(1 << 10) > self.runtime.input_kib {
            let message = "http.message_bytes is larger than runtime.input_kib; such a message could not be read";
            return Err(ConfigError::Contradiction(message.to_owned()));
        }
        if self.store.user.is_some() != self.store.password.is_some() {
            let message = "store.user and store.password belong together; give both or neither";
            return Err(ConfigError::Contradiction(message.to_owned()));
        }
        check_url(&self.store_url()).map_err(ConfigError::Contradiction)?;
        self.log.env_filter().map_err(ConfigError::Contradiction)?;
        self.http.public_url().map_err(ConfigError::Contradiction)?;
        self.egress.limits().map_err(ConfigError::Contradiction)?;
        self.secrets.key().map_err(ConfigError::Contradiction)?;
        self.secrets.previous_key().map_err(ConfigError::Contradiction)?;
        Ok(())
    }

    /// The database URL, made from the data folder where none is given.
    #[must_use]
    pub fn store_url(&self) -> String {
        if self.store.url.is_empty() {
            format!("rocksdb://{}", self.data.folder.join("db").display())
        } else {
            self.store.url.clone()
        }
    }
}

fn check_url(url: &str) -> Result<(), String> {
    stammgast_store::EngineKind::of(url).map(|_| ()).map_err(|error| error.to_string())
}

/// Only `STAMMGAST_<SECTION>__<NAME>` are settings; others, such as `STAMMGAST_KEY`, belong to the command line.
fn nested_variables() -> config::Map<String, String> {
    let texts =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| name.starts_with("STAMMGAST_") && name.contains("__")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../examples/stammgast.toml");

    #[test]
    fn the_defaults_are_valid_and_unknown_names_are_refused() {
        Settings::default().validate().unwrap();
        let error = toml::from_str::<Settings>("[http]\nlisten_on = \"x\"").unwrap_err();
        assert!(error.to_string().contains("listen_on"), "{error}");
    }

    #[test]
    fn a_value_out_of_bounds_is_named_with_its_bounds() {
        let mut settings = Settings::default();
        settings.dispatch.partitions = 0;
        let message = settings.validate().unwrap_err().to_string();
        assert_eq!(message, "dispatch.partitions is 0; it must lie between 1 and 256");
    }

    #[test]
    fn what_the_server_would_refuse_is_refused_beforehand() {
        let refused = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.validate().unwrap_err().to_string()
        };
        assert!(refused(|settings| settings.store.url = "postgres://x".to_owned()).contains("postgres://x"));
        assert!(refused(|settings| settings.log.filter = "stammgast=loud".to_owned()).contains("log.filter"));
        assert!(refused(|settings| settings.store.user = Some("root".to_owned())).contains("store.password"));
        assert!(refused(|settings| settings.http.message_bytes = 64 << 20).contains("runtime.input_kib"));
    }

    #[test]
    fn variables_become_what_their_setting_wants() {
        let environment = config::Environment::with_prefix("STAMMGAST").prefix_separator("_").separator("__");
        let variables = [("PASSWORD", "0123"), ("COMMIT_ROWS", "77")];
        let variables = variables.map(|(name, value)| (format!("STAMMGAST_STORE__{name}"), value.to_owned()));
        let source = environment.source(Some(
            variables.into_iter().chain([("STAMMGAST_DISPATCH__ENABLED".to_owned(), "false".to_owned())]).collect(),
        ));
        let settings: Settings =
            config::Config::builder().add_source(source).build().unwrap().try_deserialize().unwrap();
        assert_eq!((settings.store.password.as_deref(), settings.store.commit_rows), (Some("0123"), 77));
        assert!(!settings.dispatch.enabled);
    }

    /// The settings of a file, by whole name.
    fn names(text: &str) -> Vec<String> {
        let sections: toml::Table = toml::from_str(text).unwrap();
        let names = |(section, settings): (&String, &toml::Value)| -> Vec<String> {
            settings.as_table().unwrap().keys().map(|name| format!("{section}.{name}")).collect()
        };
        sections.iter().flat_map(names).collect()
    }

    #[test]
    fn every_number_has_a_bound() {
        let text = toml::to_string(&Settings::default()).unwrap();
        let sections: toml::Table = toml::from_str(&text).unwrap();
        let bounds = Settings::default().bounds();
        for name in names(&text) {
            let (section, setting) = name.split_once('.').unwrap();
            if sections[section][setting].is_integer() {
                assert!(bounds.iter().any(|bound| bound.setting == name), "{name} has no bound");
            }
        }
    }

    #[test]
    fn the_example_file_holds_the_defaults_and_explains_every_setting_with_its_bounds() {
        assert_eq!(toml::from_str::<Settings>(EXAMPLE).unwrap(), Settings::default());
        for bound in Settings::default().bounds() {
            let (section, setting) = bound.setting.split_once('.').unwrap();
            let part = EXAMPLE.split_once(&format!("[{section}]\n")).unwrap().1;
            let part = part.split("\n[").next().unwrap();
            let (before, _) = part.split_once(&format!("\n{setting} = ")).expect(bound.setting);
            let comment = before.rsplit("\n\n").next().unwrap().replace("\n#", "").replace(',', "");
            let range = format!("({} to {})", bound.least, bound.most);
            assert!(comment.starts_with('#') && comment.contains(&range), "{}: {comment} {range}", bound.setting);
        }
        // Optional settings are there as comments.
        for name in ["user", "password", "public_url", "key", "previous_key"] {
            assert!(EXAMPLE.contains(&format!("\n# {name} = ")), "{name}");
        }
    }
}
