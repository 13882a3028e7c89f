//! Another key of the operator's for tenants' secrets, while the server is stopped.

use crate::{
    config::{ConfigError, Settings},
    secrets::{Keys, key_file},
    server::{ServeError, open_store},
};
use stammgast_store::StoreError;
use std::{fs, io, path::Path, sync::Arc};

/// Wraps the keys of all tenants' secrets by the key in a file, which is made where it is missing; says how many tenants
/// there are. Safe to repeat with the same file.
///
/// # Errors
/// The server runs, the present key does not belong to the data, or a tenant's key cannot be opened.
pub async fn rotate(settings: &Settings, to: &Path) -> Result<usize, ServeError> {
    settings.validate()?;
    let folder = &settings.data.folder;
    // Nothing to rotate: no folder is made for it.
    fs::metadata(folder).map_err(|source| ServeError::Folder { path: folder.display().to_string(), source })?;
    let given = settings.secrets.key().map_err(ConfigError::Contradiction)?;
    let present = Keys::of(folder, given, None)?;
    let new = key_file(to)?;
    if new.key == present.secrets.key {
        let source = io::Error::new(io::ErrorKind::AlreadyExists, "it holds the key that is in use; name another file");
        return Err(ServeError::Folder { path: to.display().to_string(), source });
    }
    let mut with_both = settings.clone();
    with_both.secrets.key = Some(hex::encode(new.key));
    with_both.secrets.previous_key = Some(hex::encode(present.secrets.key));
    let store = match open_store(&with_both).await {
        Ok((store, _)) => Arc::new(store),
        Err(error) => {
            // Neither a key that was made in vain nor one that was made for nothing stays.
            if let ServeError::Store(cause) = &error {
                present.take_back(cause);
            }
            if new.is_new {
                let _ = fs::remove_file(to);
            }
            return Err(error);
        }
    };
    let wrapped = store.wrap_secrets_keys().await;
    store.shutdown().await?;
    let wrapped = wrapped?;
    let failed: Vec<String> =
        wrapped.iter().filter(|(_, before)| before.is_err()).map(|(id, _)| id.to_string()).collect();
    match wrapped.iter().find_map(|(_, before)| before.as_ref().err()) {
        None => Ok(wrapped.len()),
        Some(first) => Err(ServeError::Rotation { tenants: failed.join(", "), problem: in_full(first) }),
    }
}

fn in_full(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
