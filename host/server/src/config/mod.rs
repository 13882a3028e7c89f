//! Configuration: defaults < file < environment < flags, then validated as a whole.
//!
//! Every number is a bound. Environment variables are `STAMMGAST_<SECTION>__<NAME>`, such as
//! `STAMMGAST_HTTP__LISTEN`.

use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

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
    /// What is logged.
    pub log: Log,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The folder for the database, keys, components and caches. It is made where it is missing.
    pub folder: PathBuf,
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Largest JSON body in bytes.
    pub json_bytes: usize,
    /// Largest bulk request in bytes.
    pub bulk_bytes: usize,
    /// Rows of one bulk request.
    pub bulk_rows: usize,
    /// Largest raw message in bytes.
    pub message_bytes: usize,
    /// Largest page of a list.
    pub page_rows: usize,
    /// Requests that are worked on at once; more wait.
    pub concurrent_requests: usize,
    /// Seconds after which a request is given up.
    pub request_seconds: u64,
    /// Hours for which answers under an Idempotency-Key are kept.
    pub idempotency_hours: u64,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `rocksdb://PATH`, `surrealkv://PATH`, `mem://` or `ws://HOST:PORT`; empty means `RocksDB` in the data folder.
    pub url: String,
    /// User of a remote database.
    pub user: Option<String>,
    /// Password of a remote database; better given as `STAMMGAST_STORE__PASSWORD`.
    pub password: Option<String>,
    /// Entries of the definition cache; about 100 a tenant.
    pub definition_cache: usize,
    /// MiB of `RocksDB`'s block cache.
    pub block_cache_mib: u64,
    /// Rows that one commit gathers at most.
    pub commit_rows: usize,
    /// Changes that may wait for a commit, per tenant.
    pub commit_queue: usize,
    /// Tries of a transaction that meets a conflict.
    pub conflict_tries: u32,
}

/// The plugin runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Runtime {
    /// MiB of the largest component.
    pub component_mib: usize,
    /// Plugin calls that run at once.
    pub concurrent_calls: u32,
    /// Threads on which plugin calls run; 0 means as many as the machine has processors.
    pub threads: usize,
    /// CPU of one call in millions of units of fuel, for plugins that wish for nothing.
    pub cpu_millions: u64,
    /// The most CPU that a plugin may wish for, in millions of units of fuel.
    pub max_cpu_millions: u64,
    /// Milliseconds of one call by the clock on the wall, for plugins that wish for nothing.
    pub wall_ms: u64,
    /// The most milliseconds that a plugin may wish for.
    pub max_wall_ms: u64,
    /// MiB of memory of one call, for plugins that wish for nothing.
    pub memory_mib: usize,
    /// The most MiB of memory that a plugin may wish for.
    pub max_memory_mib: usize,
    /// Calls of host functions in one call.
    pub host_calls: u32,
    /// Effects of one call.
    pub effects: usize,
    /// KiB that one call may hand to the host.
    pub output_kib: usize,
    /// Log lines that are kept of one call.
    pub log_lines: u32,
}

/// The delivery of events to plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dispatch {
    /// Whether this process delivers events at all.
    pub enabled: bool,
    /// Partitions of a new installation: how many processes can share its work.
    pub partitions: u32,
    /// Seconds for which a process holds a partition without renewing it.
    pub lease_seconds: u64,
    /// Events of one installation that are read ahead.
    pub window: usize,
    /// Plugin calls of one tenant that run at once.
    pub tenant_calls: usize,
    /// Tries of an event before it becomes a dead letter.
    pub attempts: u32,
    /// Milliseconds before the second try; each further pause is four times as long.
    pub first_pause_ms: u64,
    /// Events that may wait behind a failing one of the same customer.
    pub held_events: usize,
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A filter such as `info` or `stammgast=debug,warn`.
    pub filter: String,
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One readable line an event.
    Text,
    /// One JSON object an event.
    Json,
}

impl Default for Data {
    fn default() -> Self {
        Self { folder: PathBuf::from("stammgast-data") }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7700)),
            json_bytes: 1 << 20,
            bulk_bytes: 8 << 20,
            bulk_rows: 1_000,
            message_bytes: 32 << 20,
            page_rows: 500,
            concurrent_requests: 512,
            request_seconds: 30,
            idempotency_hours: 72,
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: String::new(),
            user: None,
            password: None,
            definition_cache: 200_000,
            block_cache_mib: 256,
            commit_rows: 4_000,
            commit_queue: 4_096,
            conflict_tries: 12,
        }
    }
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            component_mib: 32,
            concurrent_calls: 32,
            threads: 0,
            cpu_millions: 1_000,
            max_cpu_millions: 10_000,
            wall_ms: 5_000,
            max_wall_ms: 30_000,
            memory_mib: 128,
            max_memory_mib: 256,
            host_calls: 1_000,
            effects: 100,
            output_kib: 4_096,
            log_lines: 100,
        }
    }
}

