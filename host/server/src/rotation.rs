//! Another key of the operator's for tenants' secrets, while the server is stopped.

use crate::{
    causes::chain,
    config::{ConfigError, Settings},
    secrets::{Keys, key_file},
    server::{ServeError, open_store},
};
use stammgast_domain::TenantId;
use stammgast_store::{StoreError, Wrapping};
use std::{fs, io, path::Path, sync::Arc};

/// Wraps the keys of all tenants' secrets by the key in a file, which is made where it is missing; says how many tenants
/// there are. Safe to repeat with the same file.
///
/// # Errors
/// The server runs, a change before is not finished, the present key does not belong to the data, or a tenant's key
/// cannot be opened.
pub async fn rotate(settings: &Settings, to: &Path) -> Result<usize, ServeError> {
    settings.validate()?;
    let folder = &settings.data.folder;
    // Nothing to rotate: no folder is made for it.
    fs::metadata(folder).map_err(|source| ServeError::Folder { path: folder.display().to_string(), source })?;
    if settings.secrets.previous_key.is_some() {
        let problem = "secrets.previous_key is set: the change before may not be finished. Start the server with both keys, \
                       let `stammgast secret wrap` finish it, and take the setting away";
        return Err(ConfigError::Contradiction(problem.to_owned()).into());
    }
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
    // A key that neither opens is left of a change that was not finished: it would be lost with the key that this one
    // replaces, so nothing is wrapped then.
    let checked = store.secrets_keys().await.map_err(ServeError::from).and_then(|states| all_of(&states));
    let rotated = match checked {
        Ok(_) => store.wrap_secrets_keys().await.map_err(ServeError::from).and_then(|wrapped| all_of(&wrapped)),
        Err(error) => {
            if new.is_new {
                let _ = fs::remove_file(to);
            }
            Err(error)
        }
    };
    store.shutdown().await?;
    rotated
}

/// How many tenants there are, where none failed.
fn all_of(tenants: &[(TenantId, Result<Wrapping, StoreError>)]) -> Result<usize, ServeError> {
    let failed: Vec<_> = tenants.iter().filter_map(|(id, state)| Some((id, state.as_ref().err()?))).collect();
    match failed.first() {
        None => Ok(tenants.len()),
        Some((_, first)) => {
            let names: Vec<String> = failed.iter().map(|(id, _)| id.to_string()).collect();
            Err(ServeError::Rotation { tenants: names.join(", "), problem: chain(*first) })
        }
    }
}
