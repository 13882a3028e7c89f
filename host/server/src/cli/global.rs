//! Options that every command takes, and what follows from them: the server, the key, the tenant, the output.

use super::{
    CliError,
    client::{Client, Credential, is_local},
    output::Output,
};
use crate::config::{ConfigError, Settings};
use clap::Args;
use stammgast_domain::TenantId;
use std::{fs, path::PathBuf};
use url::Url;

const HEADING: &str = "Options of every command";

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Global {
    /// The server's address
    #[arg(long, global = true, env = "STAMMGAST_URL", value_name = "URL", default_value = "http://127.0.0.1:7700")]
    #[arg(value_parser = server_url, help_heading = HEADING)]
    url: Url,
    /// The API key; better given by the environment, where other users cannot see it
    ///
    /// Without one, and for a server on this computer, the operator's key is read from `operator.key` in the data
    /// folder.
    #[arg(long, global = true, env = "STAMMGAST_KEY", value_name = "KEY", hide_env_values = true)]
    #[arg(help_heading = HEADING)]
    key: Option<String>,
    /// The tenant to work for, with the operator's key; a tenant's own key knows its tenant
    #[arg(long, global = true, env = "STAMMGAST_TENANT", value_name = "ID", help_heading = HEADING)]
    tenant: Option<TenantId>,
    /// The server's configuration file (TOML)
    #[arg(long, global = true, env = "STAMMGAST_CONFIG", value_name = "FILE", help_heading = HEADING)]
    config: Option<PathBuf>,
    /// The server's data folder
    #[arg(long, global = true, env = "STAMMGAST_DATA__FOLDER", value_name = "DIR", help_heading = HEADING)]
    data: Option<PathBuf>,
    /// Print JSON on standard output
    #[arg(long, global = true, help_heading = HEADING)]
    json: bool,
    /// Print results and errors alone: no sentences, no progress
    #[arg(long, short, global = true, help_heading = HEADING)]
    quiet: bool,
}

/// What a command works with.
#[derive(Debug)]
pub(super) struct Session {
    global: Global,
    /// Where a command says something.
    pub output: Output,
}

impl Session {
    pub fn new(global: Global) -> Self {
        let output = Output::new(global.json, global.quiet);
        Self { global, output }
    }

    /// The configuration, with the data folder of the command line in place of the configured one.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let mut settings = Settings::load(self.global.config.as_deref())?;
        if let Some(folder) = &self.global.data {
            settings.data.folder.clone_from(folder);
        }
        Ok(settings)
    }

    /// A client for what concerns the whole server.
    pub fn client(&self) -> Result<Client, CliError> {
        Ok(Client::new(self.global.url.clone(), self.credential()?, None)?)
    }

    /// A client for what concerns one tenant.
    pub fn tenant_client(&self) -> Result<Client, CliError> {
        let credential = self.credential()?;
        if matches!(credential, Credential::OperatorFile(_)) && self.global.tenant.is_none() {
            return Err(CliError::NoTenant);
        }
        Ok(Client::new(self.global.url.clone(), credential, self.global.tenant.clone())?)
    }

    fn credential(&self) -> Result<Credential, CliError> {
        if let Some(key) = self.global.key.as_deref().map(str::trim).filter(|key| !key.is_empty()) {
            return Ok(Credential::Given(key.to_owned()));
        }
        if !is_local(&self.global.url) {
            let problem = format!("{} is not on this computer", self.global.url);
            return Err(CliError::NoKey { problem, source: None });
        }
        let path = self.settings()?.data.folder.join("operator.key");
        let key = fs::read_to_string(&path).map_err(|source| {
            let problem = format!("the operator's key cannot be read from {}", path.display());
            CliError::NoKey { problem, source: Some(source) }
        })?;
        Ok(Credential::OperatorFile(key.trim().to_owned()))
    }
}

fn server_url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{error}; write http://HOST:PORT"))?;
    match (url.scheme(), url.host()) {
        ("http" | "https", Some(_)) => Ok(url),
        _ => Err("write http://HOST:PORT or https://HOST".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computers_addresses_get_the_operators_key() {
        let local = |text: &str| is_local(&server_url(text).unwrap());
        assert!(local("http://127.0.0.1:7700") && local("http://[::1]:7700") && local("http://localhost"));
        assert!(!local("https://crm.example") && !local("http://10.0.0.1:7700") && !local("http://localhost.example"));
        assert!(server_url("ftp://localhost").is_err());
        assert!(server_url("localhost:7700").is_err());
    }
}