impl Default for Dispatch {
    fn default() -> Self {
        Self {
            enabled: true,
            partitions: 4,
            lease_seconds: 30,
            window: 1_024,
            tenant_calls: 8,
            attempts: 5,
            first_pause_ms: 1_000,
            held_events: 10_000,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info,surrealdb=warn,surrealdb_core=warn".to_owned(), format: LogFormat::Text }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or the environment does not have the right form.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value lies outside its bounds.
    #[error("{field} is {given}; it must lie between {least} and {most}")]
    OutOfBounds {
        /// The setting.
        field: &'static str,
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
        let nested = environment.try_parsing(true).source(Some(nested_variables()));
        Ok(builder.add_source(nested).build()?.try_deserialize()?)
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// The first value that lies outside its bounds, or contradicts another.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let bounds: &[(&'static str, u64, u64, u64)] = &[
            ("http.json_bytes", self.http.json_bytes as u64, 1 << 10, 64 << 20),
            ("http.bulk_bytes", self.http.bulk_bytes as u64, 1 << 10, 256 << 20),
            ("http.bulk_rows", self.http.bulk_rows as u64, 1, 10_000),
            ("http.message_bytes", self.http.message_bytes as u64, 1 << 10, 256 << 20),
            ("http.page_rows", self.http.page_rows as u64, 1, 10_000),
            ("http.concurrent_requests", self.http.concurrent_requests as u64, 1, 100_000),
            ("http.request_seconds", self.http.request_seconds, 1, 3_600),
            ("http.idempotency_hours", self.http.idempotency_hours, 1, 24 * 366),
            ("store.definition_cache", self.store.definition_cache as u64, 1_000, 100_000_000),
            ("store.block_cache_mib", self.store.block_cache_mib, 16, 1 << 20),
            ("store.commit_rows", self.store.commit_rows as u64, 1, 100_000),
            ("store.commit_queue", self.store.commit_queue as u64, 1, 1_000_000),
            ("store.conflict_tries", u64::from(self.store.conflict_tries), 1, 100),
            ("runtime.component_mib", self.runtime.component_mib as u64, 1, 256),
            ("runtime.concurrent_calls", u64::from(self.runtime.concurrent_calls), 1, 1_000),
            ("runtime.threads", self.runtime.threads as u64, 0, 1_024),
            ("runtime.cpu_millions", self.runtime.cpu_millions, 1, 1_000_000),
            ("runtime.max_cpu_millions", self.runtime.max_cpu_millions, self.runtime.cpu_millions, 1_000_000),
            ("runtime.wall_ms", self.runtime.wall_ms, 1, 600_000),
            ("runtime.max_wall_ms", self.runtime.max_wall_ms, self.runtime.wall_ms, 600_000),
            ("runtime.memory_mib", self.runtime.memory_mib as u64, 1, 4_096),
            ("runtime.max_memory_mib", self.runtime.max_memory_mib as u64, self.runtime.memory_mib as u64, 4_096),
            ("runtime.host_calls", u64::from(self.runtime.host_calls), 1, 1_000_000),
            ("runtime.effects", self.runtime.effects as u64, 1, 10_000),
            ("runtime.output_kib", self.runtime.output_kib as u64, 1, 1 << 20),
            ("runtime.log_lines", u64::from(self.runtime.log_lines), 0, 100_000),
            ("dispatch.partitions", u64::from(self.dispatch.partitions), 1, 256),
            ("dispatch.lease_seconds", self.dispatch.lease_seconds, 3, 3_600),
            ("dispatch.window", self.dispatch.window as u64, 1, 100_000),
            ("dispatch.tenant_calls", self.dispatch.tenant_calls as u64, 1, 1_000),
            ("dispatch.attempts", u64::from(self.dispatch.attempts), 1, 20),
            ("dispatch.first_pause_ms", self.dispatch.first_pause_ms, 1, 3_600_000),
            ("dispatch.held_events", self.dispatch.held_events as u64, 1, 1_000_000),
        ];
        for &(field, given, least, most) in bounds {
            if !(least..=most).contains(&given) {
                return Err(ConfigError::OutOfBounds { field, given, least, most });
            }
        }
        if self.dispatch.tenant_calls > self.runtime.concurrent_calls as usize {
            let message =
                "dispatch.tenant_calls is larger than runtime.concurrent_calls; one tenant could hold all calls";
            return Err(ConfigError::Contradiction(message.to_owned()));
        }
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

/// Only `STAMMGAST_<SECTION>__<NAME>` are settings; others, such as `STAMMGAST_KEY`, belong to the command line.
fn nested_variables() -> config::Map<String, String> {
    std::env::vars().filter(|(name, _)| name.starts_with("STAMMGAST_") && name.contains("__")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
