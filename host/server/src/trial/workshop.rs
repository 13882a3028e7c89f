//! Where components are tried: a runtime of its own with the server's limits, and a cache of compiled code.

use crate::{config::Settings, runtime_settings, secrets};
use serde_json::Value;
use stammgast_domain::plugin::Manifest;
use stammgast_runtime::{Inspection, LoadedPlugin, Runtime, RuntimeError, TenantNames, config_errors};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a component cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopError {
    /// The runtime cannot work, or refuses the component.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A file cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The configuration does not fit the component's schema.
    #[error("the configuration does not fit: {0}")]
    Config(String),
    /// There is no configuration to try the component with.
    #[error("the component needs a configuration ({0}); give one with --config-file")]
    NoConfig(String),
}

/// A runtime for trying components.
pub struct Workshop {
    pub(super) runtime: Arc<Runtime>,
}

/// A component that is tried.
pub struct Subject {
    /// What it says about itself.
    pub manifest: Manifest,
    /// What it is.
    pub inspection: Inspection,
    pub(super) loaded: LoadedPlugin,
}

impl Workshop {
    /// A workshop with these settings; compiled code is kept in `cache`, if one is given.
    ///
    /// # Errors
    /// The runtime cannot work.
    pub fn open(settings: &Settings, cache: Option<&Path>) -> Result<Self, WorkshopError> {
        let cache = cache.and_then(|folder| {
            // Without a key of its own the cache would trust whoever can write there.
            let key = secrets::key_file(&folder.join("code-cache.key")).ok()?.key;
            Some((folder.join("code"), key))
        });
        let runtime = Runtime::new(runtime_settings::of(settings, cache)?)?;
        Ok(Self { runtime: Arc::new(runtime) })
    }

    /// Checks a component as a server would, and makes it ready.
    ///
    /// # Errors
    /// It is refused.
    pub async fn take(&self, bytes: Vec<u8>) -> Result<Subject, WorkshopError> {
        let inspection = self.runtime.inspect(bytes.clone()).await?;
        let loaded = self.runtime.load(bytes).await?;
        Ok(Subject { manifest: inspection.manifest.clone(), inspection, loaded })
    }
}

impl Subject {
    /// A configuration that is checked: the one that is given, or what the schema itself offers as default.
    ///
    /// # Errors
    /// It does not fit, or there is none.
    pub fn config(&self, given: Option<Value>) -> Result<Value, WorkshopError> {
        let schema = &self.manifest.config_schema;
        let is_given = given.is_some();
        let config =
            given.or_else(|| schema.get("default").cloned()).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let wrong = match config_errors(schema, &config, &TenantNames::default()) {
            Ok(errors) if errors.is_empty() => return Ok(config),
            Ok(errors) => errors.iter().map(ToString::to_string).collect(),
            Err(problem) => vec![problem],
        }
        .join("; ");
        Err(if is_given { WorkshopError::Config(wrong) } else { WorkshopError::NoConfig(wrong) })
    }
}

/// The component of a file.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, WorkshopError> {
    fs::read(path).map_err(|source| WorkshopError::File { path: path.to_owned(), source })
}
