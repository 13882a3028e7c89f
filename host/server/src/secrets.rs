//! The server's own keys: files in the data folder that only its user may read, made at first start.

use crate::config::parse_key;
use rand::Rng;
use stammgast_store::StoreError;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A key of 32 bytes that lies in a file.
pub(crate) struct KeyFile {
    pub(crate) key: [u8; 32],
    /// Whether the file was missing and has just been made.
    pub(crate) is_new: bool,
}

/// The keys that open what is sealed.
pub(crate) struct Keys {
    /// Opens personal data.
    pub(crate) master: KeyFile,
    /// Opens the keys of tenants' secrets.
    pub(crate) secrets: KeyFile,
    /// The one before, while they are wrapped anew.
    pub(crate) previous_secrets: Option<[u8; 32]>,
    folder: PathBuf,
}

impl Keys {
    /// The keys of a data folder. A secrets key that is given by the configuration needs no file.
    ///
    /// # Errors
    /// A file cannot be used.
    pub(crate) fn of(
        data: &Path,
        secrets: Option<[u8; 32]>,
        previous_secrets: Option<[u8; 32]>,
    ) -> Result<Self, StoreError> {
        let folder = data.join("keys");
        let master = key_file(&folder.join(MASTER))?;
        let secrets = match secrets {
            Some(key) => KeyFile { key, is_new: false },
            None => key_file(&folder.join(SECRETS))?,
        };
        Ok(Self { master, secrets, previous_secrets, folder })
    }

    /// Removes keys that were made because their files are missing, and do not belong to the data: nothing must lie
    /// where the right one belongs.
    pub(crate) fn take_back(&self, error: &StoreError) {
        if !matches!(error, StoreError::OtherMasterKey | StoreError::OtherSecretsKey) {
            return;
        }
        for (key, name) in [(&self.master, MASTER), (&self.secrets, SECRETS)] {
            if key.is_new {
                let _ = fs::remove_file(self.folder.join(name));
            }
        }
    }
}

const MASTER: &str = "master.key";
const SECRETS: &str = "secrets.key";

/// Reads a key, or makes one.
pub(crate) fn key_file(path: &Path) -> Result<KeyFile, StoreError> {
    let unusable = |source: io::Error| StoreError::File { path: path.display().to_string(), source };
    match fs::read_to_string(path) {
        Ok(text) => {
            let key = parse_key(&text).ok_or_else(|| StoreError::MasterKey { path: path.display().to_string() })?;
            Ok(KeyFile { key, is_new: false })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0_u8; 32];
            rand::rng().fill_bytes(&mut key);
            write_private(path, &format!("{}\n", hex::encode(key))).map_err(unusable)?;
            Ok(KeyFile { key, is_new: true })
        }
        Err(error) => Err(unusable(error)),
    }
}

/// Writes a file that only its owner may read; it appears whole and synced, or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    // tempfile makes its files readable by their owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let made = key_file(&path).unwrap();
        let read = key_file(&path).unwrap();
        assert_eq!((made.key, made.is_new, read.is_new), (read.key, true, false));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(key_file(&path), Err(StoreError::MasterKey { .. })));
    }

    #[test]
    fn a_key_that_was_made_in_vain_is_taken_back_and_one_that_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let there = |name: &str| folder.path().join("keys").join(name).exists();
        let keys = Keys::of(folder.path(), None, None).unwrap();
        keys.take_back(&StoreError::Closed);
        assert!(there(MASTER) && there(SECRETS));
        Keys::of(folder.path(), None, None).unwrap().take_back(&StoreError::OtherSecretsKey);
        assert!(there(MASTER) && there(SECRETS), "they were there before");
        keys.take_back(&StoreError::OtherSecretsKey);
        assert!(!there(MASTER) && !there(SECRETS));
        Keys::of(folder.path(), Some([1; 32]), None).unwrap();
        assert!(!there(SECRETS), "the configuration gives it");
    }
}
